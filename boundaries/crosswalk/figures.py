"""Figures read from a layer: numbers of 0 or more, unknown is NaN; and made whole without losing anybody."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from boundaries.errors import FiguresError
from gis.errors import SchemaError

__all__ = ["PEOPLE", "figure_values", "whole_figures"]

Floats = NDArray[np.float64]

PEOPLE: tuple[str, ...] = ("households", "resident_population")


def figure_values(layer: gpd.GeoDataFrame, column: str, *, name: str) -> Floats:
    """Give one column as numbers, NaN where unknown.

    Raises
    ------
    SchemaError
        ``column-missing``, or ``not-a-number`` where the column holds text.
    FiguresError
        ``figures-negative`` or ``figures-infinite``.
    """
    if column not in layer.columns:
        raise SchemaError("column-missing", layer=name, column=column, found=sorted(map(str, layer.columns)))
    if layer[column].isna().all():
        return np.full(len(layer), np.nan)
    if not is_numeric_dtype(layer[column]) or is_bool_dtype(layer[column]):
        _refuse_text(layer, column, name)
    values: Floats = layer[column].to_numpy(dtype=np.float64, na_value=np.nan)
    for code, wrong in (("figures-negative", values < 0), ("figures-infinite", np.isinf(values))):
        if wrong.any():
            raise FiguresError(code, layer=name, column=column, ids=list(layer.index[wrong]))
    return values


def whole_figures(values: Floats) -> Floats:
    """Give whole numbers whose sum is the rounded sum of the known values; whole values and NaN stay as they are.

    The fractions are settled among the rows that have one, by largest remainder, so that their sum changes by at most
    one half.
    """
    fractional = ~np.isnan(values) & (values != np.floor(values))
    if not fractional.any():
        return values
    result = values.copy()
    parts = values[fractional]
    bottom = np.floor(parts)
    left = round(float(parts.sum())) - int(bottom.sum())
    result[fractional] = bottom + _ups(parts - bottom, left)
    return result


def _ups(fractions: Floats, count: int) -> Floats:
    """Give 1 to the ``count`` largest fractions and 0 to the others; equal ones in the order given."""
    ups = np.zeros(len(fractions))
    ups[np.lexsort((np.arange(len(fractions)), -np.round(fractions, 9)))[:count]] = 1.0
    return ups


def _refuse_text(layer: gpd.GeoDataFrame, column: str, name: str) -> None:
    numbers: Sequence[bool] = [isinstance(value, int | float) for value in layer[column]]
    wrong = np.flatnonzero(~np.array(numbers, dtype=bool) & layer[column].notna().to_numpy())
    raise SchemaError(
        "not-a-number",
        layer=name,
        column=column,
        rows=(wrong + 1).tolist(),
        values=[str(layer[column].iloc[row]) for row in wrong],
    )
