"""How evenly the communities are filled, and how they stand to the standard."""

from typing import Any

import numpy as np
import pandas as pd

from boundaries.metrics.case import Case, Metric
from boundaries.standards import Standard
from gis.i18n import Text

__all__ = ["BALANCE_METRICS", "off_standard"]


def _load(case: Case) -> "pd.Series[float] | None":
    return case.total_by_community(case.balance) if case.balance in case.units.columns else None


def _deviation(case: Case) -> "pd.Series[float] | None":
    load = _load(case)
    if load is None or load.sum() <= 0:
        return None
    return load / load.mean() - 1


def _max_deviation(case: Case) -> float | None:
    deviation = _deviation(case)
    return None if deviation is None else float(deviation.abs().max())


def _mean_deviation(case: Case) -> float | None:
    deviation = _deviation(case)
    return None if deviation is None else float(deviation.abs().mean())


def off_standard(load: Any, standard: Standard) -> Any:
    """Tell by how much loads (one, or several) lie below (negative) or above the standard; None where it sets none."""
    if standard.minimum is None and standard.maximum is None:
        return None
    highest = np.inf if standard.maximum is None else standard.maximum
    return np.maximum(load - highest, 0.0) - np.maximum((standard.minimum or 0.0) - load, 0.0)


def _off_standard(case: Case) -> "pd.Series[float] | None":
    column = case.standard.column
    return off_standard(case.total_by_community(column), case.standard) if column in case.units.columns else None


def _out_of_standard(case: Case) -> float | None:
    off = _off_standard(case)
    return None if off is None else float((off.abs() > 0).sum())


BALANCE_METRICS: tuple[Metric, ...] = (
    Metric(
        "deviation", "community", "ratio", "neither", 1,
        Text("偏离平均值", "deviation from the mean"),
        "load / mean load - 1", _deviation,
    ),
    Metric(
        "off_standard", "community", "count", "neither", 1,
        Text("超出（+）或低于（-）标准", "above (+) or below (-) the standard"),
        "bounds of the standard profile", _off_standard,
    ),
    Metric(
        "max_deviation", "total", "ratio", "low", 1,
        Text("最大偏差", "greatest deviation"),
        "max |load / mean load - 1|", _max_deviation,
    ),
    Metric(
        "mean_deviation", "total", "ratio", "low", 1,
        Text("平均偏差", "mean deviation"),
        "mean |load / mean load - 1|", _mean_deviation,
    ),
    Metric(
        "out_of_standard", "total", "communities", "low", 1,
        Text("不符合标准的社区数", "communities outside the standard"),
        "bounds of the standard profile", _out_of_standard,
    ),
)  # fmt: skip
