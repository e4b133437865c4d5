"""Cells as offices write them, as figures and codes: ``1,234户`` is 1234, ``不详`` unknown, ``4.6E+11`` refused."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype, is_numeric_dtype

__all__ = [
    "LARGEST_FIGURE",
    "UNKNOWN_WORDS",
    "Parsed",
    "impossible_figures",
    "parse_codes",
    "parse_figures",
    "parse_texts",
    "plain",
]

UNKNOWN_WORDS = frozenset({
    "", "-", "--", "—", "——", "/", "\\", "*", "?", "NULL", "NONE", "NAN", "N/A", "NA", "#N/A", "<NULL>", "无", "無",
    "空", "不详", "不詳", "未知", "未统计", "暂无", "待核实", "待统计", "待补充", "缺", "缺失",
})  # fmt: skip
LARGEST_FIGURE = 10_000_000  # of households, people or square metres in one unit
_SCALES = {"": 1.0, "万": 1e4, "萬": 1e4, "千": 1e3}
_PEOPLE, _HOUSEHOLDS, _SQUARE_METRES = (
    ("人", "口", "名", "个", "位"),
    ("户", "戶"),
    ("m2", "平方米", "平米", "平方公尺"),
)
_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "households": (*_HOUSEHOLDS, "家"),
    "dwellings": ("套", "间"),
    "resident_population": _PEOPLE,
    "registered_population": _PEOPLE,
    "community_workers": _PEOPLE,
    "grid_workers": _PEOPLE,
    "service_floor_area_m2": _SQUARE_METRES,
    "floors": ("层", "層", "楼", "F"),
    "capacity": (*_PEOPLE, "床", "座", "张", "辆", "m2", "平方米"),
})  # fmt: skip
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?(?:[eE][+-]?\d+)?)\s*(?P<scale>[万萬千]?)(?P<unit>.*)"
)
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+)[eE]\+?|[eE]\+)(\d+)")  # with a point or a plus sign; 2E10 may be a house
_EXACT_INTEGERS = 2**53
_FIXED = "一-鿿"  # NFKC leaves these as they are
_IS_CODE = f"^[0-9A-Za-z_{_FIXED}]*[0-9][0-9A-Za-z_{_FIXED}]*$"  # no point, sign or blank; a digit is in no word
_IS_TEXT = f"(?s)^[!-~{_FIXED}](.*[!-~{_FIXED}])?$"  # no blank at either end


@dataclass(frozen=True)
class Parsed:
    """A column after parsing: its values on the same index, and the positions and texts of cells that are refused."""

    cells: "pd.Series[Any]"
    refused: tuple[tuple[int, str], ...] = ()
    unknown: int = 0
    rewritten: int = 0


def plain(text: object) -> str:
    """Fold a cell or a name to plain characters: NFKC (full-width to half-width), no blanks at the ends.

    Examples
    --------
    >>> plain(" 1,234户 ")
    '1,234户'
    """
    return unicodedata.normalize("NFKC", str(text)).replace("\u2212", "-").strip().strip("\ufeff\u200b\u200e").strip()


def parse_figures(column: "pd.Series[Any]", *, target: str) -> Parsed:
    """Read a column as numbers, NaN where the figure is unknown.

    Understands full-width digits, thousands separators, 万, the unit that belongs to ``target`` (户, 人, 套, ㎡ ...)
    and the words for unknown; anything else is refused, never read in part.

    Examples
    --------
    >>> parse_figures(pd.Series(["1,234户", "1.2万", "不详", "三百"]), target="households")
    Parsed(cells=0     1234.0
    1    12000.0
    2        NaN
    3        NaN
    dtype: float64, refused=((3, '三百'),), unknown=1, rewritten=2)
    """
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        values = column.astype(float)
        infinite = np.flatnonzero(np.isinf(values.to_numpy()))
        refused = tuple((int(at), str(column.iloc[at])) for at in infinite)
        return Parsed(values, refused, int(values.isna().sum()))
    units = _UNITS.get(target, ())
    return _parse(column, lambda cell: _figure(cell, units), dtype=float)


def impossible_figures(cells: "pd.Series[float]") -> tuple[tuple[int, str], ...]:
    """Give positions and texts of figures below 0, or beyond what one community, village or building can have.

    Examples
    --------
    >>> impossible_figures(pd.Series([120.0, -1.0, 1e300, float("nan")]))
    ((1, '-1'), (2, '1e+300'))
    """
    values = cells.to_numpy(dtype=float)
    wrong = np.flatnonzero((values < 0) | (values > LARGEST_FIGURE))
    return tuple((int(at), f"{values[at]:g}") for at in wrong)


def parse_codes(column: "pd.Series[Any]") -> Parsed:
    """Read a column as codes: text without spaces; whole numbers from spreadsheets are recovered.

    A number in scientific notation is recovered only when it still shows every digit (``4.60105001001E+11``);
    ``4.6E+11`` has lost its code and is refused, and so is a number beyond 2**53, which a float cannot hold exactly.

    Examples
    --------
    >>> parse_codes(pd.Series(["460105001001.0", "4.60105001001E+11", "'460105001002", "4.6E+11"])).cells.tolist()
    ['460105001001', '460105001001', '460105001002', nan]
    """
    if is_integer_dtype(column) and not column.hasnans:
        return Parsed(column.astype(str).astype("str"))
    if is_float_dtype(column) or is_integer_dtype(column):
        column = column.astype(object)
    hard = ~_matching(column, _IS_CODE)
    if hard.all():
        return _parse(column, _code, dtype="str")
    parsed = _parse(column[hard], _code, dtype="str")
    at = np.flatnonzero(hard)
    refused = tuple((int(at[position]), text) for position, text in parsed.refused)
    return Parsed(_merged(column, parsed.cells, hard), refused, parsed.unknown, parsed.rewritten)


def parse_texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Read a column as texts without blanks at the ends; missing where there is no text.

    Examples
    --------
    >>> parse_texts(pd.Series([" 东街社区", "\u3000", None])).tolist()
    ['东街社区', nan, nan]
    """
    hard = ~_matching(column, _IS_TEXT)
    cells = [None if pd.isna(cell) or not plain(cell) else str(cell).strip() for cell in column[hard].tolist()]
    return _merged(column, pd.Series(cells, index=column.index[hard], dtype="str"), hard)


