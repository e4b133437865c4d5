"""The one place that reads through GDAL (pyogrio): local files of known formats, warnings kept for the report."""

import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from gis.errors import ReadError

__all__ = ["RawLayer", "layer_names", "read_raw"]

_LOCK = threading.Lock()  # warnings filters belong to the whole process
pyogrio.set_gdal_config_options(
    {
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",  # nothing that a file names is ever fetched
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "OGR_ORGANIZE_POLYGONS": "DEFAULT",
        "SHAPE_RESTORE_SHX": "NO",
    }
)


@dataclass(frozen=True)
class RawLayer:
    """A layer as the file holds it, its CRS as the file declares it, and what GDAL said while reading."""

    frame: gpd.GeoDataFrame
    crs: Any
    remarks: tuple[str, ...] = ()


def layer_names(file: Path) -> list[str]:
    """Name the layers of a file that hold geometry.

    Raises
    ------
    ReadError
        ``file-unreadable``.
    """
    with _readable(file):
        layers = pyogrio.list_layers(str(file))
    return [str(name) for name, geometry in layers if geometry is not None]


def read_raw(file: Path, *, layer: str, encoding: str | None = None) -> RawLayer:
    """Read one layer of a local file, all columns, geometry as it stands.

    Parameters
    ----------
    file
        A local file whose format has been checked.
    layer
        Its name in the file; compared as a name, never part of a query.
    encoding
        A Python codec for formats that do not fix their encoding; None where the format does.

    Raises
    ------
    ReadError
        ``file-unreadable``, with what GDAL says.
    """
    options: dict[str, Any] = {} if encoding is None else {"encoding": encoding}
    with _readable(file) as remarks:
        meta, table = pyogrio.raw.read_arrow(str(file), layer=layer, datetime_as_string=False, **options)
        shapes_name = meta["geometry_name"] or "wkb_geometry"
        frame = table.to_pandas()
        wkb = frame.pop(shapes_name).to_numpy(dtype=object, na_value=None) if shapes_name in frame else None
        shapes = np.full(len(frame), None) if wkb is None else _shapes(wkb, file, layer, options)
    frame.columns = unique_names([str(name) for name in frame.columns])
    return RawLayer(gpd.GeoDataFrame(_without_lists(frame), geometry=shapes), meta["crs"], tuple(remarks))


def _shapes(wkb: Any, file: Path, layer: str, options: dict[str, Any]) -> Any:
    try:
        return shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError:  # curves: the slower way turns them into lines of short steps
        _, _, linear, _ = pyogrio.raw.read(str(file), layer=layer, columns=[], **options)
        return shapely.from_wkb(linear)


def _without_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Write list values (GeoJSON arrays) as JSON text, which every format can hold."""
    for name in frame.columns[frame.dtypes == object]:
        if frame[name].map(lambda value: isinstance(value, list | np.ndarray)).any():
            frame[name] = frame[name].map(
                lambda value: value if value is None else json.dumps(list(value), ensure_ascii=False, default=str)
            )
    return frame


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


@contextmanager
def _readable(file: Path) -> Iterator[list[str]]:
    remarks: list[str] = []
    try:
        with _LOCK, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield remarks
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.CRSError,
        pyogrio.errors.FieldError,
        shapely.errors.ShapelyError,
        pa.ArrowException,
        UnicodeDecodeError,
    ) as error:
        raise ReadError("file-unreadable", path=file, reason=str(error).strip() or type(error).__name__) from error
    remarks += dict.fromkeys(str(one.message) for one in caught)
