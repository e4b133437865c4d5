"""Excel workbooks (.xlsx) as rows of cells: values only, nothing is ever calculated."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from gis.errors import GisError, ReadError
from gis.i18n import Text

__all__ = ["CRS_PROPERTY", "read_sheet", "sheet_names", "stated_crs"]

CRS_PROPERTY = "quhua_crs"
_MAX_COLUMNS, _MAX_CELLS, _MAX_BLANK_ROWS = 1_000, 20_000_000, 5_000


def sheet_names(file: Path) -> list[str]:
    """Name the visible sheets that hold anything.

    Raises
    ------
    ReadError
        ``file-unreadable``.
    """
    with _workbook(file) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible" and _holds_anything(sheet)]


def read_sheet(file: Path, sheet: str) -> tuple[list[list[Any]], list[tuple[int, int]]]:
    """Read the rows of a sheet as plain values, and name the cells (row, column) whose formula holds no result.

    Raises
    ------
    ReadError
        ``file-unreadable``; ``file-damaged``: more cells than any office table has.
    """
    with _workbook(file) as book:
        rows = _rows(book[sheet], file)
    with _workbook(file, formulas=True) as book:
        without = [
            (at, column)
            for at, cells in enumerate(_rows(book[sheet], file), start=1)
            for column, cell in enumerate(cells, start=1)
            if isinstance(cell, str) and cell.startswith("=") and _blank(rows, at, column)
        ]
    return rows, without


def stated_crs(file: Path) -> str | None:
    """Give the CRS that :func:`gis.write_layer` left in the workbook, or None."""
    with _workbook(file, read_only=False) as book:
        names = book.custom_doc_props.names
        return str(book.custom_doc_props[CRS_PROPERTY].value) if CRS_PROPERTY in names else None


def _rows(sheet: Any, file: Path) -> list[list[Any]]:
    rows: list[list[Any]] = []
    cells = blank = 0
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True, max_col=_MAX_COLUMNS):
        values = [_plain(value) for value in row]
        while values and values[-1] is None:
            values.pop()
        blank = 0 if values else blank + 1
        if blank > _MAX_BLANK_ROWS:
            break
        cells += len(values)
        if cells > _MAX_CELLS:
            reason = Text(f"单元格超过 {_MAX_CELLS:,} 个", f"it has more than {_MAX_CELLS:,} cells")
            raise ReadError("file-damaged", path=file.name, reason=reason)
        rows.append(values)
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool | int | float | str) or value is None:
        return value if value != "" else None
    return str(value)


def _blank(rows: list[list[Any]], at: int, column: int) -> bool:
    return at > len(rows) or column > len(rows[at - 1]) or rows[at - 1][column - 1] is None


def _holds_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(value is not None for row in sheet.iter_rows(values_only=True, max_row=50, max_col=50) for value in row)


@contextmanager
def _workbook(file: Path, *, formulas: bool = False, read_only: bool = True) -> Iterator[Any]:
    try:
        book = openpyxl.load_workbook(file, read_only=read_only, data_only=not formulas, keep_links=False)
        try:
            yield book
        finally:
            book.close()
    except GisError:
        raise
    except Exception as error:  # a damaged workbook makes the library raise nearly anything
        raise ReadError("file-unreadable", path=file.name, reason=str(error) or type(error).__name__) from error
