"""Write a shapefile: names of at most 10 bytes with a crosswalk to the whole ones, text in a stated encoding."""

import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from gis.errors import WriteError
from gis.io.encoding import find_encoding

__all__ = ["CROSSWALK_SUFFIX", "short_names", "write_shapefile"]

CROSSWALK_SUFFIX = ".columns.csv"
_NAME_BYTES = 10
_TEXT_BYTES = 254
_CPG = {"utf-8": "UTF-8", "gb18030": "GB18030", "gbk": "936", "big5": "950", "big5hkscs": "950"}
_LANGUAGE_BYTES = {"gbk": 0x4D, "big5": 0x4F, "big5hkscs": 0x4F}
_LANGUAGE_OFFSET = 29


def short_names(names: list[str], *, encoding: str = "utf-8") -> dict[str, str]:
    """Give each column a name of its own of at most 10 bytes: whole -> short.

    Examples
    --------
    >>> short_names(["name", "resident_population", "resident_places"])
    {'name': 'name', 'resident_population': 'resident_p', 'resident_places': 'resident_1'}
    """
    taken, short = {name.lower() for name in names if len(name.encode(encoding)) <= _NAME_BYTES}, {}
    for name in names:
        if len(name.encode(encoding)) <= _NAME_BYTES:
            short[name] = name
            continue
        fresh, number = _cut(name, _NAME_BYTES, encoding), 0
        while fresh.lower() in taken:
            number += 1
            fresh = _cut(name, _NAME_BYTES - len(str(number)) - (number > 9), encoding).rstrip("_") + f"_{number}"  # noqa: PLR2004
            fresh = (
                fresh
                if len(fresh.encode(encoding)) <= _NAME_BYTES
                else _cut(name, _NAME_BYTES - 1 - len(str(number)), encoding) + f"_{number}"
            )
        taken.add(fresh.lower())
        short[name] = fresh
    return short


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, *, encoding: str) -> None:
    """Write .shp, .shx, .dbf, .prj and .cpg, and the crosswalk of names if any had to be cut.

    Raises
    ------
    WriteError
        ``not-encodable``, ``text-too-long`` (more than 254 bytes), ``mixed-types`` (a shapefile holds one type).
    """
    plain = encoding.lower().replace("_", "-")
    codec = "gbk" if plain in {"gbk", "cp936", "936", "gb2312"} else find_encoding(encoding)
    _check_types(frame, path)
    names = [str(name) for name in frame.columns.drop("geometry")]
    for name in names:
        _encoded(name, codec, name)
    short = short_names(names, encoding=codec)
    letters = frame.rename(columns={name: _as_letters(short[name], codec, name) for name in names})
    for name, letter_name in zip(names, letters.columns, strict=False):
        if _is_text(frame[name]):
            letters[letter_name] = (
                frame[name]
                .map(lambda value, name=name: _as_letters(value, codec, name), na_action="ignore")
                .astype("str")
            )
    pyogrio.write_dataframe(letters, path, driver="ESRI Shapefile", encoding="ISO-8859-1")
    _mark_language(path.with_suffix(".dbf"), _LANGUAGE_BYTES.get(codec, 0))
    path.with_suffix(".cpg").write_text(_CPG.get(codec, codec), encoding="ascii")
    if any(name != cut for name, cut in short.items()):
        with path.with_suffix(CROSSWALK_SUFFIX).open("w", encoding="utf-8-sig", newline="") as crosswalk:
            csv.writer(crosswalk).writerows([("short", "name"), *((cut, name) for name, cut in short.items())])


def _as_letters(text: str, codec: str, column: str) -> str:
    """Turn text into letters that stand for its bytes, so that GDAL writes these very bytes."""
    return _encoded(text, codec, column).decode("latin-1")


def _encoded(text: str, codec: str, column: str) -> bytes:
    try:
        raw = text.encode(codec)
    except UnicodeEncodeError as error:
        raise WriteError("not-encodable", column=column, value=text, encoding=codec.upper()) from error
    if len(raw) > _TEXT_BYTES:
        raise WriteError("text-too-long", column=column, value=text[:20], limit=_TEXT_BYTES)
    return raw


def _check_types(frame: gpd.GeoDataFrame, path: Path) -> None:
    families = {
        kind.removeprefix("Multi").replace("LinearRing", "LineString") for kind in frame.geom_type.dropna().unique()
    }
    if len(families) > 1:
        raise WriteError("mixed-types", path=path.name, found=sorted(families))


def _cut(text: str, size: int, codec: str) -> str:
    return text.encode(codec)[:size].decode(codec, "ignore")


def _is_text(column: "pd.Series[Any]") -> bool:
    return not (is_numeric_dtype(column) or is_bool_dtype(column) or is_datetime64_any_dtype(column))


def _mark_language(dbf: Path, byte: int) -> None:
    with dbf.open("r+b") as table:
        table.seek(_LANGUAGE_OFFSET)
        table.write(bytes([byte]))
