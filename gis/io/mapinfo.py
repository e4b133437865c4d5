"""Read MapInfo TAB and MIF: the charset of the header is believed, else the encoding is decided from the bytes."""

import csv
import glob
import itertools
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pyproj
from pandas.api.types import is_numeric_dtype, is_string_dtype

from gis.decisions import Decision, Question
from gis.errors import ReadError
from gis.i18n import Text
from gis.io.dbf import deleted_rows, read_dbf_header
from gis.io.draft import Draft
from gis.io.encoding import decide_encoding
from gis.io.gdal import read_raw
from gis.io.letters import bytes_of, decode_letters
from gis.io.shapefile import sibling

__all__ = ["check_mapinfo", "read_mapinfo"]

_CHARSET = re.compile(rb'charset\s+"?([A-Za-z0-9_-]+)"?', re.IGNORECASE)
_SILENT = {"neutral", "windowslatin1", "iso8859_1"}  # what programs write whatever the text is in
_COMPANIONS = {".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}


def check_mapinfo(file: Path) -> None:
    """Make sure that the companions of a .tab or .mif are there.

    Raises
    ------
    ReadError
        ``sidecar-missing``.
    """
    for suffix in _COMPANIONS[file.suffix.lower()]:
        if sibling(file, suffix) is None:
            raise ReadError("sidecar-missing", path=file.name, sidecar=file.stem + suffix)


def read_mapinfo(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    """Read a MapInfo table.

    Raises
    ------
    ReadError
        ``file-unreadable``, ``encoding-wrong``, ``encoding-undecided``.
    """
    draft = _read(file, layer, path=path, encoding=encoding)
    promised = _promised_rows(file)
    if promised != len(draft.frame):
        reason = Text(
            f"应有 {promised} 行，只读到 {len(draft.frame)} 行",
            f"of {promised} rows only {len(draft.frame)} can be read",
        )
        raise ReadError("file-damaged", path=file.name, reason=reason)
    _mark_unknown(draft)
    prj = sibling(file, ".prj")
    if prj is not None:  # MapInfo itself has no word for CGCS2000
        draft.declared_crs = prj.read_text(encoding="utf-8", errors="replace")
    elif draft.declared_crs is not None and pyproj.CRS(draft.declared_crs).to_epsg() is None:
        text = Text(
            "MapInfo 文件无法写明 CGCS2000 等坐标系；请确认坐标参考系，必要时用 --crs 指定",
            "MapInfo cannot name CGCS2000 and the like; make sure of the CRS, and state it with --crs if need be",
        )
        draft.questions.append(Question("crs-unnamed", text))
    return draft


def _promised_rows(file: Path) -> int:
    """Count the rows of the attribute table, which GDAL passes over when the shapes end early."""
    if file.suffix.lower() == ".mif":
        mid = sibling(file, ".mid")
        assert mid is not None
        with file.open(encoding="latin-1") as head:
            match = re.search(
                r'^\s*delimiter\s+"(.)"', "".join(itertools.islice(head, 50)), re.IGNORECASE | re.MULTILINE
            )
        with mid.open(encoding="latin-1", newline="") as rows:
            return sum(1 for row in csv.reader(rows, delimiter=match[1] if match else "\t") if row)
    dat = sibling(file, ".dat")
    assert dat is not None
    return read_dbf_header(dat).records - int(deleted_rows(dat).sum())


def _mark_unknown(draft: Draft) -> None:
    """Take empty texts for unknown, and say that a zero may be one: MapInfo knows no empty cells."""
    for name in draft.frame.columns.drop("geometry"):
        column = draft.frame[name]
        if is_string_dtype(column):
            draft.frame[name] = column.where(column.str.strip() != "")
        elif is_numeric_dtype(column) and (column == 0).any():
            zeros = int((column == 0).sum())
            draft.notes.append(
                Text(
                    f"MapInfo 没有空值：列“{name}”的 {zeros} 个 0 可能是未知",
                    f"MapInfo knows no empty cells: {zeros} zeros of column {name} may be unknown",
                )
            )


def _read(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    with file.open("rb") as opened:
        match = _CHARSET.search(opened.read(1000))
    charset = match[1].decode() if match else "Neutral"
    if charset.lower() in _SILENT:
        return _read_bytes(file, layer, path=path, encoding=encoding)
    if encoding is None:
        raw = read_raw(file, layer=layer)
        reason = Text(f"编码：{charset}，由文件头声明", f"encoding: {charset}, declared by the header")
        draft = Draft(path, layer, "mapinfo", raw.frame, raw.crs, Decision(charset, "declared", reason))
        draft.add_remarks(raw.remarks)
        return draft
    with TemporaryDirectory(prefix="quhua-") as folder:  # what is stated goes before what the header says
        for one in file.parent.glob(f"{glob.escape(file.stem)}.*"):
            shutil.copyfile(one, Path(folder) / one.name)
        copy = Path(folder) / file.name
        copy.write_bytes(file.read_bytes().replace(charset.encode(), b"Neutral"))
        return _read_bytes(copy, layer, path=path, encoding=encoding)


def _read_bytes(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    raw = read_raw(file, layer=layer, encoding="latin-1")
    choice = decide_encoding(bytes_of(raw.frame), path=Path(path), stated=encoding)
    draft = Draft(path, layer, "mapinfo", raw.frame, raw.crs, choice.decision, questions=list(choice.questions))
    draft.add_remarks(raw.remarks)
    decode_letters(draft, choice)
    return draft
