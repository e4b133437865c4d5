"""Propose grids: each community of a plan divided by the grid profile, numbered as one reads, workers counted."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from importlib.metadata import version
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import StandardError
from boundaries.graph import UnitGraph
from boundaries.grids.ground import Divided, Ground, divide_ground
from boundaries.matching import match_communities
from boundaries.plan import Plan, checked_labels
from boundaries.proposals.inputs import graph_of, part_of
from boundaries.proposals.request import Request, check_numbers, read_request
from boundaries.proposals.writing import order_of
from boundaries.standards import Standard, load_standard
from boundaries.verify import require_sound_plan
from gis.i18n import Text

__all__ = ["grid_standard", "propose_grids"]

Progress = Callable[[Text, float], None]

_DEFAULT_STANDARD = "grid_basic"
_LIGHT = 0.15  # of the steps of a search for communities: a ground has few units
_PATIENCE = 4.0  # times its fair share of the time that one community may take


def propose_grids(  # noqa: PLR0913 - the public face; every option is keyword-only
    plan: Plan,
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    standard: Standard | str | None = None,
    current: "pd.Series[str] | None" = None,
    keep_whole: "pd.Series[str] | None" = None,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    alternatives: int = 1,
    effort: float = 1.0,
    time_limit_s: float = 30.0,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Plan]:
    """Divide each community of a plan into service grids within the grid profile.

    Parameters
    ----------
    plan
        Communities of these units.
    units_or_graph
        Polygons of a coverage in a CRS with metres, indexed by text ids; or a graph of units.
    standard
        A grid profile or its key; default ``grid_basic`` (300-500 households).
    current
        Unit id -> grid id of today; as few households as possible change grid then.
    keep_whole
        Unit id -> group id (compounds, villages). Groups above the profile's maximum are divided, which is told in
        ``provenance["groups_divided"]``.
    barriers, crossings, roads
        As for :func:`boundaries.propose_plans`; only with units.
    alternatives
        How many divisions at most; a community that has fewer different ones repeats its first.
    effort, time_limit_s, seed, executor, progress
        As for :func:`boundaries.propose_plans`, shared out over the communities by their units.

    Returns
    -------
    list of Plan
        Unit id -> grid id ``<community id>-<three digits>``, numbered row by row from the north, each from west to
        east, within the community. Every grid lies in one community and in one connected part. A community that no
        division keeps within the profile is divided as near to it as was found: ``provenance["grids_outside"]`` names
        such grids, ``share_within`` is the share of the others.

    Raises
    ------
    StandardError
        ``standard-not-grid``, ``standard-without-size`` or ``standard-unknown``.
    PlanError
        The plan is not one of these units, or an option cannot be read.
    CrsError
        The units are not in metres.

    Notes
    -----
    The searches are those of :func:`boundaries.propose_plans`; every division is checked by :mod:`boundaries.verify`.
    """
    tell = progress or (lambda _stage, _done: None)
    tell(Text("建立单元邻接图", "building the graph of units"), 0.0)
    profile = grid_standard(standard)
    graph, _ = graph_of(units_or_graph, barriers=barriers, crossings=crossings, roads=roads)
    check_numbers(None, alternatives, n_units=len(graph))
    labels = checked_labels(graph.counts, plan.assignment)
    request = read_request(
        graph, None, balance=profile.column, standard=profile, current=current, keep_whole=keep_whole,
        effort=effort, time_limit_s=time_limit_s, seed=seed,
    )  # fmt: skip
    part = _parts(graph, labels)
    groups, divided_groups = _groups_that_fit(graph, request, part)
    grounds = list(_grounds(graph, labels, part, request, groups, wanted=alternatives))
    stage = Text("划分网格（首次使用需编译）", "dividing into grids (compiled at first use)")
    results = []
    for result in _run(grounds, executor):
        results.append(result)
        tell(stage, 0.05 + 0.9 * len(results) / len(grounds))
    shared = _settings(graph, request, plan, results, divided_groups)
    plans = []
    for number in range(max(len(result.labels) for result in results)):
        assignment = _numbered(graph, labels, grounds, results, number)
        require_sound_plan(assignment, graph, balance=profile.column, keep_whole=groups)
        plans.append(Plan(assignment, _name(plan, number), {**shared, **_own(graph, assignment, request, results)}))
    tell(Text("完成", "done"), 1.0)
    return plans


def grid_standard(standard: Standard | str | None) -> Standard:
    """Load a profile of grids.

    Raises
    ------
    StandardError
        ``standard-not-grid``: the profile is about communities; ``standard-unknown``.
    """
    profile = standard if isinstance(standard, Standard) else load_standard(standard or _DEFAULT_STANDARD)
    if profile.subject != "grid":
        raise StandardError("standard-not-grid", standard=profile.key)
    return profile


def _parts(graph: UnitGraph, labels: "pd.Series[str]") -> "pd.Series[int]":
    """Tell the connected parts of the communities apart by numbers."""
    names = labels.to_numpy()
    inside = names[graph.left] == names[graph.right]
    apart = UnitGraph.from_edges(
        graph.ids, np.column_stack([graph.left[inside], graph.right[inside]]).tolist(), counts={}
    )
    return pd.Series(apart.component, index=graph.ids)


def _groups_that_fit(
    graph: UnitGraph, request: Request, part: "pd.Series[int]"
) -> tuple["pd.Series[str] | None", list[str]]:
    """Keep whole, within each part, the groups that one grid can hold; name the others."""
    if request.keep_whole is None:
        return None, []
    held = request.keep_whole.dropna().astype(str)
    pieces = held + "@" + part[held.index].astype(str)
    load = graph.counts[request.balance].fillna(0.0)[held.index].groupby(pieces.to_numpy()).sum()
    most = request.standard.maximum if request.standard.maximum is not None else request.standard.target
    heavy = set() if most is None else set(load.index[load > most])
    fits = ~pieces.isin(heavy)
    return pieces[fits], sorted(set(held[~fits]))


def _grounds(
    graph: UnitGraph,
    labels: "pd.Series[str]",
    part: "pd.Series[int]",
    request: Request,
    groups: "pd.Series[str] | None",
    *,
    wanted: int,
) -> Iterator[Ground]:
    """Give each connected part of each community its share of the effort, by its units."""
    first = part[~part.duplicated()]
    seeds = np.random.SeedSequence(request.seed).generate_state(len(first))
    for seed, unit, number in zip(seeds.tolist(), first.index, first, strict=True):
        inside = (part == number).to_numpy()
        share = float(inside.mean())
        patience = min(1.0, _PATIENCE * share)
        here = part_of(graph, inside)
        asked = read_request(
            here, None, balance=request.balance, standard=request.standard,
            current=_of(request.current, here.ids), keep_whole=_of(groups, here.ids),
            effort=request.effort * _LIGHT * share / patience, time_limit_s=request.time_limit_s * patience, seed=seed,
        )  # fmt: skip
        yield Ground(str(labels[unit]), here, asked, wanted)


def _of(series: "pd.Series[str] | None", ids: "pd.Index[str]") -> "pd.Series[str] | None":
    return None if series is None else series.reindex(ids)


def _run(grounds: list[Ground], executor: Executor | None) -> Iterator[Divided]:
    return map(divide_ground, grounds) if executor is None else executor.map(divide_ground, grounds)


def _numbered(
    graph: UnitGraph, labels: "pd.Series[str]", grounds: list[Ground], results: list[Divided], number: int
) -> "pd.Series[str]":
    """Give each grid its number within its community, over all the community's parts."""
    grid = np.full(len(graph), -1, dtype=np.int64)
    first = 0
    for ground, result in zip(grounds, results, strict=True):
        label = result.labels[number] if number < len(result.labels) else result.labels[0]
        grid[graph.ids.get_indexer(ground.graph.ids)] = first + label
        first += int(label.max()) + 1
    names = np.empty(len(graph), dtype=object)
    for community in labels.unique():
        inside = (labels == community).to_numpy()
        _, local = np.unique(grid[inside], return_inverse=True)
        order = order_of(part_of(graph, inside), local, int(local.max()) + 1)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(1, len(order) + 1)
        names[inside] = [f"{community}-{place[one]:03d}" for one in local]
    return pd.Series(names, index=graph.ids, dtype="str", name="grid_id")


