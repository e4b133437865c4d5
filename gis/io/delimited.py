"""Delimited text (.csv, .tsv, .txt) as rows of cells: encoding, delimiter, and the types that a .csvt states."""

import codecs
import csv
import re
from collections import Counter
from pathlib import Path

from gis.errors import ReadError
from gis.i18n import Text
from gis.io.encoding import EncodingChoice, decide_encoding
from gis.io.shapefile import sibling

__all__ = ["read_cells", "stated_types"]

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = (",", "\t", ";", "|")
_BETWEEN_TEXTS = re.compile(rb"[\x00-\x1f,;|\"]+")
_SAMPLE_BYTES = 2_000_000
_MAX_CELL = 64 * 1024**2
_NAME, _TYPE = 0, 1


def read_cells(file: Path, *, path: str, encoding: str | None) -> tuple[list[list[str]], EncodingChoice]:
    """Read every row as texts.

    Raises
    ------
    ReadError
        ``encoding-wrong``, ``encoding-undecided``, ``file-damaged`` (quotes that never close, null bytes).
    """
    raw = file.read_bytes()
    choice = _choice(raw, file, path, encoding)
    try:
        text = raw.decode(choice.codec)
    except UnicodeDecodeError as error:
        raise ReadError("encoding-wrong", path=file.name, encoding=choice.codec.upper().removesuffix("-SIG")) from error
    text = text.removeprefix("\ufeff")
    csv.field_size_limit(_MAX_CELL)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        reason = Text(f"表格行无法解析（{error}）", f"its rows cannot be told apart ({error})")
        raise ReadError("file-damaged", path=file.name, reason=reason) from error
    return rows, choice


def stated_types(file: Path) -> list[str] | None:
    """Give the column types of the .csvt beside a .csv (``String``, ``Integer64``, ``Real``, ``WKT`` ...), or None."""
    csvt = sibling(file, ".csvt")
    if csvt is None:
        return None
    first = csvt.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    return [one.strip().strip('"').partition("(")[0] for one in next(csv.reader([first]), [])]


def _choice(raw: bytes, file: Path, path: str, stated: str | None) -> EncodingChoice:
    mark = next((codec for bom, codec in _MARKS if raw.startswith(bom)), None)
    if mark is not None and stated is None:
        choice = decide_encoding(
            [raw[:_SAMPLE_BYTES].decode(mark, "ignore").encode()], path=Path(path), declared="utf-8"
        )
        return EncodingChoice(mark, choice.decision)
    texts = sorted(set(_BETWEEN_TEXTS.split(raw[:_SAMPLE_BYTES].rpartition(b"\n")[0] or raw)))
    return decide_encoding(texts, path=file, stated=stated)


def _delimiter(text: str) -> str:
    """Take the sign that stands equally often outside quotes in most of the first lines."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:200_000].splitlines()[:30] if line.strip()]

    def fitness(sign: str) -> tuple[int, int]:
        (count, lines_alike), *_ = Counter(line.count(sign) for line in lines).most_common(1) or [(0, 0)]
        return (lines_alike, count) if count else (0, 0)

    return max(_DELIMITERS, key=fitness)
