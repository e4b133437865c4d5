"""Who is chosen: the score of each candidate by the rule in force, and the candidates that may not be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from boundaries.repair.rules import Rule

__all__ = ["Standing", "best", "scores"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """What the rules ask about polygons, by position, and about faces.

    ``village_share`` has the candidates' shares of the village over a face, by face and polygon. ``parent`` of a
    polygon and ``parent_of_face`` are numbers of parent regions, -1 for none.
    """

    area_m2: Floats
    perimeter_m: Floats
    households: Floats
    rank: Integers
    parent: Integers | None = None
    parent_of_face: Integers | None = None
    village_of_face: Integers | None = None
    village_share: Mapping[tuple[int, int], float] = field(default_factory=dict)


def scores(
    rule: Rule,
    standing: Standing,
    *,
    face: Integers,
    polygon: Integers,
    border_m: Floats,
    ground: tuple[Floats, Floats],
) -> Floats:
    """Score candidates; the highest of a face is chosen.

    ``ground`` holds the area and the perimeter of each face, by face.
    """
    if rule is Rule.MOST_COMPACT:
        return np.round(_compactness_gained(standing, face, polygon, border_m, ground), 9)
    if rule is Rule.VILLAGE_OWNER:
        return _shares_of_village(standing, face, polygon)
    if rule is Rule.FEWEST_HOUSEHOLDS:
        return np.nan_to_num(-standing.households[polygon], nan=-np.inf)
    if rule is Rule.PRIORITY:
        return -standing.rank[polygon].astype(np.float64)
    if rule in {Rule.LARGEST_AREA, Rule.SMALLEST_AREA}:
        area = np.round(standing.area_m2[polygon], 3)
        return area if rule is Rule.LARGEST_AREA else -area
    return border_m


def _shares_of_village(standing: Standing, face: Integers, polygon: Integers) -> Floats:
    """Give the share that each candidate holds of the village over the face; 0 where there is none."""
    assert standing.village_of_face is not None
    keys = zip(standing.village_of_face[face].tolist(), polygon.tolist(), strict=True)
    return np.array([standing.village_share.get(key, 0.0) for key in keys], dtype=np.float64)


def _compactness_gained(
    standing: Standing, face: Integers, polygon: Integers, border_m: Floats, ground: tuple[Floats, Floats]
) -> Floats:
    """Give how much the Polsby-Popper ratio of a polygon grows when it takes the ground (Polsby and Popper 1991)."""
    area, perimeter = standing.area_m2[polygon], standing.perimeter_m[polygon]
    more_area, more_perimeter = ground[0][face], ground[1][face]
    after = (area + more_area) / np.maximum(perimeter + more_perimeter - 2 * border_m, 1e-9) ** 2
    return np.asarray(4 * np.pi * (after - area / perimeter**2))


def best(face: Integers, polygon: Integers, border_m: Floats, score: Floats) -> tuple[Integers, Integers]:
    """Choose for each face: the highest score, then the longest border, then the first id."""
    order = np.lexsort((polygon, -border_m, -score, face))
    face, polygon = face[order], polygon[order]
    first = np.flatnonzero(np.r_[True, face[1:] != face[:-1]]) if len(face) else np.empty(0, np.int64)
    return face[first], polygon[first]


def allowed(standing: Standing, *, face: Integers, polygon: Integers, border_m: Floats, least_m: Floats) -> Flags:
    """Tell which candidates share enough border, and belong to the parent region of the face."""
    good = border_m >= least_m
    if standing.parent is not None and standing.parent_of_face is not None:
        good &= standing.parent[polygon] == standing.parent_of_face[face]
    return np.asarray(good)
