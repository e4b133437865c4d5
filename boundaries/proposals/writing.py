"""Turn what the searches found into plans: ids of communities, names in words, provenance; each plan verified first."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from boundaries.graph import UnitGraph
from boundaries.plan import Plan, fresh_ids, reading_order
from boundaries.proposals.arrays import Ints
from boundaries.proposals.naming import name_alternatives
from boundaries.proposals.problem import Problem
from boundaries.proposals.request import Request
from boundaries.proposals.run import Found
from boundaries.proposals.selection import LEAST_DIFFERENCE, Candidate, pairwise_difference
from boundaries.verify import require_sound_plan
from gis.i18n import Text

__all__ = ["order_of", "write_plans"]

_UNNAMED = Text("", "")


def write_plans(
    graph: UnitGraph,
    problem: Problem,
    request: Request,
    chosen: list[Candidate],
    *,
    of_all: dict[str, Any],
    tell_number: bool,
    shown: Callable[[Plan], Mapping[str, float]] | None = None,
) -> list[Plan]:
    """Write the chosen divisions as plans, each verified. ``of_all`` is provenance that they share.

    ``shown`` measures a plan as the comparison does, for its name; None where there is no ground to measure on.

    Raises
    ------
    PlanError
        ``plan-unsound``: the search broke a rule, which is a fault of this program.
    """
    shared = {**_settings(graph, problem, request), **of_all, **_difference(problem, chosen)}
    plans = []
    for candidate in chosen:
        assignment = _assignment(graph, problem, candidate.found)
        _verify(graph, problem, request, assignment, candidate.found)
        plans.append(Plan(assignment, _UNNAMED, {**shared, **_own(candidate, assignment)}))
    measures = [shown(plan) for plan in plans] if shown else [_searched(own, problem, request) for own in chosen]
    numbers = [plan.n_communities for plan in plans] if tell_number else None
    names = name_alternatives(measures, n_communities=numbers)
    return [replace(plan, name=name) for plan, name in zip(plans, names, strict=True)]


def _searched(candidate: Candidate, problem: Problem, request: Request) -> dict[str, float]:
    """Give what a search on a graph without ground knows of the measures."""
    total = max(float(problem.net.weight.sum()), 1e-9)
    measures = {"moved_share": candidate.moved / total, "max_deviation": candidate.deviation}
    return measures | ({"internal_perimeter_m": candidate.line} if request.objective == "perimeter" else {})


def _verify(graph: UnitGraph, problem: Problem, request: Request, assignment: "pd.Series[str]", found: Found) -> None:
    require_sound_plan(
        assignment,
        graph,
        balance=request.balance,
        minimum=found.bounds.minimum,
        maximum=found.bounds.maximum,
        n_communities=found.recipe.n_communities + int(problem.fixed.nunique()),
        keep_whole=request.keep_whole,
        locked=pd.concat([request.locked_units, problem.fixed]),
        centres=request.centres,
        exempt=request.locked_communities,
    )


def _assignment(graph: UnitGraph, problem: Problem, found: Found) -> "pd.Series[str]":
    """Turn labels into community ids: locked names stay, the others are numbered as one reads."""
    label = np.where(problem.node_of_unit >= 0, found.label[problem.node_of_unit], -1)
    n_free = found.recipe.n_communities
    names = {
        int(found.label[node]): str(problem.lock_of_node[node]) for node in np.flatnonzero(problem.lock_of_node != "")
    }
    taken = {*names.values(), *problem.fixed}
    fresh = fresh_ids(taken)
    for community in order_of(graph, label, n_free):
        if community not in names:
            names[community] = next(fresh)
    texts = [names.get(int(number), "") for number in label]
    series = pd.Series(texts, index=graph.ids, dtype="str", name="community_id")
    series.loc[problem.fixed.index] = problem.fixed.astype("str")
    return series


def order_of(graph: UnitGraph, label: Ints, n_free: int) -> list[int]:
    """Order the labels 0 .. ``n_free`` - 1 as one reads their ground; units labelled -1 are set aside."""
    if graph.xy is None:
        return list(range(n_free))
    area = graph.area_m2 if graph.area_m2 is not None else np.ones(len(graph))
    free = label >= 0
    weight = np.maximum(np.bincount(label[free], weights=area[free], minlength=n_free), 1e-12)
    centres = np.column_stack(
        [np.bincount(label[free], weights=(area * axis)[free], minlength=n_free) / weight for axis in graph.xy.T]
    )
    return [int(community) for community in reading_order(centres)]


def _settings(graph: UnitGraph, problem: Problem, request: Request) -> dict[str, Any]:
    counts = graph.counts[request.balance]
    return {
        "program": "quhua",
        "version": version("quhua"),
        "seed": request.seed,
        "balance": request.balance,
        "standard": request.standard.key,
        "objective": request.objective,
        "weights": dict(request.weights),
        "effort": request.effort,
        "time_limit_s": request.time_limit_s,
        "units_without_figure": [str(unit) for unit in counts.index[counts.isna()]],
        "locked_communities": list(request.locked_communities),
        "locked_units": len(request.locked_units),
        "centres": list(request.centres),
        "groups_kept_whole": 0 if request.keep_whole is None else int(request.keep_whole.nunique()),
        "units_linking_groups": list(problem.joined_through),
        "borders_closed_by_barriers": len(graph.barred),
    }


def _difference(problem: Problem, chosen: list[Candidate]) -> dict[str, Any]:
    """Tell how far the alternatives differ, and plainly when fewer or less different ones were found."""
    if len(chosen) < 2:  # noqa: PLR2004
        return {"alternatives": len(chosen), "least_difference": None, "distinct": False}
    share = pairwise_difference(problem, chosen)[np.triu_indices(len(chosen), 1)]
    least = float(share.min())
    return {"alternatives": len(chosen), "least_difference": least, "distinct": least >= LEAST_DIFFERENCE}


def _own(candidate: Candidate, assignment: "pd.Series[str]") -> dict[str, Any]:
    found = candidate.found
    return {
        "recipe": found.recipe.key,
        "attempt": found.recipe.attempt,
        "n_communities": int(assignment.nunique()),
        "minimum": float(found.bounds.minimum),
        "maximum": float(found.bounds.maximum) if np.isfinite(found.bounds.maximum) else None,
        "bounds_basis": found.bounds.basis,
        "steps": found.steps,
        "cut_short": found.cut_short,
    }
