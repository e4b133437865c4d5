"""Recombination: join two neighbouring communities and cut them apart along a random spanning tree."""

import numpy as np

from boundaries.proposals.arrays import (
    CHANGE,
    CUT,
    N_CUT,
    SHAPE,
    STAMP,
    VIOLATION,
    Net,
    Scratch,
    State,
    Terms,
    excess,
    spread,
)
from boundaries.proposals.compiled import compiled
from boundaries.proposals.flips import move_node
from boundaries.proposals.trees import gather_edges, grow_tree, mark_subtree, subtree_cuts

__all__ = ["recombine_chain", "recombine_once"]


@compiled
def recombine_once(
    net: Net, terms: Terms, state: State, work: Scratch, temperature: float, thorough: int, rng: np.random.Generator
) -> bool:
    """Try to redraw the line between two communities by the Metropolis rule; tell whether a new line was drawn.

    ``thorough`` 1 takes the cheapest of the balanced cuts of the tree; 0 one of them at random.

    Notes
    -----
    DeFord, Duchin & Solomon (2021), "Recombination: a family of Markov chains for redistricting". Time proportional
    to the edges of both communities; ``thorough`` adds the length of the tree's paths.
    """
    n_cut = state.numbers[N_CUT]
    if n_cut == 0:
        return False
    slot = state.cut[int(rng.random() * n_cut)]
    start, left, right = net.source[slot], state.label[net.source[slot]], state.label[net.adjacent[slot]]
    n_nodes = _gather_pair(net, state, work, start, left, right)
    n_edges = gather_edges(net, work, n_nodes)
    grow_tree(net, work, n_nodes, n_edges, rng)
    if thorough == 1:
        subtree_cuts(work, n_nodes, n_edges)
    total = state.load[left] + state.load[right]
    top = _choose_cut(terms, work, n_nodes, total, thorough, rng)
    if top < 0:
        return False
    mark_subtree(work, n_nodes, top)
    _orient(net, terms, state, work, n_nodes, left)
    return _accept(net, terms, state, work, n_nodes, n_edges, left, right, temperature, rng)


@compiled
def recombine_chain(net: Net, terms: Terms, state: State, work: Scratch, steps: int, rng: np.random.Generator) -> int:
    """Run ``steps`` recombinations that take any balanced cut; gives how many drew a new line."""
    made = 0
    for _ in range(steps):
        if recombine_once(net, terms, state, work, np.inf, 0, rng):
            made += 1
    return made


@compiled
def _gather_pair(net: Net, state: State, work: Scratch, start: int, left: int, right: int) -> int:
    state.numbers[STAMP] += 2
    seen = state.numbers[STAMP]
    work.nodes[0] = start
    state.mark[start] = seen
    head, tail = 0, 1
    while head < tail:
        node = work.nodes[head]
        head += 1
        for slot in range(net.indptr[node], net.indptr[node + 1]):
            other = net.adjacent[slot]
            community = state.label[other]
            if community in (left, right) and state.mark[other] != seen:
                state.mark[other] = seen
                work.nodes[tail] = other
                tail += 1
    return tail


@compiled
def _choose_cut(
    terms: Terms, work: Scratch, n_nodes: int, total: float, thorough: int, rng: np.random.Generator
) -> int:
    n_choices, least, least_rank = 0, np.inf, -1
    for place in range(1, n_nodes):
        rank = work.order[place]
        anchors = work.anchors[rank]
        violation = excess(work.load[rank], anchors, terms) + excess(
            total - work.load[rank], work.anchors[work.order[0]] - anchors, terms
        )
        if violation <= 0.0:
            work.choice[n_choices] = rank
            n_choices += 1
        elif violation < least:
            least, least_rank = violation, int(rank)
    if n_choices == 0:
        return int(least_rank)
    if thorough == 0:
        return int(work.choice[int(rng.random() * n_choices)])
    best = int(work.choice[0])
    for place in range(1, n_choices):
        if work.cut[work.choice[place]] < work.cut[best]:
            best = int(work.choice[place])
    return best


@compiled
def _orient(net: Net, terms: Terms, state: State, work: Scratch, n_nodes: int, left: int) -> None:
    """Turn the sides so that as much as possible keeps its community: 1 goes to ``left``."""
    kept, swapped = 0.0, 0.0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        worth = net.weight[node] + 1e-9 + terms.home_cost[node]
        if (state.label[node] == left) == (work.side[rank] == 1):
            kept += worth
        else:
            swapped += worth
    if swapped > kept:
        for rank in range(n_nodes):
            work.side[rank] = 1 - work.side[rank]


@compiled
def _accept(  # noqa: PLR0913, PLR0917 - compiled, called from one place
    net: Net,
    terms: Terms,
    state: State,
    work: Scratch,
    n_nodes: int,
    n_edges: int,
    left: int,
    right: int,
    temperature: float,
    rng: np.random.Generator,
) -> bool:
    cut = 0.0
    for edge in range(n_edges):
        one, two = work.edge_from[edge], work.edge_to[edge]
        if work.side[one] != work.side[two]:
            cut += work.edge_cost[edge]
        if state.label[work.nodes[one]] != state.label[work.nodes[two]]:
            cut -= work.edge_cost[edge]
    load, change, anchors = 0.0, 0.0, 0
    area, area_x, area_y, area_r2 = 0.0, 0.0, 0.0, 0.0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        target = left if work.side[rank] == 1 else right
        if target != state.label[node]:
            if terms.home[node] == state.label[node]:
                change += terms.home_cost[node]
            elif terms.home[node] == target:
                change -= terms.home_cost[node]
        if target == left:
            load += net.weight[node]
            anchors += net.anchor[node]
            area += net.area[node]
            area_x += net.area_x[node]
            area_y += net.area_y[node]
            area_r2 += net.area_r2[node]
    total = state.load[left] + state.load[right]
    violation = (
        excess(load, anchors, terms)
        + excess(total - load, state.anchors[left] + state.anchors[right] - anchors, terms)
        - excess(state.load[left], state.anchors[left], terms)
        - excess(state.load[right], state.anchors[right], terms)
    )
    left_spread, right_spread, shape = state.spread[left], state.spread[right], 0.0
    if terms.shape > 0.0:
        shape = -left_spread - right_spread
        left_spread = spread(area, area_x, area_y, area_r2)
        right_spread = spread(
            state.area[left] + state.area[right] - area,
            state.area_x[left] + state.area_x[right] - area_x,
            state.area_y[left] + state.area_y[right] - area_y,
            state.area_r2[left] + state.area_r2[right] - area_r2,
        )
        shape += left_spread + right_spread
    price = cut + terms.penalty * violation + terms.shape * shape + change
    if price > 0.0 and rng.random() >= np.exp(-price / temperature):
        return False
    moved = 0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        target = left if work.side[rank] == 1 else right
        if target != state.label[node]:
            move_node(net, state, node, target)
            moved += 1
    state.spread[left], state.spread[right] = left_spread, right_spread
    state.sums[CUT] += cut
    state.sums[VIOLATION] += violation
    state.sums[SHAPE] += shape
    state.sums[CHANGE] += change
    return moved > 0
