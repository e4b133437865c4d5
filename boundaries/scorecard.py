"""The scorecard of a plan: every measure, by community and in total, and which rules it breaks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.graph import UnitGraph, build_graph
from boundaries.metrics import METRICS, Case
from boundaries.plan import Plan, dissolve
from boundaries.standards import Standard, load_standard
from gis.i18n import Text
from gis.kinds import schema_of

__all__ = ["Scorecard", "Violation", "find_violations", "measure_plan", "score_plan"]

_DEFAULT_STANDARD = "national_2026"


@dataclass(frozen=True)
class Violation:
    """A rule that one community breaks."""

    code: str
    community_id: str
    message: Text


@dataclass(frozen=True, eq=False)
class Scorecard:
    """The measures of one plan.

    ``table`` has a row for each community: name, figures, and every measure of scope "community". ``totals`` holds
    the measures of scope "total" by key. A measure that the input does not allow is left out, never zero.
    """

    table: pd.DataFrame
    totals: "pd.Series[float]"
    violations: tuple[Violation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the scorecard as JSON can hold it; unknown numbers are None."""
        rows = self.table.reset_index().to_dict(orient="records")
        return {
            "table": [{str(key): _plain(value) for key, value in row.items()} for row in rows],
            "totals": {str(key): _plain(value) for key, value in self.totals.items()},
            "violations": [
                {
                    "code": violation.code,
                    "community_id": violation.community_id,
                    "message": {"zh": violation.message.zh, "en": violation.message.en},
                }
                for violation in self.violations
            ],
            "versions": {metric.key: metric.version for metric in METRICS},
        }


def score_plan(
    plan: Plan,
    units: gpd.GeoDataFrame,
    *,
    current: "pd.Series[str] | None" = None,
    standard: Standard | str | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    graph: UnitGraph | None = None,
) -> Scorecard:
    """Measure a plan.

    Parameters
    ----------
    plan
        A plan of these units. Units without a community are left out of :meth:`Plan.of_today` and of a plan that is
        still being drawn (``provenance["source"]`` is ``draft``).
    units
        Polygons of a coverage in a CRS with metres, indexed by text ids.
    current
        Unit id -> community id of today, for what changes.
    standard
        A profile or its key; default ``national_2026``.
    layers
        Layers by kind: urban villages and compounds (splits), communities of today (staff at hand).
    graph
        The graph of the units, if it is at hand; else it is built, without barriers.

    Raises
    ------
    PlanError
        The plan is not one of these units.
    CrsError
        The units are not in metres.

    Notes
    -----
    ``METRICS`` tells the definition and source of each measure. Time n log n in the vertices of the units.
    """
    case = _case(plan, units, current=current, standard=standard, layers=layers or {}, graph=graph)
    figures = case.communities.drop(columns="geometry")
    columns: dict[str, Any] = {}
    totals: dict[str, float] = {"n_communities": float(len(figures))}
    for metric in METRICS:
        value = metric.compute(case)
        if value is None:
            continue
        if isinstance(value, pd.Series):
            columns[metric.key] = value.reindex(figures.index)
        else:
            totals[metric.key] = float(value)
    table = pd.concat([pd.DataFrame(figures), pd.DataFrame(columns, index=figures.index)], axis=1)
    return Scorecard(
        table,
        pd.Series(totals, dtype=float, name="total"),
        tuple(find_violations(table.to_dict("index"), case.standard)),
    )


def measure_plan(
    plan: Plan,
    units: gpd.GeoDataFrame,
    keys: Collection[str],
    *,
    current: "pd.Series[str] | None" = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    graph: UnitGraph | None = None,
) -> dict[str, float]:
    """Give a few measures of scope "total" as :func:`score_plan` gives them, without those that cannot be had.

    Parameters
    ----------
    plan, units, current, layers, graph
        As for :func:`score_plan`.
    keys
        Which measures.

    Raises
    ------
    PlanError
        The plan is not one of these units.
    """
    case = _case(plan, units, current=current, standard=None, layers=layers or {}, graph=graph)
    wanted = [metric for metric in METRICS if metric.key in keys and metric.scope == "total"]
    values = {metric.key: metric.compute(case) for metric in wanted}
    return {key: float(value) for key, value in values.items() if isinstance(value, float)}


def _case(
    plan: Plan,
    units: gpd.GeoDataFrame,
    *,
    current: "pd.Series[str] | None",
    standard: Standard | str | None,
    layers: Mapping[str, gpd.GeoDataFrame],
    graph: UnitGraph | None,
) -> Case:
    drawn, labels = plan.assigned(units)
    if len(drawn) < len(units):
        units, graph = drawn, None
    return Case(
        labels=labels,
        units=units,
        communities=dissolve(units, labels),
        graph=graph if graph is not None else build_graph(units),
        balance=str(plan.provenance.get("balance", "households")),
        standard=standard if isinstance(standard, Standard) else load_standard(standard or _DEFAULT_STANDARD),
        current=current,
        layers=layers,
    )


def find_violations(rows: Mapping[Any, Mapping[Any, Any]], standard: Standard) -> list[Violation]:
    """Tell which rules communities break; by id, each with ``name``, ``parts`` and, where known, ``off_standard``."""
    found: list[Violation] = []
    field = schema_of("communities").field(standard.column)
    figure = field.label if field else Text(standard.column, standard.column)
    for community, row in rows.items():
        name = str(row["name"])
        if row["parts"] > 1:
            message = Text(f"{name} 分成 {row['parts']:.0f} 片，不连片", f"{name} is in {row['parts']:.0f} parts")
            found.append(Violation("in_parts", str(community), message))
        off = row.get("off_standard", 0.0)
        if pd.isna(off):
            message = Text(f"{name} 的{figure.zh}全部未知", f"no {figure.en} are known of {name}")
            found.append(Violation("figure_unknown", str(community), message))
        if off > 0:
            message = Text(
                f"{name} 超过{standard.label.zh}上限 {off:,.0f}", f"{name} is {off:,.0f} above the {standard.label.en}"
            )
            found.append(Violation("above_standard", str(community), message))
        if off < 0:
            message = Text(
                f"{name} 低于{standard.label.zh}下限 {-off:,.0f}",
                f"{name} is {-off:,.0f} below the {standard.label.en}",
            )
            found.append(Violation("below_standard", str(community), message))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value
