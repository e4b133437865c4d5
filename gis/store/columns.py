"""One column as the store keeps it: plain values (integer, real, boolean, text) and what is needed to give it back.

Every backend holds the same plain values, so the hash of a layer is the same in each, and a column comes back with the
dtype, the missing values and the Python types that it had.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pandas.api.extensions import ExtensionDtype

from gis.errors import StoreError
from gis.store.values import from_json, is_clean, to_json

__all__ = ["Column", "Storage", "decode_column", "digest_values", "encode_column"]

Storage = Literal["integer", "real", "boolean", "text", "moment"]
_INT64_MAX = 2**63 - 1
_JSON_SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Column:
    """How one column is kept: its name, its pandas dtype, the type in the database, and the code that gives it back."""

    name: str
    dtype: str
    codec: str
    storage: Storage
    options: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give the column as JSON can hold it."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            "codec": self.codec,
            "storage": self.storage,
            "options": self.options,
        }


Encoded = tuple[Column, list[Any]]


def encode_column(series: "pd.Series[Any]") -> Encoded:
    """Turn a column into plain values, None where a value is missing.

    Raises
    ------
    StoreError
        ``column-unsupported`` or ``value-unsupported``: a dtype or a value that the store cannot give back unchanged.
    """
    dtype: Any = series.dtype
    for fits, encode in _ENCODERS:
        if fits(dtype):
            return encode(series)
    raise StoreError("column-unsupported", column=series.name, dtype=str(dtype))


def decode_column(column: Column, values: Sequence[Any]) -> Any:
    """Give back the array that :func:`encode_column` took apart."""
    return _DECODERS[column.codec](column, values)


def digest_values(digest: "hashlib._Hash", storage: Storage, values: Sequence[Any]) -> None:
    """Add a column's plain values to a hash in one canonical form: little-endian numbers, or lengths and UTF-8."""
    missing = [value is None for value in values]
    digest.update(np.packbits(np.array(missing, dtype=bool)).tobytes())
    if storage in {"text", "moment"}:
        texts = [value or "" for value in values]
        digest.update(np.fromiter(map(len, texts), dtype="<i8", count=len(texts)).tobytes())
        digest.update("".join(texts).encode())
        return
    number = "<f8" if storage == "real" else "<i8"
    digest.update(np.array([0 if value is None else value for value in values], dtype=number).tobytes())


def _column(series: "pd.Series[Any]", codec: str, storage: Storage, **options: Any) -> Column:
    return Column(str(series.name), str(series.dtype), codec, storage, options)


def _real_values(numbers: "np.ndarray[Any, Any]") -> list[Any]:
    """Give floats as Python's, None for NaN; minus zero becomes zero, as SQLite does not keep its sign."""
    plain = numbers.astype("float64") + 0.0
    values: list[Any] = plain.tolist()
    for row in np.flatnonzero(np.isnan(plain)).tolist():
        values[row] = None
    return values


def _encode_real(series: "pd.Series[Any]") -> Encoded:
    return _column(series, "numpy", "real"), _real_values(series.to_numpy())


def _encode_boolean(series: "pd.Series[Any]") -> Encoded:
    return _column(series, "numpy", "boolean"), series.to_numpy().tolist()


def _encode_integer(series: "pd.Series[Any]") -> Encoded:
    numbers = series.to_numpy()
    if len(numbers) and int(numbers.max()) > _INT64_MAX:
        return _column(series, "digits", "text"), [str(number) for number in numbers.tolist()]
    return _column(series, "numpy", "integer"), numbers.tolist()


def _encode_moment(series: "pd.Series[Any]") -> Encoded:
    """Write date-times as ISO 8601; storage ``moment`` (UTC, milliseconds) is what GeoPackage has a type for."""
    zone = getattr(series.dtype, "tz", None)
    utc = series if zone is None else series.dt.tz_convert("UTC").dt.tz_localize(None)
    numbers = utc.to_numpy()
    unit = np.datetime_data(numbers.dtype)[0]
    shown = zone is not None and _in_milliseconds(numbers)
    texts = np.datetime_as_string(numbers, unit=cast("Any", "ms" if shown else unit)).tolist()
    values = [None if text == "NaT" else text + ("Z" if zone is not None else "") for text in texts]
    column = _column(
        series, "moment", "moment" if shown else "text", unit=unit, zone=None if zone is None else str(zone)
    )
    return column, values


