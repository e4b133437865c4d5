"""The thresholds of the audit; every one is a setting, and its default stands here and nowhere else."""

from dataclasses import dataclass

__all__ = ["Tolerances"]


@dataclass(frozen=True, kw_only=True)
class Tolerances:
    """Thresholds; areas in square metres, lengths in metres, shares from 0 to 1.

    A finding needs more than ``min_area_m2`` of ground in question. ``*_share`` of a village, compound or grid that
    must lie in a second community before it counts as shared.
    """

    min_area_m2: float = 1.0
    sliver_width_m: float = 1.5
    duplicate_share: float = 0.999
    hole_covered_share: float = 0.5
    strip_width_m: float = 30.0
    strip_length_to_width: float = 4.0
    strip_min_area_m2: float = 500.0
    strip_border_share: float = 0.6
    strip_border_m: float = 0.5
    village_share: float = 0.001
    village_covered_share: float = 0.5
    compound_share: float = 0.01
    grid_share: float = 0.01
    grid_parent_share: float = 0.5
    code_common_share: float = 0.9
    compound_in_village_share: float = 0.5
