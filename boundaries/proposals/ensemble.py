"""Propose plans: read what is asked, see whether it is possible, search in many ways, choose what really differs."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.errors import InfeasiblePlanError
from boundaries.graph import UnitGraph, build_graph
from boundaries.plan import Plan
from boundaries.proposals.inputs import graph_of
from boundaries.proposals.naming import MERITS
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.request import Request, check_numbers, read_request
from boundaries.proposals.run import Found, Stopwatch, Task
from boundaries.proposals.selection import Candidate, choose_different, differs_enough, measure, pairwise_difference
from boundaries.proposals.tasks import Searches, compile_search, plan_others, plan_tasks, run_tasks, settings_to_try
from boundaries.proposals.writing import write_plans
from boundaries.scorecard import measure_plan
from boundaries.standards import Standard
from boundaries.standards.profile import require_community_standard
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["propose_plans"]

Progress = Callable[[Text, float], None]

_WAVES = 3  # of further searches, where the plans found differ too little


def propose_plans(  # noqa: PLR0913 - the public face; every option is keyword-only
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
    roads: gpd.GeoDataFrame | None = None,
    locked: "pd.Series[str] | Iterable[str] | None" = None,
    centres: Any = None,
    weights: Mapping[str, float] | None = None,
    objective: str = "perimeter",
    alternatives: int = 6,
    effort: float = 1.0,
    time_limit_s: float = 30.0,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
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
    roads
        Lines that boundaries had better follow; only with units.
    locked
        Unit id -> community id that the unit must have; or ids of communities of ``current`` that stay as they are
        (whatever their size or parts).
    centres
        Unit ids, or points in units: no two in one community.
    weights
        ``compactness``: how much roundness counts against length of line, 1 by default. ``roads``: which share of its
        price a line along a road is spared, 0.3 by default.
    objective
        ``perimeter`` (metres of line between communities) or ``cut_edges`` (pairs of neighbours parted).
    alternatives
        How many plans at most.
    effort
        Scales the planned steps: 0.1 for a quick look, 3 for a thorough search.
    time_limit_s
        Steps are planned for this many seconds; a clock that ends the search before is told in the provenance. A search
        with nothing to show yet is given four times as long.
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
    tell = progress or (lambda _stage, _done: None)
    tell(Text("建立单元邻接图", "building the graph of units"), 0.0)
    graph, units = graph_of(units_or_graph, barriers=barriers, crossings=crossings, roads=roads)
    check_numbers(n_communities, alternatives, n_units=len(graph))
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
        effort=effort,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    require_community_standard(request.standard)
    tell(Text("检查条件能否满足", "checking whether the task is possible"), 0.02)
    problem = make_problem(graph, request)
    tasks = plan_tasks(problem, request, settings_to_try(graph, problem, request, n_communities), wanted=alternatives)
    tell(Text("准备搜索（首次使用需编译）", "preparing the search (compiled at first use)"), 0.03)
    compile_search()
    searches, chosen = _search(problem, tasks, request, executor, wanted=alternatives, tell=tell)
    tell(Text("核验方案", "verifying the plans"), 0.97)
    tell_number = not isinstance(n_communities, int)
    shown = None if units is None else _measurer(units, graph, current=current, roads=roads)
    plans = write_plans(graph, problem, request, chosen, of_all=_effort(searches), tell_number=tell_number, shown=shown)
    tell(Text("完成", "done"), 1.0)
    return plans


def _measurer(
    units: gpd.GeoDataFrame, graph: UnitGraph, *, current: "pd.Series[str] | None", roads: gpd.GeoDataFrame | None
) -> Callable[[Plan], dict[str, float]]:
    """Measure plans as the comparison does, so that their names say what its table shows."""
    layers: dict[str, gpd.GeoDataFrame] = {} if roads is None else {Kind.ROADS: roads}
    keys = [merit.key for merit in MERITS]
    open_graph = build_graph(units) if len(graph.barred) else graph  # as the comparison sees it: barriers part no line
    return lambda plan: measure_plan(plan, units, keys, current=current, layers=layers, graph=open_graph)


def _search(
    problem: Problem, tasks: list[Task], request: Request, executor: Executor | None, *, wanted: int, tell: Progress
) -> tuple[Searches, list[Candidate]]:
    """Run the planned searches, then a few more that look elsewhere if the plans found differ too little."""
    stopwatch = Stopwatch(request.time_limit_s)
    stage = Text("搜索方案", "searching for plans")
    searches = run_tasks(
        tasks, executor, stopwatch=stopwatch, done=lambda count: tell(stage, 0.05 + 0.7 * count / len(tasks))
    )
    chosen = _choose(problem, searches.found, wanted)
    for wave in range(_WAVES):
        if searches.out_of_time or differs_enough(problem, chosen, wanted=wanted):
            break
        others = plan_others(tasks, [candidate.found for candidate in chosen], wave=wave, wanted=wanted)
        more = run_tasks(others, executor, stopwatch=stopwatch, done=_share(tell, wave, len(others)))
        searches = searches.joined(more)
        chosen = _choose(problem, searches.found, wanted)
    return searches, chosen


def _share(tell: Progress, wave: int, count: int) -> Callable[[int], None]:
    stage = Text("寻找差异更大的方案", "looking for plans that differ more")
    return lambda done: tell(stage, 0.75 + 0.2 * (wave + done / count) / _WAVES)


def _effort(searches: Searches) -> dict[str, Any]:
    return {
        "searches": len(searches.found),
        "searches_planned": searches.planned,
        "searches_out_of_bounds": sum(result.violation > 0 for result in searches.found),
        "steps_of_all_searches": sum(result.steps for result in searches.found),
        "time_limit_hit": searches.out_of_time,
    }


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
