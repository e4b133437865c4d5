"""Plans beside one another, and beside today."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.graph import build_graph
from boundaries.plan import Plan
from boundaries.scorecard import Scorecard, score_plan
from boundaries.standards import Standard

__all__ = ["compare_plans"]


def compare_plans(
    plans: Sequence[Plan],
    units: gpd.GeoDataFrame,
    *,
    current: "pd.Series[str] | None" = None,
    standard: Standard | str | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    cards: Sequence[Scorecard] | None = None,
) -> pd.DataFrame:
    """Compare plans in one table.

    Parameters
    ----------
    plans
        Plans of the same units.
    units, current, standard, layers
        As for :func:`boundaries.score_plan`.
    cards
        The plans' scorecards under the same options, where they are at hand; by default they are made here.

    Returns
    -------
    DataFrame
        Today's division first (index ``today``) where ``current`` is given, then one row for each plan (index ``1``,
        ``2`` ... in the given order). Columns ``name``, ``name_en``, ``violations`` and each measure of scope "total";
        NaN where a measure cannot be had.

    Raises
    ------
    PlanError
        A plan is not one of these units.
    """
    graph = build_graph(units)

    def scored(plan: Plan) -> Scorecard:
        return score_plan(plan, units, current=current, standard=standard, layers=layers, graph=graph)

    records = {}
    if current is not None:
        today = Plan.of_today(current)
        records["today"] = _row(today, scored(today))
    known = cards if cards is not None else map(scored, plans)
    for number, (plan, card) in enumerate(zip(plans, known, strict=True), start=1):
        records[str(number)] = _row(plan, card)
    return pd.DataFrame.from_dict(records, orient="index").rename_axis("plan")


def _row(plan: Plan, card: Scorecard) -> dict[Hashable, Any]:
    return {
        "name": plan.name.zh,
        "name_en": plan.name.en,
        "violations": len(card.violations),
        **card.totals.to_dict(),
    }
