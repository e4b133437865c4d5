"""Improve a plan that somebody drew: shorter lines and sizes within the bounds, without moving more than so many."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.graph import UnitGraph
from boundaries.matching import moved_units
from boundaries.plan import Plan, checked_labels
from boundaries.proposals.inputs import graph_of
from boundaries.proposals.problem import make_problem
from boundaries.proposals.recipes import Recipe
from boundaries.proposals.request import read_request
from boundaries.proposals.run import Stopwatch, Task
from boundaries.proposals.tasks import (
    LEAST_STEPS,
    STEPS_PER_NODE,
    STEPS_PER_SECOND,
    STEPS_WORTHWHILE,
    Setting,
    compile_search,
    run_tasks,
    settings_to_try,
)
from boundaries.redraw.local import bounds_of
from boundaries.redraw.names import renamed
from boundaries.verify import find_plan_faults, require_sound_plan
from gis.i18n import Text

__all__ = ["improve_plan"]

_PRICES = (1.0, 0.3, 3.0, 0.1, 0.03, 10.0)  # of change, in turn: from many small moves to hardly any
_ROUNDS = 2


def improve_plan(
    plan: Plan,
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    most_moved: float,
    keep_whole: "pd.Series[str] | None" = None,
    **asked: Any,
) -> Plan:
    """Draw a plan's lines shorter, within the bounds, while no more than ``most_moved`` change community.

    Parameters
    ----------
    plan
        A plan of these units, drawn by hand for instance; it need not be within the bounds or in one part each.
    units_or_graph
        Polygons of a coverage in a CRS with metres, or a graph of units (with the barriers that count).
    most_moved
        How much of the balanced figure (households) may change community at most: a bound, not a wish.
    keep_whole, **asked
        ``balance``, ``standard``, ``minimum``, ``maximum``, ``weights``, ``objective``, ``effort``, ``time_limit_s``,
        ``seed``, ``locked`` and ``centres`` as for :func:`boundaries.propose_plans`; the bounds are those of the plan
        unless given.

    Returns
    -------
    Plan
        The shortest lines that were found; communities keep their ids. The plan itself where nothing better was found.
        ``provenance`` tells ``moved`` and the line before and after.

    Raises
    ------
    InfeasiblePlanError
        ``change-too-small``: a sound plan takes more change than that, with the least that was found;
        ``search-found-none``; or what no plan can satisfy.
    PlanError
        An option that cannot be read.
    """
    if not most_moved >= 0:
        raise PlanError("option-invalid", option="most_moved", value=most_moved, reason=">= 0")
    graph, units = graph_of(units_or_graph)
    labels = checked_labels(graph.counts, plan.assignment)
    request = read_request(graph, units, current=labels, keep_whole=keep_whole, **(bounds_of(plan) | asked))
    problem = make_problem(graph, request)
    setting = settings_to_try(graph, problem, request, int(labels.nunique()))[0]
    compile_search()
    tasks = _tasks(problem, request, setting)
    searches = run_tasks(tasks, None, stopwatch=Stopwatch(request.time_limit_s), done=lambda _count: None)
    weight = graph.counts[request.balance].fillna(0.0)
    rules: dict[str, Any] = {
        "balance": request.balance,
        "minimum": setting.bounds.minimum,
        "maximum": setting.bounds.maximum,
        "n_communities": int(labels.nunique()),
        "keep_whole": request.keep_whole,
        "locked": request.locked_units,
        "centres": request.centres,
        "exempt": request.locked_communities,
    }
    drawn = [_named(graph, problem, result.label, labels, weight) for result in searches.found if result.violation <= 0]
    if not find_plan_faults(labels, graph, **rules):
        drawn.append(labels)
    if not drawn:
        nearest = min(result.violation for result in searches.found)
        bounds = setting.bounds
        raise InfeasiblePlanError("search-found-none", excess=nearest, minimum=bounds.minimum, maximum=bounds.maximum)
    moved = [float(weight[moved_units(labels, names, weight)].sum()) for names in drawn]
    if min(moved) > most_moved:
        raise InfeasiblePlanError("change-too-small", asked=most_moved, needed=min(moved))
    allowed = [place for place, change in enumerate(moved) if change <= most_moved]
    best = min(allowed, key=lambda place: (_line(graph, drawn[place], request.objective), moved[place]))
    require_sound_plan(drawn[best], graph, **rules)
    told = {
        "balance": request.balance,
        "minimum": float(setting.bounds.minimum),
        "maximum": float(setting.bounds.maximum) if np.isfinite(setting.bounds.maximum) else None,
        "seed": request.seed,
        "most_moved": float(most_moved),
        "moved": moved[best],
        "line_before": _line(graph, labels, request.objective),
        "line": _line(graph, drawn[best], request.objective),
        "time_limit_hit": searches.out_of_time,
    }
    title = Text(f"{plan.name.zh}（改进）", f"{plan.name.en} (improved)")
    return Plan(drawn[best].astype("str").rename("community_id"), title, told)


def _tasks(problem: Any, request: Any, setting: Setting) -> list[Task]:
    """List searches from the plan at hand, at several prices of change."""
    total = int(request.time_limit_s * STEPS_PER_SECOND * request.effort)
    compactness = request.weights.get("compactness", 1.0) * bool(problem.net.area.any())
    first = Recipe("change", setting.n_free, shape=0.25 * compactness, change=True)
    recipes = [
        replace(first, price=price, attempt=round_number) for round_number in range(_ROUNDS) for price in _PRICES
    ]
    worthwhile = max(STEPS_PER_NODE * problem.n_nodes, STEPS_WORTHWHILE)
    steps = max(LEAST_STEPS, min(total // len(recipes), worthwhile))
    seeds = np.random.SeedSequence(request.seed).spawn(len(recipes))
    return [
        Task(problem, recipe, setting.bounds, setting.numbers, seed, steps, request.time_limit_s)
        for recipe, seed in zip(recipes, seeds, strict=True)
    ]


def _named(
    graph: UnitGraph, problem: Any, label: Any, labels: "pd.Series[str]", weight: "pd.Series[float]"
) -> "pd.Series[str]":
    """Turn the numbers of a search into the ids that the communities had; locked units and communities keep theirs."""
    numbers = np.where(problem.node_of_unit >= 0, label[problem.node_of_unit], -1)
    names = pd.Series([f"n{number}" for number in numbers], index=graph.ids)
    for node in np.flatnonzero(problem.lock_of_node != ""):
        names[names == f"n{label[node]}"] = problem.lock_of_node[node]
    names[problem.fixed.index] = problem.fixed
    held = set(problem.fixed) | set(problem.lock_of_node[problem.lock_of_node != ""])
    loose = ~names.isin(held)
    earlier = labels[loose].mask(labels[loose].isin(held))
    names[loose] = renamed(names[loose], earlier, weight[loose], taken=held)
    return names


def _line(graph: UnitGraph, labels: "pd.Series[str]", objective: str) -> float:
    names = labels.to_numpy()
    cut = names[graph.left] != names[graph.right]
    return float(cut.sum()) if objective == "cut_edges" else float(graph.shared_perimeter_m[cut].sum())
