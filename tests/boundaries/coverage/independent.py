"""Slow, plain ways to the same answers, sharing no code with the engine."""

from itertools import combinations

import geopandas as gpd
import shapely


def overlaps_by_all_pairs(layer: gpd.GeoDataFrame) -> dict[tuple[str, str], float]:
    """Intersect every polygon with every other."""
    rows = sorted(layer.geometry.items())
    areas = {(left, right): one.intersection(other).area for (left, one), (right, other) in combinations(rows, 2)}
    return {pair: area for pair, area in areas.items() if area > 0}


def gaps_by_complement(layer: gpd.GeoDataFrame, extent: shapely.Geometry | None = None) -> list[float]:
    """Take the union away from a larger box (or from the extent); what does not reach the box's rim is a gap."""
    union = shapely.union_all(layer.geometry.to_numpy())
    if extent is not None:
        return _areas(shapely.get_parts(shapely.difference(extent, union)))
    box = shapely.box(*layer.total_bounds).buffer(100, join_style="mitre")
    parts = shapely.get_parts(shapely.difference(box, union))
    return _areas(parts[~shapely.intersects(parts, box.exterior)])


def gaps_by_polygonize(layer: gpd.GeoDataFrame) -> list[float]:
    """Trace the faces of all outlines together and keep those whose inner point lies in no polygon."""
    outlines = shapely.union_all(shapely.boundary(layer.geometry.to_numpy()))
    faces = shapely.get_parts(shapely.polygonize([outlines]))
    points = shapely.point_on_surface(faces)
    empty = [not shapely.covers(layer.geometry.to_numpy(), point).any() for point in points]
    return _areas(faces[empty])


def _areas(parts: object) -> list[float]:
    return sorted(area for area in shapely.area(parts) if area > 0)
