"""A made county town with known faults, bundled for trials and tests, and small shapes for examples."""

from gis.samples.county import CRS, NAME, SampleCounty, make_county
from gis.samples.files import SOURCE_COLUMNS, write_county
from gis.samples.shapes import (
    bow_tie,
    four_square_grid,
    nested_squares,
    ring_with_gap,
    two_shifted_squares,
)

__all__ = [
    "CRS",
    "NAME",
    "SOURCE_COLUMNS",
    "SampleCounty",
    "bow_tie",
    "four_square_grid",
    "make_county",
    "nested_squares",
    "ring_with_gap",
    "two_shifted_squares",
    "write_county",
]
