"""The one CRS gate: missing, geographic, non-metre and unequal CRS are told apart here and nowhere else."""

import re
from typing import Any

import geopandas as gpd
import pyproj
import shapely

from gis.errors import CrsError

__all__ = [
    "is_metric_crs",
    "is_readable_crs",
    "parse_crs",
    "recognise_crs",
    "require_metric_crs",
    "same_crs",
    "to_working_crs",
    "working_crs_for",
]

_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
_FALSE_EASTING_M = 500_000.0
_ZONE_CODES = {  # the codes of 3-degree zone 25, of 3-degree meridian 75E (no zone number), and of 6-degree zone 13
    "CGCS2000": (4513, 4534, 4491),
    "Beijing 1954": (2401, 2422, 21413),
    "Xian 1980": (2349, 2370, 2327),
}
_DATUM_WORDS = {
    "CGCS2000": ("cgcs2000", "china2000", "chinageodeticcoordinatesystem2000", "chinageodetic2000"),
    "Beijing 1954": ("beijing1954", "beijing54", "bj54", "pulkovo1942beijing"),
    "Xian 1980": ("xian1980", "xian80", "xa80"),
}
_EPSG_WITHOUT_ZONE = 4534  # CGCS2000 / 3-degree Gauss-Kruger CM 75E; the next zones follow one by one up to 4554


def parse_crs(crs: Any) -> pyproj.CRS:
    """Turn an EPSG code, WKT or ``pyproj.CRS`` into a CRS.

    Raises
    ------
    CrsError
        ``crs-unknown``: the text names no CRS.

    Examples
    --------
    >>> parse_crs("EPSG:4547").name
    'CGCS2000 / 3-degree Gauss-Kruger CM 114E'
    """
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise CrsError("crs-unknown", found=crs) from None


def recognise_crs(crs: Any) -> pyproj.CRS:
    """Give the EPSG definition of a CRS that is written out without its code, or the CRS itself where there is none.

    Knows what ArcGIS, MapGIS and CAD programs write for CGCS2000, Beijing 1954 and Xian 1980, in 3-degree and 6-degree
    Gauss-Kruger zones, with the zone number before the easting or without; the names may be anything, the datum and
    the parameters decide.

    Examples
    --------
    >>> plain = "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=38500000 +y_0=0 +ellps=GRS80 +units=m"
    >>> recognise_crs(pyproj.CRS(plain)).to_epsg() is None  # an ellipsoid alone names no datum
    True
    """
    found = pyproj.CRS(crs)
    if "id" in found.to_json_dict():
        return found
    code = _chinese_code(found) or found.to_epsg()  # in this order: a search of the whole registry takes its time
    return pyproj.CRS.from_epsg(code) if code else found


def _chinese_code(crs: pyproj.CRS) -> int | None:
    datum = _datum_family(crs)
    if datum is None:
        return None
    if crs.is_geographic:
        return {"CGCS2000": 4490, "Beijing 1954": 4214, "Xian 1980": 4610}[datum]
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    values = {parameter.name.lower(): float(parameter.value or 0) for parameter in operation.params}
    meridian, easting = values.get("longitude of natural origin"), values.get("false easting")
    plain = values.get("scale factor at natural origin") == 1.0 and values.get("latitude of natural origin") == 0.0
    if meridian is None or easting is None or not plain or meridian % 3 or values.get("false northing") != 0.0:
        return None
    if any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info[:2]):
        return None
    return _zone_code(datum, int(meridian), float(easting))


def _zone_code(datum: str, meridian: int, easting: float) -> int | None:
    """Find the EPSG code of a zone by its central meridian and false easting (zone * 1e6 + 500,000, or 500,000)."""
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        return None
    zoned, unzoned, wide_zoned = _ZONE_CODES[datum]
    step = (meridian - _FIRST_MERIDIAN) // 3
    if easting == _FALSE_EASTING_M:
        return unzoned + step
    if easting == meridian // 3 * 1_000_000 + _FALSE_EASTING_M:
        return zoned + step
    if meridian % 6 == 3 and easting == (meridian + 3) // 6 * 1_000_000 + _FALSE_EASTING_M:  # noqa: PLR2004
        return wide_zoned + step // 2
    return None