def _in_milliseconds(numbers: "np.ndarray[Any, Any]") -> bool:
    known = numbers[~np.isnat(numbers)]
    whole = bool((known.astype("datetime64[ms]").astype(known.dtype) == known).all())
    return whole and bool(((known >= np.datetime64("0001-01-01")) & (known < np.datetime64("10000-01-01"))).all())


def _encode_duration(series: "pd.Series[Any]") -> Encoded:
    ticks = series.to_numpy().astype("int64").tolist()
    missing = series.isna().tolist()
    values = [None if gone else tick for tick, gone in zip(ticks, missing, strict=True)]
    return _column(series, "duration", "integer"), values


def _encode_string(series: "pd.Series[Any]") -> Encoded:
    dtype: Any = series.dtype
    options = {"kept_in": str(dtype.storage), "missing": "NA" if dtype.na_value is pd.NA else "nan"}
    texts, missing = series.tolist(), series.isna().to_numpy()
    for row in np.flatnonzero(missing).tolist():
        texts[row] = None
    return _text_or_json(series, texts, codec="string", **options)


def _encode_extension(series: "pd.Series[Any]") -> Encoded:
    """Encode masked and Arrow dtypes through Python objects; a dtype that pandas cannot name again is refused."""
    dtype: Any = series.dtype
    try:
        named_again = pd.api.types.pandas_dtype(str(dtype)) == dtype
    except TypeError:
        named_again = False
    if not named_again or isinstance(dtype, pd.SparseDtype | pd.IntervalDtype | pd.PeriodDtype):
        raise StoreError("column-unsupported", column=series.name, dtype=str(dtype))
    missing = series.isna().tolist()
    values = [None if gone else value for value, gone in zip(series.tolist(), missing, strict=True)]
    kind = getattr(dtype, "kind", "O")
    if kind in "iu" and all(value is None or value <= _INT64_MAX for value in values):
        return _column(series, "extension", "integer"), values
    if kind == "f":
        return _column(series, "extension", "real"), [None if value is None else value + 0.0 for value in values]
    if kind == "b":
        return _column(series, "extension", "boolean"), values
    return _column(series, "extension_json", "text"), [None if value is None else to_json(value) for value in values]


def _encode_category(series: "pd.Series[Any]") -> Encoded:
    """Keep each row's category as readable text, and the categories themselves as a column in the options."""
    dtype: Any = series.dtype
    kept, values = encode_column(pd.Series(dtype.categories, name=str(series.name)))
    plain = dtype.categories.tolist()
    readable = all(isinstance(value, str) and is_clean(value) for value in plain)
    labels = plain if readable else [to_json(value) for value in plain]
    column = _column(
        series, "category", "text", labels=labels, kept=kept.as_dict(), values=values, ordered=bool(dtype.ordered)
    )
    return column, [None if code < 0 else labels[code] for code in series.cat.codes.tolist()]


def _encode_geometry(series: "pd.Series[Any]") -> Encoded:
    crs = getattr(series.array, "crs", None)
    values = shapely.to_wkb(series.to_numpy(), hex=True, byte_order=1, flavor="iso").tolist()
    return _column(series, "geometry", "text", crs=None if crs is None else pyproj.CRS(crs).to_wkt()), values


def _encode_objects(series: "pd.Series[Any]") -> Encoded:
    values = series.tolist()
    types = set(map(type, values))
    if types <= {str, type(None)}:
        return _text_or_json(series, values, codec="objects", missing="None")
    if types == {str, float} and all(value != value for value in values if isinstance(value, float)):  # noqa: PLR0124
        return _text_or_json(
            series, [v if isinstance(v, str) else None for v in values], codec="objects", missing="nan"
        )
    for container in (tuple, list):
        inner = [value for value in values if value is not None]
        if types <= {container, type(None)} and set(map(type, chain.from_iterable(inner))) <= set(_JSON_SCALARS):
            texts = [None if value is None else to_json(list(value)) for value in values]
            return _column(series, container.__name__, "text"), texts
    return _column(series, "json", "text"), [None if value is None else to_json(value) for value in values]


def _text_or_json(series: "pd.Series[Any]", texts: list[str | None], *, codec: str, **options: Any) -> Encoded:
    """Keep texts as they are; where one holds a sign that a database refuses, all become JSON texts."""
    if is_clean("".join(filter(None, texts))):
        return _column(series, codec, "text", **options, json=False), texts
    escaped = [None if text is None else to_json(text) for text in texts]
    return _column(series, codec, "text", **options, json=True), escaped


def _texts(column: Column, values: Iterable[Any], *, missing: Any) -> list[Any]:
    if column.options["json"]:
        return [missing if value is None else from_json(value) for value in values]
    if missing is None:
        return list(values)
    return [missing if value is None else value for value in values]


