"""What loading found, decided, asked and changed: nothing about a layer is settled in silence."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Self

from gis.decisions import ColumnChoice, Decision, Question, RowNote
from gis.i18n import Lang, Text

__all__ = ["ColumnChoice", "Decision", "LoadReport", "Question", "RowNote"]


@dataclass(frozen=True)
class LoadReport(dict[str, Any]):
    """All of it for one layer; found in ``layer.attrs["load_report"]``.

    Also a ``dict`` of its own record, so that pandas can write it wherever it writes ``attrs``.
    """

    path: str
    layer: str
    format: str
    kind: str | None
    encoding: Decision
    crs: Decision
    ids: Decision
    columns: tuple[ColumnChoice, ...] = ()
    kept_columns: tuple[str, ...] = ()
    rows_read: int = 0
    rows_kept: int = 0
    questions: tuple[Question, ...] = ()
    faults: tuple[RowNote, ...] = ()
    repairs: tuple[RowNote, ...] = ()
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        self.update({field.name: _record(getattr(self, field.name), _both) for field in fields(self)})

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), tuple(getattr(self, field.name) for field in fields(self)))

    def in_language(self, lang: Lang) -> dict[str, Any]:
        """Give the whole report as plain lists and texts of one language, ready for JSON."""
        return {
            field.name: _record(getattr(self, field.name), lambda text: text.in_language(lang))
            for field in fields(self)
        }

    def lines(self, lang: Lang, *, rows_of_a_code: int | None = None) -> list[str]:
        """Write the report for a reader, a line for each decision, mapping, question, fault, repair and note.

        ``rows_of_a_code`` shows that many rows with the same fault or repair, and counts the others.
        """
        return [line for text in self._texts(rows_of_a_code) if (line := text.in_language(lang))]

    def _texts(self, rows_of_a_code: int | None) -> list[Text]:
        rows = Text(
            f"读取 {self.rows_read} 行，保留 {self.rows_kept} 行", f"{self.rows_read} rows read, {self.rows_kept} kept"
        )
        mapped = [
            Text(f"{one.target} ← {one.source}:{one.reason.zh}", f"{one.target} <- {one.source}: {one.reason.en}")
            for one in self.columns
        ]
        at_rows = [*_row_texts(self.faults, rows_of_a_code), *_row_texts(self.repairs, rows_of_a_code)]
        asked = [Text(f"待确认：{one.text.zh}", f"to decide: {one.text.en}") for one in self.questions]
        decided = [self.encoding.reason, self.crs.reason, self.ids.reason]
        return [rows, *decided, *mapped, *asked, *at_rows, *self.notes]


def _row_texts(notes: tuple[RowNote, ...], rows_of_a_code: int | None) -> list[Text]:
    by_code: dict[str, list[RowNote]] = {}
    for note in notes:
        by_code.setdefault(note.code, []).append(note)
    texts = []
    for same in by_code.values():
        shown = same[:rows_of_a_code]
        texts += [Text(f"第 {one.row} 行：{one.text.zh}", f"row {one.row}: {one.text.en}") for one in shown]
        if rest := len(same) - len(shown):
            texts.append(Text(f"另有 {rest} 行同样如此", f"{rest} more rows are like that"))
    return texts


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _record(value: Any, write: Callable[[Text], Any]) -> Any:
    if isinstance(value, Text):
        return write(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _record(getattr(value, field.name), write) for field in fields(value)}
    if isinstance(value, tuple):
        return [_record(item, write) for item in value]
    return value
