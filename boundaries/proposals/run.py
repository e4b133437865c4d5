"""One search from start to end: a recipe, a seed, a number of steps."""

import time
from dataclasses import dataclass

import numpy as np

from boundaries.proposals.anneal import Schedule, anneal
from boundaries.proposals.arrays import VIOLATION as _VIOLATION
from boundaries.proposals.arrays import Floats, Ints, Terms, new_state
from boundaries.proposals.bounds import Bounds
from boundaries.proposals.problem import Problem
from boundaries.proposals.recipes import Recipe, slot_costs, terms_for
from boundaries.proposals.starts import random_start, start_from_today

__all__ = ["Found", "Stopwatch", "Task", "run_task"]

_HOT, _COLD = 2.5, 0.15  # in mean lines
_COOLEST_START, _FEW_STEPS = 0.6, 500  # with few steps for each node, the first division is kept rather than melted
_HOT_FROM_TODAY = 0.6
_ASSIST = 2.0  # times the price of roundness, early in every third search
_NEED_ASSIST = 1_000  # steps for each node; with fewer, every search takes it
_GENTLEST = 0.02
_RESCUES = 2  # further rounds for a search that ended out of bounds, every other one from a new start
_GRACE = 4.0
_FEWEST_CHUNKS, _MOST_CHUNKS = 10, 100
_DEARER = 1.5  # times the price of leaving the bounds in each further round


@dataclass(frozen=True, eq=False)
class Task:
    """All that one search needs; it can be sent to another process.

    ``avoided`` counts for each slot how many plans at hand run a line there, which this search is to do elsewhere.
    """

    problem: Problem
    recipe: Recipe
    bounds: Bounds
    numbers: Ints
    seed: np.random.SeedSequence
    steps: int
    seconds: float
    avoided: Floats | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """What one search found: ``line`` is its cut cost; ``violation`` is zero when every community is within bounds."""

    recipe: Recipe
    bounds: Bounds
    label: Ints
    line: float
    violation: float
    steps: int
    cut_short: bool


def run_task(task: Task) -> Found:
    """Run one search. The same task gives the same division, unless ``seconds`` cut it short, which is told."""
    stopwatch = Stopwatch(task.seconds)
    rng = np.random.default_rng(task.seed)
    problem, recipe = task.problem, task.recipe
    net = problem.net._replace(cost=slot_costs(problem, recipe, task.avoided))
    nowhere = np.full(problem.n_nodes, -1, dtype=np.int64)
    terms = terms_for(problem, recipe, task.bounds, nowhere, np.zeros(problem.n_nodes))
    from_today = recipe.change or (recipe.today > 0 and recipe.attempt % 2 == 0)
    start = (start_from_today if from_today else random_start)(problem, terms, task.numbers, rng=rng)
    if recipe.change:
        terms = terms_for(problem, recipe, task.bounds, start.home, start.attachment)
    schedule = _schedule(task, from_today=from_today)
    found = anneal(
        net, terms, start.label, recipe.n_communities, schedule=schedule, rng=rng, out_of_time=stopwatch.is_over
    )
    steps, cut_short = found.steps, found.cut_short
    terms = terms._replace(lower=task.bounds.minimum, upper=task.bounds.maximum)
    for rescue in range(_RESCUES):
        if _excess(task, terms, found.label) <= 0 or cut_short:
            break
        label = found.label
        if rescue % 2 == 1 and not from_today:
            label = random_start(problem, terms, task.numbers, rng=rng).label
        terms = terms._replace(penalty=terms.penalty * _DEARER)
        again = anneal(
            net, terms, label, recipe.n_communities, schedule=schedule, rng=rng, out_of_time=stopwatch.is_over
        )
        found = again if again.violation < found.violation else found
        steps, cut_short = steps + again.steps, again.cut_short
    line = float(problem.net.cost[found.label[net.source] != found.label[net.adjacent]].sum()) / 2
    return Found(recipe, task.bounds, found.label, line, _excess(task, terms, found.label), steps, cut_short)


def _schedule(task: Task, *, from_today: bool) -> Schedule:
    """Cool from long lines to small ones; recombinations come the oftener the smaller communities are."""
    cost = task.problem.net.cost
    mean_line = float(cost.mean()) if len(cost) else 1.0
    steps_per_node = task.steps / task.problem.n_nodes
    hot = min(max(_COOLEST_START * (steps_per_node / _FEW_STEPS) ** 0.9, _COOLEST_START), _HOT)
    nodes_in_two = 2 * task.problem.n_nodes // task.recipe.n_communities
    return Schedule(
        steps=task.steps,
        chunks=min(max(4 * task.steps // task.problem.n_nodes, _FEWEST_CHUNKS), _MOST_CHUNKS),
        hottest=(_HOT_FROM_TODAY if from_today else hot) * mean_line,
        coldest=_COLD * mean_line,
        gentle=1.0 if from_today else _gentleness(task),
        assist=_assist(task),
        steps_per_recombination=min(max(int(nodes_in_two**1.5 / 15), 5), 2_000),
    )


def _gentleness(task: Task) -> float:
    """Let lines pass through divisions out of balance early on, the more the bounds leave room for whole nodes."""
    room = (task.bounds.maximum - task.bounds.minimum) / 2
    nodes = room / max(float(task.problem.net.weight.mean()), 1e-9)
    return float(np.clip(0.4 / max(nodes, 1e-9), _GENTLEST, 1.0))


def _assist(task: Task) -> float:
    """Give the passing extra price of odd shapes, in the cost's unit for each metre."""
    net = task.problem.net
    side = float(np.sqrt(net.area.mean()))
    few_steps = task.steps < _NEED_ASSIST * task.problem.n_nodes
    if side <= 0 or task.recipe.change or not (few_steps or task.recipe.attempt % 3 == 1):
        return 0.0
    return _ASSIST * float(net.cost.mean()) / side if len(net.cost) else 0.0


def _excess(task: Task, terms: Terms, label: Ints) -> float:
    real = terms._replace(lower=task.bounds.minimum, upper=task.bounds.maximum)
    state = new_state(task.problem.net, real, label, task.recipe.n_communities)
    return float(state.sums[_VIOLATION])


class Stopwatch:
    """Tells when the time of a search is over; the only clock of this floor, and only ever asked to stop early.

    A search that has found nothing within the bounds yet is given ``_GRACE`` times its time.
    """

    def __init__(self, seconds: float) -> None:
        began = time.monotonic()
        self._end, self._last_end = began + seconds, began + _GRACE * seconds

    def is_over(self, sound: bool) -> bool:  # noqa: FBT001 - called by the search with one fact
        """Whether the time has run out, for a search that has something to show or not."""
        return time.monotonic() >= (self._end if sound else self._last_end)
