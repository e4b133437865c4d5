"""Coordinates copied from web maps: GCJ-02 (offset by law) and BD-09 (offset again), to and from WGS 84 and CGCS2000.

WGS 84 and CGCS2000 differ by centimetres, less than any boundary layer is worth, and are taken as one here.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis.errors import CrsError
from gis.i18n import listed

__all__ = ["DATUMS", "Datum", "convert_datum", "is_offset_area", "shift_points"]

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)
Degrees = npt.NDArray[np.float64]

_AXIS_M = 6_378_245.0  # Krassowsky 1940, as the published formula has it
_SQUARED_ECCENTRICITY = 0.00669342162296594323
_BAIDU_TURNS = np.pi * 3000.0 / 180.0
_INVERSE_STEPS = 60  # 4 are enough but at the rim, where each step gains half a digit
_INVERSE_PRECISION = 1e-11  # degrees: a micrometre

_TAPER_DEGREES = 0.05

# Where the offset is applied: a coarse outline, tens of kilometres wide of land and sea; not a boundary of anything.
# Over the last 0.05 degrees inside it the offset falls to nothing, so that the move is continuous and can be undone.
_OUTLINE = (
    (73.2, 39.3), (73.6, 40.2), (76.2, 40.8), (78.4, 41.5), (80.0, 42.3), (79.9, 45.1), (81.9, 45.6), (82.2, 47.3),
    (85.2, 47.3), (85.3, 48.6), (87.2, 49.5), (88.4, 49.1), (91.3, 47.0), (91.2, 45.5), (95.6, 44.6), (96.7, 43.0),
    (101.9, 42.8), (105.0, 41.9), (107.5, 42.7), (109.8, 43.0), (111.5, 44.0), (111.6, 45.4), (114.0, 45.3),
    (115.6, 45.9), (116.3, 46.6), (117.6, 46.9), (118.0, 47.6), (115.3, 47.4), (115.2, 48.3), (116.0, 49.3),
    (116.5, 50.1), (119.0, 50.6), (119.8, 52.8), (121.2, 53.6), (123.6, 53.8), (126.3, 53.2), (128.1, 50.2),
    (130.9, 49.2), (131.2, 48.2), (134.6, 48.7), (135.0, 48.35), (133.6, 45.2), (131.4, 44.7), (131.6, 43.0),
    (130.8, 42.2), (129.8, 42.4), (128.7, 41.2), (127.0, 41.3), (124.6, 39.9), (123.9, 38.5), (123.8, 33.0),
    (124.2, 29.0), (123.9, 25.4), (122.6, 24.4), (122.3, 21.4), (119.3, 20.5), (118.4, 15.0), (117.3, 10.8),
    (115.0, 6.9), (111.8, 3.4), (109.2, 7.0), (110.4, 15.5), (107.9, 18.4), (107.8, 21.2), (106.6, 21.8),
    (106.4, 22.6), (105.3, 23.1), (103.9, 22.3), (102.2, 22.2), (101.9, 21.0), (101.0, 21.3), (99.8, 21.9),
    (98.7, 23.0), (98.5, 23.8), (97.4, 23.7), (97.3, 24.8), (98.4, 26.0), (98.2, 27.4), (97.4, 27.4), (96.0, 26.8),
    (94.0, 26.6), (92.0, 26.7), (91.6, 27.6), (90.2, 27.9), (88.9, 27.2), (88.6, 27.7), (86.2, 27.7), (85.1, 28.1),
    (81.9, 29.9), (80.9, 30.0), (78.5, 30.9), (78.2, 32.2), (77.7, 35.2), (75.8, 35.8), (74.3, 37.0), (74.6, 38.2),
)  # fmt: skip


def convert_datum(layer: gpd.GeoDataFrame, *, source: Datum, target: Datum) -> gpd.GeoDataFrame:
    """Give the layer with its coordinates moved from one datum to another.

    Parameters
    ----------
    layer
        Any geometry in any CRS; the CRS says how the numbers are written (degrees or a projection) and is kept.
    source, target
        ``"wgs84"``, ``"cgcs2000"`` (taken as one), ``"gcj02"`` or ``"bd09"``.

    Returns
    -------
    GeoDataFrame
        A new layer; index, columns and CRS kept; points outside China untouched.

    Raises
    ------
    CrsError
        ``datum-unknown``, or ``crs-missing``.

    Notes
    -----
    Forward formulas as published with the eviltransform and coordtransform libraries; the inverses are found by
    iteration to 1e-11 degrees, so a round trip is exact to well under a millimetre. The real offset of a
    map service may differ from the published formula by a metre or so. Cost: about 1 s for a million points.

    Examples
    --------
    >>> gate = gpd.GeoDataFrame(geometry=[shapely.Point(116.3913, 39.9075)], crs=4326)
    >>> moved = convert_datum(gate, source="wgs84", target="gcj02").geometry.iloc[0]
    >>> round(moved.x, 4), round(moved.y, 4)
    (116.3975, 39.9089)
    """
    for datum in (source, target):
        if datum not in DATUMS:
            raise CrsError("datum-unknown", found=datum, known=listed(DATUMS))
    if layer.crs is None:
        raise CrsError("crs-missing", layer="layer")
    move = _between(source, target)
    if move is None:
        return layer.copy()
    crs = pyproj.CRS(layer.crs)
    shapes = layer.geometry.to_numpy()
    moved = shapely.transform(shapes, _in_degrees(move, crs), include_z=bool(shapely.has_z(shapes).any()))
    return layer.set_geometry(gpd.GeoSeries(moved, index=layer.index, crs=layer.crs))


def shift_points(longitude: Degrees, latitude: Degrees, *, source: Datum, target: Datum) -> tuple[Degrees, Degrees]:
    """Move arrays of longitudes and latitudes in degrees; points outside China stay as they are."""
    move = _between(source, target)
    longitude, latitude = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    return (longitude.copy(), latitude.copy()) if move is None else move(longitude, latitude)


def is_offset_area(longitude: Degrees, latitude: Degrees) -> npt.NDArray[np.bool_]:
    """Say which points lie where web maps apply the offset."""
    return np.asarray(shapely.contains_xy(_outline(), longitude, latitude))


Move = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]


def _between(source: Datum, target: Datum) -> Move | None:
    rank = {"wgs84": 0, "cgcs2000": 0, "gcj02": 1, "bd09": 2}
    start, end = rank[source], rank[target]
    if start == end:
        return None
    offset = {(0, 1): _gcj_offset, (1, 2): _baidu_offset, (0, 2): _full_offset}[min(start, end), max(start, end)]
    return lambda x, y: _applied(offset, x, y, back=start > end)


def _applied(offset: Move, x: Degrees, y: Degrees, *, back: bool) -> tuple[Degrees, Degrees]:
    """Move the points well inside the area by the plain formula, those near its rim by the tapered one."""
    moved_x, moved_y = x.copy(), y.copy()
    near = np.atleast_1d(is_offset_area(x, y))
    deep = np.zeros_like(near)
    deep[near] = shapely.contains_xy(_core(), x[near], y[near])
    for rows, rule in ((deep, offset), (near & ~deep, _tapered(offset))):
        if rows.any():
            moved_x[rows], moved_y[rows] = _undone(rule, x[rows], y[rows]) if back else _done(rule, x[rows], y[rows])
    return moved_x, moved_y


def _tapered(offset: Move) -> Move:
    def weighted(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
        depth = shapely.distance(shapely.points(x, y), _outline().exterior)
        weight = np.where(is_offset_area(x, y), np.minimum(depth / _TAPER_DEGREES, 1.0), 0.0)
        dx, dy = offset(x, y)
        return dx * weight, dy * weight

    return weighted


def _done(offset: Move, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    dx, dy = offset(x, y)
    return x + dx, y + dy


def _undone(offset: Move, x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Solve q + offset(q) = p by fixed-point steps; the offset changes by a small part of the step."""
    true_x, true_y = x.copy(), y.copy()
    for _ in range(_INVERSE_STEPS):
        dx, dy = offset(true_x, true_y)
        next_x, next_y = x - dx, y - dy
        change = max(np.abs(next_x - true_x).max(), np.abs(next_y - true_y).max())
        true_x, true_y = next_x, next_y
        if change < _INVERSE_PRECISION:
            break
    return true_x, true_y


