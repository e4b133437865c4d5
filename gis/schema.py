"""Check a layer against the schema of its kind; every fault is told at once."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype
from shapely import GeometryType

from gis.errors import CrsError, SchemaError
from gis.i18n import Text, listed
from gis.kinds import LayerSchema, schema_of

__all__ = ["check_schema", "joined"]

_FAMILIES = {
    "polygon": (GeometryType.POLYGON, GeometryType.MULTIPOLYGON),
    "line": (GeometryType.LINESTRING, GeometryType.MULTILINESTRING, GeometryType.LINEARRING),
    "point": (GeometryType.POINT, GeometryType.MULTIPOINT),
}


def check_schema(layer: gpd.GeoDataFrame, kind: str, *, name: str | None = None) -> gpd.GeoDataFrame:
    """Give the layer back if it fits its kind: text ids, a CRS, the geometry family, numbers where figures belong.

    Raises
    ------
    SchemaError
        ``schema-mismatch``, with every fault found, or ``kind-unknown``.
    CrsError
        ``crs-missing``.
    """
    schema, name = schema_of(kind), name or kind
    if layer.crs is None:
        raise CrsError("crs-missing", layer=name)
    faults = [*_id_faults(layer), *_geometry_faults(layer, schema), *_column_faults(layer, schema)]
    if faults:
        raise SchemaError("schema-mismatch", layer=name, kind=schema.label, faults=joined(faults))
    return layer


def joined(faults: Iterable[Text]) -> Text:
    """Write several faults as one sentence."""
    parts = list(faults)
    return Text(";".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _id_faults(layer: gpd.GeoDataFrame) -> Iterable[Text]:
    ids = layer.index
    if ids.name != "id":
        yield Text(f"索引名为 {ids.name}，应为 id", f"the index is named {ids.name}, not id")
    if not _all_text(ids):
        yield Text("标识应为非空文本", "ids must be non-empty text")
    if not ids.is_unique:
        repeated = listed(ids[ids.duplicated()].unique())
        yield Text(f"标识重复：{repeated.zh}", f"duplicate ids: {repeated.en}")


def _all_text(ids: "pd.Index[Any]") -> bool:
    """Tell whether every id is a text of at least one character; a column of texts is asked at once."""
    if isinstance(ids.dtype, pd.StringDtype):
        return not (ids.isna() | (ids == "")).any()
    return all(isinstance(value, str) and value for value in ids)


def _geometry_faults(layer: gpd.GeoDataFrame, schema: LayerSchema) -> Iterable[Text]:
    fits = np.isin(shapely.get_type_id(layer.geometry.to_numpy()), _FAMILIES[schema.geometry])
    if not fits.all():
        wrong = layer.geom_type[~fits]
        ids = listed(wrong.index)
        found = listed(sorted({str(value) for value in wrong}))
        yield Text(
            f"几何类型应为 {schema.geometry}，但 {ids.zh} 是 {found.zh}",
            f"{schema.geometry} geometry is needed, but {ids.en} hold {found.en}",
        )
    empty = layer.index[shapely.is_empty(layer.geometry.to_numpy())]
    if len(empty):
        ids = listed(empty)
        yield Text(f"几何为空：{ids.zh}", f"empty geometry: {ids.en}")


def _column_faults(layer: gpd.GeoDataFrame, schema: LayerSchema) -> Iterable[Text]:
    for field in schema.fields:
        if field.name not in layer.columns:
            continue
        values = layer[field.name]
        if field.type == "figure":
            yield from _figure_faults(values, field.name)
        elif field.choices:
            wrong = sorted({str(value) for value in values.dropna()} - set(field.choices))
            if wrong:
                found, allowed = listed(wrong), listed(field.choices)
                yield Text(
                    f"列 {field.name} 的值 {found.zh} 不在允许范围（{allowed.zh}）",
                    f"column {field.name} holds {found.en}; allowed are {allowed.en}",
                )


def _figure_faults(values: "pd.Series[float]", column: str) -> Iterable[Text]:
    if not is_numeric_dtype(values):
        yield Text(f"列 {column} 应为数字", f"column {column} must hold numbers")
        return
    negative = values.index[values < 0]
    if len(negative):
        ids = listed(negative)
        yield Text(f"列 {column} 有负数：{ids.zh}", f"column {column} is negative at {ids.en}")
