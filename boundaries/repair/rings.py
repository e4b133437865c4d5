"""Polygons from directed edges with their ground on the left."""

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.compiled import compiled

__all__ = ["polygons_from_edges"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometries = NDArray[np.object_]


def polygons_from_edges(
    xy: Floats, polygon: Integers, first: Integers, second: Integers
) -> tuple[Integers, Geometries]:
    """Draw polygons.

    Parameters
    ----------
    xy
        Points; each place once.
    polygon
        The polygon of each edge.
    first, second
        Its ends, positions in ``xy``: it runs from ``first`` to ``second`` with the ground on its left.

    Returns
    -------
    tuple
        The polygons that have edges, in order, and their shapes: rings of one loop, parts where there are several.

    Raises
    ------
    ArithmeticError
        The edges of a polygon do not close.
    """
    order = np.lexsort((second, first, polygon))
    polygon, first, second = polygon[order], first[order], second[order]
    size = len(xy) + 1
    leaving = polygon * size + first
    arriving = polygon * size + second
    if not np.array_equal(leaving, np.sort(arriving)):
        raise ArithmeticError("the edges of a repaired polygon do not close")
    corner = np.floor(xy.min(axis=0)) if len(xy) else np.zeros(2)
    start, points, owner, area = _loops(xy - corner, leaving, arriving, polygon, first, second)
    rings = np.repeat(np.arange(len(owner)), np.diff(start))
    loops = np.asarray(shapely.linearrings(xy[points], indices=rings))
    return _assembled(loops, owner, area)


@compiled
def _loops(
    xy: Floats, leaving: Integers, arriving: Integers, polygon: Integers, first: Integers, second: Integers
) -> tuple[Integers, Integers, Integers, Floats]:  # pragma: no cover - compiled
    """Walk the edges face by face and cut each walk where it meets itself: simple loops, their owners and areas."""
    count = len(first)
    used = np.zeros(count, dtype=np.bool_)
    on_walk = np.full(len(xy), -1, dtype=np.int64)
    walk = np.empty(count + 1, dtype=np.int64)
    start = np.empty(count + 1, dtype=np.int64)
    points = np.empty(2 * count + 1, dtype=np.int64)
    owner = np.empty(count, dtype=np.int64)
    area = np.empty(count)
    loops, written = 0, 0
    for seed in range(count):
        if used[seed]:
            continue
        edge, height = seed, 0
        walk[0] = first[seed]
        on_walk[first[seed]] = 0
        while True:
            used[edge] = True
            here = second[edge]
            if on_walk[here] >= 0:
                bottom = on_walk[here]
                start[loops] = written
                twice = 0.0
                for at in range(bottom, height + 1):
                    one = walk[at]
                    other = walk[at + 1] if at < height else here
                    twice += (xy[one, 0] - xy[here, 0]) * (xy[other, 1] - xy[here, 1])
                    twice -= (xy[other, 0] - xy[here, 0]) * (xy[one, 1] - xy[here, 1])
                    points[written] = one
                    written += 1
                    if at > bottom:
                        on_walk[one] = -1
                points[written] = here
                written += 1
                owner[loops] = polygon[edge]
                area[loops] = twice / 2
                loops += 1
                height = bottom
            else:
                height += 1
                walk[height] = here
                on_walk[here] = height
            following = _following(xy, leaving, used, arriving[edge], first[edge], here, second)
            if following < 0:
                break
            edge = following
        for at in range(height + 1):
            on_walk[walk[at]] = -1
    start[loops] = written
    return start[: loops + 1].copy(), points[:written].copy(), owner[:loops].copy(), area[:loops].copy()


@compiled
def _following(
    xy: Floats,
    leaving: Integers,
    used: NDArray[np.bool_],
    key: int,
    origin: int,
    here: int,
    second: Integers,
) -> int:  # pragma: no cover - compiled
    """Give the next unused edge of the polygon: the first one clockwise from the way back; -1 when there is none."""
    low, high = np.searchsorted(leaving, key), np.searchsorted(leaving, key, side="right")
    chosen, least = -1, np.inf
    back = np.arctan2(xy[origin, 1] - xy[here, 1], xy[origin, 0] - xy[here, 0])
    for edge in range(low, high):
        if used[edge]:
            continue
        if high - low == 1:
            return edge
        angle = np.arctan2(xy[second[edge], 1] - xy[here, 1], xy[second[edge], 0] - xy[here, 0])
        turn = (back - angle) % (2 * np.pi)
        if turn < least:
            chosen, least = edge, turn
    return chosen


def _assembled(loops: Geometries, owner: Integers, area: Floats) -> tuple[Integers, Geometries]:
    """Put holes into shells, and shells of one owner together."""
    real = area != 0
    loops, owner, area = loops[real], owner[real], area[real]
    owners, bounds = np.unique(owner, return_index=True)
    bounds = np.r_[bounds, len(owner)]
    shapes = np.empty(len(owners), dtype=object)
    single = np.diff(bounds) == 1
    shapes[single] = shapely.polygons(loops[bounds[:-1][single]])
    for at, (begin, end) in enumerate(pairwise(bounds.tolist())):
        if not single[at]:
            shapes[at] = _one_polygon(loops[begin:end], area[begin:end])
    return owners, shapes


def _one_polygon(loops: Geometries, area: Floats) -> shapely.Polygon | shapely.MultiPolygon:
    shells, holes = loops[area > 0], loops[area < 0]
    inner: list[list[shapely.LinearRing]] = [[] for _ in shells]
    filled = np.asarray(shapely.polygons(shells))
    for hole in holes:
        inner[0 if len(shells) == 1 else _home(hole, filled)].append(hole)
    parts = [shapely.Polygon(shell, rings) for shell, rings in zip(shells, inner, strict=True)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _home(hole: shapely.LinearRing, filled: Geometries) -> int:
    """Give the smallest shell around a hole."""
    ground = shapely.Polygon(hole)
    area = shapely.area(filled)
    around = shapely.intersects(filled, ground.representative_point()) & (area > ground.area)
    return int(np.flatnonzero(around)[np.argmin(area[around])])
