"""Population onto units: figures counted or spread from what is known to what is planned, each person once."""

from boundaries.crosswalk.double_counts import find_double_counts
from boundaries.crosswalk.once import CountedOnce, count_once
from boundaries.crosswalk.placing import Placed, place_figures
from boundaries.crosswalk.report import PlacementReport
from boundaries.crosswalk.rounding import largest_remainder

__all__ = [
    "CountedOnce",
    "Placed",
    "PlacementReport",
    "count_once",
    "find_double_counts",
    "largest_remainder",
    "place_figures",
]
