"""The one place that reads through GDAL (pyogrio): local files of known formats, warnings kept for the report."""

import json
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pandas.api.types import is_float_dtype, is_integer_dtype, is_object_dtype

from gis.errors import ReadError
from gis.geometry import Judged
from gis.i18n import Text
from gis.threads import while_made
from gis.validity import are_valid

__all__ = ["RawLayer", "layer_names", "read_raw", "unique_names"]

_ROWS_AT_ONCE = 4096
_LOCK = threading.Lock()  # warnings filters and GDAL options belong to the whole process
_PLACE_IN_CODE = re.compile(r"(Error occurred in )?\S+\.(cpp|c|h)(, \d+)?(:| at line \d+)\s*")
_SAFE_OPTIONS: Mapping[str, str] = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",  # nothing that a file names is ever fetched
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
    "SHAPE_RESTORE_SHX": "NO",
    "OGR_DXF_MAX_BSPLINE_CONTROL_POINTS": "2000",
}


@dataclass(frozen=True)
class RawLayer:
    """A layer as the file holds it, its CRS as the file declares it, and what GDAL said while reading."""

    frame: gpd.GeoDataFrame
    crs: Any
    remarks: tuple[str, ...] = ()
    judged: Judged | None = None


def layer_names(file: Path) -> list[str]:
    """Name the layers of a file that hold geometry.

    Raises
    ------
    ReadError
        ``file-unreadable``.
    """
    with _readable(file, {}):
        layers = pyogrio.list_layers(str(file))
    return [str(name) for name, geometry in layers if geometry is not None]


def read_raw(
    file: Path,
    *,
    layer: str,
    encoding: str | None = None,
    options: Mapping[str, str] | None = None,
    deleted: int = 0,
    judge: bool = False,
) -> RawLayer:
    """Read one layer of a local file, all columns, geometry as it stands.

    Parameters
    ----------
    file
        A local file whose format has been checked.
    layer
        Its name in the file; compared as a name, never part of a query.
    encoding
        How GDAL is to take bytes for text, for formats that do not fix it; None where the format does.
    options
        GDAL configuration options that hold for this reading only.
    deleted
        Number of rows that the file counts but marks as deleted.
    judge
        Tell which geometries are valid too, which takes little time while they are read.

    Raises
    ------
    ReadError
        ``file-unreadable``, with what GDAL says; ``file-damaged``: fewer features than the file counts.
    """
    with _readable(file, options or {}) as remarks:
        promised = pyogrio.read_info(str(file), layer=layer, **({} if encoding is None else {"encoding": encoding}))[
            "features"
        ]
        if encoding is None:
            frame, wkb, crs = _by_arrow(file, layer)
        else:
            meta, _, wkb, columns = pyogrio.raw.read(str(file), layer=layer, encoding=encoding)
            frame, crs = _frame(list(meta["fields"]), columns), meta["crs"]
        shapes, judged = (np.full(len(frame), None), None) if wkb is None else _shapes(wkb, file, layer, judge=judge)
    if promised - deleted > len(frame):
        reason = Text(
            f"应有 {promised - deleted} 个要素，只读到 {len(frame)} 个",
            f"of {promised - deleted} features only {len(frame)} can be read",
        )
        raise ReadError("file-damaged", path=file.name, reason=reason)
    return RawLayer(gpd.GeoDataFrame(_plain(frame), geometry=shapes), crs, tuple(remarks), judged)


def unique_names(names: list[str]) -> list[str]:
    """Give each column a name of its own: a repeated one gets a number, ``geometry`` is left for the geometry."""
    seen: set[str] = {"geometry"}
    result = []
    for name in names:
        fresh, number = name, 2
        while fresh in seen:
            fresh, number = f"{name}_{number}", number + 1
        seen.add(fresh)
        result.append(fresh)
    return result


def _by_arrow(file: Path, layer: str) -> tuple[pd.DataFrame, Any, Any]:
    meta, table = pyogrio.raw.read_arrow(str(file), layer=layer, datetime_as_string=False)
    geometry = meta["geometry_name"] or "wkb_geometry"
    wkb = None
    if geometry in table.column_names:
        at = len(table.column_names) - 1 - table.column_names[::-1].index(geometry)  # GDAL puts the geometry last
        wkb = table.column(at).to_numpy()
        table = table.remove_column(at)
    table.validate(full=True)  # texts must be UTF-8
    names = unique_names([str(name) for name in table.column_names])
    frame = table.rename_columns(names).to_pandas()
    return frame, wkb, meta["crs"]


def _frame(names: list[str], columns: Any) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(unique_names([str(name) for name in names]), columns, strict=True)))


def _shapes(wkb: Any, file: Path, layer: str, *, judge: bool) -> tuple[Any, Judged | None]:
    try:
        return _read_wkb(wkb, judge=judge)
    except (
        shapely.errors.ShapelyError,
        NotImplementedError,
    ):  # curves: the slower way turns them into lines of short steps
        _, _, linear, _ = pyogrio.raw.read(str(file), layer=layer, columns=[])
        return _read_wkb(linear, judge=judge)


def _read_wkb(wkb: Any, *, judge: bool) -> tuple[Any, Judged | None]:
    if not judge:
        return shapely.from_wkb(wkb), None
    parts = np.array_split(wkb, max(len(wkb) // _ROWS_AT_ONCE, 1))
    judged = Judged(*while_made(are_valid, (np.asarray(shapely.from_wkb(part)) for part in parts)))
    return judged.shapes, judged


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Bring columns to the few types that every step and format knows: int64, float64, bool, text, dates."""
    changed: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        if is_integer_dtype(column) and column.dtype != np.int64:
            changed[name] = column.astype(np.int64 if not column.hasnans else float)
        elif is_float_dtype(column) and column.dtype != np.float64:
            changed[name] = column.astype(float)
        elif is_object_dtype(column):
            changed[name] = column.map(_plain_cell).astype("str" if not _has_bools(column) else object)
    return frame.assign(**changed) if changed else frame


def _has_bools(column: "pd.Series[Any]") -> bool:
    return bool(column.map(lambda value: value is None or isinstance(value, bool)).all()) and not column.isna().all()


def _plain_cell(value: Any) -> Any:
    if isinstance(value, list | tuple | dict | np.ndarray):
        return json.dumps(list(value) if not isinstance(value, dict) else value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        return value.hex()
    return value


@contextmanager
def _readable(file: Path, options: Mapping[str, str]) -> Iterator[list[str]]:
    remarks: list[str] = []
    try:
        with _LOCK, _configured(options), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield remarks
    except UnboundLocalError as error:  # how pyogrio fails on a CRS that it cannot write out
        reason = Text("坐标参考系的定义有误", "its CRS definition is wrong")
        raise ReadError("file-damaged", path=file.name, reason=reason) from error
    except Exception as error:  # a damaged file makes the libraries raise nearly anything
        raise ReadError("file-unreadable", path=file.name, reason=_reason(error, file)) from error
    remarks += dict.fromkeys(_reason(one.message, file) for one in caught)


@contextmanager
def _configured(options: Mapping[str, str]) -> Iterator[None]:
    pyogrio.set_gdal_config_options({**_SAFE_OPTIONS, **options})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))


def _reason(error: object, file: Path) -> str:
    """Give what GDAL says on one line, without the folder of the file."""
    text = " ".join(str(error).split()) or type(error).__name__
    return _PLACE_IN_CODE.sub("", text.replace(f"{file.parent}/", "")) or type(error).__name__
