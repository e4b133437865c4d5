"""Shapes on their way into a page: longitude and latitude as small whole numbers, within a budget of vertices.

A ring is written as whole steps of 1e-7 degrees (about one centimetre), the first vertex in full and every next one as
the difference to the one before: a third of the length of GeoJSON, and read back without loss.
"""

from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gis.errors import CrsError
from gis.i18n import Text

__all__ = [
    "STEPS_PER_DEGREE",
    "Shape",
    "area_m2",
    "encode_shapes",
    "label_points",
    "lighten",
    "thinned_note",
    "to_lonlat",
]

STEPS_PER_DEGREE = 10_000_000
_LONLAT = 4326
_POINT = int(shapely.GeometryType.POINT)
_POLYGON = int(shapely.GeometryType.POLYGON)

Shape = dict[str, Any] | None
"""A shape for the page: ``p`` polygons of rings, ``l`` lines, ``o`` points; None for an empty one."""


def to_lonlat(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """Give the layer in longitude and latitude, two-dimensional.

    Raises
    ------
    CrsError
        ``crs-missing``.
    """
    if layer.crs is None:
        raise CrsError("crs-missing", layer=name)
    moved = layer.to_crs(_LONLAT)
    return moved.set_geometry(shapely.force_2d(moved.geometry.to_numpy()))


def area_m2(layer: gpd.GeoDataFrame, *, name: str = "layer") -> np.ndarray:
    """Measure the areas in square metres: in the layer's own CRS if that is in metres, else on the ellipsoid.

    Raises
    ------
    CrsError
        ``crs-missing``.
    """
    if layer.crs is None:
        raise CrsError("crs-missing", layer=name)
    crs = pyproj.CRS(layer.crs)
    if crs.is_projected and all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info[:2]):
        return np.asarray(layer.area, dtype=float)
    geod = pyproj.CRS.from_epsg(_LONLAT).get_geod()
    assert geod is not None
    shapes = to_lonlat(layer, name=name).geometry.to_numpy()
    return np.array([abs(geod.geometry_area_perimeter(shapely.orient_polygons(s))[0]) if s else 0.0 for s in shapes])


def lighten(layer: gpd.GeoDataFrame, *, max_vertices: int, coverage: bool) -> tuple[gpd.GeoDataFrame, float]:
    """Thin out a layer until it has no more vertices than the budget; neighbours keep their shared edges.

    Parameters
    ----------
    layer
        Any geometry, any CRS; the input is untouched.
    max_vertices
        The budget. Below it the layer is given back as it is.
    coverage
        True for polygons that meet edge to edge: they are simplified together (``shapely.coverage_simplify``).

    Returns
    -------
    tuple
        The layer, and the tolerance used, in the units of its CRS (0 when nothing was done). When the shapes cannot
        be thinned to the budget, the coarsest attempt, a 2,000th of the extent's width, is given.
    """
    shapes = layer.geometry.to_numpy()
    if shapely.get_num_coordinates(shapes).sum() <= max_vertices:
        return layer, 0.0
    west, south, east, north = layer.total_bounds
    width = max(east - west, north - south)
    tolerance, thinned = 0.0, shapes
    for fraction in (1e-5, 3e-5, 1e-4, 3e-4, 5e-4):
        tolerance = width * fraction
        thinned = _thinned(shapes, tolerance, coverage=coverage)
        if shapely.get_num_coordinates(thinned).sum() <= max_vertices:
            break
    return layer.set_geometry(gpd.GeoSeries(thinned, index=layer.index, crs=layer.crs)), tolerance


def label_points(layer: gpd.GeoDataFrame) -> list[list[float] | None]:
    """Give for every shape the roomiest place for a label, as ``[latitude, longitude]``; None for an empty shape.

    That is the centre of the largest circle inside its largest part; for lines, points and polygons that break the
    simple-features rules it is a point on it.
    """
    parts = _largest_parts(shapely.force_2d(layer.geometry.to_numpy()))
    points: Any = shapely.point_on_surface(parts)
    roomy = (shapely.get_type_id(parts) == _POLYGON) & shapely.is_valid(parts)
    points[roomy] = shapely.get_point(shapely.maximum_inscribed_circle(parts[roomy]), 0)
    moved = gpd.GeoSeries(points, crs=layer.crs).to_crs(_LONLAT)
    return _as_latlon(moved.to_numpy())


