"""Which rows a filter keeps: operators over whole columns, unknown values as SQL and CQL2 have them."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from api.cql2.spatial import SPATIAL, read_shape
from api.cql2.temporal import TEMPORAL, as_interval, read_interval, read_moment
from api.cql2.texts import like_pattern
from api.cql2.values import KIND_NAMES, Column, Kind, folded, refused, without_accents
from api.quoting import quoted
from gis.i18n import Text, listed

__all__ = ["select_rows"]

Booleans = npt.NDArray[np.bool_]
Mover = Callable[[shapely.Geometry], shapely.Geometry]

_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "div": lambda a, b: np.trunc(np.divide(a, b)),
    "%": np.fmod, "^": np.power,
}  # fmt: skip
_LISTS: Mapping[str, Callable[[set[Any], set[Any]], bool]] = {
    "a_contains": lambda a, b: a >= b, "a_containedby": lambda a, b: a <= b, "a_equals": lambda a, b: a == b,
    "a_overlaps": lambda a, b: bool(a & b),
}  # fmt: skip
_FOLDS: Mapping[str, Callable[[str], str]] = {"casei": folded, "accenti": without_accents}


def select_rows(tree: Any, columns: Mapping[str, Callable[[], Column]], *, rows: int, to_lonlat: Mover) -> Booleans:
    """Tell which rows a filter keeps: those for which it is true, not those for which it is unknown.

    Parameters
    ----------
    tree
        As :func:`api.cql2.read_filter` gives it.
    columns
        What a filter may ask for, by name; made when it is asked for.
    rows
        How many rows there are.
    to_lonlat
        Moves a shape of the filter to the CRS in which the columns hold theirs.

    Raises
    ------
    UsageError
        ``filter-invalid``: an unknown property or function, or kinds that do not go together.
    """
    found = _Evaluation(columns, rows, to_lonlat).value(tree)
    if found.kind == "nothing":
        return np.zeros(rows, dtype=bool)
    _require(found, "boolean")
    return np.asarray(found.values & found.known, dtype=bool)


@dataclass(frozen=True)
class _Evaluation:
    columns: Mapping[str, Callable[[], Column]]
    rows: int
    to_lonlat: Mover

    def value(self, node: Any) -> Column:
        """Give what a part of the filter is worth in each row."""
        if isinstance(node, bool):
            return self._same("boolean", node)
        if isinstance(node, int | float):
            return self._same("number", float(node))
        if isinstance(node, str):
            return self._same("text", node)
        if isinstance(node, list):
            return self._same("list", [self._literal(part) for part in node])
        if not isinstance(node, dict):
            return Column("nothing", np.empty(self.rows, dtype=object), np.zeros(self.rows, dtype=bool))
        return self._object(node)

    def _object(self, node: dict[str, Any]) -> Column:
        if "property" in node:
            return self._property(str(node["property"]))
        if "op" in node:
            return self._operation(str(node["op"]).lower(), node.get("args", []))
        for key in ("timestamp", "date"):
            if key in node:
                return self._same("moment", read_moment(str(node[key])))
        if "interval" in node:
            return read_interval(node["interval"], self.value, self.rows)
        return self._same("shape", self.to_lonlat(read_shape(node)))

    def _operation(self, name: str, args: Any) -> Column:
        if not isinstance(args, list):
            raise _unknown(name)
        if name in {"and", "or"}:
            return self._logic(name, args)
        if name == "in":
            return self._is_in(args)
        single: Mapping[str, Callable[[Column], Column]] = {"not": _not, "isnull": _is_null, "+": _plus, "-": _minus}
        if len(args) == 1 and name in single:
            return single[name](self.value(args[0]))
        if len(args) == 1 and name in _FOLDS:
            return _folded(self.value(args[0]), _FOLDS[name])
        if len(args) == 3 and name == "between":  # noqa: PLR2004
            low, high = [args[0], args[1]], [args[0], args[2]]
            return self._logic("and", [{"op": ">=", "args": low}, {"op": "<=", "args": high}])
        if len(args) == 2:  # noqa: PLR2004
            return self._pair(name, self.value(args[0]), self.value(args[1]))
        raise _unknown(name)

    def _pair(self, name: str, left: Column, right: Column) -> Column:
        known = left.known & right.known
        if name in _COMPARISONS:
            return _compared(_COMPARISONS[name], left, right, known)
        if name == "like":
            return _like(left, right, known)
        if name in _ARITHMETIC:
            return _computed(_ARITHMETIC[name], left, right, known)
        if name in SPATIAL:
            _require(left, "shape")
            _require(right, "shape")
            return Column("boolean", SPATIAL[name](left.values, right.values), known)
        if name in TEMPORAL:
            return Column("boolean", TEMPORAL[name](as_interval(left), as_interval(right)), known)
        if name in _LISTS:
            _require(left, "list")
            _require(right, "list")
            return Column("boolean", _by_row(lambda a, b: _LISTS[name](_set(a), _set(b)), left, right, known), known)
        raise _unknown(name)

    def _logic(self, name: str, args: Sequence[Any]) -> Column:
        """Combine as Kleene does: false and unknown is false, true or unknown is true."""
        parts = [_truth(self.value(part)) for part in args]
        if not parts:
            raise _unknown(name)
        decisive = name == "or"
        decided = np.any([part.known & (part.values == decisive) for part in parts], axis=0)
        all_known = np.all([part.known for part in parts], axis=0)
        return Column("boolean", decided if decisive else ~decided, decided | all_known)

    def _is_in(self, args: Sequence[Any]) -> Column:
        if len(args) != 2 or not isinstance(args[1], list):  # noqa: PLR2004 - a value and a list
            raise _unknown("in")
        return self._logic("or", [{"op": "=", "args": [args[0], one]} for one in args[1]])

    def _property(self, name: str) -> Column:
        if name not in self.columns:
            known = listed(map(quoted, self.columns), limit=30)
            shown = quoted(name)
            raise refused(
                Text(
                    f"没有属性 {shown}；可用：{known.in_language('zh')}",
                    f"there is no property {shown}; there are {known.in_language('en')}",
                )
            )
        return self.columns[name]()

    def _literal(self, node: Any) -> Any:
        if isinstance(node, bool | int | float | str):
            return node
        shown = quoted(node)
        raise refused(Text(f"列表中只能有数值、文本和真假值：{shown}", f"a list holds plain values only: {shown}"))

    def _same(self, kind: Kind, value: Any) -> Column:
        types: dict[str, Any] = {"boolean": bool, "number": float, "moment": np.int64}
        values = np.empty(self.rows, dtype=types.get(kind, object))
        if kind in types:
            values[:] = value
        else:
            values.fill(value)
        return Column(kind, values, np.ones(self.rows, dtype=bool))


def _compared(compare: Callable[[Any, Any], Any], left: Column, right: Column, known: Booleans) -> Column:
    if "nothing" in {left.kind, right.kind}:
        return Column("boolean", np.zeros(len(known), dtype=bool), known)
    if left.kind != right.kind or left.kind not in {"number", "text", "boolean", "moment"}:
        raise _mismatch(left, right)
    return Column("boolean", np.asarray(compare(left.values, right.values), dtype=bool), known)


def _computed(compute: Callable[[Any, Any], Any], left: Column, right: Column, known: Booleans) -> Column:
    for part in (left, right):
        _require(part, "number")
    with np.errstate(all="ignore"):
        values = np.asarray(compute(_numbers(left), _numbers(right)), dtype=float)
    return Column("number", values, known & np.isfinite(values))


def _numbers(column: Column) -> npt.NDArray[np.float64]:
    return np.zeros(len(column.values)) if column.kind == "nothing" else np.asarray(column.values, dtype=float)


def _like(left: Column, right: Column, known: Booleans) -> Column:
    for part in (left, right):
        _require(part, "text")
    return Column(
        "boolean", _by_row(lambda text, form: like_pattern(form).match(text) is not None, left, right, known), known
    )


def _folded(column: Column, fold: Callable[[str], str]) -> Column:
    _require(column, "text")
    values = column.values.copy()
    values[column.known] = [fold(text) for text in column.values[column.known].tolist()]
    return Column(column.kind, values, column.known)


def _not(column: Column) -> Column:
    part = _truth(column)
    return Column("boolean", ~part.values, part.known)


def _is_null(column: Column) -> Column:
    return Column("boolean", ~column.known, np.ones(len(column.known), dtype=bool))


def _plus(column: Column) -> Column:
    _require(column, "number")
    return column


def _minus(column: Column) -> Column:
    _require(column, "number")
    return Column("number", -_numbers(column), column.known)


def _truth(column: Column) -> Column:
    _require(column, "boolean")
    return column if column.kind == "boolean" else Column("boolean", np.zeros(len(column.known), bool), column.known)


def _by_row(decide: Callable[[Any, Any], bool], left: Column, right: Column, known: Booleans) -> Booleans:
    found = np.zeros(len(known), dtype=bool)
    rows = np.flatnonzero(known)
    found[rows] = [decide(a, b) for a, b in zip(left.values[rows], right.values[rows], strict=True)]
    return found


def _set(values: Sequence[Any]) -> set[Any]:
    return {tuple(value) if isinstance(value, list) else value for value in values}


def _require(column: Column, kind: Kind) -> None:
    """Refuse a value of another kind; a column without any value goes with everything."""
    if column.kind not in {kind, "nothing"}:
        found, needed = KIND_NAMES[column.kind], KIND_NAMES[kind]
        raise refused(
            Text(f"此处应为{needed.zh}，实为{found.zh}", f"{needed.en} is needed in one place, where {found.en} stands")
        )


def _mismatch(left: Column, right: Column) -> Exception:
    a, b = KIND_NAMES[left.kind], KIND_NAMES[right.kind]
    return refused(Text(f"不能比较{a.zh}与{b.zh}", f"{a.en} and {b.en} cannot be compared"))


def _unknown(name: str) -> Exception:
    shown = quoted(name)
    return refused(Text(f"没有这样的函数或运算：{shown}", f"there is no such function or operator: {shown}"))