def _objects(values: Sequence[Any]) -> "np.ndarray[Any, Any]":
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _decode_numpy(column: Column, values: Sequence[Any]) -> Any:
    if column.storage == "real":
        return np.array(values, dtype="float64").astype(column.dtype)
    return np.array(values, dtype=column.dtype)


def _decode_moment(column: Column, values: Sequence[Any]) -> Any:
    texts = ["NaT" if value is None else value.removesuffix("Z") for value in values]
    numbers = np.array(texts, dtype=f"datetime64[{column.options['unit']}]")
    zone = column.options["zone"]
    return numbers if zone is None else pd.DatetimeIndex(numbers).tz_localize("UTC").tz_convert(zone).array


def _decode_duration(column: Column, values: Sequence[Any]) -> Any:
    nat = np.iinfo("int64").min
    return np.array([nat if value is None else value for value in values], dtype="int64").view(column.dtype)


def _decode_string(column: Column, values: Sequence[Any]) -> Any:
    missing = pd.NA if column.options["missing"] == "NA" else np.nan
    dtype = pd.StringDtype(column.options["kept_in"], na_value=missing)
    return pd.array(_objects(_texts(column, values, missing=missing)), dtype=dtype)


def _decode_objects(column: Column, values: Sequence[Any]) -> Any:
    missing = None if column.options["missing"] == "None" else np.nan
    return _objects(_texts(column, values, missing=missing))


def _decode_extension(column: Column, values: Sequence[Any]) -> Any:
    if column.storage == "boolean":
        values = [None if value is None else bool(value) for value in values]
    return pd.array(_objects(values), dtype=column.dtype)  # type: ignore[call-overload]


def _decode_extension_json(column: Column, values: Sequence[Any]) -> Any:
    plain = [None if value is None else from_json(value) for value in values]
    return pd.array(_objects(plain), dtype=column.dtype)  # type: ignore[call-overload]


def _decode_category(column: Column, values: Sequence[Any]) -> Any:
    options = column.options
    code_of = {label: code for code, label in enumerate(options["labels"])}
    codes = [-1 if value is None else code_of[value] for value in values]
    categories = pd.Index(decode_column(Column(**options["kept"]), options["values"]))
    return pd.Categorical.from_codes(codes, categories=categories, ordered=options["ordered"])


def _decode_geometry(column: Column, values: Sequence[Any]) -> Any:
    crs = column.options["crs"]
    return gpd.array.from_wkb(_objects(values), crs=None if crs is None else pyproj.CRS.from_wkt(crs))


def _decode_json(_column: Column, values: Sequence[Any]) -> Any:
    return _objects([None if value is None else from_json(value) for value in values])


def _decode_tuples(_column: Column, values: Sequence[Any]) -> Any:
    return _objects([None if value is None else tuple(from_json(value)) for value in values])


def _decode_digits(column: Column, values: Sequence[Any]) -> Any:
    return np.array([int(value) for value in values], dtype=column.dtype)


def _numpy_kind(kinds: str) -> Callable[[Any], bool]:
    return lambda dtype: isinstance(dtype, np.dtype) and dtype.kind in kinds


_ENCODERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Encoded]], ...] = (  # the first that fits is taken
    (lambda dtype: isinstance(dtype, gpd.array.GeometryDtype), _encode_geometry),
    (lambda dtype: isinstance(dtype, pd.CategoricalDtype), _encode_category),
    (lambda dtype: isinstance(dtype, pd.DatetimeTZDtype), _encode_moment),
    (lambda dtype: isinstance(dtype, pd.StringDtype), _encode_string),
    (lambda dtype: isinstance(dtype, ExtensionDtype), _encode_extension),
    (_numpy_kind("M"), _encode_moment),
    (_numpy_kind("iu"), _encode_integer),
    (_numpy_kind("f"), _encode_real),
    (_numpy_kind("b"), _encode_boolean),
    (_numpy_kind("m"), _encode_duration),
    (_numpy_kind("O"), _encode_objects),
)
_DECODERS: dict[str, Callable[[Column, Sequence[Any]], Any]] = {
    "numpy": _decode_numpy,
    "digits": _decode_digits,
    "moment": _decode_moment,
    "duration": _decode_duration,
    "string": _decode_string,
    "objects": _decode_objects,
    "extension": _decode_extension,
    "extension_json": _decode_extension_json,
    "category": _decode_category,
    "geometry": _decode_geometry,
    "json": _decode_json,
    "tuple": _decode_tuples,
    "list": _decode_json,
}
