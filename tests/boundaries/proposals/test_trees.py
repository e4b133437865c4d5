"""Spanning trees, the cuts they offer, straight sweeps, and first divisions."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.proposals.arrays import Scratch, new_scratch, spread
from boundaries.proposals.problem import Problem
from boundaries.proposals.seed import partition
from boundaries.proposals.sweep import sweep_region
from boundaries.proposals.trees import gather_edges, grow_tree, mark_subtree, subtree_cuts
from tests.boundaries.proposals.nets import lattice_problem, loose_terms

seeds = st.integers(0, 100_000)


def grown(problem: Problem, nodes: "np.ndarray[tuple[int], np.dtype[np.int64]]", seed: int) -> tuple[Scratch, int]:
    work = new_scratch(problem.net)
    work.nodes[: len(nodes)] = nodes
    n_edges = gather_edges(problem.net, work, len(nodes))
    grow_tree(problem.net, work, len(nodes), n_edges, np.random.default_rng(seed))
    return work, n_edges


def plain_graph(problem: Problem) -> "nx.Graph[int]":
    net = problem.net
    return nx.Graph(
        [
            (one, two, {"cost": cost})
            for one, two, cost in zip(net.source.tolist(), net.adjacent.tolist(), net.cost, strict=True)
        ]
    )


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_a_tree_spans_its_region_and_knows_every_subtree(seed: int) -> None:
    problem = lattice_problem(6, 5, seed=seed)
    plain = plain_graph(problem)
    nodes = np.array(sorted(nx.node_connected_component(plain.subgraph(range(3, 28)), 3)))
    work, n_edges = grown(problem, nodes, seed)
    assert n_edges == plain.subgraph(nodes.tolist()).number_of_edges()
    n = len(nodes)
    tree = nx.Graph((int(nodes[rank]), int(nodes[work.parent[rank]])) for rank in range(n) if work.parent[rank] >= 0)
    assert nx.is_tree(tree)
    assert set(tree) == set(nodes.tolist())
    assert all(plain.has_edge(*edge) for edge in tree.edges)
    subtree_cuts(work, n, n_edges)
    for rank in range(n):
        mark_subtree(work, n, rank)
        below = {int(nodes[place]) for place in range(n) if work.side[place] == 1}
        assert work.load[rank] == pytest.approx(problem.net.weight[sorted(below)].sum())
        assert work.size[rank] == len(below)
        others = set(nodes.tolist()) - below
        assert work.cut[rank] == pytest.approx(
            nx.cut_size(plain.subgraph(nodes.tolist()), below, others, weight="cost"), abs=1e-6
        )


def test_trees_differ_and_every_edge_can_serve() -> None:
    problem = lattice_problem(3, 3)
    used = set()
    for seed in range(60):
        work, _ = grown(problem, np.arange(9), seed)
        used |= {frozenset((rank, int(work.parent[rank]))) for rank in range(9) if work.parent[rank] >= 0}
    assert len(used) == 12


@given(seeds, st.integers(2, 7), st.floats(0, np.pi))
@settings(max_examples=40, deadline=None)
def test_a_sweep_leaves_both_sides_connected_or_says_that_it_does_not(seed: int, n_parts: int, angle: float) -> None:
    problem = lattice_problem(7, 7, seed=seed)
    plain = plain_graph(problem)
    rng = np.random.default_rng(seed)
    kept = plain.subgraph([0, *rng.permutation(49)[:40].tolist()])
    nodes = np.array(sorted(nx.node_connected_component(kept, 0)))
    nodes = nodes if len(nodes) > n_parts else np.arange(49)
    work = new_scratch(problem.net)
    work.nodes[: len(nodes)] = nodes
    terms = loose_terms(problem, n_parts)
    fault, cut, parts = sweep_region(
        problem.net, terms, work, len(nodes), n_parts, np.array([np.cos(angle), np.sin(angle)])
    )
    first = set(nodes[work.side[: len(nodes)] == 2].tolist())
    rest = set(nodes.tolist()) - first
    assert parts == n_parts // 2
    assert (work.rank == -1).all()
    assert cut == pytest.approx(nx.cut_size(plain.subgraph(nodes.tolist()), first, rest, weight="cost"), abs=1e-6)
    if fault < 1e6:
        assert nx.is_connected(plain.subgraph(first))
        assert nx.is_connected(plain.subgraph(rest))


@given(seeds, st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_first_divisions_are_connected_and_complete(seed: int, n_communities: int) -> None:
    problem = lattice_problem(8, 7, seed=seed)
    terms = loose_terms(problem, n_communities)
    label = partition(problem.net, terms, np.arange(56), n_communities, rng=np.random.default_rng(seed))
    assert sorted(set(label.tolist())) == list(range(n_communities))
    plain = plain_graph(problem)
    assert all(nx.is_connected(plain.subgraph(np.flatnonzero(label == part).tolist())) for part in range(n_communities))


def test_as_many_communities_as_nodes() -> None:
    problem = lattice_problem(3, 3)
    label = partition(problem.net, loose_terms(problem, 9), np.arange(9), 9, rng=np.random.default_rng(0))
    assert sorted(label.tolist()) == list(range(9))


@pytest.mark.parametrize(("width", "height", "ratio"), [(1.0, 1.0, 1.0472), (2.0, 1.0, 1.3090), (4.0, 1.0, 2.2253)])
def test_spread_of_rectangles(width: float, height: float, ratio: float) -> None:
    """A disc gives half of its outline; the moment of a rectangle about its centre is A (w2 + h2) / 12."""
    area = width * height
    moment = area * (width**2 + height**2) / 12
    x, y = 10.0, -3.0
    measured = spread(area, area * x, area * y, moment + area * (x * x + y * y))
    disc = np.pi * np.sqrt(area / np.pi)
    assert measured / disc == pytest.approx(ratio, abs=1e-4)
