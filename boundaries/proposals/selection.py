"""Choose, among all that was found, alternatives that really differ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.matching import moved_weight
from boundaries.proposals.arrays import Floats, Ints, spread
from boundaries.proposals.problem import Problem
from boundaries.proposals.run import Found

__all__ = ["LEAST_DIFFERENCE", "Candidate", "choose_different", "differs_enough", "measure", "pairwise_difference"]

LEAST_DIFFERENCE = 0.10  # share of the balanced figure that must change community between two alternatives
_LONGEST_LINE = 1.25  # times the shortest for the same number: longer ones look torn
_FEWEST = 3  # alternatives that a planner should see, even if they differ less


@dataclass(frozen=True, eq=False)
class Candidate:
    """A sound division with what tells it from others: metres (or edges) of line, roundness, deviation, change."""

    found: Found
    line: float
    spread: float
    deviation: float
    moved: float
    along_today: float
    along_roads: float


def measure(problem: Problem, found: Found) -> Candidate:
    """Measure one division; ``moved`` is NaN without a division of today."""
    net, label = problem.net, found.label
    cut = label[net.source] != label[net.adjacent]
    load = np.bincount(label, weights=net.weight)
    mean = max(load.mean(), 1e-9)
    line = float(net.cost[cut].sum()) / 2
    today = float((net.cost * problem.along_today)[cut].sum()) / 2
    roads = float((net.cost * problem.along_roads)[cut].sum()) / 2
    return Candidate(
        found=found,
        line=line,
        spread=_total_spread(problem, label),
        deviation=float(np.abs(load - mean).max() / mean),
        moved=_moved_from_today(problem, label),
        along_today=today / line if line else 0.0,
        along_roads=roads / line if line else 0.0,
    )


def _total_spread(problem: Problem, label: Ints) -> float:
    net = problem.net
    sums = [np.bincount(label, weights=values) for values in (net.area, net.area_x, net.area_y, net.area_r2)]
    total = sum(spread(*values) for values in zip(*(part.tolist() for part in sums), strict=True))
    return total / max(float(np.sqrt(sums[0]).sum()), 1e-9)


def _moved_from_today(problem: Problem, label: Ints) -> float:
    known = problem.today_of_node >= 0
    if not known.any():
        return float("nan")
    return moved_weight(problem.today_of_node[known], label[known], problem.net.weight[known])


def pairwise_difference(problem: Problem, candidates: list[Candidate]) -> Floats:
    """Give the share of the balanced figure that changes community between each two, after matching labels."""
    total = max(float(problem.net.weight.sum()), 1e-9)
    share = np.zeros((len(candidates), len(candidates)))
    for one in range(len(candidates)):
        for two in range(one):
            moved = moved_weight(candidates[one].found.label, candidates[two].found.label, problem.net.weight)
            share[one, two] = share[two, one] = moved / total
    return share


def choose_different(candidates: list[Candidate], difference: Floats, *, wanted: int) -> list[int]:
    """Choose up to ``wanted`` candidates, each at least ``LEAST_DIFFERENCE`` from the others where that is possible.

    Divisions whose line is ``_LONGEST_LINE`` times the shortest or more serve only where there is nothing else. In
    turn the best by each merit (fewest moved where known, shortest line, most even, roundest, most along today's
    lines, along roads) that differs enough from those chosen; then always the one that differs most. Fewer are given
    when no further one differs enough and three are chosen already; below three, less different ones fill up, as long
    as they differ at all.

    Notes
    -----
    Greedy max-min dispersion; time quadratic in the candidates.
    """
    chosen: list[int] = []
    simple = _simple_enough(candidates)
    for merit in _merits(candidates)[:wanted]:
        far = simple if not chosen else simple & (difference[:, chosen].min(axis=1) >= LEAST_DIFFERENCE)
        if far.any():
            chosen.append(int(np.where(far, merit, np.inf).argmin()))
    while len(chosen) < min(wanted, len(candidates)):
        nearest = difference[:, chosen].min(axis=1)
        nearest[chosen] = -1.0
        pool = np.where(simple, nearest, -1.0)
        best = int(pool.argmax()) if pool.max() >= LEAST_DIFFERENCE else int(nearest.argmax())
        if nearest[best] < LEAST_DIFFERENCE and (len(chosen) >= _FEWEST or nearest[best] <= 0):
            break
        chosen.append(best)
    return chosen


def differs_enough(problem: Problem, chosen: list[Candidate], *, wanted: int) -> bool:
    """Tell whether as many alternatives as wanted are at hand, each far enough from the others."""
    share = pairwise_difference(problem, chosen)[np.triu_indices(len(chosen), 1)]
    return len(chosen) >= wanted and bool((share >= LEAST_DIFFERENCE).all())


def _merits(candidates: list[Candidate]) -> list[Floats]:
    """Give what the alternatives should excel in, each as a number to be small; equal ones go by the line's length."""
    line = np.array([candidate.line for candidate in candidates])
    merits = [
        np.array([candidate.moved for candidate in candidates]),
        line,
        np.array([candidate.deviation for candidate in candidates]),
        np.array([candidate.spread for candidate in candidates]),
        -np.array([candidate.along_today for candidate in candidates]),
        -np.array([candidate.along_roads for candidate in candidates]),
    ]
    tie = 1e-9 * line / max(float(line.max()), 1e-9) if len(line) else line
    return [
        merit + tie
        for merit in merits
        if (len(merit) and np.isfinite(merit).all() and np.ptp(merit) > 0) or merit is line
    ]


def _simple_enough(candidates: list[Candidate]) -> NDArray[np.bool_]:
    """Mark the candidates whose line is not much longer than the shortest for the same number of communities."""
    number = np.array([candidate.found.recipe.n_communities for candidate in candidates])
    line = np.array([candidate.line for candidate in candidates])
    shortest = np.array([line[number == own].min() for own in number])
    return np.asarray(line <= _LONGEST_LINE * shortest)
