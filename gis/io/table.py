"""Tables as rows of cells: find the heading, give columns their types, keep what was passed over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from gis.decisions import Decision, Question, RowNote
from gis.errors import ReadError
from gis.i18n import Text
from gis.io.delimited import read_cells, stated_types
from gis.io.gdal import unique_names
from gis.io.spreadsheet import read_sheet
from gis.values import plain

__all__ = ["Table", "read_rows"]

_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_HEADING_ROWS, _MAX_COLUMNS = 15, 2_000
_FIXED = Decision("UTF-8", "declared", Text("编码：由文件格式规定", "encoding: fixed by the format"))


@dataclass
class Table:
    """A table: its columns (text unless the file states types), how it was decoded, and what was noted on the way."""

    frame: pd.DataFrame
    encoding: Decision
    rows: list[int]  # the row of the sheet of each row of the frame, from 1
    questions: list[Question] = field(default_factory=list)
    faults: list[RowNote] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def read_rows(file: Path, sheet: str, *, path: str, encoding: str | None) -> Table:
    """Read a .csv, .tsv, .txt or a sheet of an .xlsx.

    Cells of text files stay text (a code keeps its zeros), unless a .csvt beside the file states types; cells of
    workbooks keep the type of the cell where the whole column has it.

    Raises
    ------
    ReadError
        ``layer-empty``: no heading with rows below; and what reading the file may raise.
    """
    if file.suffix.lower() == ".xlsx":
        rows, without = read_sheet(file, sheet)
        table = _headed(rows, _FIXED, path, sheet)
        table.faults += [
            RowNote(
                table.rows.index(row) + 1,
                "",
                "formula-without-result",
                Text(
                    f"第 {column} 列的公式没有计算结果，按未知处理",
                    f"the formula in column {column} holds no result; taken as unknown",
                ),
            )
            for row, column in without
            if row in table.rows
        ]
    else:
        cells, choice = read_cells(file, path=path, encoding=encoding)
        table = _headed(
            [[cell if cell.strip() else None for cell in row] for row in cells], choice.decision, path, sheet
        )
        table.questions += choice.questions
        _apply_types(table, stated_types(file))
    return table


def _headed(rows: Sequence[Sequence[Any]], encoding: Decision, path: str, sheet: str) -> Table:
    """Find the heading: the first row with at least half as many cells as the widest row, all of them text."""
    filled = [sum(cell is not None for cell in row) for row in rows[: _HEADING_ROWS * 4]]
    widest = max(filled, default=0)
    at = next(
        (
            at
            for at, count in enumerate(filled[:_HEADING_ROWS])
            if count and 2 * count >= widest and _is_heading(rows[at])
        ),
        None,
    )
    if at is None:
        raise ReadError("heading-missing", path=Path(path).name, layer=sheet)
    if len(rows[at]) > _MAX_COLUMNS:
        reason = Text(f"有 {len(rows[at]):,} 列", f"it has {len(rows[at]):,} columns")
        raise ReadError("file-damaged", path=Path(path).name, reason=reason)
    names, faults = _names(rows[at]), []
    width = len(names)
    body, places = [], []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        if any(cell is not None for cell in row):
            places.append(number)
            body.append([*row[:width], *[None] * (width - len(row))])
            if any(cell is not None for cell in row[width:]):
                faults.append(
                    RowNote(
                        len(body),
                        "",
                        "row-too-long",
                        Text("单元格比表头多，多出的已略去", "has more cells than the heading; the rest was left out"),
                    )
                )
    if not body:
        raise ReadError("layer-empty", path=path, layer=sheet)
    columns = {name: _column([row[place] for row in body]) for place, name in enumerate(names)}
    table = Table(pd.DataFrame(columns), encoding, places, faults=faults)
    if at:
        title = " ".join(str(cell) for row in rows[:at] for cell in row if cell is not None)
        table.notes.append(
            Text(
                f"表头在第 {at + 1} 行，其上的文字未读取：{title[:60]}",
                f"the heading is row {at + 1}; the text above was not read: {title[:60]}",
            )
        )
    return table


def _is_heading(row: Sequence[Any]) -> bool:
    cells = [cell for cell in row if cell is not None]
    return all(isinstance(cell, str) and not re.fullmatch(r"[\d.,\s]+", cell) for cell in cells)


def _names(row: Sequence[Any]) -> list[str]:
    return unique_names(
        [
            re.sub(r"\s+", "", plain(cell)) if cell is not None else f"column_{place}"
            for place, cell in enumerate(row, start=1)
        ]
    )


def _column(cells: list[Any]) -> "pd.Series[Any]":
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, bool) for cell in known) and len(known) == len(cells):
        return pd.Series(cells, dtype=bool)
    if known and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in known):
        whole = len(known) == len(cells) and all(isinstance(cell, int) for cell in known)
        return pd.Series(cells, dtype="int64" if whole and max(map(abs, known)) < 2**63 else float)
    return pd.Series([None if cell is None else _text(cell) for cell in cells], dtype="str")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    text = str(cell)
    return text[1:] if _ESCAPED.match(text) else text  # the quote that keeps a spreadsheet from calculating


def _apply_types(table: Table, types: list[str] | None) -> None:
    if types is None or len(types) != len(table.frame.columns):
        return
    for name, stated in zip(table.frame.columns, types, strict=True):
        column = table.frame[name]
        if stated.startswith("Integer") and column.notna().all():
            table.frame[name] = (
                pd.to_numeric(column, errors="coerce").astype("int64")
                if column.str.fullmatch(r"-?\d{1,18}").all()
                else column
            )
        elif stated.startswith(("Real", "Integer")):
            numbers = pd.to_numeric(column, errors="coerce")
            table.frame[name] = numbers.astype(float) if numbers.notna().equals(column.notna()) else column
        elif stated == "Boolean" and column.isin(["0", "1"]).all():
            table.frame[name] = column == "1"
