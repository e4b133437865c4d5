"""Divide each community of a plan into service grids, number them, and count the workers that they need."""

from boundaries.grids.layer import build_grids
from boundaries.grids.propose import propose_grids

__all__ = ["build_grids", "propose_grids"]
