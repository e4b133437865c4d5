"""What the parts of a filter are worth, row by row: figures, texts, truth values, moments, shapes, lists."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from api.errors import UsageError
from gis.i18n import Text
from gis.plain import plain_value

__all__ = ["KIND_NAMES", "Column", "Kind", "column_of", "folded", "moment_of", "refused", "without_accents"]

Kind = Literal["number", "text", "boolean", "moment", "interval", "shape", "list", "nothing"]
KIND_NAMES: dict[str, Text] = {
    "number": Text("数值", "a number"),
    "text": Text("文本", "a text"),
    "boolean": Text("真假值", "a truth value"),
    "moment": Text("时刻", "a moment"),
    "interval": Text("时间段", "an interval"),
    "shape": Text("图形", "a geometry"),
    "list": Text("列表", "a list"),
    "nothing": Text("空值", "nothing"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Column:
    """One value for each row; where ``known`` is False, none.

    Moments are microseconds since 1970; intervals two columns of them, open ends at the ends of 64 bits.
    """

    kind: Kind
    values: npt.NDArray[Any]
    known: npt.NDArray[np.bool_]


def refused(reason: Text) -> UsageError:
    """Say why a filter cannot be used."""
    return UsageError("filter-invalid", reason=reason)


def column_of(cells: Sequence[Any]) -> Column:
    """Give a column of a layer as a filter sees it, by the types of its cells; mixed ones are texts."""
    moments = [cell if isinstance(cell, datetime | date) else None for cell in cells]
    plain = [plain_value(cell) for cell in cells]
    known = np.array([cell is not None for cell in plain], dtype=bool)
    types = {type(cell) for cell in plain if cell is not None}
    if not types:
        return Column("nothing", np.empty(len(cells), dtype=object), known)
    if types == {bool}:
        return Column("boolean", np.array([bool(cell) for cell in plain], dtype=bool), known)
    if types <= {int, float}:
        return Column("number", np.array([np.nan if cell is None else cell for cell in plain], dtype=float), known)
    if types == {list}:
        return Column("list", _objects(plain), known)
    if all(moment is not None for moment, is_known in zip(moments, known.tolist(), strict=True) if is_known):
        ticks = [0 if moment is None or not k else moment_of(moment) for moment, k in zip(moments, known, strict=True)]
        return Column("moment", np.array(ticks, dtype=np.int64), known)
    return Column("text", _objects(["" if cell is None else str(cell) for cell in plain]), known)


def moment_of(value: datetime | date) -> int:
    """Count the microseconds since 1970; a time without zone is UTC, a day its first moment."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    passed = aware - _EPOCH
    return passed.days * 86_400_000_000 + passed.seconds * 1_000_000 + passed.microseconds


def folded(text: str) -> str:
    """Give a text for comparing without regard to case."""
    return text.casefold()


def without_accents(text: str) -> str:
    """Give a text without accents."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if unicodedata.category(sign) != "Mn"))


def _objects(cells: Sequence[Any]) -> "npt.NDArray[np.object_]":
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array
