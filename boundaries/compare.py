"""Plans beside one another, and beside today."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd

from boundaries.graph import build_graph
from boundaries.plan import Plan
from boundaries.scorecard import score_plan
from boundaries.standards import Standard

__all__ = ["compare_plans"]


def compare_plans(
    plans: Sequence[Plan],
    units: gpd.GeoDataFrame,
    *,
    current: "pd.Series[str] | None" = None,
    standard: Standard | str | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
) -> pd.DataFrame:
    """Compare plans in one table.

    Parameters
    ----------
    plans
        Plans of the same units.
    units, current, standard, layers
        As for :func:`boundaries.score_plan`.

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
    rows = {} if current is None else {"today": Plan.of_today(current)}
    rows |= {str(number): plan for number, plan in enumerate(plans, start=1)}
    records = {}
    for key, plan in rows.items():
        card = score_plan(plan, units, current=current, standard=standard, layers=layers, graph=graph)
        records[key] = {
            "name": plan.name.zh,
            "name_en": plan.name.en,
            "violations": len(card.violations),
            **card.totals.to_dict(),
        }
    return pd.DataFrame.from_dict(records, orient="index").rename_axis("plan")
