"""The workers and the floor area that the standard asks for."""

import numpy as np
import pandas as pd

from boundaries.metrics.case import Case, Metric
from boundaries.standards import load_standard
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["STAFFING_METRICS"]

_RESOURCES = "resources_14fyp"  # where the community standard itself sets no staff or floor area


def _workers_needed(case: Case) -> "pd.Series[float] | None":
    rate = case.standard.workers_per_10000_residents or load_standard(_RESOURCES).workers_per_10000_residents
    if rate is None or "resident_population" not in case.units.columns:
        return None
    residents = case.total_by_community("resident_population")
    return pd.Series(np.ceil(residents.to_numpy() * rate / 10_000 - 1e-9), index=residents.index)


def _floor_area_needed(case: Case) -> "pd.Series[float] | None":
    resources = load_standard(_RESOURCES)
    rate = case.standard.floor_area_m2_per_100_households or resources.floor_area_m2_per_100_households
    least = case.standard.floor_area_m2_minimum or resources.floor_area_m2_minimum or 0.0
    if rate is None or "households" not in case.units.columns:
        return None
    return (case.total_by_community("households") * rate / 100).clip(lower=least)


def _total_workers(case: Case) -> float | None:
    needed = _workers_needed(case)
    return None if needed is None else float(needed.sum())


def _total_floor_area(case: Case) -> float | None:
    needed = _floor_area_needed(case)
    return None if needed is None else float(needed.sum())


def _short(case: Case, needed: float | None, column: str) -> float | None:
    """Tell how much more is needed than today's communities have; None where any of them is unknown."""
    today = case.layers.get(Kind.COMMUNITIES)
    if needed is None or today is None or column not in today.columns or today[column].isna().any():
        return None
    return max(0.0, needed - float(today[column].sum()))


STAFFING_METRICS: tuple[Metric, ...] = (
    Metric(
        "workers_needed", "community", "people", "neither", 1,
        Text("应配社区工作者", "community workers needed"),
        "workers per 10,000 residents of the standard, else of resources_14fyp, rounded up", _workers_needed,
    ),
    Metric(
        "floor_area_needed_m2", "community", "m2", "neither", 1,
        Text("应有服务用房（平方米）", "service floor area needed (m2)"),
        "m2 per 100 households of the standard, else of resources_14fyp", _floor_area_needed,
    ),
    Metric(
        "total_workers_needed", "total", "people", "low", 1,
        Text("社区工作者总需求", "community workers needed in all"),
        "sum over communities", _total_workers,
    ),
    Metric(
        "workers_short", "total", "people", "low", 1, Text("社区工作者缺口", "community workers short"),
        "needed less those of today's communities",
        lambda case: _short(case, _total_workers(case), "community_workers"),
    ),
    Metric(
        "total_floor_area_needed_m2", "total", "m2", "low", 1,
        Text("服务用房总需求（平方米）", "service floor area needed in all (m2)"),
        "sum over communities", _total_floor_area,
    ),
    Metric(
        "floor_area_short_m2", "total", "m2", "low", 1, Text("服务用房缺口（平方米）", "service floor area short (m2)"),
        "needed less that of today's communities",
        lambda case: _short(case, _total_floor_area(case), "service_floor_area_m2"),
    ),
)  # fmt: skip
