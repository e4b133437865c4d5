"""The task that the compiled search works on: groups and locks drawn together into nodes, the rest set aside."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.errors import InfeasiblePlanError
from boundaries.graph import UnitGraph
from boundaries.proposals.arrays import CENTRE, LOCK, Floats, Ints, Net
from boundaries.proposals.grouping import join_groups
from boundaries.proposals.request import Request

_CROSSING_SHARE = 0.2  # of its length that a line along a crossed barrier costs: barriers part communities well

__all__ = ["Problem", "make_problem"]


@dataclass(frozen=True, eq=False)
class Problem:
    """Nodes to divide, and how they stand for units.

    ``node_of_unit`` is -1 for units of a community locked as it is (``fixed`` holds these). ``lock_of_node`` names
    the locked community of a node, or is empty. ``today_of_node`` numbers today's community that holds most of the
    node's load, -1 for none. ``along_today`` is 1 for slots whose two nodes belong to different communities today;
    ``along_roads`` is the share of a slot's border that follows a road.
    """

    net: Net
    node_of_unit: Ints
    component: Ints
    fixed: "pd.Series[str]"
    lock_of_node: NDArray[np.object_]
    today_of_node: Ints
    today_names: tuple[str, ...]
    along_today: Floats
    along_roads: Floats
    joined_through: tuple[str, ...]

    @property
    def n_nodes(self) -> int:
        """How many nodes there are to divide."""
        return len(self.net.weight)


def make_problem(graph: UnitGraph, request: Request) -> Problem:
    """Contract groups and locks, set locked communities aside, and lay the rest out in arrays.

    Raises
    ------
    InfeasiblePlanError
        ``nothing-to-divide``, ``group-torn``, ``locks-conflict`` or ``centres-conflict``.

    Notes
    -----
    Time n log n in units and borders.
    """
    fixed = _locked_as_today(request)
    is_free = ~graph.ids.isin(fixed.index)
    if not is_free.any():
        raise InfeasiblePlanError("nothing-to-divide")
    groups = join_groups(graph, request, free=is_free)
    node_of_unit = _number_nodes(groups.root, is_free)
    locks = _locks(graph, request, node_of_unit, fixed)
    anchors = _anchors(graph, request, node_of_unit, locks, fixed)
    today, today_names = _today(graph, request, node_of_unit)
    net, along_roads = _net(graph, request, node_of_unit, anchors)
    along = (today[net.source] != today[net.adjacent]) & (today[net.source] >= 0) & (today[net.adjacent] >= 0)
    matrix = coo_array((np.ones(len(net.source)), (net.source, net.adjacent)), shape=(len(net.weight),) * 2)
    return Problem(
        net=net,
        node_of_unit=node_of_unit,
        component=connected_components(matrix, directed=False)[1].astype(np.int64),
        fixed=fixed,
        lock_of_node=locks,
        today_of_node=today,
        today_names=today_names,
        along_today=along.astype(np.float64),
        along_roads=along_roads,
        joined_through=groups.joined_through,
    )


def _locked_as_today(request: Request) -> "pd.Series[str]":
    if not request.locked_communities or request.current is None:
        return pd.Series(dtype="str", index=pd.Index([], dtype="str", name="id"))
    return request.current[request.current.isin(request.locked_communities)]


def _number_nodes(root: Ints, is_free: NDArray[np.bool_]) -> Ints:
    node_of_unit = np.full(len(root), -1, dtype=np.int64)
    _, numbers = np.unique(root[is_free], return_inverse=True)
    node_of_unit[is_free] = numbers
    return node_of_unit


def _locks(graph: UnitGraph, request: Request, node_of_unit: Ints, fixed: "pd.Series[str]") -> NDArray[np.object_]:
    """Name the community that each node is locked to, if any."""
    locks = np.full(int(node_of_unit.max()) + 1, "", dtype=object)
    positions = graph.ids.get_indexer(request.locked_units.index)
    for position, unit, community in zip(positions, request.locked_units.index, request.locked_units, strict=True):
        node = node_of_unit[position]
        held = fixed[unit] if node < 0 else locks[node]
        if node < 0 or held not in ("", community):
            raise InfeasiblePlanError("locks-conflict", ids=[unit], communities=[community, held])
        locks[node] = community
    return locks


def _anchors(
    graph: UnitGraph, request: Request, node_of_unit: Ints, locks: NDArray[np.object_], fixed: "pd.Series[str]"
) -> Ints:
    """Count locks and centres in each node: a community may hold one of each."""
    anchors: Ints = np.where(locks != "", LOCK, 0).astype(np.int64)
    holder: dict[object, str] = {}
    for unit, position in zip(request.centres, graph.ids.get_indexer(pd.Index(request.centres)), strict=True):
        node = int(node_of_unit[position])
        place: object = node if node >= 0 else fixed[unit]
        if place in holder:
            raise InfeasiblePlanError("centres-conflict", ids=[holder[place], unit])
        holder[place] = unit
        if node >= 0:
            anchors[node] += CENTRE
    return anchors


def _today(graph: UnitGraph, request: Request, node_of_unit: Ints) -> tuple[Ints, tuple[str, ...]]:
    n_nodes = int(node_of_unit.max()) + 1
    if request.current is None:
        return np.full(n_nodes, -1, dtype=np.int64), ()
    names = sorted(set(request.current.dropna()) - set(request.locked_communities))
    number = (
        request.current.map({name: place for place, name in enumerate(names)}).fillna(-1).to_numpy().astype(np.int64)
    )
    counted = (node_of_unit >= 0) & (number >= 0)
    worth = graph.counts[request.balance].fillna(0.0).to_numpy() + 1e-6  # empty units follow their neighbours' number
    table = coo_array((worth[counted], (node_of_unit[counted], number[counted])), shape=(n_nodes, len(names))).toarray()
    today = table.argmax(axis=1).astype(np.int64) if names else np.full(n_nodes, -1, dtype=np.int64)
    if names:
        today[table.max(axis=1) <= 0] = -1
    return today, tuple(names)


def _net(graph: UnitGraph, request: Request, node_of_unit: Ints, anchors: Ints) -> tuple[Net, Floats]:
    n_nodes = len(anchors)
    left, right = node_of_unit[graph.left], node_of_unit[graph.right]
    cost = graph.shared_perimeter_m if request.objective == "perimeter" else np.ones(len(left))
    if request.objective == "perimeter":
        cost = np.where(graph.at_crossing, _CROSSING_SHARE * cost, cost)
    kept = (left != right) & (left >= 0) & (right >= 0)
    low, high = np.minimum(left, right)[kept], np.maximum(left, right)[kept]
    joined = coo_array((cost[kept], (low, high)), shape=(n_nodes, n_nodes)).tocsr().tocoo()
    on_road = coo_array(((cost * graph.road_share)[kept], (low, high)), shape=(n_nodes, n_nodes)).tocsr()
    share = np.asarray(on_road[joined.row, joined.col]).ravel() / np.maximum(joined.data, 1e-12)
    source = np.concatenate([joined.row, joined.col]).astype(np.int64)
    target = np.concatenate([joined.col, joined.row]).astype(np.int64)
    twin = np.concatenate([np.arange(joined.nnz) + joined.nnz, np.arange(joined.nnz)])
    order = np.lexsort((target, source))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    ground = _ground(graph, node_of_unit, n_nodes)
    net = Net(
        indptr=np.concatenate([[0], np.cumsum(np.bincount(source, minlength=n_nodes))]).astype(np.int64),
        adjacent=target[order],
        source=source[order],
        mirror=place[twin[order]],
        cost=np.concatenate([joined.data, joined.data])[order].astype(np.float64),
        weight=_summed(graph.counts[request.balance].fillna(0.0).to_numpy(), node_of_unit, n_nodes),
        area=ground[0],
        area_x=ground[1],
        area_y=ground[2],
        area_r2=ground[3],
        anchor=anchors,
    )
    return net, np.concatenate([share, share])[order].astype(np.float64)


def _summed(values: Floats, node_of_unit: Ints, n_nodes: int) -> Floats:
    counted = node_of_unit >= 0
    return np.bincount(node_of_unit[counted], weights=values[counted], minlength=n_nodes).astype(np.float64)


def _ground(graph: UnitGraph, node_of_unit: Ints, n_nodes: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Sum area and its moments; a unit's own moment is taken as that of a disc of its area."""
    if graph.xy is None:
        nothing = np.zeros(n_nodes)
        return nothing, nothing, nothing, nothing
    area = graph.area_m2 if graph.area_m2 is not None else _even_areas(graph.xy)
    x, y = (graph.xy - graph.xy.mean(axis=0)).T
    moment = area * (x * x + y * y) + area * area / (2 * np.pi)
    parts = (area, area * x, area * y, moment)
    first, second, third, fourth = (_summed(part, node_of_unit, n_nodes) for part in parts)
    return first, second, third, fourth


def _even_areas(xy: Floats) -> Floats:
    """Share the ground around the points out evenly, where no areas are known."""
    hull = float(shapely.area(shapely.convex_hull(shapely.multipoints(xy))))
    return np.full(len(xy), hull / len(xy))
