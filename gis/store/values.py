"""Python values that no column type of a database holds, as JSON text and back: tuples, dates in objects, NaN, bytes.

JSON carries None, booleans, integers, floats (NaN and infinities as Python writes them), text, lists and dicts; every
other type stands in a dict with one key, its tag: ``{"$tuple": [...]}``. Signs outside ASCII stay readable, except
those that a database refuses (NUL, lone surrogates), which JSON escapes.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import shapely

from gis.errors import StoreError

__all__ = ["from_json", "is_clean", "to_json", "to_plain_json"]


@dataclass(frozen=True)
class _Tag:
    """How values of one type are written, and read again."""

    name: str
    type: type
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


_PLAIN_KINDS = "biufU"  # numpy scalars that JSON can write: the others go as bytes
_PLAIN = (str, int, float, bool, type(None))


def _dump_numpy(value: np.generic) -> list[Any]:
    if value.dtype.kind in _PLAIN_KINDS:
        return [value.dtype.str, value.item()]
    return [value.dtype.str, {"hex": value.tobytes().hex()}]


def _load_numpy(pair: list[Any]) -> Any:
    dtype, item = np.dtype(pair[0]), pair[1]
    return np.frombuffer(bytes.fromhex(item["hex"]), dtype)[0] if isinstance(item, dict) else dtype.type(item)


def _dump_array(value: "np.ndarray[Any, Any]") -> list[Any]:
    if value.dtype.kind not in _PLAIN_KINDS + "O":
        raise StoreError("value-unsupported", type=f"array of {value.dtype}", value=repr(value)[:60])
    return [value.dtype.str, list(value.shape), [_packed(item) for item in value.ravel().tolist()]]


def _load_array(parts: list[Any]) -> "np.ndarray[Any, Any]":
    dtype, shape, items = parts
    flat = np.empty(len(items), dtype=dtype)
    flat[:] = [_unpacked(item) for item in items]
    return flat.reshape(shape)


def _dump_timestamp(value: pd.Timestamp) -> list[Any]:
    return [int(value.asm8.astype("int64")), value.unit, None if value.tz is None else str(value.tz)]


def _load_timestamp(parts: list[Any]) -> pd.Timestamp:
    ticks, unit, zone = parts
    stamp = pd.Timestamp(np.datetime64(ticks, unit))
    return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(zone)


_TAGS: tuple[_Tag, ...] = (  # the first type that fits is taken: children stand before their parents
    _Tag("$na", type(pd.NA), lambda _: None, lambda _: pd.NA),
    _Tag("$nat", type(pd.NaT), lambda _: None, lambda _: pd.NaT),
    _Tag("$numpy", np.generic, _dump_numpy, _load_numpy),
    _Tag("$array", np.ndarray, _dump_array, _load_array),
    _Tag("$timestamp", pd.Timestamp, _dump_timestamp, _load_timestamp),
    _Tag(
        "$timedelta",
        pd.Timedelta,
        lambda value: [int(value.asm8.astype("int64")), value.unit],
        lambda pair: pd.Timedelta(np.timedelta64(*pair)),
    ),
    _Tag("$datetime", dt.datetime, lambda value: value.isoformat(), dt.datetime.fromisoformat),
    _Tag("$date", dt.date, lambda value: value.isoformat(), dt.date.fromisoformat),
    _Tag("$time", dt.time, lambda value: value.isoformat(), dt.time.fromisoformat),
    _Tag(
        "$duration",
        dt.timedelta,
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: dt.timedelta(*parts),
    ),
    _Tag("$decimal", Decimal, str, Decimal),
    _Tag("$bytes", bytes, lambda value: value.hex(), bytes.fromhex),
    _Tag("$uuid", UUID, str, UUID),
    _Tag("$wkb", shapely.Geometry, lambda value: shapely.to_wkb(value, hex=True, flavor="iso"), shapely.from_wkb),
)
_BY_NAME = {tag.name: tag for tag in _TAGS}


def to_json(value: Any) -> str:
    """Write one value as JSON text from which :func:`from_json` gives an equal value of the same type.

    Raises
    ------
    StoreError
        ``value-unsupported``: the value has a type that the store does not keep.

    Examples
    --------
    >>> from_json(to_json(("a", None)))
    ('a', None)
    """
    return _dumped(_packed(value))


def from_json(text: str) -> Any:
    """Read what :func:`to_json` wrote."""
    return _unpacked(json.loads(text))


def to_plain_json(value: Any, *, what: str) -> str:
    """Write a document as plain, canonical JSON (sorted keys); tuples become lists, numpy numbers Python's.

    Raises
    ------
    StoreError
        ``document-invalid``: the document holds what JSON cannot, or keys that are not text.
    """
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise StoreError("document-invalid", what=what, reason=str(error)) from None
    return text if is_clean(text) else json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def is_clean(text: str) -> bool:
    """Tell whether every database takes the text as it is: no NUL, no lone surrogate."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _dumped(packed: Any) -> str:
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return text if is_clean(text) else json.dumps(packed, separators=(",", ":"))


def _packed(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if type(value) is list:
        return [_packed(item) for item in value]
    if type(value) is tuple:
        return {"$tuple": [_packed(item) for item in value]}
    if type(value) is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: _packed(item) for key, item in value.items()}
        return {"$dict": [[_packed(key), _packed(item)] for key, item in value.items()]}
    for tag in _TAGS:
        if isinstance(value, tag.type):
            return {tag.name: tag.dump(value)}
    raise StoreError("value-unsupported", type=type(value).__name__, value=repr(value)[:60])


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, content),) = value.items()
        if name == "$dict":
            return {_unpacked(key): _unpacked(item) for key, item in content}
        if name == "$tuple":
            return tuple(_unpacked(item) for item in content)
        if name in _BY_NAME:
            return _BY_NAME[name].load(content)
    return {key: _unpacked(item) for key, item in value.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        wrong = [key for key in value if not isinstance(key, str)]
        if wrong:
            raise TypeError(f"key {wrong[0]!r} is not text")
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    return value