def _gcj_offset(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    x, y = longitude - 105.0, latitude - 35.0
    root, product = np.sqrt(np.abs(x)), x * y
    common = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root + common
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root + common
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    radians = np.radians(latitude)
    magic = 1.0 - _SQUARED_ECCENTRICITY * np.sin(radians) ** 2
    d_latitude = np.degrees(north * magic * np.sqrt(magic) / (_AXIS_M * (1.0 - _SQUARED_ECCENTRICITY)))
    d_longitude = np.degrees(east * np.sqrt(magic) / (_AXIS_M * np.cos(radians)))
    return d_longitude, d_latitude


def _baidu_offset(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    radius = np.hypot(longitude, latitude) + 2e-5 * np.sin(latitude * _BAIDU_TURNS)
    angle = np.arctan2(latitude, longitude) + 3e-6 * np.cos(longitude * _BAIDU_TURNS)
    return radius * np.cos(angle) + 0.0065 - longitude, radius * np.sin(angle) + 0.006 - latitude


def _full_offset(longitude: Degrees, latitude: Degrees) -> tuple[Degrees, Degrees]:
    dx, dy = _gcj_offset(longitude, latitude)
    more_x, more_y = _baidu_offset(longitude + dx, latitude + dy)
    return dx + more_x, dy + more_y


def _in_degrees(move: Move, crs: pyproj.CRS) -> Callable[[Any], Any]:
    """Wrap a move of degrees for coordinates of a CRS; points that are not moved keep their very numbers."""
    degrees = pyproj.CRS.from_epsg(4326)
    there = None if crs.is_geographic else pyproj.Transformer.from_crs(crs, degrees, always_xy=True)

    def moved(coordinates: Degrees) -> Degrees:
        x, y = coordinates[:, 0], coordinates[:, 1]
        longitude, latitude = (x, y) if there is None else there.transform(x, y)
        new_longitude, new_latitude = move(longitude, latitude)
        still = (new_longitude == longitude) & (new_latitude == latitude)
        if there is not None:
            new_longitude, new_latitude = there.transform(new_longitude, new_latitude, direction="INVERSE")
        result = coordinates.copy()
        result[:, 0] = np.where(still, x, new_longitude)
        result[:, 1] = np.where(still, y, new_latitude)
        return result

    return moved


@cache
def _outline() -> shapely.Polygon:
    outline = shapely.Polygon(_OUTLINE)
    shapely.prepare(outline)
    return outline


@cache
def _core() -> shapely.Polygon:
    """Give the area at whose points, and at those that they were moved from, the offset is whole."""
    core = _outline().buffer(-_TAPER_DEGREES - 0.03)
    shapely.prepare(core)
    return core
