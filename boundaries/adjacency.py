"""Which polygons of a coverage share a border, how long it is, and which borders a barrier closes."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import same_crs

__all__ = ["Borders", "along_barriers", "find_crossings", "linked_pairs", "shared_borders"]

_GRID_M = 0.001
_SHARE_CLOSED = 0.5
_END_M = 1.0

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


def along_barriers(
    borders: Borders,
    barriers: gpd.GeoDataFrame | None,
    crossings: gpd.GeoDataFrame | None,
    *,
    tolerance_m: float,
    reach_m: float,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which borders run along a rigid barrier for more than half of their length, and which of these are crossed.

    Returns
    -------
    tuple of arrays
        Whether each border is closed (a barrier, and no crossing within ``reach_m``), and whether it is open only
        because of a crossing.
    """
    along = np.zeros(len(borders.left), dtype=bool)
    crossed = along.copy()
    lines = _rigid_lines(barriers)
    if not len(lines):
        return along, crossed
    near = np.unique(shapely.STRtree(lines).query(borders.line, predicate="dwithin", distance=tolerance_m)[0])
    band = shapely.buffer(shapely.union_all(lines), tolerance_m)
    length = shapely.length(shapely.intersection(borders.line[near], band))
    along[near[length > _SHARE_CLOSED * borders.length_m[near]]] = True
    if crossings is not None and len(crossings):
        tree = shapely.STRtree(crossings.geometry.array)
        crossed[tree.query(borders.line, predicate="dwithin", distance=reach_m)[0]] = True
    return along & ~crossed, along & crossed


def find_crossings(roads: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Find where roads cross barriers: the bridges, underpasses and level crossings that a road layer implies.

    Parameters
    ----------
    roads, barriers
        Lines in the same CRS with metres; of the barriers only the rigid ones count, see :func:`build_graph`.

    Returns
    -------
    GeoDataFrame
        Points; CRS of ``roads``; ``road_id`` names the road. A road that ends at the bank crosses nothing.

    Raises
    ------
    CrsError
        A CRS is missing or differs.

    Notes
    -----
    A point counts when the road goes on for more than a metre on both sides. Time n log n in roads and barriers.
    """
    same_crs(roads, barriers, names=("roads", "barriers"))
    lines = np.asarray(roads.geometry.array, dtype=object)
    rigid = _rigid_lines(barriers)
    road, barrier = shapely.STRtree(rigid).query(lines, predicate="crosses")
    shared, at = shapely.get_parts(shapely.intersection(lines[road], rigid[barrier]), return_index=True)
    shared, road = shapely.centroid(shared), road[at]
    ends = np.minimum(*(shapely.distance(shared, shapely.get_point(lines[road], end)) for end in (0, -1)))
    kept = ~(ends <= _END_M)
    return gpd.GeoDataFrame({"road_id": roads.index[road[kept]]}, geometry=shared[kept], crs=roads.crs)


def _rigid_lines(barriers: gpd.GeoDataFrame | None) -> Geometries:
    if barriers is None or not len(barriers):
        return np.empty(0, dtype=object)
    if "rigidity" in barriers.columns:
        barriers = barriers[barriers["rigidity"].isna() | (barriers["rigidity"] == "rigid")]
    return np.asarray(barriers.geometry.array, dtype=object)


def linked_pairs(polygons: Any, crossings: gpd.GeoDataFrame | None, borders: Borders) -> list[tuple[int, int]]:
    """Find the pairs of units that stand on the two ends of a crossing line and share no border."""
    if crossings is None or not len(crossings):
        return []
    lines = crossings.geometry[crossings.geom_type.isin(["LineString"])].to_numpy()
    geometries = np.asarray(polygons, dtype=object)
    tree = shapely.STRtree(geometries)
    known = set(zip(borders.left.tolist(), borders.right.tolist(), strict=True))
    pairs = set()
    for line in lines:
        ends = [tree.query(shapely.get_point(line, at), predicate="intersects") for at in (0, -1)]
        if len(ends[0]) and len(ends[1]) and ends[0][0] != ends[1][0]:
            pairs.add((int(min(ends[0][0], ends[1][0])), int(max(ends[0][0], ends[1][0]))))
    return sorted(pairs - known)