def _matching(column: "pd.Series[Any]", pattern: str) -> npt.NDArray[np.bool_]:
    """Tell at once which texts of a column fit a pattern; False where a cell is missing or the column holds objects."""
    if not (isinstance(column.dtype, pd.StringDtype) and column.dtype.storage == "pyarrow"):
        return np.zeros(len(column), dtype=bool)
    texts = pa.array(column)
    found: npt.NDArray[np.bool_] = (
        pc.match_substring_regex(texts, pattern).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def _merged(column: "pd.Series[Any]", read: "pd.Series[Any]", hard: npt.NDArray[np.bool_]) -> "pd.Series[Any]":
    """Give the column with the cells that had to be read one by one in their places."""
    if hard.all():
        return read
    cells = column.astype("str")
    if hard.any():
        cells = cells.copy()
        cells.iloc[np.flatnonzero(hard)] = read.array
    return cells


def _parse(column: "pd.Series[Any]", read: Callable[[object], tuple[str, Any]], *, dtype: Any) -> Parsed:
    known: dict[object, tuple[str, Any]] = {}
    outcomes = []
    for cell in column.tolist():
        key = (type(cell), cell) if not _is_missing(cell) else None
        if key not in known:
            known[key] = ("unknown", None) if key is None else read(cell)
        outcomes.append(known[key])
    empty = math.nan if dtype is float else None
    values = pd.Series([empty if value is None else value for _, value in outcomes], index=column.index, dtype=dtype)
    kinds = [kind for kind, _ in outcomes]
    refused = tuple((at, str(column.iloc[at])) for at, kind in enumerate(kinds) if kind == "refused")
    return Parsed(values, refused, kinds.count("unknown"), kinds.count("rewritten"))


def _is_missing(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def _figure(cell: object, units: tuple[str, ...]) -> tuple[str, float | None]:
    if isinstance(cell, bool):
        return "refused", None
    if isinstance(cell, int | float):
        return ("refused", None) if math.isinf(cell) else ("read", float(cell))
    text = plain(cell)
    if text.upper() in UNKNOWN_WORDS:
        return "unknown", None
    match = _NUMBER.fullmatch(text.replace("\u00a0", " "))
    if not match or (match["unit"].strip() and match["unit"].strip() not in units):
        return "refused", None
    number = float(re.sub("[, ]", "", match["number"]))
    if math.isinf(number):
        return "refused", None
    value = round(number * _SCALES[match["scale"]], 6) if match["scale"] else number
    return ("read" if match["number"] == str(cell) else "rewritten"), value


def _code(cell: object) -> tuple[str, str | None]:
    if isinstance(cell, bool):
        return "refused", None
    if isinstance(cell, int):
        return "rewritten", str(cell)
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _EXACT_INTEGERS
        return ("rewritten", str(int(cell))) if whole else ("refused", None)
    text = re.sub(r"\s+", "", plain(cell)).lstrip("'")
    if text.upper() in UNKNOWN_WORDS:
        return "unknown", None
    if re.fullmatch(r"\d+\.0+", text):
        text = text.split(".")[0]
    elif match := _SCIENTIFIC.fullmatch(text):
        digits = match[1] + (match[2] or "")
        if len(digits) != int(match[3]) + 1:
            return "refused", None
        text = digits
    return ("read" if text == cell else "rewritten"), text
