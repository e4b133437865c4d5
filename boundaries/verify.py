"""Check a plan independently of the search that made it: shares no code with it, only the graph of units."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.errors import PlanError
from boundaries.graph import UnitGraph
from gis.i18n import Text, listed
from gis.schema import joined

__all__ = ["connected_parts", "find_plan_faults", "require_sound_plan"]

_ROUNDING = 1e-6


def find_plan_faults(  # noqa: PLR0913 - everything that can be asked of a plan
    assignment: "pd.Series[str]",
    graph: UnitGraph,
    *,
    balance: str = "households",
    minimum: float = 0.0,
    maximum: float = np.inf,
    n_communities: int | None = None,
    keep_whole: "pd.Series[str] | None" = None,
    locked: "pd.Series[str] | None" = None,
    centres: Iterable[str] = (),
    exempt: Iterable[str] = (),
) -> list[Text]:
    """Tell everything that is wrong with a plan; nothing when it is sound.

    Parameters
    ----------
    assignment
        Unit id -> community id.
    graph
        The graph of the units; its barriers count: a community must be one part without crossing them.
    balance, minimum, maximum
        The figure and its bounds in each community; a unit without a figure counts as nothing.
    n_communities
        The number asked for.
    keep_whole
        Unit id -> group id; each group must lie in one community.
    locked
        Unit id -> community id that the unit must have.
    centres
        Unit ids no two of which may share a community.
    exempt
        Communities that need not keep the bounds or be in one part, because they are locked as they are today.

    Notes
    -----
    Connected parts by scipy.sparse.csgraph. Time linear in units and borders.
    """
    faults = list(_assigned_once(assignment, graph))
    if faults:
        return faults
    labels = assignment.reindex(graph.ids)
    free = sorted(set(labels) - set(exempt))
    loads = graph.counts[balance].fillna(0.0).groupby(labels.to_numpy()).sum()
    return [
        *_wrong_number(labels, n_communities),
        *_in_parts(labels, graph, free),
        *_out_of_bounds(loads[free], minimum, maximum),
        *_groups_split(labels, keep_whole),
        *_locks_broken(labels, locked),
        *_centres_together(labels, list(centres)),
    ]


def require_sound_plan(assignment: "pd.Series[str]", graph: UnitGraph, **asked: Any) -> None:
    """Refuse a plan that is not sound; takes what :func:`find_plan_faults` takes.

    Raises
    ------
    PlanError
        ``plan-unsound``, with every fault.
    """
    faults = find_plan_faults(assignment, graph, **asked)
    if faults:
        raise PlanError("plan-unsound", faults=joined(faults))


def connected_parts(assignment: "pd.Series[str]", graph: UnitGraph) -> "pd.Series[int]":
    """Count the connected parts of each community."""
    labels = assignment.reindex(graph.ids).to_numpy()
    inside = labels[graph.left] == labels[graph.right]
    ends = (graph.left[inside], graph.right[inside])
    matrix = coo_array((np.ones(int(inside.sum())), ends), shape=(len(graph), len(graph)))
    part = connected_components(matrix, directed=False)[1]
    return pd.Series(part).groupby(labels).nunique()


def _assigned_once(assignment: "pd.Series[str]", graph: UnitGraph) -> Iterable[Text]:
    repeated = assignment.index[assignment.index.duplicated()]
    if len(repeated):
        ids = listed(repeated.unique())
        yield Text(f"规划单元重复分配：{ids.zh}", f"units assigned more than once: {ids.en}")
    missing = graph.ids.difference(assignment.dropna().index)
    if len(missing):
        ids = listed(missing)
        yield Text(f"规划单元未分配：{ids.zh}", f"units without a community: {ids.en}")
    unknown = assignment.index.difference(graph.ids)
    if len(unknown):
        ids = listed(unknown)
        yield Text(f"不存在的规划单元：{ids.zh}", f"units that do not exist: {ids.en}")


def _wrong_number(labels: "pd.Series[str]", n_communities: int | None) -> Iterable[Text]:
    found = labels.nunique()
    if n_communities is not None and found != n_communities:
        yield Text(f"社区数为 {found}，应为 {n_communities}", f"{found} communities instead of {n_communities}")


def _in_parts(labels: "pd.Series[str]", graph: UnitGraph, free: list[str]) -> Iterable[Text]:
    parts = connected_parts(labels, graph)[free]
    torn = parts.index[parts > 1]
    if len(torn):
        ids = listed(torn)
        yield Text(f"社区不连片：{ids.zh}", f"communities in several parts: {ids.en}")


def _out_of_bounds(loads: "pd.Series[float]", minimum: float, maximum: float) -> Iterable[Text]:
    slack = _ROUNDING * max(1.0, abs(maximum) if np.isfinite(maximum) else abs(minimum))
    wrong = loads[(loads < minimum - slack) | (loads > maximum + slack)]
    if len(wrong):
        found = listed(f"{community} ({load:g})" for community, load in wrong.items())
        yield Text(
            f"社区超出 {minimum:g}-{maximum:g}：{found.zh}", f"communities outside {minimum:g}-{maximum:g}: {found.en}"
        )


def _groups_split(labels: "pd.Series[str]", keep_whole: "pd.Series[str] | None") -> Iterable[Text]:
    if keep_whole is None:
        return
    groups = keep_whole.dropna()
    spread = labels.reindex(groups.index).groupby(groups.to_numpy()).nunique()
    split = spread.index[spread > 1]
    if len(split):
        ids = listed(split)
        yield Text(f"应保持完整的对象被拆分：{ids.zh}", f"groups to keep whole are split: {ids.en}")


def _locks_broken(labels: "pd.Series[str]", locked: "pd.Series[str] | None") -> Iterable[Text]:
    if locked is None:
        return
    held = locked.dropna()
    moved = held.index[labels.reindex(held.index).to_numpy() != held.to_numpy()]
    if len(moved):
        ids = listed(moved)
        yield Text(f"锁定的规划单元被改动：{ids.zh}", f"locked units have moved: {ids.en}")


def _centres_together(labels: "pd.Series[str]", centres: list[str]) -> Iterable[Text]:
    held = labels.reindex(centres)
    crowded = sorted(set(held[held.duplicated(keep=False)]))
    if crowded:
        ids = listed(crowded)
        yield Text(f"社区含有多个中心：{ids.zh}", f"communities with several centres: {ids.en}")
