"""Selections as files: written by the one writer of layers, into a folder that goes when the answer is sent."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import geopandas as gpd

from api.formats import FILE_FORMATS, FormatName
from api.selection import Selected
from gis.io import write_layer
from gis.plain import plain_value, to_json

__all__ = ["export_file"]


def export_file(selected: Selected, name: FormatName, *, encoding: str, in_stored_crs: bool) -> Path:
    """Write what a selection found as one file, in a folder of its own that the caller removes.

    Parameters
    ----------
    encoding
        Of a shapefile: ``"gbk"`` or ``"utf-8"``; the others fix theirs.
    in_stored_crs
        Keep the CRS in which the layer is stored; else the one of the selection, x before y as files have it.

    Raises
    ------
    WriteError
        The format cannot hold the layer: text that GBK does not know, shapes of several kinds.
    """
    layer = selected.found.load().iloc[selected.rows]
    if selected.columns is not None:
        layer = layer[[*selected.columns, layer.geometry.name]]
    if not in_stored_crs:
        layer = layer.to_crs(selected.reference.crs)
    folder = Path(mkdtemp(prefix="quhua-"))
    try:
        return _write(_plain(layer), folder, selected.found.id, name, encoding)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _write(layer: gpd.GeoDataFrame, folder: Path, stem: str, name: FormatName, encoding: str) -> Path:
    target = folder / f"{stem}{FILE_FORMATS[name].suffix}"
    if name != "shp":
        return write_layer(layer, target)
    parts = folder / "parts"
    parts.mkdir()
    write_layer(layer, parts / f"{stem}.shp", encoding=encoding)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(parts.iterdir()):
            archive.write(part, part.name)
    return target


def _plain(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write lists as JSON texts: files have no type for them."""
    shown = layer.copy()
    for column in shown.columns.drop(shown.geometry.name):
        if shown[column].dtype == object and _has_lists(shown[column].tolist()):
            shown[column] = [to_json(plain_value(cell)) for cell in shown[column]]
    return shown


def _has_lists(cells: Sequence[Any]) -> bool:
    return any(isinstance(cell, tuple | list | dict | set) for cell in cells)
