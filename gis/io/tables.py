"""Read a table without places (.csv, .xlsx), to be joined to a layer."""

from os import PathLike

import pandas as pd

from gis.errors import ReadError
from gis.i18n import Text, listed
from gis.io.encoding import find_encoding
from gis.io.formats import readable_suffixes
from gis.io.source import opened_files
from gis.io.spreadsheet import sheet_names
from gis.io.table import read_rows

__all__ = ["read_table"]


def read_table(path: str | PathLike[str], *, sheet: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """Read a table as it stands: texts of text files stay text, cells of workbooks keep their type.

    Parameters
    ----------
    path
        A .csv, .tsv, .txt or .xlsx, or a folder or .zip with one.
    sheet
        Name of the sheet of a workbook with several.
    encoding
        The encoding of a text file, where detection is in doubt.

    Returns
    -------
    DataFrame
        One row per row of the table under its heading; ``attrs["notes"]`` tells, in both languages, the encoding, what
        was asked and what was passed over.

    Raises
    ------
    ReadError
        The file cannot be read, is no table, has no heading, or has several sheets and none is named.
    """
    if encoding is not None:
        find_encoding(encoding, path=path)
    with opened_files(path) as files:
        source = files[0]
        if source.format.reader != "table":
            tables = [suffix for suffix in readable_suffixes() if suffix in {".csv", ".tsv", ".txt", ".xlsx"}]
            raise ReadError("format-not-read", path=path, suffix=source.file.suffix, known=listed(tables))
        sheets = sheet_names(source.file) if source.format.key == "excel" else [source.stem]
        if sheet is not None and sheet not in sheets:
            raise ReadError("layer-not-found", path=path, layer=sheet, found=listed(sheets, limit=20))
        if sheet is None and len(sheets) != 1:
            raise ReadError("layer-not-named" if sheets else "layer-empty", path=path, found=listed(sheets), layer="-")
        table = read_rows(source.file, sheet or sheets[0], path=str(path), encoding=encoding)
    frame = table.frame
    faults = [
        Text(f"第 {fault.row} 行：{fault.text.zh}", f"row {fault.row}: {fault.text.en}") for fault in table.faults
    ]
    asked = [question.text for question in table.questions]
    frame.attrs["notes"] = [table.encoding.reason, *table.notes, *asked, *faults]
    return frame
