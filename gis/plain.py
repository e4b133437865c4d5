"""Cells as JSON and tiles can hold them: numbers, texts, truth values; what is unknown becomes None."""

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["plain_value", "to_json"]


def plain_value(value: Any) -> Any:
    """Give a cell as JSON knows it; None, NaN, NA and infinity become None, other kinds of objects their text.

    Examples
    --------
    >>> plain_value(("a", np.int64(3), float("nan")))
    ['a', 3, None]
    """
    if isinstance(value, Mapping):
        return {str(key): plain_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [plain_value(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)


def to_json(value: Any) -> str:
    """Write a value as JSON; what is unknown (None, NaN, NA) becomes null."""
    return json.dumps(plain_value(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
