"""The integer programme against trying every division, and the search against the programme."""

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import UnitGraph, propose_plans
from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.proposals.exact import solve_exactly


def small_graph(seed: int, n_units: int) -> UnitGraph:
    rng = np.random.default_rng(seed)
    plain = nx.gnm_random_graph(n_units, int(n_units * 1.6), seed=seed)
    tree = nx.random_labeled_tree(n_units, seed=seed)
    edges = sorted({(min(edge), max(edge)) for edge in [*plain.edges, *tree.edges]})
    return UnitGraph.from_edges(
        [f"u{place}" for place in range(n_units)],
        edges,
        counts={"households": rng.integers(0, 20, n_units)},
        shared_perimeter_m=rng.integers(1, 40, len(edges)),
    )


def least_line(graph: UnitGraph, n_communities: int, low: float, high: float) -> float:
    plain = nx.Graph(zip(graph.left.tolist(), graph.right.tolist(), strict=True))
    plain.add_nodes_from(range(len(graph)))
    weight = graph.counts["households"].to_numpy()
    best = np.inf
    for labels in itertools.product(range(n_communities), repeat=len(graph)):
        label = np.array(labels)
        members = [np.flatnonzero(label == community) for community in range(n_communities)]
        if any(not len(part) or not low <= weight[part].sum() <= high for part in members):
            continue
        line = float(graph.shared_perimeter_m[label[graph.left] != label[graph.right]].sum())
        if line < best and all(nx.is_connected(plain.subgraph(part.tolist())) for part in members):
            best = line
    return best


@given(st.integers(0, 10_000), st.integers(5, 8), st.integers(2, 3), st.floats(0.1, 0.6))
@settings(max_examples=25, deadline=None)
def test_the_programme_matches_trying_every_division(seed: int, n_units: int, n_communities: int, room: float) -> None:
    graph = small_graph(seed, n_units)
    mean = float(graph.counts["households"].sum()) / n_communities
    low, high = mean * (1 - room), mean * (1 + room)
    expected = least_line(graph, n_communities, low, high)
    if np.isinf(expected):
        with pytest.raises(InfeasiblePlanError) as refusal:
            solve_exactly(graph, n_communities=n_communities, minimum=low, maximum=high)
        assert refusal.value.code == "proven-impossible"
        return
    answer = solve_exactly(graph, n_communities=n_communities, minimum=low, maximum=high)
    assert answer.proven
    assert answer.cost == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(6))
def test_the_search_reaches_the_proven_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = nx.grid_2d_graph(5, 5)
    nodes = sorted(plain)
    edges = [tuple(sorted((nodes.index(one), nodes.index(two)))) for one, two in plain.edges]
    graph = UnitGraph.from_edges(
        [f"u{x}{y}" for x, y in nodes],
        edges,
        counts={"households": rng.integers(5, 40, 25)},
        shared_perimeter_m=rng.integers(50, 150, len(edges)),
        xy=np.array(nodes) * 100.0,
    )
    mean = float(graph.counts["households"].sum()) / 3
    asked = {"n_communities": 3, "minimum": 0.8 * mean, "maximum": 1.2 * mean}
    answer = solve_exactly(graph, **asked)
    plan = propose_plans(graph, **asked, weights={"compactness": 0.0}, alternatives=1, effort=0.05)[0]
    label = plan.assignment.to_numpy()
    assert answer.proven
    assert graph.shared_perimeter_m[label[graph.left] != label[graph.right]].sum() == pytest.approx(answer.cost)
    assert answer.gap == pytest.approx(0.0, abs=1e-6)


def test_too_many_units_are_refused() -> None:
    graph = UnitGraph.from_edges([f"u{place}" for place in range(401)], [], counts={"households": [1.0] * 401})
    with pytest.raises(PlanError) as refusal:
        solve_exactly(graph, n_communities=2, minimum=0, maximum=401)
    assert refusal.value.code == "option-invalid"
