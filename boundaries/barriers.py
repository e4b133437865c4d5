"""Lines around the units: barriers that close borders, crossings that open them, and lines that borders follow."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.adjacency import Borders, Geometries
from gis.crs import same_crs

__all__ = ["along_barriers", "find_crossings", "linked_pairs", "rigid_lines", "share_along"]

_SHARE_CLOSED = 0.5
_END_M = 1.0


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
    lines = rigid_lines(barriers)
    if not len(lines):
        return along, crossed
    along = share_along(borders.line, lines, tolerance_m=tolerance_m) > _SHARE_CLOSED
    if crossings is not None and len(crossings):
        tree = shapely.STRtree(crossings.geometry.array)
        crossed[tree.query(borders.line, predicate="dwithin", distance=reach_m)[0]] = True
    return along & ~crossed, along & crossed


def share_along(lines: Geometries, others: Geometries, *, tolerance_m: float) -> NDArray[np.float64]:
    """Tell which share of each line lies within a distance of any of the others; 0 for lines without length."""
    share = np.zeros(len(lines))
    if not len(others):
        return share
    line, other = shapely.STRtree(others).query(lines, predicate="dwithin", distance=tolerance_m)
    if not len(line):
        return share
    near, first = np.unique(line, return_index=True)
    bands = shapely.buffer(others, tolerance_m)
    for place, chosen in zip(near.tolist(), np.split(other, first[1:]), strict=True):
        band = bands[chosen[0]] if len(chosen) == 1 else shapely.union_all(bands[chosen])
        length = shapely.length(lines[place])
        share[place] = shapely.length(shapely.intersection(lines[place], band)) / length if length else 0.0
    return np.minimum(share, 1.0)


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
    rigid = rigid_lines(barriers)
    road, barrier = shapely.STRtree(rigid).query(lines, predicate="crosses")
    shared, at = shapely.get_parts(shapely.intersection(lines[road], rigid[barrier]), return_index=True)
    shared, road = shapely.centroid(shared), road[at]
    ends = np.minimum(*(shapely.distance(shared, shapely.get_point(lines[road], end)) for end in (0, -1)))
    kept = ~(ends <= _END_M)
    return gpd.GeoDataFrame({"road_id": roads.index[road[kept]]}, geometry=shared[kept], crs=roads.crs)


def rigid_lines(barriers: gpd.GeoDataFrame | None) -> Geometries:
    """Give the lines of a barrier layer that are rigid, or do not say."""
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