def _name(plan: Plan, number: int) -> Text:
    name = Text(f"{plan.name.zh}：网格", f"{plan.name.en}: grids")
    return name if number == 0 else Text(f"{name.zh}({number + 1})", f"{name.en} ({number + 1})")


def _settings(
    graph: UnitGraph, request: Request, plan: Plan, results: list[Divided], groups_divided: list[str]
) -> dict[str, Any]:
    counts = graph.counts[request.balance]
    most = request.standard.maximum
    return {
        "program": "quhua",
        "version": version("quhua"),
        "subject": "grid",
        "of_plan": {"zh": plan.name.zh, "en": plan.name.en},
        "seed": request.seed,
        "balance": request.balance,
        "standard": request.standard.key,
        "effort": request.effort,
        "time_limit_s": request.time_limit_s,
        "time_limit_hit": any(result.out_of_time for result in results),
        "steps_of_all_searches": sum(result.steps for result in results),
        "units_without_figure": [str(unit) for unit in counts.index[counts.isna()]],
        "units_above_maximum": [] if most is None else [str(unit) for unit in counts.index[counts > most]],
        "groups_divided": groups_divided,
    }


def _own(graph: UnitGraph, assignment: "pd.Series[str]", request: Request, results: list[Divided]) -> dict[str, Any]:
    outside = _outside(graph, assignment, request.standard, results)
    n_grids = int(assignment.nunique())
    document: dict[str, Any] = {
        "n_grids": n_grids,
        "grids_outside": outside,
        "share_within": 1 - len(outside) / n_grids,
    }
    if request.current is not None:
        weight = graph.counts[request.balance]
        document["continues"] = match_communities(assignment, request.current.dropna(), weight)
    return document


def _outside(graph: UnitGraph, assignment: "pd.Series[str]", standard: Standard, results: list[Divided]) -> list[str]:
    """Name the grids outside the profile, in households or in residents."""
    load = graph.counts[standard.column].fillna(0.0).groupby(assignment.to_numpy()).sum()
    low, high = results[0].minimum, results[0].maximum
    if standard.minimum is None or standard.maximum is None:
        low, high = min(result.minimum for result in results), max(result.maximum for result in results)
    wrong = (load < low) | (load > high)
    if standard.maximum_residents is not None and "resident_population" in graph.counts.columns:
        residents = graph.counts["resident_population"].fillna(0.0).groupby(assignment.to_numpy()).sum()
        wrong |= residents > standard.maximum_residents
    return [str(grid) for grid in wrong.index[wrong]]