def encode_shapes(layer: gpd.GeoDataFrame, *, name: str) -> list[Shape]:
    """Write every shape of a layer for the page, in its order; empty shapes become None.

    Raises
    ------
    CrsError
        ``crs-missing``.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 0.0000002, 0.0000001)], crs=4326)
    >>> encode_shapes(square, name="square")
    [{'p': [[[2, 0, 0, 1, -2, 0, 0, -1]]]}]
    """
    shapes = to_lonlat(layer, name=name).geometry.to_numpy()
    encoded: list[Shape] = [None] * len(shapes)
    parts, owner = _simple_parts(shapes)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    in_rings = np.isin(np.arange(len(parts)), ring_part)
    others = parts[~in_rings]
    written = _steps(np.concatenate([rings, others]), closed=np.arange(len(rings) + len(others)) < len(rings))
    for part, group in _grouped(ring_part.tolist(), written[: len(rings)]):
        _shape_of(encoded, owner[part]).setdefault("p", []).append(group)
    points = shapely.get_type_id(others) == _POINT
    for row, line, is_point in zip(owner[~in_rings].tolist(), written[len(rings) :], points.tolist(), strict=True):
        _shape_of(encoded, row).setdefault("o" if is_point else "l", []).append(line)
    return encoded


def thinned_note(tolerance_m: float) -> Text:
    """Say to the reader that shapes were thinned out, and by how much."""
    return Text(
        f"图形已简化，偏差不超过 {tolerance_m:.1f} 米", f"shapes are simplified to within {tolerance_m:.1f} metres"
    )


def _simple_parts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take shapes apart into points, lines and polygons that are not empty, with the row of each."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():  # a collection inside a collection
        parts, position = shapely.get_parts(parts, return_index=True)
        owner = owner[position]
    filled = ~shapely.is_empty(parts)
    return parts[filled], owner[filled]


def _steps(lines: np.ndarray, *, closed: np.ndarray) -> list[list[int]]:
    """Write the vertices of each line as steps; of a closed one without the last, which the page adds itself."""
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    vertices = np.rint(coordinates * STEPS_PER_DEGREE).astype(np.int64)
    is_first = np.append(True, line[1:] != line[:-1])[: len(line)]
    is_last = np.append(line[1:] != line[:-1], True)[: len(line)]
    steps = np.diff(vertices, axis=0, prepend=0)
    steps[is_first] = vertices[is_first]
    fell_together = ~is_first & ~np.any(steps, axis=1)
    kept = ~fell_together & ~(is_last & closed[line])
    ends = np.cumsum(np.bincount(line[kept], minlength=len(lines))) * 2
    flat = steps[kept].ravel().tolist()
    return [flat[start:end] for start, end in pairwise([0, *ends.tolist()])]


def _grouped(keys: list[int], values: list[list[int]]) -> Iterator[tuple[int, list[list[int]]]]:
    """Gather neighbouring values of one key."""
    for key, pairs in groupby(zip(keys, values, strict=True), key=itemgetter(0)):
        yield key, [value for _, value in pairs]


def _shape_of(encoded: list[Shape], row: int) -> dict[str, Any]:
    shape = encoded[row]
    if shape is None:
        shape = encoded[row] = {}
    return shape


def _largest_parts(shapes: np.ndarray) -> np.ndarray:
    """Give of every shape the part that is largest by area, else by length; None for an empty one."""
    parts, owner = _simple_parts(shapes)
    largest: np.ndarray = np.full(len(shapes), None, dtype=object)
    order = np.lexsort((shapely.length(parts), shapely.area(parts), owner))
    owner, parts = owner[order], parts[order]
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True)[: len(owner)])
    largest[owner[last]] = parts[last]
    return largest


def _as_latlon(points: np.ndarray) -> list[list[float] | None]:
    xs, ys = shapely.get_x(points), shapely.get_y(points)
    return [None if np.isnan(x) else [round(float(y), 7), round(float(x), 7)] for x, y in zip(xs, ys, strict=True)]


def _thinned(shapes: np.ndarray, tolerance: float, *, coverage: bool) -> np.ndarray:
    if coverage:
        simplified: np.ndarray = shapely.coverage_simplify(shapes, tolerance)
    else:
        simplified = shapely.simplify(shapes, tolerance, preserve_topology=True)
    vanished = shapely.is_empty(simplified) & ~shapely.is_empty(shapes)
    return np.where(vanished, shapes, simplified)
