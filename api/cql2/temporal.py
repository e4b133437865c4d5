"""Moments and intervals in filters, and how they lie to one another (Allen 1983, as CQL2 7.6 writes them)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from api.cql2.values import KIND_NAMES, Column, moment_of, refused
from api.quoting import quoted
from gis.i18n import Text

__all__ = ["TEMPORAL", "as_interval", "read_interval", "read_moment"]

Ends = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_DAY = 10  # signs of a date without a time


def read_moment(text: str) -> int:
    """Read a date or a time stamp as microseconds since 1970.

    Raises
    ------
    UsageError
        ``filter-invalid``.
    """
    try:
        return moment_of(date.fromisoformat(text) if len(text) <= _DAY else datetime.fromisoformat(text.upper()))
    except ValueError:
        shown = quoted(text)
        raise refused(Text(f"不是时刻：{shown}", f"it is no moment: {shown}")) from None


def read_interval(ends: Any, value: Callable[[Any], Column], rows: int) -> Column:
    """Read an interval, whose ends are moments, properties, or ``..`` for open."""
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2:  # noqa: PLR2004 - from, to
        shown = quoted(ends)
        raise refused(Text(f"不是时间段：{shown}", f"it is no interval: {shown}"))
    values = np.empty((rows, 2), dtype=np.int64)
    known = np.ones(rows, dtype=bool)
    for at, end in enumerate(ends):
        if isinstance(end, str):
            values[:, at] = (_FIRST, _LAST)[at] if end == ".." else read_moment(end)
            continue
        column = value(end)
        if column.kind not in {"moment", "nothing"}:
            raise _no_time(column)
        values[:, at] = column.values if column.kind == "moment" else 0
        known &= column.known
    return Column("interval", values, known)


def as_interval(column: Column) -> Ends:
    """Give the ends of intervals; a moment is an interval that ends as it begins."""
    if column.kind == "moment":
        return column.values, column.values
    if column.kind == "nothing":
        none = np.zeros(len(column.known), dtype=np.int64)
        return none, none
    if column.kind != "interval":
        raise _no_time(column)
    return column.values[:, 0], column.values[:, 1]


def _no_time(column: Column) -> Exception:
    found = KIND_NAMES[column.kind]
    return refused(
        Text(f"此处应为时刻或时间段，实为{found.zh}", f"a time is needed in one place, where {found.en} stands")
    )


def _both(*conditions: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.logical_and.reduce(conditions), dtype=bool)


TEMPORAL: Mapping[str, Callable[[Ends, Ends], npt.NDArray[np.bool_]]] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_contains": lambda a, b: _both(a[0] < b[0], a[1] > b[1]),
    "t_disjoint": lambda a, b: (a[1] < b[0]) | (a[0] > b[1]),
    "t_during": lambda a, b: _both(a[0] > b[0], a[1] < b[1]),
    "t_equals": lambda a, b: _both(a[0] == b[0], a[1] == b[1]),
    "t_finishedby": lambda a, b: _both(a[0] < b[0], a[1] == b[1]),
    "t_finishes": lambda a, b: _both(a[0] > b[0], a[1] == b[1]),
    "t_intersects": lambda a, b: _both(a[0] <= b[1], a[1] >= b[0]),
    "t_meets": lambda a, b: a[1] == b[0],
    "t_metby": lambda a, b: a[0] == b[1],
    "t_overlappedby": lambda a, b: _both(a[0] > b[0], a[0] < b[1], a[1] > b[1]),
    "t_overlaps": lambda a, b: _both(a[0] < b[0], a[1] > b[0], a[1] < b[1]),
    "t_startedby": lambda a, b: _both(a[0] == b[0], a[1] > b[1]),
    "t_starts": lambda a, b: _both(a[0] == b[0], a[1] < b[1]),
}
