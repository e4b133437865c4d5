"""Plan the searches: which numbers of communities are possible, which recipes, how many steps each; and run them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle

import numpy as np

from boundaries.errors import InfeasiblePlanError
from boundaries.graph import UnitGraph
from boundaries.proposals.arrays import Ints
from boundaries.proposals.bounds import Bounds, choose_bounds, numbers_to_try
from boundaries.proposals.feasibility import allot_numbers, check_loads
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.recipes import Recipe, recipes_for
from boundaries.proposals.request import Request, read_request
from boundaries.proposals.run import Found, Stopwatch, Task, run_task

__all__ = [
    "Numbers",
    "Searches",
    "Setting",
    "compile_search",
    "plan_others",
    "plan_tasks",
    "run_tasks",
    "settings_to_try",
]

STEPS_PER_SECOND = 1_000_000  # half of what a core does, so that the clock rarely decides
STEPS_PER_NODE = 2_000  # more no longer pays
STEPS_WORTHWHILE = 60_000  # however few the nodes
LEAST_STEPS = 10_000
MOST_SECONDS = 600.0  # that steps are planned for, whatever the time limit
_FEWEST_ATTEMPTS, _MOST_ATTEMPTS = 3, 24
_ATTEMPTS_WITH_MANY_NUMBERS = 2
ROADS_WEIGHT = 0.3  # what lines along roads are spared of their price, unless asked otherwise
_FEWEST_FROM_TODAY = 2  # searches: at today's number of communities, and at the next one
_KINDS = 5  # of search in a round, about
_IDLE_ROUNDS = 6  # without any shorter line, after which more would hardly help
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


def plan_tasks(problem: Problem, request: Request, settings: list[Setting], *, wanted: int) -> list[Task]:
    """List the searches. Their steps follow from size, number of searches and time limit, never from a clock."""
    by_number = {setting.n_free: setting for setting in settings}
    total = int(min(request.time_limit_s, MOST_SECONDS) * STEPS_PER_SECOND * request.effort)
    worthwhile = max(STEPS_PER_NODE * problem.n_nodes, STEPS_WORTHWHILE)
    recipes = recipes_for(
        problem,
        {number: setting.bounds for number, setting in by_number.items()},
        attempts=_attempts(len(settings), total // worthwhile, wanted),
        compactness=request.weights.get("compactness", 1.0) if request.objective == "perimeter" else 0.0,
        roads=request.weights.get("roads", ROADS_WEIGHT),
        like_today=_like_today(list(by_number), len(problem.today_names)),
    )
    fewest = max(wanted, len(problem.today_names) > 0 and _FEWEST_FROM_TODAY)
    recipes = recipes[: max(fewest, total // worthwhile)]  # on large graphs a few long searches beat many short ones
    steps = max(LEAST_STEPS, min(total // len(recipes), worthwhile))
    patience = min(request.time_limit_s, _PATIENCE * request.time_limit_s / len(recipes))
    seeds = np.random.SeedSequence(request.seed).spawn(len(recipes))
    return [
        _task(problem, by_number[recipe.n_communities], recipe, seed, steps=steps, seconds=patience)
        for recipe, seed in zip(recipes, seeds, strict=True)
    ]


def _like_today(numbers: list[int], today: int) -> tuple[int, int]:
    """Choose the number nearest to today's, and the next one: a community that grew may be cheaper to split."""
    nearest = sorted(numbers, key=lambda number: (abs(number - today), -number))
    return nearest[0], nearest[min(1, len(nearest) - 1)]


def plan_others(tasks: list[Task], chosen: list[Found], *, wave: int, wanted: int) -> list[Task]:
    """List further searches that draw their lines away from those of the plans at hand."""
    net = tasks[0].problem.net
    used = sum((found.label[net.source] != found.label[net.adjacent]).astype(np.float64) for found in chosen)
    plain = [task for task in tasks if task.recipe.key in ("short", "round") and task.recipe.round_number == 0]
    seeds = np.random.SeedSequence([*_entropy(tasks[0]), wave]).spawn(wanted)
    return [
        replace(
            task,
            seed=seed,
            recipe=replace(task.recipe, key="other", attempt=place, round_number=0, ends_round=False),
            avoided=np.asarray(used),
        )
        for place, (task, seed) in enumerate(zip(cycle(plain), seeds, strict=False))
    ]


def _entropy(task: Task) -> list[int]:
    entropy = task.seed.entropy
    return list(entropy) if isinstance(entropy, Sequence) else [int(entropy or 0)]


@dataclass(frozen=True, eq=False)
class Searches:
    """What the searches found, and whether the clock ended them."""

    found: list[Found]
    planned: int
    out_of_time: bool

    def joined(self, more: "Searches") -> "Searches":
        """Give both as one."""
        return Searches(self.found + more.found, self.planned + more.planned, self.out_of_time or more.out_of_time)


def _attempts(n_settings: int, searches: int, wanted: int) -> int:
    """Choose how often each kind is tried: as often as the time allows for, within reason."""
    if n_settings > 1:
        return _ATTEMPTS_WITH_MANY_NUMBERS
    return max(min(_FEWEST_ATTEMPTS, wanted), min(searches // _KINDS, _MOST_ATTEMPTS))


def _task(
    problem: Problem, setting: Setting, recipe: Recipe, seed: np.random.SeedSequence, *, steps: int, seconds: float
) -> Task:
    return Task(problem, recipe, setting.bounds, setting.numbers, seed, steps, seconds)


def run_tasks(
    tasks: list[Task], executor: Executor | None, *, stopwatch: Stopwatch, done: Callable[[int], None]
) -> Searches:
    """Run the searches in their order, here or in an executor.

    Ends early when rounds of searches bring no shorter line any more, which depends on results alone; and when the time
    is over and something within the bounds is at hand. ``done`` is told how many are finished; what it raises ends the
    whole.
    """
    results = map(run_task, tasks) if executor is None else _run_there(tasks, executor)
    found: list[Found] = []
    out_of_time = False
    for result in results:
        found.append(result)
        done(len(found))
        if len(found) == len(tasks) or _is_enough(found):
            break
        out_of_time = stopwatch.is_over(any(other.violation <= 0 for other in found))
        if out_of_time:
            break
    return Searches(found, len(tasks), out_of_time or any(result.cut_short for result in found))


def _run_there(tasks: list[Task], executor: Executor) -> Iterator[Found]:
    futures: list[Future[Found]] = [executor.submit(run_task, task) for task in tasks]
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _is_enough(found: list[Found]) -> bool:
    """Tell, at the end of a round, whether the last rounds shortened the line of no kind and number."""
    last = found[-1].recipe.round_number
    earlier = _shortest([result for result in found if result.recipe.round_number <= last - _IDLE_ROUNDS])
    if not found[-1].recipe.ends_round or not earlier:
        return False
    return all(line >= earlier.get(key, np.inf) * (1 - 1e-9) for key, line in _shortest(found).items())


def _shortest(found: list[Found]) -> dict[tuple[str, int], float]:
    shortest: dict[tuple[str, int], float] = {}
    for result in found:
        key = (result.recipe.key, result.recipe.n_communities)
        if result.violation <= 0:
            shortest[key] = min(result.line, shortest.get(key, np.inf))
    return shortest


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
