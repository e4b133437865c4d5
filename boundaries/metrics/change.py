"""Who would belong to another community than today."""

import pandas as pd

from boundaries.matching import moved_units, overlap_table
from boundaries.metrics.case import Case, Metric, summed_by_community
from gis.i18n import Text

__all__ = ["CHANGE_METRICS"]


def _moved(case: Case) -> "pd.Series[bool] | None":
    if case.current is None:
        return None
    weight = case.units[case.balance] if case.balance in case.units.columns else pd.Series(1.0, index=case.units.index)
    return moved_units(case.current.reindex(case.units.index), case.labels, weight)


def _moved_figure(case: Case, column: str) -> float | None:
    moved = _moved(case)
    if moved is None or column not in case.units.columns:
        return None
    return float(case.units[column].fillna(0.0)[moved.to_numpy()].sum())


def _households_moved(case: Case) -> float | None:
    return _moved_figure(case, "households")


def _residents_moved(case: Case) -> float | None:
    return _moved_figure(case, "resident_population")


def _moved_share(case: Case) -> float | None:
    moved = _moved_figure(case, case.balance)
    if moved is None:
        return None
    total = float(case.units[case.balance].fillna(0.0).sum())
    return moved / total if total else None


def _separated(case: Case) -> float | None:
    """Count households that part from the greater part of their community of today."""
    if case.current is None or "households" not in case.units.columns:
        return None
    table = overlap_table(case.current.reindex(case.units.index).dropna(), case.labels, case.units["households"])
    return float((table.sum(axis=1) - table.max(axis=1)).sum())


def _moved_in(case: Case) -> "pd.Series[float] | None":
    """Count by new community the households that come from another community of today."""
    moved = _moved(case)
    if moved is None or "households" not in case.units.columns:
        return None
    weight = case.units["households"].fillna(0.0).where(moved.to_numpy(), 0.0)
    return summed_by_community(case, weight)


CHANGE_METRICS: tuple[Metric, ...] = (
    Metric(
        "households_moved_in", "community", "households", "low", 1, Text("调入户数", "households moved in"),
        "after matching each community with the one of today that shares most", _moved_in,
    ),
    Metric(
        "households_moved", "total", "households", "low", 1, Text("变动户数", "households moved"),
        "households whose community of today does not go on in their new one (Kuhn 1955 matching)", _households_moved,
    ),
    Metric(
        "residents_moved", "total", "people", "low", 1, Text("变动人口", "people moved"),
        "as households_moved, in residents", _residents_moved,
    ),
    Metric(
        "moved_share", "total", "ratio", "low", 1, Text("变动比例", "share moved"),
        "moved over total of the balanced figure", _moved_share,
    ),
    Metric(
        "households_separated", "total", "households", "low", 1,
        Text("与原社区多数分开的户数", "households parted from most of their community"),
        "households outside the new community that takes most of their community of today", _separated,
    ),
)  # fmt: skip
