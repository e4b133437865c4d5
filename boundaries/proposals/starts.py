"""Where a search starts: a division drawn at random, or today's communities merged or split to the number asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.proposals.arrays import CENTRE, Floats, Ints, Net, Terms
from boundaries.proposals.problem import Problem
from boundaries.proposals.seed import partition

__all__ = ["Start", "random_start", "start_from_today"]

_FOLLOWS = 0.3  # how much the people of a community that is merged into another count against those of the core


@dataclass(frozen=True, eq=False)
class Start:
    """A first division; ``home`` is where each node should stay, -1 for anywhere, and ``attachment`` how strongly."""

    label: Ints
    home: Ints
    attachment: Floats


def random_start(problem: Problem, terms: Terms, numbers: Ints, *, rng: np.random.Generator) -> Start:
    """Divide each connected part along random spanning trees; ``numbers`` says into how many communities."""
    label = np.zeros(problem.n_nodes, dtype=np.int64)
    first = 0
    for part, number in enumerate(numbers):
        nodes = np.flatnonzero(problem.component == part)
        label[nodes] = first + partition(problem.net, terms, nodes, int(number), rng=rng)
        first += int(number)
    nowhere = np.full(problem.n_nodes, -1, dtype=np.int64)
    return Start(label, nowhere, np.zeros(problem.n_nodes))


def start_from_today(problem: Problem, terms: Terms, numbers: Ints, *, rng: np.random.Generator) -> Start:
    """Take today's communities, each in one part, then merge the lightest or split the heaviest to the right number.

    Notes
    -----
    A community merged into another should follow it (``attachment`` below 1); the larger part of one that is split
    stays at home. Time linear in nodes for each merge or split.
    """
    label = np.full(problem.n_nodes, -1, dtype=np.int64)
    first = 0
    for part, number in enumerate(numbers):
        nodes = np.flatnonzero(problem.component == part)
        local = _one_part_each(problem, nodes)
        local = _merged(problem.net, local, nodes, int(number), rng)
        local = _split(problem.net, terms, local, nodes, int(number), rng)
        label[nodes] = first + local[nodes]
        first += int(number)
    home, attachment = _homes(problem, label)
    return Start(label, home, attachment)


def _one_part_each(problem: Problem, nodes: Ints) -> Ints:
    """Keep the largest part of each of today's communities, numbered, and give every other node to a neighbour's."""
    net = problem.net
    label = np.full(problem.n_nodes, -1, dtype=np.int64)
    inside = np.zeros(problem.n_nodes, dtype=bool)
    inside[nodes] = True
    today = problem.today_of_node
    same = inside[net.source] & (today[net.source] == today[net.adjacent]) & (today[net.source] >= 0)
    matrix = coo_array((np.ones(int(same.sum())), (net.source[same], net.adjacent[same])), shape=(problem.n_nodes,) * 2)
    part = connected_components(matrix, directed=False)[1]
    load = np.bincount(part, weights=net.weight + 1e-6)
    number = 0
    for community in np.unique(today[nodes]):
        if community < 0:
            continue
        parts = np.unique(part[nodes[today[nodes] == community]])
        label[inside & (part == parts[load[parts].argmax()])] = number
        number += 1
    if number == 0:
        label[nodes[0]] = 0
    return _flooded(net, label, nodes)


def _flooded(net: Net, label: Ints, nodes: Ints) -> Ints:
    """Give each unlabelled node the label of the neighbour with the longest line, layer by layer."""
    label = label.copy()
    while (label[nodes] < 0).any():
        reach = np.flatnonzero((label[net.source] < 0) & (label[net.adjacent] >= 0))
        order = reach[np.lexsort((net.cost[reach], net.source[reach]))]
        label[net.source[order]] = label[net.adjacent[order]]
    return label


def _merged(net: Net, label: Ints, nodes: Ints, number: int, rng: np.random.Generator) -> Ints:
    """Merge the lightest community into the neighbour where the load is then least, until the number is right."""
    label = label.copy()
    while True:
        names, local = np.unique(label[nodes], return_inverse=True)
        label[nodes] = local
        if len(names) <= number:
            return label
        load = np.bincount(local, weights=net.weight[nodes], minlength=len(names))
        anchors = np.bincount(local, weights=net.anchor[nodes], minlength=len(names))
        border = np.flatnonzero(
            (label[net.source] >= 0) & (label[net.adjacent] >= 0) & (label[net.source] < label[net.adjacent])
        )
        pairs = np.unique(np.column_stack([label[net.source[border]], label[net.adjacent[border]]]), axis=0)
        crowd = 1e12 * (_most_anchors(anchors[pairs].sum(axis=1)) > 1)
        joint = load[pairs].sum(axis=1) * rng.uniform(0.8, 1.25, len(pairs)) + crowd
        low, high = pairs[int(joint.argmin())]
        label[nodes[local == high]] = low


def _split(net: Net, terms: Terms, label: Ints, nodes: Ints, number: int, rng: np.random.Generator) -> Ints:
    """Split the heaviest community that has more than one node in two, until the number is right."""
    label = label.copy()
    while True:
        count = int(label[nodes].max()) + 1
        if count >= number:
            return label
        size = np.bincount(label[nodes], minlength=count)
        anchors = np.bincount(label[nodes], weights=net.anchor[nodes], minlength=count)
        load = np.bincount(label[nodes], weights=net.weight[nodes], minlength=count) + 1e9 * np.maximum(
            _most_anchors(anchors) - 1, 0
        )
        heaviest = int(np.where(size > 1, load, -1.0).argmax())
        members = nodes[label[nodes] == heaviest]
        label[members] = np.where(partition(net, terms, members, 2, rng=rng) == 0, heaviest, count)


def _most_anchors(counts: NDArray[Any]) -> Floats:
    most: Floats = np.maximum(counts % CENTRE, counts // CENTRE).astype(np.float64)
    return most


def _homes(problem: Problem, label: Ints) -> tuple[Ints, Floats]:
    home = np.full(problem.n_nodes, -1, dtype=np.int64)
    attachment = np.zeros(problem.n_nodes)
    today, weight = problem.today_of_node, problem.net.weight
    known = today >= 0
    table = coo_array(
        (weight[known] + 1e-6, (today[known], label[known])), shape=(len(problem.today_names), int(label.max()) + 1)
    ).toarray()
    for community in range(len(problem.today_names)):
        goes_to = int(table[community].argmax())
        core = int(table[:, goes_to].argmax()) == community
        members = today == community
        home[members] = goes_to
        attachment[members] = 1.0 if core else _FOLLOWS
    return home, attachment
