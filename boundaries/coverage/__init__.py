"""The edge and face engine under audit and repair."""

from boundaries.coverage.engine import Coverage
from boundaries.coverage.gaps import find_gaps
from boundaries.coverage.overlaps import find_overlaps

__all__ = ["Coverage", "find_gaps", "find_overlaps"]