def _datum_family(crs: pyproj.CRS) -> str | None:
    geographic = crs.geodetic_crs
    if geographic is None or geographic.datum is None:
        return None
    name = re.sub(r"[^a-z0-9]", "", (geographic.datum.name + geographic.name).lower())
    return next((family for family, words in _DATUM_WORDS.items() if any(word in name for word in words)), None)


def is_readable_crs(text: str) -> bool:
    """Say whether a text defines a CRS that PROJ understands."""
    try:
        pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return False
    return True


def is_metric_crs(crs: Any) -> bool:
    """Say whether a CRS is projected and in metres."""
    found = pyproj.CRS(crs)
    return bool(found.is_projected and all(axis.unit_conversion_factor == 1.0 for axis in found.axis_info[:2]))


def require_metric_crs(layer: gpd.GeoDataFrame, *, name: str = "layer") -> pyproj.CRS:
    """Give the layer's CRS if it is projected and in metres, and refuse it otherwise.

    Raises
    ------
    CrsError
        ``crs-missing``, or ``crs-not-metric`` for degrees and feet.
    """
    if layer.crs is None:
        raise CrsError("crs-missing", layer=name)
    crs = pyproj.CRS(layer.crs)
    if not is_metric_crs(crs):
        raise CrsError("crs-not-metric", layer=name, found=short_name(crs))
    return crs


def same_crs(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, *, names: tuple[str, str] = ("left", "right")) -> None:
    """Refuse two layers whose CRS differ or are missing.

    Raises
    ------
    CrsError
        ``crs-missing`` or ``crs-mismatch``.
    """
    for layer, name in zip((left, right), names, strict=True):
        if layer.crs is None:
            raise CrsError("crs-missing", layer=name)
    if not pyproj.CRS(left.crs).equals(right.crs, ignore_axis_order=True):
        raise CrsError(
            "crs-mismatch",
            layer=names[1],
            found=short_name(right.crs),
            other_layer=names[0],
            needed=short_name(left.crs),
        )


def short_name(crs: Any) -> str:
    """Name a CRS for a reader: its EPSG code where it has one, else its name."""
    crs = pyproj.CRS(crs)
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else crs.name


def working_crs_for(layer: gpd.GeoDataFrame, *, name: str = "layer") -> pyproj.CRS:
    """Find the CGCS2000 3-degree Gauss-Kruger zone (EPSG:4534-4554, easting without zone number) of a layer's centre.

    Raises
    ------
    CrsError
        ``crs-missing``, or ``crs-outside-zones`` when the centre lies outside 73.5-136.5 degrees east.

    Notes
    -----
    Zone n has its central meridian at 3n degrees east (GB/T 17798; EPSG registry).
    """
    if layer.crs is None:
        raise CrsError("crs-missing", layer=name)
    west, south, east, north = layer.total_bounds
    centre = gpd.GeoSeries([shapely.Point((west + east) / 2, (south + north) / 2)], crs=layer.crs).to_crs(4490)
    longitude = float(centre.x.iloc[0])
    meridian = round(longitude / 3) * 3
    if not _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        raise CrsError("crs-outside-zones", layer=name, longitude=longitude)
    return pyproj.CRS.from_epsg(_EPSG_WITHOUT_ZONE + (meridian - _FIRST_MERIDIAN) // 3)


def to_working_crs(layer: gpd.GeoDataFrame, crs: Any = None) -> gpd.GeoDataFrame:
    """Give the layer in a metric CRS: the one asked for, else the CGCS2000 3-degree zone of its centre.

    Parameters
    ----------
    layer
        Any geometry, any CRS; the index and columns are kept, the input is untouched.
    crs
        A projected CRS in metres; None takes :func:`working_crs_for`.

    Raises
    ------
    CrsError
        The layer has no CRS, ``crs`` is unknown or not in metres, or no CGCS2000 zone covers the layer.

    Examples
    --------
    >>> town = gpd.GeoDataFrame(geometry=[shapely.box(114.0, 33.0, 114.1, 33.1)], crs=4490)
    >>> to_working_crs(town).crs.to_epsg()
    4547
    """
    target = working_crs_for(layer) if crs is None else parse_crs(crs)
    if layer.crs is None:
        raise CrsError("crs-missing", layer="layer")
    moved = layer.copy() if pyproj.CRS(layer.crs).equals(target, ignore_axis_order=True) else layer.to_crs(target)
    require_metric_crs(moved)
    return moved
