"""Which polygons of a coverage share a border, and how long it is."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Borders", "Geometries", "shared_borders"]

_GRID_M = 0.001

Geometries: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Borders:
    """Shared borders, each pair once with ``left < right`` (positions), sorted; ``line`` is the border itself."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length_m: NDArray[np.float64]
    line: Geometries


def shared_borders(polygons: Any) -> Borders:
    """Find the borders of positive length that two polygons share.

    Parameters
    ----------
    polygons
        Polygons that do not overlap, in metres.

    Notes
    -----
    Segments that two outlines have in common (to 1 mm) are found by sorting; what is left of outlines that touch is
    intersected on a 1 mm grid, so that neighbours with different vertices meet too. Time n log n in the vertices.
    """
    geometries = np.asarray(polygons, dtype=object)
    segments = _Segments.of(geometries)
    partner = segments.partners()
    matched = partner >= 0
    first = matched & (np.arange(len(partner)) < partner)
    owner_one, owner_two = segments.owner[first], segments.owner[partner[first]]
    lines = segments.lines(first)
    rest = _rest_of_outlines(geometries, segments, ~matched)
    more = _touching_rest(rest)
    owners = np.concatenate([np.column_stack([owner_one, owner_two]), more[0]])
    pieces = np.concatenate([lines, more[1]])
    return _summed(owners, pieces)


@dataclass(frozen=True, eq=False)
class _Segments:
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    owner: NDArray[np.int64]

    @classmethod
    def of(cls, polygons: Geometries) -> "_Segments":
        rings, ring_owner = _rings(polygons)
        coordinates, ring = shapely.get_coordinates(rings, return_index=True)
        inside = ring[1:] == ring[:-1]
        moved = (coordinates[1:] != coordinates[:-1]).any(axis=1)
        keep = inside & moved
        return cls(coordinates[:-1][keep], coordinates[1:][keep], ring_owner[ring[:-1][keep]])

    def partners(self) -> NDArray[np.int64]:
        """Pair each segment with the one segment of another polygon on the same place; -1 where there is none."""
        ends = np.round(np.column_stack([self.start, self.end]) / _GRID_M).astype(np.int64)
        swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
        ends[swap] = ends[swap][:, [2, 3, 0, 1]]
        order = np.lexsort((self.owner, *ends.T[::-1]))
        same = (ends[order[1:]] == ends[order[:-1]]).all(axis=1) & (self.owner[order[1:]] != self.owner[order[:-1]])
        same[1:] &= ~same[:-1]
        partner = np.full(len(ends), -1, dtype=np.int64)
        partner[order[:-1][same]] = order[1:][same]
        partner[order[1:][same]] = order[:-1][same]
        return partner

    def lines(self, chosen: NDArray[np.bool_]) -> Geometries:
        pairs = np.stack([self.start[chosen], self.end[chosen]], axis=1)
        return np.asarray(shapely.linestrings(pairs), dtype=object)


def _rings(polygons: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return rings, owner[part]


def _rest_of_outlines(polygons: Geometries, segments: _Segments, loose: NDArray[np.bool_]) -> Geometries:
    rest = np.full(len(polygons), None, dtype=object)
    owners, first = np.unique(segments.owner[loose], return_index=True)
    if len(owners):
        groups = np.split(segments.lines(loose), first[1:])
        rest[owners] = [shapely.multilinestrings(group) for group in groups]
    return rest


def _touching_rest(rest: Geometries) -> tuple[NDArray[np.int64], Geometries]:
    tree = shapely.STRtree(rest)
    one, two = tree.query(rest, predicate="dwithin", distance=_GRID_M)
    once = one < two
    one, two = one[once], two[once]
    if not len(one):
        return np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=object)
    shared = shapely.intersection(rest[one], rest[two], grid_size=_GRID_M)
    lines, at = shapely.get_parts(shared, return_index=True)
    long_enough = shapely.length(lines) > 0
    at = at[long_enough]
    return np.column_stack([one[at], two[at]]), lines[long_enough]


def _summed(owners: NDArray[np.int64], pieces: Geometries) -> Borders:
    owners = np.sort(owners, axis=1)
    order = np.lexsort((owners[:, 1], owners[:, 0]))
    owners, pieces = owners[order], pieces[order]
    pairs, first = np.unique(owners, axis=0, return_index=True)
    groups = np.split(pieces, first[1:]) if len(pairs) else []
    lines = np.empty(len(pairs), dtype=object)
    lines[:] = [shapely.line_merge(shapely.multilinestrings(group)) for group in groups]
    return Borders(pairs[:, 0], pairs[:, 1], shapely.length(lines), lines)
