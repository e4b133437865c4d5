"""Where the rows of a table lie: well-known text, longitude and latitude, or eastings and northings in metres."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.columns import alias_table, fold_name
from gis.errors import ReadError, SchemaError
from gis.i18n import Text
from gis.io.draft import Draft
from gis.io.shapefile import sibling
from gis.io.spreadsheet import stated_crs
from gis.io.table import Table, read_rows
from gis.kinds import PLACE_ROLES
from gis.values import UNKNOWN_WORDS, plain

__all__ = ["read_located_table"]

_EWKT = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
_DEGREES = re.compile(
    r"(?P<d>\d{1,3})\s*[°度d]\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′分m])?\s*(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|″|''|′′|秒|s))?\s*(?P<h>[NESW东西南北]?)",
    re.IGNORECASE,
)


def read_located_table(
    file: Path, layer: str, *, path: str, encoding: str | None, columns: Mapping[str, str] | None
) -> Draft:
    """Read a table as a layer.

    Raises
    ------
    ReadError
        ``table-without-place``: neither WKT nor coordinates; ``wkt-unreadable``, with row numbers.
    SchemaError
        ``not-a-number``: coordinates that are none.
    """
    table = read_rows(file, layer, path=path, encoding=encoding)
    places = _place_columns(table.frame, columns or {})
    crs = _sidecar_crs(file)
    if "wkt" in places:
        shapes, inner = _from_wkt(table.frame[places["wkt"]], file)
        crs = crs or inner
        used = [places["wkt"]]
    elif "longitude" in places and "latitude" in places:
        used = [places["longitude"], places["latitude"]]
        shapes = _from_numbers(table.frame[used[0]], table.frame[used[1]], layer)
    else:
        raise ReadError("table-without-place", path=Path(path).name, layer=layer)
    kept = table.frame if len(used) > 1 else table.frame.drop(columns=used)
    frame = gpd.GeoDataFrame(kept, geometry=shapes)
    draft = Draft(path, layer, "csv" if file.suffix.lower() != ".xlsx" else "excel", frame, crs, table.encoding)
    _take_over(draft, table)
    draft.notes.append(Text(f"位置取自列 {'、'.join(used)}", f"places are taken from {' and '.join(used)}"))
    return draft


def _take_over(draft: Draft, table: Table) -> None:
    draft.questions += table.questions
    draft.notes += table.notes
    draft.faults += table.faults


def _place_columns(frame: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Find the columns of the roles: stated ones, else the first whose name is usual for the role."""
    usual = {role: [fold_name(name) for name in alias_table()["table"][role]] for role in PLACE_ROLES}
    found = {role: columns[role] for role in PLACE_ROLES if columns.get(role) in frame.columns}
    folded = {fold_name(name): str(name) for name in reversed(list(frame.columns))}
    for role in PLACE_ROLES:
        name = next((folded[alias] for alias in usual[role] if alias in folded), None)
        if role not in found and name is not None:
            found[role] = name
    return found


def _from_wkt(column: "pd.Series[Any]", file: Path) -> tuple[Any, str | None]:
    texts = ["" if pd.isna(text) else str(text) for text in column]
    crs = next((f"EPSG:{match[1]}" for text in texts if (match := _EWKT.match(text))), None)
    bare = [_EWKT.sub("", text).strip() for text in texts]
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkt([text or None for text in bare], on_invalid="ignore")
    bad = [at + 1 for at, (text, shape) in enumerate(zip(bare, shapes, strict=True)) if text and shape is None]
    if bad:
        raise ReadError("wkt-unreadable", path=file.name, column=column.name, rows=bad)
    return shapes, crs


def _from_numbers(x: "pd.Series[Any]", y: "pd.Series[Any]", layer: str) -> Any:
    easting, northing = _numbers(x, layer), _numbers(y, layer)
    known = np.isfinite(easting) & np.isfinite(northing)
    shapes = np.full(len(easting), None, dtype=object)
    shapes[known] = shapely.points(easting[known], northing[known])
    return shapes


def _numbers(column: "pd.Series[Any]", layer: str) -> Any:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    values = [_number(cell) for cell in column]
    wrong = [at for at, value in enumerate(values) if value is None]
    if wrong:
        raise SchemaError(
            "not-a-number",
            layer=layer,
            column=column.name,
            rows=[at + 1 for at in wrong],
            values=[str(column.iloc[at]) for at in wrong],
        )
    return np.array(values, dtype=float)


def _number(cell: Any) -> float | None:
    """Read a coordinate: a number, or degrees, minutes, seconds; NaN where there is none, None where it is neither."""
    text = "" if pd.isna(cell) else plain(cell)
    if text.upper() in UNKNOWN_WORDS:
        return float("nan")
    if match := _DEGREES.fullmatch(text):
        value = float(match["d"]) + float(match["m"] or 0) / 60 + float(match["s"] or 0) / 3600
        return -value if match["h"].upper() in {"S", "W", "南", "西"} and match["h"] else value
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _sidecar_crs(file: Path) -> str | None:
    if file.suffix.lower() == ".xlsx":
        return stated_crs(file)
    prj = sibling(file, ".prj")
    return prj.read_text(encoding="utf-8", errors="replace").strip() or None if prj else None
