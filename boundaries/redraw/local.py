"""Redraw some of a plan and leave the rest as it is."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import PlanError
from boundaries.graph import UnitGraph
from boundaries.plan import Plan, checked_labels
from boundaries.proposals.ensemble import propose_plans
from boundaries.proposals.inputs import graph_of, part_of
from boundaries.redraw.names import renamed
from gis.i18n import Text

__all__ = ["bounds_of", "complete_plan", "redraw_area", "restore_contiguity"]


def redraw_area(
    plan: Plan,
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    area: Iterable[str] | None = None,
    communities: Iterable[str] | None = None,
    n_communities: int | tuple[int, int] | None = None,
    keep_whole: "pd.Series[str] | None" = None,
    **asked: Any,
) -> list[Plan]:
    """Redraw only some communities, or only the units of an area; every other unit keeps its community.

    Parameters
    ----------
    plan
        A plan of these units.
    units_or_graph
        Polygons of a coverage in a CRS with metres, or a graph of units (with the barriers that count).
    area
        Ids of the units that may change; the other units of the communities that they belong to are locked.
    communities
        Ids of the communities to redraw, two neighbours for instance. Give this or ``area``.
    n_communities
        How many there are to be in place of those that the area touches; as many as now by default.
    keep_whole, **asked
        As for :func:`boundaries.propose_plans`; the bounds are those of the plan unless given.

    Returns
    -------
    list of Plan
        Whole plans. Communities keep their ids as far as they go on.

    Raises
    ------
    PlanError
        ``option-invalid``, ``option-unknown``, ``units-unknown``: no area, or one that does not exist.
    InfeasiblePlanError
        No plan can satisfy what was asked within the area.
    """
    graph, _ = graph_of(units_or_graph)
    labels = checked_labels(graph.counts, plan.assignment)
    free = _free(labels, area, communities)
    touched = set(labels[free])
    inside = labels.isin(touched)
    part = part_of(graph, inside.to_numpy())
    held = labels[inside & ~free]
    found = propose_plans(
        part,
        n_communities=n_communities or len(touched),
        current=labels[inside],
        locked=held if len(held) else None,
        keep_whole=None if keep_whole is None else keep_whole.reindex(part.ids),
        **(bounds_of(plan) | asked),
    )
    weight = graph.counts[str(found[0].provenance["balance"])].fillna(0.0)
    elsewhere = set(labels[~inside])
    return [
        _whole(plan, drawn, labels, _named_back(drawn.assignment, labels[inside], held, weight, elsewhere), free)
        for drawn in found
    ]


def complete_plan(
    assignment: "pd.Series[str]", units_or_graph: gpd.GeoDataFrame | UnitGraph, **asked: Any
) -> list[Plan]:
    """Complete a partial plan: units that have a community keep it, the others get one.

    Parameters
    ----------
    assignment
        Unit id -> community id; units that are missing or NaN are to be assigned.
    units_or_graph, **asked
        As for :func:`boundaries.propose_plans`; ``n_communities`` is the number of communities in ``assignment`` by
        default, so that none is added.

    Raises
    ------
    PlanError
        ``units-unknown``, or ``option-invalid`` where nothing is assigned.
    InfeasiblePlanError
        What is assigned cannot be completed, with what to relax.
    """
    held = assignment.dropna().astype(str)
    if not len(held):
        raise PlanError("option-invalid", option="assignment", value=0, reason="> 0")
    settings = {"n_communities": int(held.nunique()), **asked}
    return propose_plans(units_or_graph, locked=held, **settings)


def restore_contiguity(
    plan: Plan, units_or_graph: gpd.GeoDataFrame | UnitGraph, *, balance: str = "households", **asked: Any
) -> Plan:
    """Bring every community of a plan into one part, with as few people moved as the search can find.

    Parameters
    ----------
    plan
        A plan of these units, some of its communities in several parts.
    units_or_graph
        Polygons of a coverage in a CRS with metres, or a graph of units (with the barriers that count).
    balance, **asked
        As for :func:`boundaries.propose_plans`. Sizes are bound only where ``minimum`` or ``maximum`` is given.

    Raises
    ------
    PlanError, InfeasiblePlanError
        As for :func:`boundaries.propose_plans`.
    """
    graph, _ = graph_of(units_or_graph)
    labels = checked_labels(graph.counts, plan.assignment)
    weight = graph.counts[balance].fillna(0.0) if balance in graph.counts.columns else pd.Series(0.0, index=graph.ids)
    anything = {"minimum": 0.0, "maximum": float(weight.sum()) + 1.0}
    drawn = propose_plans(
        graph,
        n_communities=int(labels.nunique()),
        current=labels,
        balance=balance,
        **{"alternatives": 1, **anything, **asked},
    )[0]
    names = renamed(drawn.assignment, labels, weight)
    title = Text(f"{plan.name.zh}（恢复连片）", f"{plan.name.en} (in one part each)")
    moved = [str(unit) for unit in labels.index[(labels != names).to_numpy()]]
    return Plan(names.rename("community_id"), title, {**drawn.provenance, "units_changed": moved})


def bounds_of(plan: Plan) -> dict[str, Any]:
    """Give the bounds that a plan was drawn within, as far as it tells."""
    known = {key: plan.provenance.get(key) for key in ("minimum", "maximum", "balance")}
    return {key: value for key, value in known.items() if value is not None}


def _free(labels: "pd.Series[str]", area: Iterable[str] | None, communities: Iterable[str] | None) -> "pd.Series[bool]":
    """Mark the units that may change."""
    if (area is None) == (communities is None):
        raise PlanError("option-invalid", option="area", value=area, reason="area / communities")
    if area is not None:
        asked = pd.Index(list(area))
        unknown = asked.difference(labels.index)
        if len(unknown):
            raise PlanError("units-unknown", count=len(unknown), ids=list(unknown))
        free = pd.Series(labels.index.isin(asked), index=labels.index)
    else:
        wanted, known = list(communities or ()), set(labels)
        missing = [name for name in wanted if name not in known]
        if missing:
            raise PlanError("option-unknown", option="communities", value=missing, known=sorted(known))
        free = labels.isin(wanted)
    if not free.any():
        raise PlanError("option-invalid", option="area", value=0, reason="> 0")
    return free


def _named_back(
    drawn: "pd.Series[str]",
    before: "pd.Series[str]",
    held: "pd.Series[str]",
    weight: "pd.Series[float]",
    elsewhere: set[str],
) -> "pd.Series[str]":
    """Keep the names of locked units; name the other communities by what they were."""
    locked = set(held)
    loose = ~drawn.isin(locked)
    names = drawn.copy()
    if loose.any():
        earlier = before.reindex(drawn.index[loose])
        earlier = earlier.mask(earlier.isin(locked))
        names[loose] = renamed(drawn[loose], earlier, weight.reindex(earlier.index), taken=elsewhere | locked)
    return names


def _whole(plan: Plan, drawn: Plan, labels: "pd.Series[str]", names: "pd.Series[str]", free: "pd.Series[bool]") -> Plan:
    whole = labels.copy()
    whole[names.index] = names
    title = Text(f"{plan.name.zh}（局部重划：{drawn.name.zh}）", f"{plan.name.en} (redrawn in part: {drawn.name.en})")
    told = {"units_free": int(np.count_nonzero(free)), "n_communities": int(whole.nunique())}
    return Plan(whole.astype("str").rename("community_id"), title, {**drawn.provenance, **told})
