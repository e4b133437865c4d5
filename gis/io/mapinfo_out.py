"""Write MapInfo TAB and MIF: Chinese names kept, text in the charset that the header names, bounds fine enough."""

import math
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
from pandas.api.types import is_float_dtype

from gis.errors import WriteError
from gis.io.encoding import find_encoding

__all__ = ["write_mapinfo"]

_CHARSETS = {
    "utf-8": ("UTF-8", "utf-8"),
    "gb18030": ("CP936", "gbk"),
    "gbk": ("CP936", "gbk"),
    "big5hkscs": ("CP950", "cp950"),
}
_TEXT_BYTES, _NAME_BYTES = 254, 31


def write_mapinfo(frame: gpd.GeoDataFrame, path: Path, *, encoding: str) -> None:
    """Write a table, and beside it a .prj, because MapInfo has no word for CGCS2000.

    MapInfo knows no empty cells: unknown texts are empty texts, and numbers with unknown ones among them become texts.
    Coordinates of a .tab are whole numbers over the bounds of the layer, finer than 1e-8 of its width.

    Raises
    ------
    WriteError
        ``not-encodable``, ``text-too-long`` (254 bytes; names 31), ``encoding-fixed`` (a charset MapInfo cannot name).
    """
    codec = find_encoding(encoding)
    if codec not in _CHARSETS:
        raise WriteError("encoding-fixed", path=path.name, format="MapInfo", encoding=encoding)
    charset, codec = _CHARSETS[codec]
    for name in frame.columns.drop("geometry"):
        _check(str(name), codec, str(name), _NAME_BYTES)
        if pd.api.types.is_string_dtype(frame[name]):
            for text in frame[name].dropna().unique():
                _check(str(text), codec, str(name), _TEXT_BYTES)
    frame = _without_unknown_numbers(frame)
    options = {"ENCODING": charset, "STRICT_FIELDS_NAME_LAUNDERING": "NO", "BOUNDS": _bounds(frame)}
    data = {"FORMAT": "MIF"} if path.suffix.lower() == ".mif" else {}
    pyogrio.write_dataframe(
        frame, path, driver="MapInfo File", encoding="UTF-8", layer_options=options, dataset_options=data
    )
    path.with_suffix(".prj").write_text(pyproj.CRS(frame.crs).to_wkt("WKT1_ESRI"), encoding="utf-8")


def _without_unknown_numbers(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write a column of numbers with unknown ones as text: MapInfo would make them zero, and unknown is not zero."""
    gaps = [name for name in frame.columns.drop("geometry") if is_float_dtype(frame[name]) and frame[name].isna().any()]
    texts = {
        name: pd.Series(
            [None if math.isnan(value) else f"{value:.15g}" for value in frame[name]], index=frame.index, dtype="str"
        )
        for name in gaps
    }
    return frame.assign(**texts) if texts else frame


def _check(text: str, codec: str, column: str, limit: int) -> None:
    try:
        size = len(text.encode(codec))
    except UnicodeEncodeError as error:
        raise WriteError("not-encodable", column=column, value=text, encoding=codec.upper()) from error
    if size > limit:
        raise WriteError("text-too-long", column=column, value=text[:20], limit=limit)


def _bounds(frame: gpd.GeoDataFrame) -> str:
    west, south, east, north = frame.total_bounds
    margin = max(east - west, north - south, 1e-3) * 0.01
    return ",".join(repr(float(value)) for value in (west - margin, south - margin, east + margin, north + margin))
