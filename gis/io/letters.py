"""Texts that were read as letters standing for bytes, decoded once the encoding is settled."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
from pandas.api.types import is_string_dtype

from gis.decisions import RowNote
from gis.errors import ReadError
from gis.i18n import Text
from gis.io.draft import Draft
from gis.io.encoding import EncodingChoice, decode_text
from gis.io.gdal import unique_names

__all__ = ["bytes_of", "decode_letters"]

_LETTERS = "latin-1"  # each byte became the letter of the same number
_LAST_LETTER = "\xff"


def bytes_of(frame: gpd.GeoDataFrame) -> list[bytes]:
    """Give the column names and the different values of text columns as the bytes that they stand for."""
    texts = {str(name) for name in frame.columns}
    for name in _text_columns(frame):
        texts.update(str(value) for value in frame[name].dropna().unique())
    return [text.encode(_LETTERS) for text in sorted(texts) if _stands_for_bytes(text)]


def decode_letters(draft: Draft, choice: EncodingChoice) -> None:
    """Turn the letters of names and values into text, each different value once.

    Raises
    ------
    ReadError
        ``encoding-wrong``: bytes that the encoding cannot read, other than half a character at the end of a value.
    """
    names = [_decoded(str(name), choice.codec, draft)[0] for name in draft.frame.columns]
    textual = set(_text_columns(draft.frame))
    for name, shown in zip(draft.frame.columns, names, strict=True):
        if name in textual:
            _decode_column(draft, name, shown, choice.codec)
    fresh = iter(unique_names([name for name in names if name != "geometry"]))
    named = [name if name == "geometry" else next(fresh) for name in names]
    draft.frame = gpd.GeoDataFrame(draft.frame.set_axis(named, axis="columns"), geometry="geometry")


def _decode_column(draft: Draft, name: str, shown: str, codec: str) -> None:
    column = draft.frame[name]
    known = {one: _decoded(one, codec, draft) for one in column.dropna().unique() if not str(one).isascii()}
    if not known:
        return
    draft.frame[name] = column.replace({letters: text for letters, (text, _) in known.items()})
    cut = column.isin([letters for letters, (_, was_cut) in known.items() if was_cut]).to_numpy()
    text = Text(
        f"列“{shown}”的文字被列宽截断，末尾半个字已去掉",
        f"text of column {shown} was cut by its width; half a character at its end was dropped",
    )
    draft.faults += [RowNote(int(row), "", "text-cut", text) for row in draft.rows[cut]]


def _decoded(letters: str, codec: str, draft: Draft) -> tuple[str, bool]:
    if letters.isascii() or not _stands_for_bytes(letters):
        return letters, False
    try:
        return decode_text(letters.encode(_LETTERS), codec)
    except UnicodeDecodeError as error:
        raise ReadError("encoding-wrong", path=Path(draft.path).name, encoding=codec.upper()) from error


def _stands_for_bytes(text: str) -> bool:
    return max(text, default="") <= _LAST_LETTER


def _text_columns(frame: gpd.GeoDataFrame) -> Iterable[str]:
    return [name for name in frame.columns if name != "geometry" and is_string_dtype(frame[name])]
