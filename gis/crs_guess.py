"""What a range of coordinates can mean: candidates for a CRS that is missing, and doubts about one that is declared.

Nothing here applies a CRS. A Gauss-Kruger easting has the zone number before it (8 digits) or not (6 digits); without
it the numbers alone cannot tell the central meridian, so every meridian that could hold the place is offered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj

from gis.i18n import Text

__all__ = ["CHINA", "CrsCandidate", "CrsDoubt", "crs_candidates", "crs_doubt"]

Bounds = tuple[float, float, float, float]

CHINA: Bounds = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north in degrees
_NORTHING_M = (330_000.0, 6_000_000.0)  # of latitudes 3 to 54
_EASTING_M = (150_000.0, 850_000.0)  # 350 km to either side of the meridian: wide zones and neighbours included
_METRES_PER_DEGREE = 111_000.0
_MIDDLE = 114  # the meridian that halves the people; the nearer ones are offered first
_FAR_DEGREES = 6.0  # two 3-degree zones: farther than this outside the area of use of a CRS is a doubt

# Longitudes of the provinces, by the first two digits of a division code: they narrow the central meridians down.
_PROVINCES = {
    "11": (115.4, 117.5), "12": (116.7, 118.1), "13": (113.5, 119.9), "14": (110.2, 114.6), "15": (97.2, 126.1),
    "21": (118.8, 125.8), "22": (121.6, 131.3), "23": (121.2, 135.1), "31": (120.8, 122.2), "32": (116.3, 121.9),
    "33": (118.0, 123.2), "34": (114.9, 119.7), "35": (115.8, 120.7), "36": (113.6, 118.5), "37": (114.8, 122.7),
    "41": (110.4, 116.7), "42": (108.3, 116.2), "43": (108.8, 114.3), "44": (109.6, 117.3), "45": (104.4, 112.1),
    "46": (108.6, 111.1), "50": (105.3, 110.2), "51": (97.3, 108.6), "52": (103.6, 109.6), "53": (97.5, 106.2),
    "54": (78.4, 99.1), "61": (105.5, 111.3), "62": (92.2, 108.8), "63": (89.4, 103.1), "64": (104.2, 107.7),
    "65": (73.4, 96.4), "71": (119.3, 124.6), "81": (113.8, 114.5), "82": (113.5, 113.6),
}  # fmt: skip


@dataclass(frozen=True)
class CrsCandidate:
    """A CRS that the coordinates would fit, why, and whether x and y would have to change places first."""

    crs: str
    reason: Text
    swapped: bool = False


@dataclass(frozen=True)
class CrsDoubt:
    """Why a declared CRS cannot be believed, and what would fit; ``certain`` is false for a mere oddity."""

    reason: Text
    candidates: tuple[CrsCandidate, ...]
    certain: bool


def crs_candidates(bounds: Bounds, *, division_code: str | None = None) -> tuple[CrsCandidate, ...]:
    """List the CRS that coordinates in this range could be in, likeliest first.

    Parameters
    ----------
    bounds
        West, south, east, north, in the unknown units.
    division_code
        A division code of the layer; its first two digits (province) narrow the central meridians down.

    Examples
    --------
    >>> [one.crs for one in crs_candidates((113.9, 32.9, 114.1, 33.1))]
    ['EPSG:4490', 'EPSG:4326']
    >>> [one.crs for one in crs_candidates((38_495_000, 3_650_000, 38_505_000, 3_660_000))]
    ['EPSG:4526', 'EPSG:2414', 'EPSG:2362']
    """
    west, south, east, north = bounds
    if not np.isfinite(bounds).all():
        return ()
    straight = tuple(_candidates(bounds, division_code, swapped=False))
    return straight or tuple(_candidates((south, west, north, east), division_code, swapped=True))


def crs_doubt(bounds: Bounds, crs: Any, *, division_code: str | None = None) -> CrsDoubt | None:
    """Hold a declared CRS against the coordinates; None when they agree.

    A doubt is certain when the coordinates are impossible in the declared CRS, or lie far outside its area of use
    while they fit another CRS of China well (zone number before the easting, degrees, x and y exchanged).
    """
    declared = pyproj.CRS(crs)
    if not np.isfinite(bounds).all():
        return None
    impossible = declared.is_geographic and _beyond_globe(bounds, declared)
    if not impossible and (declared.is_geographic or not _far(bounds, declared)):
        return None
    others = tuple(
        one
        for one in crs_candidates(bounds, division_code=division_code)
        if one.swapped or not declared.equals(pyproj.CRS(one.crs))
    )
    if impossible:
        reason = Text("经纬度不可能有这样大的数值", "no longitude or latitude is that large")
        return CrsDoubt(reason, others, certain=True)
    reason = Text("坐标远在该坐标系适用范围之外", "the coordinates lie far outside the area of that CRS")
    return CrsDoubt(reason, others, certain=bool(others))


def _candidates(bounds: Bounds, division_code: str | None, *, swapped: bool) -> Iterable[CrsCandidate]:
    west, south, east, north = bounds
    if _within((west, east), (CHINA[0], CHINA[2])) and _within((south, north), (CHINA[1], CHINA[3])):
        yield CrsCandidate(
            "EPSG:4490", Text("数值是中国范围内的经纬度（CGCS2000）", "degrees within China (CGCS2000)"), swapped
        )
        yield CrsCandidate(
            "EPSG:4326", Text("数值是中国范围内的经纬度（WGS 84）", "degrees within China (WGS 84)"), swapped
        )
    elif _within((south, north), _NORTHING_M):
        zone, offset = divmod(west, 1_000_000)
        if 13 <= zone <= 45 and _within((offset, offset + east - west), _EASTING_M):  # noqa: PLR2004  (zones of China)
            yield from _with_zone(int(zone), swapped=swapped)
        elif _within((west, east), _EASTING_M):
            yield from _without_zone((south + north) / 2, division_code, swapped=swapped)
        elif _within((west, east), (8.1e6, 15.2e6)):
            yield CrsCandidate(
                "EPSG:3857", Text("数值像网络地图的墨卡托坐标", "values like Web Mercator metres"), swapped
            )


def _with_zone(zone: int, *, swapped: bool) -> Iterable[CrsCandidate]:
    three = zone >= 25  # noqa: PLR2004  (3-degree zones of China are 25-45, 6-degree zones 13-23)
    first = 25 if three else 13
    codes = (
        ((4513, "CGCS2000"), (2401, "Beijing 1954"), (2349, "Xian 1980"))
        if three
        else ((4491, "CGCS2000"), (21413, "Beijing 1954"), (2327, "Xian 1980"))
    )
    width = 3 if three else 6
    for base, datum in codes:
        yield CrsCandidate(
            f"EPSG:{base + zone - first}",
            Text(
                f"横坐标前有带号 {zone}（{width} 度带，{datum}）",
                f"zone number {zone} before the easting ({width}-degree zone, {datum})",
            ),
            swapped,
        )


def _without_zone(northing: float, division_code: str | None, *, swapped: bool) -> Iterable[CrsCandidate]:
    west, east = _PROVINCES.get((division_code or "")[:2], (CHINA[0], CHINA[2]))
    latitude = northing / _METRES_PER_DEGREE
    for meridian in sorted(range(75, 136, 3), key=lambda one: abs(one - _MIDDLE)):
        if west - 1.5 <= meridian <= east + 1.5 and _on_land(meridian, latitude):
            yield CrsCandidate(
                f"EPSG:{4534 + (meridian - 75) // 3}",
                Text(
                    f"横坐标没有带号，中央经线可能是 {meridian}°E",
                    f"no zone number; the central meridian may be {meridian} E",
                ),
                swapped,
            )


def _on_land(meridian: float, latitude: float) -> bool:
    """Leave out meridians at which the latitude is nowhere near China (a rough diamond, 3 degrees generous)."""
    south = float(np.interp(meridian, [73, 80, 97, 99, 106, 110, 120, 123, 136], [36, 27, 24, 18, 18, 14, 18, 28, 42]))
    north = float(np.interp(meridian, [73, 80, 90, 100, 110, 117, 122, 128, 136], [43, 49, 52, 46, 46, 53, 57, 55, 52]))
    return south <= latitude <= north


def _beyond_globe(bounds: Bounds, crs: pyproj.CRS) -> bool:
    full = 200.0 if "grad" in crs.axis_info[0].unit_name else 180.0
    west, south, east, north = bounds
    return west < -2 * full or east > 2 * full or south < -full / 2 - 1e-9 or north > full / 2 + 1e-9


def _far(bounds: Bounds, crs: pyproj.CRS) -> bool:
    west, south, east, north = bounds
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    if not (np.isfinite(longitude) and np.isfinite(latitude)):
        return True
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return False
    return not (
        area.west - _FAR_DEGREES <= longitude <= area.east + _FAR_DEGREES
        and area.south - _FAR_DEGREES <= latitude <= area.north + _FAR_DEGREES
    )


def _within(span: tuple[float, float], limits: tuple[float, float]) -> bool:
    return limits[0] <= span[0] and span[1] <= limits[1]
