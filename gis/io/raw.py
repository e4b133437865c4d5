"""Read one file of a known format into a draft: its encoding settled, nothing standardised yet."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa

from gis.crs import is_readable_crs
from gis.decisions import Decision
from gis.errors import ReadError
from gis.i18n import Text, listed
from gis.io.dbf import deleted_rows, read_dbf_header, sample_dbf_text
from gis.io.draft import Draft
from gis.io.dxf import read_dxf
from gis.io.encoding import decide_encoding
from gis.io.gdal import layer_names, read_raw
from gis.io.jsonfile import json_layers, read_json
from gis.io.kml import kml_layers, read_kml
from gis.io.letters import bytes_of, decode_letters
from gis.io.located import read_located_table
from gis.io.mapinfo import read_mapinfo
from gis.io.shapefile import declared_encoding, rows_with_shape, sibling
from gis.io.shapefile_out import CROSSWALK_SUFFIX
from gis.io.source import SourceFile
from gis.io.spreadsheet import sheet_names

__all__ = ["Wanted", "choose_layer", "layers_of", "read_draft"]

_BYTES_AS_LETTERS = "ISO-8859-1"  # GDAL makes each byte the letter of the same number: nothing is lost before we decode
_FIXED = Decision("UTF-8", "declared", Text("编码：由文件格式规定", "encoding: fixed by the format"))


@dataclass(frozen=True)
class Wanted:
    """What is to be read, and what the planner states of it."""

    path: str
    encoding: str | None = None
    columns: Mapping[str, str] | None = None
    judge: bool = False


def layers_of(source: SourceFile) -> list[str]:
    """Name the layers of a file: those of the format, or its stem.

    Raises
    ------
    ReadError
        ``file-unreadable``.
    """
    if source.format.key == "kml":
        return kml_layers(source.file)
    if source.format.key in {"geojson", "topojson"}:
        return json_layers(source.file)
    if source.format.key == "excel":
        return sheet_names(source.file)
    if source.format.key in {"geopackage", "filegdb", "dxf"}:
        return layer_names(source.file)
    return [source.stem]


def choose_layer(files: list[SourceFile], layer: str | None, *, path: object) -> tuple[SourceFile, str]:
    """Find the one layer that is meant.

    Raises
    ------
    ReadError
        ``layer-not-found``, ``layer-not-named`` (several, none named), ``no-geometry``.
    """
    known = [(file, name) for file in files for name in layers_of(file)]
    if layer is not None:
        found = [one for one in known if one[1] == layer]
        if not found:
            raise ReadError(
                "layer-not-found", path=path, layer=layer, found=listed([name for _, name in known], limit=20)
            )
        return found[0]
    if not known:
        raise ReadError("no-geometry", path=path, layer=files[0].stem)
    if len(known) > 1:
        raise ReadError("layer-not-named", path=path, found=listed([name for _, name in known], limit=20))
    return known[0]


def read_draft(source: SourceFile, layer: str, wanted: Wanted) -> Draft:
    """Read the layer of a file.

    Raises
    ------
    ReadError
        The file cannot be read, its encoding cannot be decided, or the layer holds no rows.
    """
    key, path, encoding = source.format.key, wanted.path, wanted.encoding
    if key == "shapefile":
        draft = _read_shapefile(source.file, layer, wanted)
    elif key == "geoparquet":
        draft = _read_parquet(source.file, layer, path=path)
    elif key in {"csv", "excel"}:
        draft = read_located_table(source.file, layer, path=path, encoding=encoding, columns=wanted.columns)
    elif key == "kml":
        draft = read_kml(source.file, layer, path=path, encoding=encoding)
    elif key in {"geojson", "topojson"}:
        draft = read_json(source.file, layer, path=path, encoding=encoding)
    elif key == "dxf":
        draft = read_dxf(source.file, layer, path=path, encoding=encoding)
    elif key in {"mapinfo", "mapinfo_mif"}:
        draft = read_mapinfo(source.file, layer, path=path, encoding=encoding)
    else:
        draft = _read_gdal(source, layer, wanted)
    if draft.frame.empty:
        raise ReadError("layer-empty", path=path, layer=layer)
    return draft


def _read_gdal(source: SourceFile, layer: str, wanted: Wanted) -> Draft:
    """Read a format whose text is UTF-8 by rule; where it is not (some programs write GBK there), its bytes decide."""
    key, path = source.format.key, wanted.path
    try:
        raw = read_raw(source.file, layer=layer, judge=wanted.judge)
        draft = Draft(path, layer, key, raw.frame, raw.crs, _FIXED)
    except ReadError as error:
        if not isinstance(error.__cause__, UnicodeDecodeError | pa.ArrowInvalid):
            raise
        raw = read_raw(source.file, layer=layer, encoding="latin-1")
        choice = decide_encoding(bytes_of(raw.frame), path=source.file, stated=wanted.encoding)
        draft = Draft(path, layer, key, raw.frame, raw.crs, choice.decision, questions=list(choice.questions))
        decode_letters(draft, choice)
    draft.add_remarks(raw.remarks)
    draft.judged = raw.judged
    return draft


def _read_shapefile(file: Path, layer: str, wanted: Wanted) -> Draft:
    dbf = sibling(file, ".dbf")
    assert dbf is not None  # checked when the source was opened
    _check_prj(file)
    choice = decide_encoding(
        sample_dbf_text(dbf),
        path=Path(wanted.path),
        stated=wanted.encoding,
        declared=declared_encoding(file),
        language_byte=read_dbf_header(dbf).language_byte,
    )
    deleted = deleted_rows(dbf)
    raw = read_raw(file, layer=layer, encoding=_BYTES_AS_LETTERS, deleted=int(deleted.sum()), judge=wanted.judge)
    lost = np.flatnonzero(
        raw.frame.geometry.isna().to_numpy(dtype=bool) & np.array(rows_with_shape(file), dtype=bool)[~deleted]
    )
    if len(lost):
        rows = listed([int(row) + 1 for row in lost])
        reason = Text(f"第 {rows.zh} 行的图形无法读取", f"the shapes of rows {rows.en} cannot be read")
        raise ReadError("file-damaged", path=file.name, reason=reason)
    draft = Draft(
        wanted.path, layer, "shapefile", raw.frame, raw.crs, choice.decision, questions=list(choice.questions)
    )
    draft.add_remarks(raw.remarks)
    draft.judged = raw.judged
    if deleted.any():
        count = int(deleted.sum())
        draft.notes.append(
            Text(
                f"{count} 行在文件中已标为删除，未读取",
                f"{count} rows are marked as deleted in the file and were not read",
            )
        )
    decode_letters(draft, choice)
    _restore_names(draft, file)
    return draft


def _check_prj(shp: Path) -> None:
    prj = sibling(shp, ".prj")
    text = prj.read_text(encoding="utf-8", errors="replace").strip() if prj else ""
    if prj and text and not is_readable_crs(text):
        reason = Text("坐标参考系的定义有误", "its CRS definition is wrong")
        raise ReadError("file-damaged", path=prj.name, reason=reason)


def _restore_names(draft: Draft, shp: Path) -> None:
    """Give columns whose names were cut on writing their whole names back, by the crosswalk beside the file."""
    crosswalk = sibling(shp, CROSSWALK_SUFFIX)
    if crosswalk is None:
        return
    with crosswalk.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        whole = {row[0]: row[1] for row in csv.reader(file) if len(row) == 2}  # noqa: PLR2004
    names = {name: whole[name] for name in draft.frame.columns if whole.get(name, name) != name}
    if names and not set(names.values()) & set(draft.frame.columns):
        draft.frame = draft.frame.rename(columns=names)
        draft.notes.append(
            Text(
                f"按 {crosswalk.name} 恢复了 {len(names)} 个被截断的列名",
                f"{len(names)} column names were restored from {crosswalk.name}",
            )
        )


def _read_parquet(file: Path, layer: str, *, path: str) -> Draft:
    try:
        frame = gpd.read_parquet(file)
        for name in frame.columns[frame.dtypes == "str"]:
            pa.array(frame[name]).validate(full=True)  # texts must be UTF-8
    except Exception as error:  # a damaged file makes the libraries raise nearly anything
        raise ReadError("file-unreadable", path=path, reason=error) from error
    frame = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    frame.attrs = {}
    crs = frame.crs
    return Draft(path, layer, "geoparquet", frame.set_crs(None, allow_override=True), crs, _FIXED)
