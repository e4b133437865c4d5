"""Is the task possible at all? Answered before any search, with what to relax and by how much."""

import math

import numpy as np
import pandas as pd

from boundaries.errors import InfeasiblePlanError
from boundaries.proposals.arrays import CENTRE, Floats, Ints
from boundaries.proposals.bounds import Bounds
from boundaries.proposals.problem import Problem

__all__ = ["allot_numbers", "check_loads"]

_ROUNDING = 1e-9


def check_loads(problem: Problem, ids: "pd.Index[str]", bounds: Bounds) -> None:
    """Refuse units and groups that alone exceed the upper bound.

    Raises
    ------
    InfeasiblePlanError
        ``unit-too-large`` or ``group-too-large``.
    """
    too_large = np.flatnonzero(problem.net.weight > bounds.maximum * (1 + _ROUNDING))
    if not len(too_large):
        return
    members = [ids[problem.node_of_unit == node] for node in too_large]
    heaviest = float(problem.net.weight[too_large].max())
    single = [str(member[0]) for member in members if len(member) == 1]
    if single:
        raise InfeasiblePlanError("unit-too-large", ids=single, maximum=bounds.maximum, needed=heaviest)
    worst = int(problem.net.weight[too_large].argmax())
    raise InfeasiblePlanError(
        "group-too-large", ids=list(members[worst]), load=heaviest, maximum=bounds.maximum, needed=heaviest
    )


def allot_numbers(problem: Problem, ids: "pd.Index[str]", bounds: Bounds, n_communities: int) -> Ints:
    """Share the communities out over the connected parts, so that the fullest is as empty as can be.

    Raises
    ------
    InfeasiblePlanError
        ``component-impossible``: no number fits a part; ``count-impossible``: the numbers that fit the parts do not
        add up to the one asked for; ``centres-too-many``.
    """
    totals: Floats = np.bincount(problem.component, weights=problem.net.weight).astype(np.float64)
    nodes = np.bincount(problem.component)
    anchors = _anchors(problem)
    if anchors.sum() > n_communities:
        raise InfeasiblePlanError("centres-too-many", count=int(anchors.sum()), n=n_communities)
    low = np.maximum([_fewest(total, bounds) for total in totals], np.maximum(anchors, 1)).astype(np.int64)
    high = np.array([_most(total, count, bounds) for total, count in zip(totals, nodes, strict=True)], dtype=np.int64)
    for part in np.flatnonzero(low > high):
        raise InfeasiblePlanError(
            "component-impossible" if len(totals) > 1 else "count-impossible",
            ids=[str(unit) for unit in ids[np.isin(problem.node_of_unit, np.flatnonzero(problem.component == part))]],
            total=float(totals[part]),
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            needed=math.floor(totals[part] / max(1, low[part])),
            n=n_communities,
            low=int(low[part]),
            high=int(high[part]),
        )
    if not low.sum() <= n_communities <= high.sum():
        raise InfeasiblePlanError(
            "count-impossible",
            total=float(totals.sum()),
            n=n_communities,
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            low=int(low.sum()),
            high=int(high.sum()),
        )
    return _filled_up(totals, low, high, n_communities)


def _anchors(problem: Problem) -> Ints:
    """Count by connected part the communities that locks and centres call for."""
    locks = np.bincount(problem.component, weights=problem.net.anchor % CENTRE)
    centres = np.bincount(problem.component, weights=problem.net.anchor // CENTRE)
    return np.maximum(locks, centres).astype(np.int64)


def _fewest(total: float, bounds: Bounds) -> int:
    if math.isinf(bounds.maximum) or bounds.maximum <= 0:
        return 1
    return math.ceil(total / bounds.maximum * (1 - _ROUNDING) - _ROUNDING)


def _most(total: float, n_nodes: int, bounds: Bounds) -> int:
    if bounds.minimum <= 0:
        return n_nodes
    return min(n_nodes, math.floor(total / bounds.minimum * (1 + _ROUNDING) + _ROUNDING))


def _filled_up(totals: Floats, low: Ints, high: Ints, number: int) -> Ints:
    allotted = low.copy()
    while allotted.sum() < number:
        load = np.where(allotted < high, totals / allotted, -1.0)
        allotted[int(load.argmax())] += 1
    return allotted
