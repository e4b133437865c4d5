"""Coordinate reference systems as GeoPackage lists them, in ``gpkg_spatial_ref_sys`` (OGC 12-128r17, clause 1.1.2)."""

import pyproj
import sqlalchemy as sa

__all__ = ["srs_id_of"]

_UNDEFINED = -1  # "undefined Cartesian"
_FIRST_OWN_SRS = 200_000  # above every EPSG and ESRI code


def srs_id_of(connection: sa.Connection, crs: pyproj.CRS | None) -> int:
    """Find the CRS in ``gpkg_spatial_ref_sys``, or add it."""
    if crs is None:
        return _UNDEFINED
    organization, code, srs_id = "NONE", None, None
    authority = crs.to_authority(min_confidence=100)
    if authority is not None and authority[0] in {"EPSG", "ESRI"}:
        organization, code = authority[0], int(authority[1])
        srs_id = code
    definition = _definition(crs)
    found = connection.exec_driver_sql(
        "SELECT srs_id FROM gpkg_spatial_ref_sys WHERE (organization = ? AND organization_coordsys_id = ?) "
        "OR (? IS NULL AND definition = ?)",
        (organization, code, code, definition),
    ).scalar()
    if found is not None:
        return int(found)
    if srs_id is None:
        highest = connection.exec_driver_sql("SELECT max(srs_id) FROM gpkg_spatial_ref_sys").scalar()
        srs_id = max(_FIRST_OWN_SRS, int(highest or 0) + 1)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)",
        (crs.name, srs_id, organization, code or srs_id, definition),
    )
    return srs_id


def _definition(crs: pyproj.CRS) -> str:
    """Write a CRS as WKT 1, which GeoPackage readers expect, or as WKT 2 where WKT 1 cannot say it."""
    try:
        return str(crs.to_wkt("WKT1_GDAL"))
    except pyproj.exceptions.CRSError:
        return str(crs.to_wkt("WKT2_2019"))
