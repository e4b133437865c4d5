"""Propose plans: read what is asked, see whether it is possible, search in many ways, and choose what really differs."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.graph import UnitGraph, build_graph
from boundaries.plan import Plan, reading_order
from boundaries.proposals.bounds import Bounds, choose_bounds, numbers_to_try
from boundaries.proposals.feasibility import allot_numbers, check_loads
from boundaries.proposals.naming import name_alternatives
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.recipes import Recipe, recipes_for
from boundaries.proposals.request import Request, read_request
from boundaries.proposals.run import Found, Task, run_task
from boundaries.proposals.selection import LEAST_DIFFERENCE, Candidate, choose_different, measure, pairwise_difference
from boundaries.standards import Standard
from boundaries.verify import require_sound_plan
from gis.i18n import Text

__all__ = ["propose_plans"]

type_progress = Callable[[Text, float], None]

STEPS_PER_SECOND = (
    1_000_000  # what a search plans with; half of what one core of 2024 does, so that clocks rarely decide
)
STEPS_PER_NODE = 4_000  # more than this no longer pays
LEAST_STEPS = 40_000
_ATTEMPTS = 3


def propose_plans(  # noqa: PLR0913
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    n_communities: int | tuple[int, int] | None = None,
    balance: str = "households",
    standard: Standard | str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    current: "pd.Series[str] | None" = None,
    keep_whole: "pd.Series[str] | None" = None,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    locked: "pd.Series[str] | Iterable[str] | None" = None,
    centres: Any = None,
    weights: Mapping[str, float] | None = None,
    objective: str = "perimeter",
    alternatives: int = 6,
    time_limit_s: float = 30.0,
    seed: int = 0,
    executor: Executor | None = None,
    progress: type_progress | None = None,
) -> list[Plan]:
    """Propose divisions of the units into communities: connected, within the bounds, and really different.

    Parameters
    ----------
    units_or_graph
        Polygons of a coverage in a CRS with metres, indexed by text ids; or a graph of units.
    n_communities
        How many; ``(low, high)`` for a range; None for what the standard asks for and its neighbours.
    balance
        The figure that is balanced. Units without it count as nothing and are listed in the provenance.
    standard
        A profile or its key; default ``national_2026``.
    minimum, maximum
        Bounds on the figure in each community; see :func:`boundaries.proposals.bounds.choose_bounds` for the default.
    current
        Unit id -> community id of today: one alternative moves as few people as possible.
    keep_whole
        Unit id -> group id (villages, compounds): no group is split.
    barriers, crossings
        Lines no community may cross, and where it may; only with units, see :func:`boundaries.build_graph`.
    locked
        Unit id -> community id that the unit must have; or ids of communities of ``current`` that stay as they are
        (whatever their size or parts).
    centres
        Unit ids, or points in units: no two in one community.
    weights
        ``compactness``: how much roundness counts against length of line, 1 by default.
    objective
        ``perimeter`` (metres of line between communities) or ``cut_edges`` (pairs of neighbours parted).
    alternatives
        How many plans at most.
    time_limit_s
        Steps are planned for this many seconds; a clock that ends the search before is told in the provenance.
    seed
        The same seed gives the same plans, with or without an executor, unless the clock ended a search.
    executor
        Runs the searches beside one another: threads, processes, or a cluster.
    progress
        Called with a stage and the share done; what it raises ends the search.

    Returns
    -------
    list of Plan
        The one with the fewest people moved first where ``current`` is given. Each pair differs by at least
        10 % of the figure wherever possible; ``provenance["distinct"]`` tells.

    Raises
    ------
    InfeasiblePlanError
        No plan can satisfy what was asked, with what to relax; before any search.
    PlanError
        An option that cannot be read.
    CrsError
        The units are not in metres.

    Notes
    -----
    Recombination (DeFord, Duchin & Solomon 2021) and annealed single moves, from random tree partitions and from
    today's division. Every plan is checked by :mod:`boundaries.verify` before it is returned.
    """
    began = time.monotonic()
    tell = progress or (lambda _stage, _done: None)
    tell(Text("建立单元邻接图", "building the graph of units"), 0.0)
    graph, units = _graph_of(units_or_graph, barriers, crossings)
    request = read_request(
        graph,
        units,
        balance=balance,
        standard=standard,
        minimum=minimum,
        maximum=maximum,
        current=current,
        keep_whole=keep_whole,
        locked=locked,
        centres=centres,
        weights=weights,
        objective=objective,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    _check_count("alternatives", alternatives)
    tell(Text("检查条件能否满足", "checking whether the task is possible"), 0.02)
    problem = make_problem(graph, request)
    settings = _settings_to_try(graph, problem, request, n_communities)
    tasks = _plan_tasks(problem, request, settings, time_limit_s - (time.monotonic() - began))
    found = _run_all(tasks, executor, tell)
    chosen = _choose(problem, found, alternatives)
    tell(Text("核验方案", "verifying the plans"), 0.97)
    plans = _as_plans(graph, problem, request, chosen, found, tell_number=not isinstance(n_communities, int))
    tell(Text("完成", "done"), 1.0)
    return plans


def _graph_of(
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    barriers: gpd.GeoDataFrame | None,
    crossings: gpd.GeoDataFrame | None,
) -> tuple[UnitGraph, gpd.GeoDataFrame | None]:
    if not isinstance(units_or_graph, UnitGraph):
        return build_graph(units_or_graph, barriers=barriers, crossings=crossings), units_or_graph
    for name, layer in (("barriers", barriers), ("crossings", crossings)):
        if layer is not None:
            raise PlanError("option-invalid", option=name, value="GeoDataFrame", reason="give it to build_graph")
    return units_or_graph, None


def _check_count(option: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise PlanError("option-invalid", option=option, value=value, reason=">= 1")


@dataclass(frozen=True, eq=False)
class _Setting:
    """One number of communities to try: the bounds, and how the number is shared over the connected parts."""

    n_free: int
    bounds: Bounds
    numbers: Any


def _settings_to_try(
    graph: UnitGraph, problem: Problem, request: Request, n_communities: int | tuple[int, int] | None
) -> list[_Setting]:
    """Find the numbers of communities that are possible; when none is, say why the preferred one is not."""
    _check_number(n_communities)
    n_fixed = int(problem.fixed.nunique())
    total = float(problem.net.weight.sum())
    counts = graph.counts
    standard_total = float(counts[request.standard.column].sum()) if request.standard.column in counts.columns else None
    wanted = numbers_to_try(
        request,
        n_communities,
        total=float(counts[request.balance].sum()),
        standard_total=standard_total,
    )
    settings, refusals = [], []
    for number in wanted:
        try:
            settings.append(_setting(graph, problem, request, number - n_fixed, total, isinstance(n_communities, int)))
        except InfeasiblePlanError as refusal:
            refusals.append(refusal)
    if not settings:
        raise refusals[0]
    return settings


def _setting(
    graph: UnitGraph, problem: Problem, request: Request, n_free: int, total: float, fixed_number: bool
) -> _Setting:
    if n_free < 1:
        n_fixed = int(problem.fixed.nunique())
        raise InfeasiblePlanError("centres-too-many", count=n_fixed, n=n_free + n_fixed)
    bounds = choose_bounds(request, total=total, n_communities=n_free, fixed_number=fixed_number)
    check_loads(problem, graph.ids, bounds)
    return _Setting(n_free, bounds, allot_numbers(problem, graph.ids, bounds, n_free))


def _check_number(n_communities: int | tuple[int, int] | None) -> None:
    if n_communities is None:
        return
    numbers = (n_communities,) if isinstance(n_communities, int) else tuple(n_communities)
    for number in numbers:
        _check_count("n_communities", number)
    if len(numbers) > 2 or numbers[0] > numbers[-1]:  # noqa: PLR2004
        raise PlanError("option-invalid", option="n_communities", value=n_communities, reason="low <= high")


def _plan_tasks(problem: Problem, request: Request, settings: list[_Setting], seconds: float) -> list[Task]:
    by_number = {setting.n_free: setting for setting in settings}
    like_today = min(by_number, key=lambda number: abs(number - len(problem.today_names))) if by_number else None
    recipes = recipes_for(
        problem,
        list(by_number),
        attempts=_ATTEMPTS if len(by_number) == 1 else 2,
        compactness=request.weights.get("compactness", 1.0) if request.objective == "perimeter" else 0.0,
        number_like_today=like_today,
    )
    affordable = int(seconds * STEPS_PER_SECOND / len(recipes))
    steps = max(LEAST_STEPS, min(affordable, STEPS_PER_NODE * problem.n_nodes))
    seeds = np.random.SeedSequence(request.seed).spawn(len(recipes))
    return [
        _task(problem, recipe, by_number[recipe.n_communities], one, steps, seconds)
        for recipe, one in zip(recipes, seeds, strict=True)
    ]


def _task(
    problem: Problem, recipe: Recipe, setting: _Setting, seed: np.random.SeedSequence, steps: int, seconds: float
) -> Task:
    return Task(problem, recipe, setting.bounds, setting.numbers, seed, steps, seconds)


def _run_all(tasks: list[Task], executor: Executor | None, tell: type_progress) -> list[Found]:
    stage = Text("搜索方案", "searching for plans")
    results = executor.map(run_task, tasks) if executor else map(run_task, tasks)
    found: list[Found] = []
    for result in results:
        found.append(result)
        tell(stage, 0.05 + 0.9 * len(found) / len(tasks))
    return found


def _choose(problem: Problem, found: list[Found], alternatives: int) -> list[Candidate]:
    sound = [measure(problem, result) for result in found if result.violation <= 0]
    if not sound:
        nearest = min(found, key=lambda result: result.violation)
        raise InfeasiblePlanError(
            "search-found-none",
            excess=nearest.violation,
            minimum=nearest.bounds.minimum,
            maximum=nearest.bounds.maximum,
        )
    return [sound[place] for place in choose_different(sound, pairwise_difference(problem, sound), wanted=alternatives)]


def _as_plans(
    graph: UnitGraph,
    problem: Problem,
    request: Request,
    chosen: list[Candidate],
    found: list[Found],
    *,
    tell_number: bool,
) -> list[Plan]:
    names = name_alternatives(
        chosen,
        tell_number=tell_number,
        has_today=len(problem.today_names) > 0,
        has_ground=bool(problem.net.area.any()),
    )
    shared = _shared_provenance(graph, problem, request, chosen, found)
    plans = []
    for name, candidate in zip(names, chosen, strict=True):
        assignment = _assignment(graph, problem, candidate.found)
        bounds = candidate.found.bounds
        require_sound_plan(
            assignment,
            graph,
            balance=request.balance,
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            n_communities=candidate.found.recipe.n_communities + int(problem.fixed.nunique()),
            keep_whole=request.keep_whole,
            locked=pd.concat([request.locked_units, problem.fixed]),
            centres=request.centres,
            exempt=request.locked_communities,
        )
        plans.append(Plan(assignment, name, {**shared, **_own_provenance(candidate, assignment)}))
    return plans


def _assignment(graph: UnitGraph, problem: Problem, found: Found) -> "pd.Series[str]":
    """Turn labels into community ids: locked names stay, the others are numbered as one reads."""
    label = np.where(problem.node_of_unit >= 0, found.label[problem.node_of_unit], -1)
    n_free = found.recipe.n_communities
    names: dict[int, str] = {}
    for node in np.flatnonzero(problem.anchor_of_node != ""):
        anchor = str(problem.anchor_of_node[node])
        if not anchor.startswith("centre:"):
            names[int(found.label[node])] = anchor
    taken = set(names.values()) | set(problem.fixed)
    order = _order_of(graph, label, n_free)
    fresh = (name for name in (f"c{number:02d}" for number in range(1, len(graph) + n_free + 2)) if name not in taken)
    for community in order:
        if community not in names:
            names[community] = next(fresh)
    series = pd.Series(
        [names.get(int(number), "") for number in label], index=graph.ids, dtype="str", name="community_id"
    )
    series.loc[problem.fixed.index] = problem.fixed.astype("str")
    return series


def _order_of(graph: UnitGraph, label: Any, n_free: int) -> list[int]:
    if graph.xy is None:
        return list(range(n_free))
    area = graph.area_m2 if graph.area_m2 is not None else np.ones(len(graph))
    free = label >= 0
    weight = np.maximum(np.bincount(label[free], weights=area[free], minlength=n_free), 1e-12)
    centres = np.column_stack(
        [np.bincount(label[free], weights=(area * axis)[free], minlength=n_free) / weight for axis in graph.xy.T]
    )
    return [int(community) for community in reading_order(centres)]


def _shared_provenance(
    graph: UnitGraph, problem: Problem, request: Request, chosen: list[Candidate], found: list[Found]
) -> dict[str, Any]:
    unknown = graph.counts.index[graph.counts[request.balance].isna()]
    least = pairwise_difference(problem, chosen)
    least_difference = float(least[np.triu_indices(len(chosen), 1)].min()) if len(chosen) > 1 else None
    return {
        "program": "quhua",
        "version": version("quhua"),
        "seed": request.seed,
        "balance": request.balance,
        "standard": request.standard.key,
        "objective": request.objective,
        "weights": dict(request.weights),
        "time_limit_s": request.time_limit_s,
        "steps_of_all_searches": int(sum(result.steps for result in found)),
        "searches": len(found),
        "searches_out_of_bounds": int(sum(result.violation > 0 for result in found)),
        "time_limit_hit": any(result.cut_short for result in found),
        "units_without_figure": [str(unit) for unit in unknown],
        "locked_communities": list(request.locked_communities),
        "locked_units": int(len(request.locked_units)),
        "centres": list(request.centres),
        "groups_kept_whole": 0 if request.keep_whole is None else int(request.keep_whole.nunique()),
        "units_linking_groups": list(problem.joined_through),
        "borders_closed_by_barriers": len(graph.barred),
        "alternatives": len(chosen),
        "least_difference": least_difference,
        "distinct": least_difference is not None and least_difference >= LEAST_DIFFERENCE,
    }


def _own_provenance(candidate: Candidate, assignment: "pd.Series[str]") -> dict[str, Any]:
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
