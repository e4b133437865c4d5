"""Draw together what must stay together: groups kept whole and units locked to one community."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from boundaries.errors import InfeasiblePlanError
from boundaries.graph import UnitGraph
from boundaries.proposals.arrays import Ints
from boundaries.proposals.request import Request

__all__ = ["Groups", "join_groups"]


@dataclass(frozen=True, eq=False)
class Groups:
    """Which units stay together: those of equal ``root``. ``joined_through`` are units that link a group's parts."""

    root: Ints
    joined_through: tuple[str, ...]


def join_groups(graph: UnitGraph, request: Request, *, free: NDArray[np.bool_]) -> Groups:
    """Join groups and locks; a group in several parts is linked through the fewest other units.

    Raises
    ------
    InfeasiblePlanError
        ``lock-splits-group``: a group reaches into a community that is locked as it is, and out of it;
        ``locks-conflict``: a group holds two locks; ``group-torn``: the parts cannot be linked.
    """
    bonds = _bonds(graph, request)
    _refuse_conflicts(graph, request, bonds, free)
    root = _roots(bonds, len(graph))
    linked: list[int] = []
    usable = free & ~graph.ids.isin([*request.locked_units.index, *request.centres])
    for members in _members(root, bonds):
        path = _link_parts(graph, members, usable & ~_taken(root, members, bonds))
        if path is None:
            path = _link_parts(graph, members, usable)
        if path is None:
            raise InfeasiblePlanError("group-torn", ids=list(graph.ids[members]))
        if len(path):
            linked.extend(path.tolist())
            bonds = [*bonds, np.concatenate([members[:1], path])]
            root = _roots(bonds, len(graph))
    return Groups(root, tuple(sorted(graph.ids[linked])))


def _bonds(graph: UnitGraph, request: Request) -> list[Ints]:
    """List the sets of unit positions that must stay together."""
    bonds: list[Ints] = []
    for labels in (request.keep_whole, request.locked_units):
        if labels is None:
            continue
        held = labels.dropna()
        positions = graph.ids.get_indexer(held.index).astype(np.int64)
        bonds += [positions[places] for _, places in sorted(held.groupby(held.to_numpy()).indices.items())]
    return [bond for bond in bonds if len(bond) > 1]


def _roots(bonds: list[Ints], n_units: int) -> Ints:
    one = np.concatenate([np.empty(0, dtype=np.int64), *(np.repeat(bond[:1], len(bond)) for bond in bonds)])
    two = np.concatenate([np.empty(0, dtype=np.int64), *bonds])
    matrix = coo_array((np.ones(len(one)), (one, two)), shape=(n_units, n_units))
    return connected_components(matrix, directed=False)[1].astype(np.int64)


def _members(root: Ints, bonds: list[Ints]) -> list[Ints]:
    if not bonds:
        return []
    chosen = np.unique(root[np.concatenate(bonds)])
    return [np.flatnonzero(root == number) for number in chosen]


def _taken(root: Ints, members: Ints, bonds: list[Ints]) -> NDArray[np.bool_]:
    """Mark the units of other groups, which a link should not run through where it can help it."""
    taken = np.zeros(len(root), dtype=bool)
    for bond in bonds:
        taken[bond] = True
    taken[members] = False
    return taken


def _refuse_conflicts(graph: UnitGraph, request: Request, bonds: list[Ints], free: NDArray[np.bool_]) -> None:
    lock = request.locked_units.reindex(graph.ids)
    if request.current is not None and request.locked_communities:
        lock = lock.where(free, request.current)
    root = _roots(bonds, len(graph))
    held = pd.DataFrame({"root": root, "lock": lock.to_numpy(), "free": free})
    for members in _members(root, bonds):
        group = held.iloc[members]
        communities = sorted(set(group["lock"].dropna()))
        if group["free"].any() and not group["free"].all():
            locked, others = (list(graph.ids[members[group["free"] == side]]) for side in (False, True))
            raise InfeasiblePlanError("lock-splits-group", ids=locked, others=others, communities=communities)
        if len(communities) > 1:
            raise InfeasiblePlanError("locks-conflict", ids=list(graph.ids[members]), communities=communities)


def _link_parts(graph: UnitGraph, members: Ints, usable: NDArray[np.bool_]) -> Ints | None:
    """Give the units that link the parts of a group, none when it is in one part, None when nothing links them."""
    inside = usable.copy()
    inside[members] = True
    kept = inside[graph.left] & inside[graph.right]
    in_group = np.zeros(len(graph), dtype=bool)
    in_group[members] = True
    both = in_group[graph.left] & in_group[graph.right]
    parts = connected_components(_matrix(graph, both, np.ones(len(graph.left))), directed=False)[1]
    path: list[int] = []
    while len(np.unique(parts[members])) > 1:
        crossing = np.where(both, 1e-6, 1.0)
        start = members[parts[members] == parts[members[0]]]
        distance, before = dijkstra(
            _matrix(graph, kept, crossing), directed=False, indices=start, min_only=True, return_predecessors=True
        )[:2]
        others = members[parts[members] != parts[members[0]]]
        nearest = int(others[distance[others].argmin()])
        if not np.isfinite(distance[nearest]):
            return None
        while nearest >= 0:
            path.append(nearest)
            in_group[nearest] = True
            nearest = int(before[nearest])
        both = in_group[graph.left] & in_group[graph.right]
        parts = connected_components(_matrix(graph, both, np.ones(len(graph.left))), directed=False)[1]
    return np.setdiff1d(np.asarray(path, dtype=np.int64), members)


def _matrix(graph: UnitGraph, kept: NDArray[np.bool_], value: NDArray[np.float64]) -> csr_array:
    ends = (graph.left[kept], graph.right[kept])
    return coo_array((value[kept], ends), shape=(len(graph), len(graph))).tocsr()
