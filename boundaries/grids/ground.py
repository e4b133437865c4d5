"""One connected piece of a community, divided into grids by the same searches that divide units into communities."""

from dataclasses import dataclass

import numpy as np

from boundaries.graph import UnitGraph
from boundaries.proposals.arrays import Floats, Ints
from boundaries.proposals.bounds import Bounds, choose_bounds
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.recipes import Recipe
from boundaries.proposals.request import Request
from boundaries.proposals.run import Found, Stopwatch
from boundaries.proposals.selection import choose_different, measure, pairwise_difference
from boundaries.proposals.tasks import Setting, compile_search, plan_others, plan_tasks, run_tasks
from boundaries.standards import Standard, communities_needed

__all__ = ["Divided", "Ground", "divide_ground"]

_FURTHER = (1, -1, 2)  # numbers beside the preferred one, tried where that gives no division within the profile


@dataclass(frozen=True, eq=False)
class Ground:
    """A connected piece of one community and what is asked of its grids; it can be sent to another process."""

    community: str
    graph: UnitGraph
    request: Request
    wanted: int


@dataclass(frozen=True, eq=False)
class Divided:
    """The divisions of a ground, the best first: the number of the grid of each unit, in the order of the graph."""

    labels: list[Ints]
    minimum: float
    maximum: float
    steps: int
    out_of_time: bool


def divide_ground(ground: Ground) -> Divided:
    """Divide a ground into grids within the profile, or as near to it as the search comes.

    The number that the profile asks for comes first (today's, where as many fit); only where it leaves a grid outside
    the profile, its neighbours are tried too.
    """
    compile_search()
    problem = make_problem(ground.graph, ground.request)
    bounds = _bounds(problem, ground.request)
    results: list[Found] = []
    steps, out_of_time = 0, False
    for number in _numbers(problem, ground.request, bounds):
        if number == 1:
            results.append(_undivided(problem, bounds))
        else:
            found, late = _search(problem, ground, number, bounds)
            results += found
            steps, out_of_time = steps + sum(result.steps for result in found), out_of_time or late
        if any(result.violation <= 0 for result in results):
            break
    labels = [result.label[problem.node_of_unit] for result in _best(problem, results, bounds, wanted=ground.wanted)]
    return Divided(labels, bounds.minimum, bounds.maximum, steps, out_of_time)


def _bounds(problem: Problem, request: Request) -> Bounds:
    """Take the profile's bounds as they are; a profile with a target only leaves room around the mean."""
    standard = request.standard
    if standard.minimum is not None and standard.maximum is not None:
        return Bounds(standard.minimum, standard.maximum, "standard")
    total = float(problem.net.weight.sum())
    number = max(1, communities_needed(total, standard).suggested)
    return choose_bounds(request, total=total, n_communities=number, fixed_number=True)


def _numbers(problem: Problem, request: Request, bounds: Bounds) -> list[int]:
    """Give the numbers of grids to try; a node above the maximum takes one of its own."""
    weight = problem.net.weight
    heavy = weight > bounds.maximum
    suggested, low, high = _estimate(float(weight[~heavy].sum()), request.standard)
    preferred = suggested
    today = len(problem.today_names) - int(heavy.sum())
    if low <= today <= high:
        preferred = today
    numbers = [preferred, *(suggested + step for step in (0, *_FURTHER))]
    most = problem.n_nodes
    fitting = [min(max(number + int(heavy.sum()), 1), most) for number in numbers]
    return list(dict.fromkeys(fitting))


def _estimate(total: float, standard: Standard) -> tuple[int, int, int]:
    estimate = communities_needed(total, standard)
    high = estimate.suggested if estimate.high is None else estimate.high
    return estimate.suggested, estimate.low, high


def _undivided(problem: Problem, bounds: Bounds) -> Found:
    total = float(problem.net.weight.sum())
    excess = max(total - bounds.maximum, bounds.minimum - total, 0.0)
    label = np.zeros(problem.n_nodes, dtype=np.int64)
    return Found(Recipe("whole", 1), bounds, label, 0.0, excess, 0, cut_short=False)


def _search(problem: Problem, ground: Ground, number: int, bounds: Bounds) -> tuple[list[Found], bool]:
    setting = Setting(number, bounds, np.array([number]))  # a ground is connected: all its grids lie in one part
    tasks = plan_tasks(problem, ground.request, [setting], wanted=ground.wanted)
    stopwatch = Stopwatch(ground.request.time_limit_s)
    searches = run_tasks(tasks, None, stopwatch=stopwatch, done=lambda _count: None)
    if ground.wanted > 1 and not searches.out_of_time:
        others = plan_others(tasks, searches.found[:1], wave=0, wanted=ground.wanted)
        searches = searches.joined(run_tasks(others, None, stopwatch=stopwatch, done=lambda _count: None))
    return searches.found, searches.out_of_time


def _best(problem: Problem, results: list[Found], bounds: Bounds, *, wanted: int) -> list[Found]:
    """Choose divisions within the profile that differ; where there are none, the one with the fewest grids outside."""
    sound = [measure(problem, result) for result in results if result.violation <= 0]
    if sound:
        chosen = choose_different(sound, pairwise_difference(problem, sound), wanted=wanted)
        return [sound[place].found for place in chosen]
    return [min(results, key=lambda result: (_share_outside(problem, result, bounds), result.violation))]


def _share_outside(problem: Problem, result: Found, bounds: Bounds) -> float:
    loads: Floats = np.bincount(result.label, weights=problem.net.weight).astype(np.float64)
    return float(((loads < bounds.minimum) | (loads > bounds.maximum)).mean())
