"""Moves keep communities connected and every running sum true, whatever they do."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.proposals.arrays import N_CUT, Net, State, Terms, new_scratch, new_state, total_cost
from boundaries.proposals.flips import flip_once, stays_connected
from boundaries.proposals.recom import recombine_chain, recombine_once
from boundaries.proposals.seed import partition
from tests.boundaries.proposals.nets import lattice_problem, loose_terms

seeds = st.integers(0, 100_000)


def assert_sums_are_true(net: Net, terms: Terms, state: State, n_communities: int) -> None:
    fresh = new_state(net, terms, state.label, n_communities)
    for running, counted in zip(state, fresh, strict=True):
        if running is state.sums or running is state.load or running.dtype == np.float64:
            np.testing.assert_allclose(running, counted, rtol=1e-9, atol=1e-6)
    n_cut = state.numbers[N_CUT]
    assert sorted(state.cut[:n_cut]) == sorted(fresh.cut[: fresh.numbers[N_CUT]])
    assert (state.cut[state.place[state.cut[:n_cut]]] == state.cut[:n_cut]).all()
    np.testing.assert_array_equal(state.size, fresh.size)


def assert_connected(net: Net, state: State, n_communities: int) -> None:
    plain = nx.Graph(zip(net.source.tolist(), net.adjacent.tolist(), strict=True))
    for community in range(n_communities):
        members = np.flatnonzero(state.label == community).tolist()
        assert members
        assert nx.is_connected(plain.subgraph(members))


@given(seeds, st.integers(2, 5), st.sampled_from([0.1, 30.0, 1e6]))
@settings(max_examples=30, deadline=None)
def test_single_moves(seed: int, n_communities: int, temperature: float) -> None:
    problem = lattice_problem(7, 6, seed=seed)
    terms = loose_terms(problem, n_communities)
    rng = np.random.default_rng(seed)
    label = partition(problem.net, terms, np.arange(problem.n_nodes), n_communities, rng=rng)
    state = new_state(problem.net, terms, label, n_communities)
    made = sum(flip_once(problem.net, terms, state, temperature, rng) for _ in range(400))
    assert made > 0 or temperature < 1
    assert_sums_are_true(problem.net, terms, state, n_communities)
    assert_connected(problem.net, state, n_communities)


@given(seeds, st.integers(2, 5), st.sampled_from([0, 1]))
@settings(max_examples=30, deadline=None)
def test_recombinations(seed: int, n_communities: int, thorough: int) -> None:
    problem = lattice_problem(7, 6, seed=seed)
    terms = loose_terms(problem, n_communities)
    rng = np.random.default_rng(seed)
    label = partition(problem.net, terms, np.arange(problem.n_nodes), n_communities, rng=rng)
    state, work = new_state(problem.net, terms, label, n_communities), new_scratch(problem.net)
    made = sum(recombine_once(problem.net, terms, state, work, 1e9, thorough, rng) for _ in range(60))
    assert made > 0
    assert_sums_are_true(problem.net, terms, state, n_communities)
    assert_connected(problem.net, state, n_communities)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_whether_a_community_stays_connected_matches_networkx(seed: int) -> None:
    problem = lattice_problem(6, 6, seed=seed)
    net, rng = problem.net, np.random.default_rng(seed)
    state = new_state(net, loose_terms(problem, 2), rng.integers(0, 2, problem.n_nodes), 2)
    plain = nx.Graph(zip(net.source.tolist(), net.adjacent.tolist(), strict=True))
    for node in range(problem.n_nodes):
        members = set(np.flatnonzero(state.label == state.label[node]).tolist())
        own_part = nx.node_connected_component(plain.subgraph(members), node)
        rest = own_part - {node}
        assert stays_connected(net, state, node) == (bool(rest) and nx.is_connected(plain.subgraph(rest)))


def test_a_chain_of_recombinations_keeps_the_bounds() -> None:
    problem = lattice_problem(12, 12)
    terms = loose_terms(problem, 6)
    rng = np.random.default_rng(0)
    label = partition(problem.net, terms, np.arange(problem.n_nodes), 6, rng=rng)
    state = new_state(problem.net, terms, label, 6)
    made = recombine_chain(problem.net, terms, state, new_scratch(problem.net), 300, rng)
    assert made > 100
    assert ((state.load >= terms.lower) & (state.load <= terms.upper)).all()
    assert_connected(problem.net, state, 6)


def test_a_cold_search_never_takes_a_dearer_division() -> None:
    problem = lattice_problem(10, 10)
    terms = loose_terms(problem, 4)
    rng = np.random.default_rng(0)
    label = partition(problem.net, terms, np.arange(problem.n_nodes), 4, rng=rng)
    state = new_state(problem.net, terms, label, 4)
    cost = total_cost(terms, state.sums)
    for _ in range(2_000):
        flip_once(problem.net, terms, state, 1e-9, rng)
        assert total_cost(terms, state.sums) <= cost + 1e-6
        cost = total_cost(terms, state.sums)
    assert cost == pytest.approx(total_cost(terms, new_state(problem.net, terms, state.label, 4).sums))
