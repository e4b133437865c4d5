"""The flat arrays that the compiled search works on, and the running state of one search.

Nodes are units, or groups of units that stay together. Node ``i`` has neighbours ``adjacent[indptr[i]:indptr[i + 1]]``;
a position in ``adjacent`` is a *slot*, and slot ``s`` runs from node ``source[s]`` to node ``adjacent[s]``.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from boundaries.proposals.compiled import compiled

__all__ = [
    "CENTRE",
    "CHANGE",
    "CUT",
    "LOCK",
    "N_CUT",
    "SHAPE",
    "STAMP",
    "VIOLATION",
    "Floats",
    "Ints",
    "Net",
    "Scratch",
    "State",
    "Terms",
    "excess",
    "most_anchors",
    "new_scratch",
    "new_state",
    "recount",
    "spread",
    "total_cost",
]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


class Net(NamedTuple):
    """The graph of nodes in compressed rows.

    ``anchor`` counts what a community may hold only one of: ``LOCK`` for a locked name, ``CENTRE`` for a centre.
    """

    indptr: Ints
    adjacent: Ints
    source: Ints
    mirror: Ints
    cost: Floats
    weight: Floats
    area: Floats
    area_x: Floats
    area_y: Floats
    area_r2: Floats
    anchor: Ints


class Terms(NamedTuple):
    """What a search seeks: bounds on the load, and the price of leaving them, of odd shapes and of change.

    ``crowd`` is the load that one anchor too many in a community counts as; ``penalty`` the price of a unit of load.
    """

    lower: float
    upper: float
    crowd: float
    penalty: float
    shape: float
    home: Ints
    home_cost: Floats


class State(NamedTuple):
    """One division under way: ``sums`` of cut cost, violation, shape, change; ``numbers`` of cut slots and stamps."""

    label: Ints
    load: Floats
    size: Ints
    anchors: Ints
    area: Floats
    area_x: Floats
    area_y: Floats
    area_r2: Floats
    spread: Floats
    cut: Ints
    place: Ints
    mark: Ints
    queue: Ints
    sums: Floats
    numbers: Ints


class Scratch(NamedTuple):
    """Work space of a tree over one region, indexed by the node's rank in the region."""

    nodes: Ints
    rank: Ints
    edge_from: Ints
    edge_to: Ints
    edge_cost: Floats
    root: Ints
    head: Ints
    after: Ints
    to: Ints
    order: Ints
    parent: Ints
    depth: Ints
    load: Floats
    cut: Floats
    anchors: Ints
    size: Ints
    side: Ints
    choice: Ints


LOCK, CENTRE = 1, 1 << 20  # counts of both kinds share one number
CUT, VIOLATION, SHAPE, CHANGE = 0, 1, 2, 3
N_CUT, STAMP = 0, 1


def new_scratch(net: Net) -> Scratch:
    """Give work space for trees over any region of the net."""
    n, m = len(net.weight), len(net.adjacent) // 2

    def ints(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return Scratch(
        nodes=ints(n),
        rank=np.full(n, -1, dtype=np.int64),
        edge_from=ints(m),
        edge_to=ints(m),
        edge_cost=np.zeros(m),
        root=ints(n),
        head=ints(n),
        after=ints(2 * n),
        to=ints(2 * n),
        order=ints(n),
        parent=ints(n),
        depth=ints(n),
        load=np.zeros(n),
        cut=np.zeros(n),
        anchors=ints(n),
        size=ints(n),
        side=ints(n),
        choice=ints(n),
    )


def new_state(net: Net, terms: Terms, label: Ints, n_communities: int) -> State:
    """Give the state of a division, its sums counted afresh; the labels are copied."""
    n, slots = len(net.weight), len(net.adjacent)
    state = State(
        label=label.astype(np.int64, copy=True),
        load=np.zeros(n_communities),
        size=np.zeros(n_communities, dtype=np.int64),
        anchors=np.zeros(n_communities, dtype=np.int64),
        area=np.zeros(n_communities),
        area_x=np.zeros(n_communities),
        area_y=np.zeros(n_communities),
        area_r2=np.zeros(n_communities),
        spread=np.zeros(n_communities),
        cut=np.zeros(slots, dtype=np.int64),
        place=np.full(slots, -1, dtype=np.int64),
        mark=np.zeros(n, dtype=np.int64),
        queue=np.zeros(n, dtype=np.int64),
        sums=np.zeros(4),
        numbers=np.zeros(2, dtype=np.int64),
    )
    recount(net, terms, state)
    return state


@compiled
def recount(net: Net, terms: Terms, state: State) -> None:
    """Count every sum of the state afresh from its labels, so that no rounding error gathers."""
    state.load[:] = 0.0
    state.size[:] = 0
    state.anchors[:] = 0
    state.area[:] = 0.0
    state.area_x[:] = 0.0
    state.area_y[:] = 0.0
    state.area_r2[:] = 0.0
    change = 0.0
    for node in range(len(net.weight)):
        community = state.label[node]
        state.load[community] += net.weight[node]
        state.size[community] += 1
        state.anchors[community] += net.anchor[node]
        state.area[community] += net.area[node]
        state.area_x[community] += net.area_x[node]
        state.area_y[community] += net.area_y[node]
        state.area_r2[community] += net.area_r2[node]
        if terms.home[node] != community:
            change += terms.home_cost[node]
    cut, n_cut = 0.0, 0
    for slot in range(len(net.adjacent)):
        state.place[slot] = -1
        if state.label[net.source[slot]] != state.label[net.adjacent[slot]]:
            state.cut[n_cut] = slot
            state.place[slot] = n_cut
            n_cut += 1
            cut += net.cost[slot] / 2
    violation, shape = 0.0, 0.0
    for community in range(len(state.load)):
        violation += excess(state.load[community], state.anchors[community], terms)
        state.spread[community] = spread(
            state.area[community], state.area_x[community], state.area_y[community], state.area_r2[community]
        )
        shape += state.spread[community]
    state.sums[CUT] = cut
    state.sums[VIOLATION] = violation
    state.sums[SHAPE] = shape
    state.sums[CHANGE] = change
    state.numbers[N_CUT] = n_cut


@compiled
def total_cost(terms: Terms, sums: Floats) -> float:
    """Give the whole price of a division."""
    cost: float = sums[CUT] + terms.penalty * sums[VIOLATION] + terms.shape * sums[SHAPE] + sums[CHANGE]
    return cost


@compiled
def excess(load: float, anchors: int, terms: Terms) -> float:
    """Tell by how much a community breaks the rules: load out of bounds, and ``crowd`` for each anchor too many."""
    over = terms.crowd * max(most_anchors(anchors) - 1, 0)
    if load > terms.upper:
        over += load - terms.upper
    elif load < terms.lower:
        over += terms.lower - load
    return over


@compiled
def most_anchors(count: int) -> int:
    """Give the greater of the numbers of locks and of centres in a count of anchors."""
    return max(count % CENTRE, count // CENTRE)


@compiled
def spread(area: float, area_x: float, area_y: float, area_r2: float) -> float:
    """Measure how far ground lies from its own centre, as a length: moment of inertia over area to the power 1.5.

    Scaled so that a disc of radius r gives pi * r, half of its outline: the price it has in the cut cost of a map
    where two communities share each line. A square gives 1.047 times what the disc of the same area gives, a
    rectangle of 2:1 1.309 times.
    """
    if area <= 0.0:
        return 0.0
    moment = area_r2 - (area_x * area_x + area_y * area_y) / area
    length: float = 11.136655993663416 * max(moment, 0.0) / (area * np.sqrt(area))
    return length
