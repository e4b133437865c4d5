"""Halve a region by a straight sweep across it, for first divisions with simple shapes."""

import numpy as np

from boundaries.proposals.arrays import Floats, Net, Scratch, Terms, most_anchors
from boundaries.proposals.compiled import compiled

__all__ = ["sweep_region"]

_PASSED = 2


@compiled
def sweep_region(
    net: Net, terms: Terms, work: Scratch, n_nodes: int, n_parts: int, direction: Floats
) -> tuple[float, float, int]:
    """Cut the region ``work.nodes[:n_nodes]`` where a line moving in a direction has passed its share of the load.

    Nodes that the line cuts off from the greater piece of their side change sides, so that both sides are connected
    wherever the region is. Leaves ``side`` 2 on the part that the line passed first.

    Returns
    -------
    fault
        How far the worse side's mean load lies from the mean, in units of the room that the bounds leave; above 1e6
        when a side is not connected, holds too many anchors, or fewer nodes than parts.
    cut
        Cost of the edges between the sides.
    parts
        The number of parts for side 2.

    Notes
    -----
    Recursive coordinate bisection (Berger & Bokhari 1987) on a graph. Time n log n.
    """
    reach = np.empty(n_nodes)
    total, anchors = 0.0, 0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        area = net.area[node]
        reach[rank] = (net.area_x[node] * direction[0] + net.area_y[node] * direction[1]) / area if area > 0.0 else 0.0
        total += net.weight[node]
        anchors += net.anchor[node]
        work.rank[node] = rank
        work.side[rank] = 0
    parts = n_parts // 2
    wanted, load = total * parts / n_parts, 0.0
    for rank in np.argsort(reach):
        weight = net.weight[work.nodes[rank]]
        if load + weight / 2 > wanted:
            break
        work.side[rank] = _PASSED
        load += weight
    _keep_greatest_piece(net, work, n_nodes, _PASSED)
    _keep_greatest_piece(net, work, n_nodes, 0)
    torn = _keep_greatest_piece(net, work, n_nodes, _PASSED)
    load, held, size, cut = 0.0, 0, 0, 0.0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        if work.side[rank] == _PASSED:
            load += net.weight[node]
            held += net.anchor[node]
            size += 1
        for slot in range(net.indptr[node], net.indptr[node + 1]):
            other = work.rank[net.adjacent[slot]]
            if other > rank and work.side[other] != work.side[rank]:
                cut += net.cost[slot]
    for rank in range(n_nodes):
        work.rank[work.nodes[rank]] = -1
    rest = n_parts - parts
    mean = total / n_parts
    room = max(min(terms.upper - mean, mean - terms.lower), 1e-9 * max(1.0, abs(mean)))
    fault = max(abs(load / parts - mean), abs((total - load) / rest - mean)) / room
    crowd = max(most_anchors(held) - parts, most_anchors(anchors - held) - rest)
    if torn or crowd > 0 or size < parts or n_nodes - size < rest:
        fault += 1e6
    return fault, cut, parts


@compiled
def _keep_greatest_piece(net: Net, work: Scratch, n_nodes: int, side: int) -> bool:
    """Move all pieces of a side but the one with most nodes to the other side; tell whether any moved."""
    for rank in range(n_nodes):
        work.root[rank] = -1
    best_size, best_piece, piece = 0, -1, 0
    for first in range(n_nodes):
        if work.side[first] != side or work.root[first] >= 0:
            continue
        work.order[0] = first
        work.root[first] = piece
        head, tail = 0, 1
        while head < tail:
            node = work.nodes[work.order[head]]
            head += 1
            for slot in range(net.indptr[node], net.indptr[node + 1]):
                other = work.rank[net.adjacent[slot]]
                if other >= 0 and work.side[other] == side and work.root[other] < 0:
                    work.root[other] = piece
                    work.order[tail] = other
                    tail += 1
        if tail > best_size:
            best_size, best_piece = tail, piece
        piece += 1
    moved = False
    for rank in range(n_nodes):
        if work.side[rank] == side and work.root[rank] != best_piece:
            work.side[rank] = _PASSED - side
            moved = True
    return moved
