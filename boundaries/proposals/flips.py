"""Move one node across a boundary line, keeping every community in one connected part."""

import numpy as np

from boundaries.proposals.arrays import (
    CHANGE,
    CUT,
    N_CUT,
    SHAPE,
    STAMP,
    VIOLATION,
    Net,
    State,
    Terms,
    excess,
    most_anchors,
    spread,
)
from boundaries.proposals.compiled import compiled

__all__ = ["flip_once", "move_node", "stays_connected"]

_SEARCH_LIMIT = 600  # nodes looked at before a move is given up as likely to cut a community in two


@compiled
def flip_once(net: Net, terms: Terms, state: State, temperature: float, rng: np.random.Generator) -> bool:
    """Try one move at a random cut edge by the Metropolis rule; tell whether it was made.

    Notes
    -----
    Metropolis et al. (1953); moves over cut edges as in the single-node-flip chain of Mattingly & Vaughn (2014).
    """
    n_cut = state.numbers[N_CUT]
    if n_cut == 0:
        return False
    slot = state.cut[int(rng.random() * n_cut)]
    node, target = net.source[slot], state.label[net.adjacent[slot]]
    origin = state.label[node]
    if state.size[origin] <= 1 or most_anchors(net.anchor[node] + state.anchors[target]) > 1:
        return False
    inside, outside = 0.0, 0.0
    for other in range(net.indptr[node], net.indptr[node + 1]):
        community = state.label[net.adjacent[other]]
        if community == origin:
            inside += net.cost[other]
        elif community == target:
            outside += net.cost[other]
    cut = inside - outside
    weight = net.weight[node]
    violation = (
        excess(state.load[origin] - weight, state.anchors[origin] - net.anchor[node], terms)
        + excess(state.load[target] + weight, state.anchors[target] + net.anchor[node], terms)
        - excess(state.load[origin], state.anchors[origin], terms)
        - excess(state.load[target], state.anchors[target], terms)
    )
    change = 0.0
    if terms.home[node] == origin:
        change = terms.home_cost[node]
    elif terms.home[node] == target:
        change = -terms.home_cost[node]
    origin_spread, target_spread, shape = state.spread[origin], state.spread[target], 0.0
    if terms.shape > 0.0:
        shape = -origin_spread - target_spread
        origin_spread = _spread_without(net, state, node, origin)
        target_spread = _spread_with(net, state, node, target)
        shape += origin_spread + target_spread
    price = cut + terms.penalty * violation + terms.shape * shape + change
    if price > 0.0 and rng.random() >= np.exp(-price / temperature):
        return False
    if not stays_connected(net, state, node):
        return False
    move_node(net, state, node, target)
    state.spread[origin], state.spread[target] = origin_spread, target_spread
    state.sums[CUT] += cut
    state.sums[VIOLATION] += violation
    state.sums[SHAPE] += shape
    state.sums[CHANGE] += change
    return True


@compiled
def _spread_without(net: Net, state: State, node: int, community: int) -> float:
    return spread(
        state.area[community] - net.area[node],
        state.area_x[community] - net.area_x[node],
        state.area_y[community] - net.area_y[node],
        state.area_r2[community] - net.area_r2[node],
    )


@compiled
def _spread_with(net: Net, state: State, node: int, community: int) -> float:
    return spread(
        state.area[community] + net.area[node],
        state.area_x[community] + net.area_x[node],
        state.area_y[community] + net.area_y[node],
        state.area_r2[community] + net.area_r2[node],
    )


@compiled
def stays_connected(net: Net, state: State, node: int) -> bool:
    """Tell whether a community stays in one part without the node; gives up as "no" after a bounded search."""
    label, mark, queue = state.label, state.mark, state.queue
    state.numbers[STAMP] += 2
    wanted = state.numbers[STAMP]
    seen = wanted + 1
    home = label[node]
    n_wanted, first = 0, -1
    for slot in range(net.indptr[node], net.indptr[node + 1]):
        other = net.adjacent[slot]
        if label[other] == home:
            mark[other] = wanted
            n_wanted += 1
            first = other
    if n_wanted <= 1:
        return n_wanted == 1
    mark[node] = seen
    mark[first] = seen
    queue[0] = first
    head, tail, found = 0, 1, 1
    while head < tail < _SEARCH_LIMIT:
        current = queue[head]
        head += 1
        for slot in range(net.indptr[current], net.indptr[current + 1]):
            other = net.adjacent[slot]
            if label[other] != home or mark[other] == seen:
                continue
            if mark[other] == wanted:
                found += 1
                if found == n_wanted:
                    return True
            mark[other] = seen
            queue[tail] = other
            tail += 1
    return False


@compiled
def move_node(net: Net, state: State, node: int, target: int) -> None:
    """Give a node to another community and keep loads, sizes and the list of cut edges in step (not the sums)."""
    origin = state.label[node]
    state.label[node] = target
    state.load[origin] -= net.weight[node]
    state.load[target] += net.weight[node]
    state.size[origin] -= 1
    state.size[target] += 1
    state.anchors[origin] -= net.anchor[node]
    state.anchors[target] += net.anchor[node]
    state.area[origin] -= net.area[node]
    state.area[target] += net.area[node]
    state.area_x[origin] -= net.area_x[node]
    state.area_x[target] += net.area_x[node]
    state.area_y[origin] -= net.area_y[node]
    state.area_y[target] += net.area_y[node]
    state.area_r2[origin] -= net.area_r2[node]
    state.area_r2[target] += net.area_r2[node]
    for slot in range(net.indptr[node], net.indptr[node + 1]):
        community = state.label[net.adjacent[slot]]
        if community == origin:
            _add_cut(state, slot)
            _add_cut(state, net.mirror[slot])
        elif community == target:
            _drop_cut(state, slot)
            _drop_cut(state, net.mirror[slot])


@compiled
def _add_cut(state: State, slot: int) -> None:
    n_cut = state.numbers[N_CUT]
    state.cut[n_cut] = slot
    state.place[slot] = n_cut
    state.numbers[N_CUT] = n_cut + 1


@compiled
def _drop_cut(state: State, slot: int) -> None:
    place = state.place[slot]
    last = state.numbers[N_CUT] - 1
    moved = state.cut[last]
    state.cut[place] = moved
    state.place[moved] = place
    state.place[slot] = -1
    state.numbers[N_CUT] = last
