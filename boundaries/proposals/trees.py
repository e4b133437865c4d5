"""Random spanning trees over a region of the net, and the balanced cuts they offer."""

import numpy as np

from boundaries.proposals.arrays import Net, Scratch
from boundaries.proposals.compiled import compiled

__all__ = ["gather_edges", "grow_tree", "mark_subtree", "subtree_cuts"]


@compiled
def gather_edges(net: Net, work: Scratch, n_nodes: int) -> int:
    """List the edges inside the region ``work.nodes[:n_nodes]`` by rank; gives their number."""
    for rank in range(n_nodes):
        work.rank[work.nodes[rank]] = rank
    n_edges = 0
    for rank in range(n_nodes):
        node = work.nodes[rank]
        for slot in range(net.indptr[node], net.indptr[node + 1]):
            other = work.rank[net.adjacent[slot]]
            if other > rank:
                work.edge_from[n_edges] = rank
                work.edge_to[n_edges] = other
                work.edge_cost[n_edges] = net.cost[slot]
                n_edges += 1
    for rank in range(n_nodes):
        work.rank[work.nodes[rank]] = -1
    return n_edges


@compiled
def _find(root: "np.ndarray[tuple[int], np.dtype[np.int64]]", rank: int) -> int:
    while root[rank] != rank:
        root[rank] = root[root[rank]]
        rank = root[rank]
    return rank


@compiled
def grow_tree(net: Net, work: Scratch, n_nodes: int, n_edges: int, rng: np.random.Generator) -> None:
    """Draw a random spanning tree and sum loads and anchors up from the leaves.

    Notes
    -----
    Kruskal's rule over the edges in random order: the minimum spanning tree of random weights (DeFord, Duchin &
    Solomon 2021, "Recombination", section 3). Leaves ``order`` root first, ``parent``, ``depth``, ``load``,
    ``anchors``, ``size``. Time proportional to the edges, but for the union-find.
    """
    for rank in range(n_nodes):
        work.root[rank] = rank
        work.head[rank] = -1
    n_arcs, left = 0, n_edges
    while n_arcs < 2 * (n_nodes - 1) and left > 0:
        pick = int(rng.random() * left)
        left -= 1
        one, two, cost = work.edge_from[pick], work.edge_to[pick], work.edge_cost[pick]
        work.edge_from[pick], work.edge_to[pick] = work.edge_from[left], work.edge_to[left]
        work.edge_cost[pick] = work.edge_cost[left]
        work.edge_from[left], work.edge_to[left], work.edge_cost[left] = one, two, cost
        root_one, root_two = _find(work.root, one), _find(work.root, two)
        if root_one != root_two:
            work.root[root_one] = root_two
            n_arcs = _link(work, one, two, n_arcs)
    _hang(net, work, n_nodes, int(rng.random() * n_nodes))


@compiled
def _link(work: Scratch, one: int, two: int, n_arcs: int) -> int:
    work.to[n_arcs] = two
    work.after[n_arcs] = work.head[one]
    work.head[one] = n_arcs
    work.to[n_arcs + 1] = one
    work.after[n_arcs + 1] = work.head[two]
    work.head[two] = n_arcs + 1
    return n_arcs + 2


@compiled
def _hang(net: Net, work: Scratch, n_nodes: int, top: int) -> None:
    work.order[0] = top
    work.parent[top] = -1
    work.depth[top] = 0
    head, tail = 0, 1
    while head < tail:
        rank = work.order[head]
        head += 1
        arc = work.head[rank]
        while arc >= 0:
            other = work.to[arc]
            if other != work.parent[rank]:
                work.parent[other] = rank
                work.depth[other] = work.depth[rank] + 1
                work.order[tail] = other
                tail += 1
            arc = work.after[arc]
    for rank in range(n_nodes):
        work.load[rank] = net.weight[work.nodes[rank]]
        work.anchors[rank] = net.anchor[work.nodes[rank]]
        work.size[rank] = 1
    for place in range(tail - 1, 0, -1):
        rank = work.order[place]
        work.load[work.parent[rank]] += work.load[rank]
        work.anchors[work.parent[rank]] += work.anchors[rank]
        work.size[work.parent[rank]] += work.size[rank]


@compiled
def subtree_cuts(work: Scratch, n_nodes: int, n_edges: int) -> None:
    """Leave in ``cut`` what it costs to part each node's subtree from the rest of the region.

    Each edge counts on every tree edge of the path that joins its ends; summed from the leaves after the meeting
    point of both ends has been charged twice the cost.
    """
    for rank in range(n_nodes):
        work.cut[rank] = 0.0
    for edge in range(n_edges):
        one, two, cost = work.edge_from[edge], work.edge_to[edge], work.edge_cost[edge]
        work.cut[one] += cost
        work.cut[two] += cost
        while one != two:
            if work.depth[one] >= work.depth[two]:
                one = work.parent[one]
            else:
                two = work.parent[two]
        work.cut[one] -= 2 * cost
    for place in range(n_nodes - 1, 0, -1):
        rank = work.order[place]
        work.cut[work.parent[rank]] += work.cut[rank]


@compiled
def mark_subtree(work: Scratch, n_nodes: int, top: int) -> None:
    """Set ``side`` to 1 in the subtree below ``top``, and to 0 in the rest of the region."""
    for rank in range(n_nodes):
        work.side[rank] = 0
    work.side[top] = 1
    for place in range(n_nodes):
        rank = work.order[place]
        if work.parent[rank] >= 0 and work.side[work.parent[rank]] == 1:
            work.side[rank] = 1
