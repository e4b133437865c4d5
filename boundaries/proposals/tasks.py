"""Plan the searches: which numbers of communities are possible, which recipes, how many steps each; and run them."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from boundaries.errors import InfeasiblePlanError
from boundaries.graph import UnitGraph
from boundaries.proposals.arrays import Ints
from boundaries.proposals.bounds import Bounds, choose_bounds, numbers_to_try
from boundaries.proposals.feasibility import allot_numbers, check_loads
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.recipes import Recipe, recipes_for
from boundaries.proposals.request import Request, read_request
from boundaries.proposals.run import Found, Task, run_task

__all__ = ["Numbers", "Setting", "compile_search", "plan_tasks", "run_tasks", "settings_to_try"]

STEPS_PER_SECOND = 1_000_000  # half of what a core does, so that the clock rarely decides
STEPS_PER_NODE = 4_000  # more no longer pays
STEPS_WORTHWHILE = 120_000  # however few the nodes
LEAST_STEPS = 20_000
_FEWEST_ATTEMPTS, _MOST_ATTEMPTS = 3, 24
_ATTEMPTS_WITH_MANY_NUMBERS = 2
_KINDS = 5  # of search, about
_PATIENCE = 4.0  # times its fair share of the time that one search may take

Numbers = int | tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class Setting:
    """One number of communities to try: the bounds, and how the number is shared over the connected parts."""

    n_free: int
    bounds: Bounds
    numbers: Ints


def settings_to_try(graph: UnitGraph, problem: Problem, request: Request, n_communities: Numbers) -> list[Setting]:
    """Find the numbers of communities that are possible; when none is, say why the preferred one is not.

    Raises
    ------
    InfeasiblePlanError
        With what to relax.
    """
    standard_column = request.standard.column
    counts = graph.counts
    wanted = numbers_to_try(
        request,
        n_communities,
        total=float(counts[request.balance].sum()),
        standard_total=float(counts[standard_column].sum()) if standard_column in counts.columns else None,
    )
    settings, refusals = [], []
    for number in wanted:
        try:
            settings.append(_setting(graph, problem, request, number, fixed_number=isinstance(n_communities, int)))
        except InfeasiblePlanError as refusal:
            refusals.append(refusal)
    if not settings:
        raise refusals[0]
    return settings


def _setting(graph: UnitGraph, problem: Problem, request: Request, number: int, *, fixed_number: bool) -> Setting:
    n_fixed = int(problem.fixed.nunique())
    n_free = number - n_fixed
    if n_free < 1:
        raise InfeasiblePlanError("centres-too-many", count=n_fixed, n=number)
    total = float(problem.net.weight.sum())
    bounds = choose_bounds(request, total=total, n_communities=n_free, fixed_number=fixed_number)
    check_loads(problem, graph.ids, bounds)
    return Setting(n_free, bounds, allot_numbers(problem, graph.ids, bounds, n_free))


def plan_tasks(problem: Problem, request: Request, settings: list[Setting]) -> list[Task]:
    """List the searches. Their steps follow from size, number of searches and time limit, never from a clock."""
    by_number = {setting.n_free: setting for setting in settings}
    total = int(request.time_limit_s * STEPS_PER_SECOND)
    worthwhile = max(STEPS_PER_NODE * problem.n_nodes, STEPS_WORTHWHILE)
    recipes = recipes_for(
        problem,
        {number: setting.bounds for number, setting in by_number.items()},
        attempts=_attempts(len(settings), total // worthwhile),
        compactness=request.weights.get("compactness", 1.0) if request.objective == "perimeter" else 0.0,
        like_today=min(by_number, key=lambda number: abs(number - len(problem.today_names))),
    )
    steps = max(LEAST_STEPS, min(total // len(recipes), worthwhile))
    patience = min(request.time_limit_s, _PATIENCE * request.time_limit_s / len(recipes))
    seeds = np.random.SeedSequence(request.seed).spawn(len(recipes))
    return [
        _task(problem, by_number[recipe.n_communities], recipe, seed, steps=steps, seconds=patience)
        for recipe, seed in zip(recipes, seeds, strict=True)
    ]


def _attempts(n_settings: int, searches: int) -> int:
    """Choose how often each kind is tried: as often as the time allows for, within reason."""
    if n_settings > 1:
        return _ATTEMPTS_WITH_MANY_NUMBERS
    return max(_FEWEST_ATTEMPTS, min(searches // _KINDS, _MOST_ATTEMPTS))


def _task(
    problem: Problem, setting: Setting, recipe: Recipe, seed: np.random.SeedSequence, *, steps: int, seconds: float
) -> Task:
    return Task(problem, recipe, setting.bounds, setting.numbers, seed, steps, seconds)


def run_tasks(
    tasks: list[Task], executor: Executor | None, *, time_limit_s: float, done: Callable[[int], None]
) -> list[Found]:
    """Run the searches in their order, here or in an executor; those that the time leaves no room for are skipped.

    ``done`` is told after each search how many are finished; what it raises ends the whole.
    """
    end = time.monotonic() + time_limit_s
    results = _run_here(tasks, end) if executor is None else _run_there(tasks, executor, end)
    found = []
    for result in results:
        found.append(result)
        done(len(found))
    return found


def _run_here(tasks: list[Task], end: float) -> Iterator[Found]:
    for place, task in enumerate(tasks):
        left = end - time.monotonic()
        if place > 0 and left <= 0:
            return
        yield run_task(replace(task, seconds=max(min(task.seconds, left), 0.0)))


def _run_there(tasks: list[Task], executor: Executor, end: float) -> Iterator[Found]:
    futures: list[Future[Found]] = [executor.submit(run_task, task) for task in tasks]
    try:
        for place, future in enumerate(futures):
            if place > 0 and time.monotonic() > end and future.cancel():
                continue
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


@cache
def compile_search() -> None:
    """Compile the search by running it once on four units; takes seconds at the first use on a machine, then none."""
    ids = ["a", "b", "c", "d"]
    edges = [(0, 1), (1, 2), (2, 3), (3, 0)]
    graph = UnitGraph.from_edges(ids, edges, counts={"households": [1, 1, 1, 1]}, xy=[(0, 0), (1, 0), (1, 1), (0, 1)])
    request = read_request(graph, None, minimum=0, maximum=4)
    problem = make_problem(graph, request)
    setting = Setting(2, Bounds(0.0, 4.0, "given"), np.array([2]))
    seed = np.random.SeedSequence(0)
    run_task(_task(problem, setting, Recipe("short", 2, shape=1.0), seed, steps=200, seconds=60.0))
