"""Read one file of a known format into a draft: its encoding settled, nothing standardised yet."""

import csv
from pathlib import Path

import geopandas as gpd
from pandas.api.types import is_string_dtype

from gis.decisions import Decision, RowNote
from gis.errors import ReadError
from gis.i18n import Text, listed
from gis.io.dbf import read_dbf_header, sample_dbf_text
from gis.io.draft import Draft
from gis.io.encoding import EncodingChoice, decide_encoding, decode_text
from gis.io.gdal import RawLayer, layer_names, read_raw, unique_names
from gis.io.shapefile import declared_encoding, sibling
from gis.io.shapefile_out import CROSSWALK_SUFFIX
from gis.io.source import SourceFile

__all__ = ["choose_layer", "read_draft"]

_BYTES_AS_LETTERS = "ISO-8859-1"  # each byte becomes the letter of the same number: nothing is lost before we decode
_FIXED = Decision("UTF-8", "declared", Text("编码:由文件格式规定", "encoding: fixed by the format"))


def choose_layer(files: list[SourceFile], layer: str | None, *, path: object) -> tuple[SourceFile, str]:
    """Find the one layer that is meant.

    Raises
    ------
    ReadError
        ``layer-not-found``, ``layer-not-named`` (several, none named), ``no-geometry``.
    """
    known = [(file, name) for file in files for name in _layers_of(file)]
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


def read_draft(source: SourceFile, layer: str, *, path: str, encoding: str | None) -> Draft:
    """Read the layer of a file.

    Raises
    ------
    ReadError
        The file cannot be read, or its encoding cannot be decided.
    """
    if source.format.key == "shapefile":
        draft = _read_shapefile(source, layer, path=path, encoding=encoding)
    elif source.format.reader == "parquet":
        draft = _read_parquet(source, layer, path=path)
    else:
        raw = read_raw(source.file, layer=layer)
        draft = Draft(path, layer, source.format.key, raw.frame, raw.crs, _FIXED)
        _add_remarks(draft, raw)
    if draft.frame.empty:
        raise ReadError("layer-empty", path=path, layer=layer)
    return draft


def _layers_of(source: SourceFile) -> list[str]:
    if source.format.key == "shapefile" or source.format.reader != "gdal":
        return [source.stem]
    return layer_names(source.file)


def _read_shapefile(source: SourceFile, layer: str, *, path: str, encoding: str | None) -> Draft:
    dbf = sibling(source.file, ".dbf")
    assert dbf is not None  # checked when the source was opened
    choice = decide_encoding(
        sample_dbf_text(dbf),
        path=Path(path),
        stated=encoding,
        declared=declared_encoding(source.file),
        language_byte=read_dbf_header(dbf).language_byte,
    )
    raw = read_raw(source.file, layer=layer, encoding=_BYTES_AS_LETTERS)
    draft = Draft(path, layer, "shapefile", raw.frame, raw.crs, choice.decision, questions=list(choice.questions))
    _decode(draft, choice)
    _restore_names(draft, source.file)
    _add_remarks(draft, raw)
    return draft


def _restore_names(draft: Draft, shp: Path) -> None:
    """Give columns whose names were cut on writing their whole names back, by the crosswalk beside the file."""
    crosswalk = sibling(shp, CROSSWALK_SUFFIX)
    if crosswalk is None:
        return
    with crosswalk.open(encoding="utf-8-sig", newline="") as file:
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


def _read_parquet(source: SourceFile, layer: str, *, path: str) -> Draft:
    try:
        frame = gpd.read_parquet(source.file)
    except (ValueError, OSError, TypeError, KeyError) as error:
        raise ReadError("file-unreadable", path=path, reason=str(error)) from error
    frame = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    frame.attrs = {}
    crs = frame.crs
    return Draft(path, layer, "geoparquet", frame.set_crs(None, allow_override=True), crs, _FIXED)


def _decode(draft: Draft, choice: EncodingChoice) -> None:
    """Turn the letters that stand for bytes into text, each different value once; cut last characters are noted."""
    names = [_decoded(str(name), choice.codec, draft)[0] for name in draft.frame.columns]
    for name, shown in zip(draft.frame.columns, names, strict=True):
        column = draft.frame[name]
        if name == "geometry" or not is_string_dtype(column):
            continue
        known = {one: _decoded(one, choice.codec, draft) for one in column.dropna().unique() if not str(one).isascii()}
        if known:
            draft.frame[name] = column.replace({letters: text for letters, (text, _) in known.items()})
            cut = column.isin([letters for letters, (_, was_cut) in known.items() if was_cut]).to_numpy()
            text = Text(
                f"列“{shown}”的文字被列宽截断,末尾半个字已去掉",
                f"text of column {shown} was cut by its width; half a character at its end was dropped",
            )
            draft.faults += [RowNote(int(row), "", "text-cut", text) for row in draft.rows[cut]]
    draft.frame = gpd.GeoDataFrame(
        draft.frame.set_axis([*unique_names(names[:-1]), "geometry"], axis="columns"), geometry="geometry"
    )


def _decoded(letters: str, codec: str, draft: Draft) -> tuple[str, bool]:
    try:
        return decode_text(letters.encode(_BYTES_AS_LETTERS), codec)
    except UnicodeDecodeError as error:
        raise ReadError("encoding-wrong", path=draft.path, encoding=codec.upper()) from error


def _add_remarks(draft: Draft, raw: RawLayer) -> None:
    draft.notes += [Text(f"读取时的提示:{remark}", f"said while reading: {remark}") for remark in raw.remarks]
