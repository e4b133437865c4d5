"""Write a layer to a file so that reading it gives the same layer; what a format cannot hold is refused, never bent."""

import shutil
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from gis.errors import CrsError, WriteError
from gis.i18n import listed
from gis.io.formats import Format, format_of, writable_suffixes
from gis.io.kml_out import write_kml
from gis.io.mapinfo_out import write_mapinfo
from gis.io.postgis import is_database, without_password
from gis.io.postgis_out import write_postgis
from gis.io.shapefile_out import write_shapefile
from gis.io.table_out import write_csv, write_excel

__all__ = ["write_layer"]

_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.FieldError,
)
_OPTIONS: dict[str, dict[str, str]] = {
    "geojson": {"COORDINATE_PRECISION": "17", "SIGNIFICANT_FIGURES": "17"},
    "flatgeobuf": {"SPATIAL_INDEX": "NO"},  # an index would put the rows in another order
}


def write_layer(
    layer: gpd.GeoDataFrame, path: str | PathLike[str], *, layer_name: str | None = None, encoding: str | None = None
) -> Path:
    """Write a layer; the suffix of the path says in which format.

    Parameters
    ----------
    layer
        Any geometry, with a CRS; the index is written as column ``id``.
    path
        Where to; an existing file is replaced, but a GeoPackage keeps its other layers. The file appears whole or not
        at all. The URL of a PostGIS database (``postgresql://...``) makes a new table there.
    layer_name
        Name of the layer in formats that hold several; None takes the stem of the path. For PostGIS the table, or
        ``schema.table``.
    encoding
        For Shapefile, MapInfo and CSV: ``"utf-8"`` (default), ``"gbk"``, ``"gb18030"`` or ``"big5"``; what declares it
        (.cpg, charset of the header) is written with it. Other formats fix their encoding.

    Returns
    -------
    Path
        The file. Beside a Shapefile whose column names had to be cut to 10 bytes lies ``<stem>.columns.csv``, the
        short names and the whole ones, which :func:`gis.read_layer` uses to give the names back.

    Raises
    ------
    WriteError
        ``format-unknown``, ``not-encodable``, ``text-too-long``, ``mixed-types``, ``encoding-fixed``,
        ``folder-missing``, ``table-exists``, ``crs-without-code``, ``not-writable``.
    CrsError
        ``crs-missing``.

    Notes
    -----
    KML holds longitude and latitude only; the layer is written in EPSG:4326 there.
    """
    if is_database(path):
        if layer.crs is None:
            raise CrsError("crs-missing", layer=layer_name or "layer")
        write_postgis(_with_ids(layer), str(path), layer=layer_name or "layer")
        return Path(without_password(str(path)))
    target = Path(path)
    fmt = format_of(target)
    if fmt is None or not fmt.writable:
        raise WriteError(
            "format-unknown",
            path=target,
            suffix=target.suffix or target.name,
            known=listed(writable_suffixes(), limit=20),
        )
    if layer.crs is None:
        raise CrsError("crs-missing", layer=layer_name or target.stem)
    if not target.parent.is_dir():
        raise WriteError("folder-missing", path=target, folder=target.parent)
    if encoding is not None and fmt.key not in {"shapefile", "mapinfo", "mapinfo_mif", "csv"}:
        raise WriteError("encoding-fixed", path=target, format=fmt.label, encoding=encoding)
    frame = _with_ids(layer)
    with TemporaryDirectory(prefix=".quhua-", dir=target.parent) as folder:
        fresh = Path(folder) / target.name
        try:
            _write(frame, fresh, target, fmt, layer_name or target.stem, encoding)
        except _ERRORS as error:
            raise WriteError("not-writable", path=target.name, reason=" ".join(str(error).split())) from error
        for file in sorted(Path(folder).iterdir(), key=lambda one: one.name == target.name):
            file.replace(target.parent / file.name)
    return target


def _write(frame: gpd.GeoDataFrame, fresh: Path, target: Path, fmt: Format, name: str, encoding: str | None) -> None:
    if fmt.key == "shapefile":
        write_shapefile(frame, fresh, encoding=encoding or "utf-8")
    elif fmt.key in {"mapinfo", "mapinfo_mif"}:
        write_mapinfo(frame, fresh, encoding=encoding or "utf-8")
    elif fmt.key == "csv":
        write_csv(frame, fresh, encoding=encoding)
    elif fmt.key == "excel":
        write_excel(frame, fresh, layer=name)
    elif fmt.key == "geoparquet":
        frame.to_parquet(fresh, index=False)
    elif fmt.key == "kml":
        write_kml(frame, fresh, layer=name)
    else:
        if fmt.key == "geopackage" and target.exists():
            shutil.copyfile(target, fresh)
        options: dict[str, Any] = {"promote_to_multi": False} if fmt.key == "flatgeobuf" else {}
        pyogrio.write_dataframe(
            frame, fresh, layer=name, driver=fmt.driver, layer_options=_OPTIONS.get(fmt.key, {}), **options
        )


def _with_ids(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the index into a column ``id`` at the front, drop the record of loading, and keep only writable columns."""
    frame = layer.copy()
    frame.attrs = {}
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    if "id" in frame.columns:
        frame = frame.rename(columns={"id": "id_original"})
    frame.insert(0, "id", pd.Series(frame.index.astype(str), index=frame.index))
    for name in frame.columns.drop("geometry"):
        column = frame[name]
        if not (is_numeric_dtype(column) or is_bool_dtype(column) or is_datetime64_any_dtype(column)):
            frame[name] = column.astype("str")
    return frame[[*frame.columns.drop("geometry"), "geometry"]].reset_index(drop=True)
