"""The one CRS gate: missing, geographic, non-metre and unequal CRS are told apart here and nowhere else."""

from typing import Any

import geopandas as gpd
import pyproj
import shapely

from gis.errors import CrsError

__all__ = ["parse_crs", "require_metric_crs", "same_crs", "to_working_crs", "working_crs_for"]

_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
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
    metric = crs.is_projected and all(axis.unit_conversion_factor == 1.0 for axis in crs.axis_info[:2])
    if not metric:
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
