"""Write a layer as a table (.csv, .xlsx) with its shapes as well-known text; no cell can start a calculation."""

import csv
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyproj
import shapely
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.custom import StringProperty
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from gis.errors import WriteError
from gis.io.encoding import find_encoding
from gis.io.spreadsheet import CRS_PROPERTY

__all__ = ["write_csv", "write_excel"]

_CALCULATES = re.compile(r"'*[=+\-@\t\r]")
_CELL_LETTERS = 32_767  # the most that a cell of Excel holds
_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_SHEET_LETTERS = 31


def write_csv(frame: gpd.GeoDataFrame, path: Path, *, encoding: str | None) -> None:
    """Write a .csv with column WKT, and beside it the column types (.csvt) and the CRS (.prj), as GDAL does.

    Text that a spreadsheet would calculate (``=``, ``+``, ``-``, ``@`` first) gets a quote before it, which reading
    takes off again. Without a stated encoding it is UTF-8 with a mark, which spreadsheets recognise.

    Raises
    ------
    WriteError
        ``not-encodable``.
    """
    codec = "utf-8-sig" if encoding is None else find_encoding(encoding)
    names = [str(name) for name in frame.columns.drop("geometry")]
    columns = [[_cell(cell) for cell in frame[name].tolist()] for name in names]
    columns.append([_wkt(shape) for shape in frame.geometry.to_numpy()])
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        with path.open("w", encoding=codec, newline="") as file:
            writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
            writer.writerow([*(_cell(name) for name in names), "WKT"])
            writer.writerows(zip(*columns, strict=True))
    except UnicodeEncodeError as error:
        value = str(error.object)[error.start : error.end]
        raise WriteError("not-encodable", column="-", value=value, encoding=codec.upper()) from error
    types = ",".join(f'"{one}"' for one in [*(_type(frame[name]) for name in names), "WKT"])
    path.with_suffix(".csvt").write_text(types + "\n", encoding="ascii")
    path.with_suffix(".prj").write_text(pyproj.CRS(frame.crs).to_wkt("WKT1_ESRI"), encoding="utf-8")


def write_excel(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> None:
    """Write a sheet with column WKT; cells are numbers or texts, never formulas; the CRS is a property of the workbook.

    Raises
    ------
    WriteError
        ``text-too-long``: a shape or text longer than the 32,767 letters of a cell; ``not-encodable``.
    """
    names = [*(str(name) for name in frame.columns.drop("geometry")), "WKT"]
    columns = [frame[name].tolist() for name in names[:-1]] + [[_wkt(shape) for shape in frame.geometry.to_numpy()]]
    rows = [
        [_excel_value(cell, name) for cell, name in zip(cells, names, strict=True)]
        for cells in (names, *zip(*columns, strict=True))
    ]
    book = openpyxl.Workbook(write_only=True)
    book.custom_doc_props.append(StringProperty(name=CRS_PROPERTY, value=_crs_text(frame)))
    sheet = book.create_sheet(_SHEET_NAME.sub("_", layer)[:_SHEET_LETTERS] or "layer")
    for row in rows:
        sheet.append([_excel_cell(sheet, value) for value in row])
    book.save(path)


def _excel_value(cell: Any, column: str) -> Any:
    if pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat()
    if not isinstance(cell, str):
        return cell
    if len(cell) > _CELL_LETTERS:
        raise WriteError("text-too-long", column=column, value=cell[:20], limit=_CELL_LETTERS)
    if ILLEGAL_CHARACTERS_RE.search(cell):
        raise WriteError("not-encodable", column=column, value=ascii(cell)[:40], encoding="XML")
    return _guarded(cell)


def _excel_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    written = WriteOnlyCell(sheet, value=value)
    written.data_type = "s"  # never a formula
    return written


def _cell(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else _guarded(cell) if isinstance(cell, str) else str(cell)


def _guarded(text: str) -> str:
    return f"'{text}" if _CALCULATES.match(text) else text


def _wkt(shape: Any) -> str:
    return "" if shape is None else str(shapely.to_wkt(shape, rounding_precision=-1))


def _type(column: "pd.Series[Any]") -> str:
    if is_bool_dtype(column):
        return "Boolean"
    if is_integer_dtype(column):
        return "Integer64"
    return "Real" if is_float_dtype(column) else "String"


def _crs_text(frame: gpd.GeoDataFrame) -> str:
    crs = pyproj.CRS(frame.crs)
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt()
