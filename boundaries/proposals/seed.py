"""First divisions: a region is halved again and again, by straight sweeps or along random spanning trees."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.proposals.arrays import Ints, Net, Scratch, Terms, most_anchors, new_scratch
from boundaries.proposals.compiled import compiled
from boundaries.proposals.sweep import sweep_region
from boundaries.proposals.trees import gather_edges, grow_tree, mark_subtree

__all__ = ["partition"]

_TREES_PER_HALVING = 12
_TREES_PER_LAST_CUT = 60
_LAST_PARTS = 3
_GOOD_ENOUGH = 0.15  # of the room that the bounds leave
_GOOD_SWEEP = 0.6
_FEWEST_TO_SWEEP = 8  # nodes for each part
_DIRECTIONS, _DIRECTIONS_TRIED = 8, 5
_MARKED = 2


def partition(net: Net, terms: Terms, nodes: Ints, n_communities: int, *, rng: np.random.Generator) -> Ints:
    """Divide one connected region into connected parts, each within the bounds where the drawn trees allow it.

    Parameters
    ----------
    net, terms
        The net and the bounds on the load of one part.
    nodes
        The nodes of the region, which must be connected.
    n_communities
        How many parts.

    Returns
    -------
    array
        A part 0 .. ``n_communities`` - 1 for each of ``nodes``. Bounds may be left where no tree offered a better cut;
        each part is connected and holds at most one anchor wherever the trees offered such a cut.

    Notes
    -----
    Sweeps in random directions where the ground is known and a sweep balances well enough; else recursive tree
    partition in the way of GerryChain, with the number of parts on either side left open.
    Time n log n for each level of halving.
    """
    label = np.zeros(len(net.weight), dtype=np.int64)
    work = new_scratch(net)
    open_regions = [_Region(np.asarray(nodes, dtype=np.int64), n_communities, 0)]
    while open_regions:
        region = open_regions.pop()
        if region.n_parts == 1:
            label[region.nodes] = region.first
            continue
        open_regions.extend(_halve(net, terms, region, work, rng))
    return label[nodes]


@dataclass(frozen=True)
class _Region:
    nodes: Ints
    n_parts: int
    first: int


def _halve(net: Net, terms: Terms, region: _Region, work: Scratch, rng: np.random.Generator) -> tuple[_Region, _Region]:
    n_nodes = len(region.nodes)
    work.nodes[:n_nodes] = region.nodes
    swept = _sweep(net, terms, region, work, rng)
    if swept is not None:
        parts, side = swept
    else:
        tries = _TREES_PER_LAST_CUT if region.n_parts <= _LAST_PARTS else _TREES_PER_HALVING
        parts = int(_cut_region(net, terms, work, n_nodes, region.n_parts, tries, rng))
        side = work.side[:n_nodes] == _MARKED
    return (
        _Region(region.nodes[side], parts, region.first),
        _Region(region.nodes[~side], region.n_parts - parts, region.first + parts),
    )


def _sweep(
    net: Net, terms: Terms, region: _Region, work: Scratch, rng: np.random.Generator
) -> tuple[int, NDArray[np.bool_]] | None:
    """Sweep in a few directions and keep the cheapest cut that is good enough, if any."""
    n_nodes = len(region.nodes)
    if n_nodes < _FEWEST_TO_SWEEP * region.n_parts or not net.area[region.nodes].any():
        return None
    best: tuple[float, int, NDArray[np.bool_]] | None = None
    for turn in rng.permutation(_DIRECTIONS)[:_DIRECTIONS_TRIED]:
        angle = np.pi * turn / _DIRECTIONS
        direction = np.array([np.cos(angle), np.sin(angle)])
        fault, cut, parts = sweep_region(net, terms, work, n_nodes, region.n_parts, direction)
        if fault <= _GOOD_SWEEP and (best is None or cut < best[0]):
            best = (cut, int(parts), work.side[:n_nodes] == _MARKED)
    return None if best is None else best[1:]


@compiled
def _cut_region(
    net: Net, terms: Terms, work: Scratch, n_nodes: int, n_parts: int, tries: int, rng: np.random.Generator
) -> int:
    """Draw trees until one offers a good cut; leaves ``side`` 2 on what becomes the returned number of parts."""
    n_edges = gather_edges(net, work, n_nodes)
    best, best_parts = np.inf, 0
    kept = np.zeros(n_nodes, dtype=np.int64)
    for _ in range(tries):
        grow_tree(net, work, n_nodes, n_edges, rng)
        fault, top, parts = _best_cut(terms, work, n_nodes, n_parts)
        if fault < best:
            best, best_parts = fault, parts
            mark_subtree(work, n_nodes, top)
            for rank in range(n_nodes):
                kept[rank] = 2 * work.side[rank]
        if best <= _GOOD_ENOUGH:
            break
    for rank in range(n_nodes):
        work.side[rank] = kept[rank]
    return best_parts


@compiled
def _best_cut(terms: Terms, work: Scratch, n_nodes: int, n_parts: int) -> tuple[float, int, int]:
    top = work.order[0]
    total, anchors = work.load[top], work.anchors[top]
    mean = total / n_parts
    room = max(min(terms.upper - mean, mean - terms.lower), 1e-9 * max(1.0, abs(mean)))
    best, best_rank, best_parts = np.inf, work.order[n_nodes - 1], 1
    for place in range(1, n_nodes):
        rank = work.order[place]
        parts = int(np.floor(work.load[rank] / mean + 0.5)) if mean > 0.0 else n_parts // 2
        held = most_anchors(work.anchors[rank])
        others = most_anchors(anchors - work.anchors[rank])
        parts = min(max(parts, 1, held), n_parts - 1)
        rest = n_parts - parts
        crowd = max(held - parts, others - rest)
        scarce = max(parts - work.size[rank], rest - (n_nodes - work.size[rank]))
        if crowd > 0 or scarce > 0:
            fault = 1e6 * (1 + max(crowd, 0) + 1e6 * max(scarce, 0))
        else:
            fault = max(
                abs(work.load[rank] / parts - mean), abs((total - work.load[rank]) / rest - mean)
            ) / room + 0.1 * abs(2.0 * parts / n_parts - 1.0)
        if fault < best:
            best, best_rank, best_parts = fault, rank, parts
    return best, best_rank, best_parts
