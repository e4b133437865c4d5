"""Shapes for low zooms: simplified with the lines that neighbours share, and joined where a tile would be too large."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gis.tiles.matrix import HALF_WORLD_M, units_per_metre
from gis.tiles.shapes import LINE, POINT, POLYGON, families_of

__all__ = ["Joined", "join_near", "shows_every_corner", "simplify_for"]

_TOLERANCE_UNITS = 4  # half a pixel, where a tile is drawn on 512 of them
_FINEST_TOLERANCE_M = 0.5  # of Web Mercator; finer zooms show every corner

Shapes = npt.NDArray[np.object_]
Integers = npt.NDArray[np.int64]


def shows_every_corner(zoom: int) -> bool:
    """Say whether a zoom is so fine that nothing is simplified for it: 17 and above."""
    return _TOLERANCE_UNITS / units_per_metre(zoom) < _FINEST_TOLERANCE_M


def simplify_for(shapes: Shapes, zoom: int) -> Shapes:
    """Simplify shapes as far as a zoom cannot show; the same array where it shows every corner.

    Notes
    -----
    Polygons by ``shapely.coverage_simplify`` (Visvalingam-Whyatt on the lines of a coverage): a line that two
    neighbours share stays one line. Lines by Douglas-Peucker. Cost: about 25 µs for each polygon of 33 corners.
    """
    if shows_every_corner(zoom):
        return shapes
    tolerance_m = _TOLERANCE_UNITS / units_per_metre(zoom)
    simple = shapes.copy()
    families = families_of(shapes)
    polygons, lines = families == POLYGON, families == LINE
    simple[polygons] = shapely.coverage_simplify(shapes[polygons], tolerance_m)
    simple[lines] = shapely.simplify(shapes[lines], tolerance_m, preserve_topology=False)
    return simple


@dataclass(frozen=True, eq=False)
class Joined:
    """Shapes that stand for several each, and for how many."""

    shapes: Shapes
    counts: Integers


def join_near(shapes: Shapes, zoom: int, *, cell_units: int, is_coverage: bool) -> Joined:
    """Join the shapes of one family whose middles lie in the same cell of a grid over the world.

    Parameters
    ----------
    shapes
        In Web Mercator, none of them missing.
    cell_units
        The side of a cell in units of a tile of the zoom.
    is_coverage
        Whether polygons neither overlap nor mismatch edges, so that lines within a group drop out exactly.
    """
    families = families_of(shapes)
    bounds = shapely.bounds(shapes)
    side_m = cell_units / units_per_metre(zoom)
    cells = np.floor(((bounds[:, :2] + bounds[:, 2:]) / 2 + HALF_WORLD_M) / side_m).astype(np.int64)
    _, group, counts = np.unique(np.column_stack([families, cells]), axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(group.ravel(), kind="stable")
    joined = np.empty(len(counts), dtype=object)
    for at, members in enumerate(np.split(order, np.cumsum(counts)[:-1])):
        joined[at] = _union(shapes[members], int(families[members[0]]), is_coverage=is_coverage)
    return Joined(joined, counts.astype(np.int64))


def _union(shapes: Shapes, family: int, *, is_coverage: bool) -> Any:
    if len(shapes) == 1:
        return shapes[0]
    if family == POLYGON:
        return shapely.coverage_union_all(shapes) if is_coverage else shapely.union_all(shapes)
    if family == POINT:
        return shapely.centroid(shapely.multipoints(shapely.get_parts(shapes)))
    return shapely.multilinestrings(shapely.get_parts(shapes))
