"""Small nets for tests of the compiled search."""

import numpy as np

from boundaries import UnitGraph
from boundaries.proposals.arrays import Terms
from boundaries.proposals.problem import Problem, make_problem
from boundaries.proposals.request import read_request


def lattice_graph(width: int, height: int, *, seed: int = 0) -> UnitGraph:
    """Make a lattice of units 100 m apart with random whole numbers of households, some of them zero."""
    rng = np.random.default_rng(seed)
    number = np.arange(width * height).reshape(height, width)
    edges = [*zip(number[:, :-1].ravel(), number[:, 1:].ravel()), *zip(number[:-1].ravel(), number[1:].ravel())]  # noqa: B905
    households = np.round(rng.lognormal(3.5, 0.8, width * height)) * (rng.random(width * height) > 0.1)
    rows, columns = np.divmod(np.arange(width * height), width)
    return UnitGraph.from_edges(
        [f"u{place}" for place in range(width * height)],
        [(int(one), int(two)) for one, two in edges],
        counts={"households": households},
        shared_perimeter_m=rng.uniform(20, 180, len(edges)),
        xy=np.column_stack([columns, rows]) * 100.0,
    )


def lattice_problem(width: int, height: int, *, seed: int = 0) -> Problem:
    """Make the search's view of :func:`lattice_graph`, without conditions."""
    graph = lattice_graph(width, height, seed=seed)
    return make_problem(graph, read_request(graph, None))


def loose_terms(problem: Problem, n_communities: int, *, shape: float = 1.0) -> Terms:
    """Set bounds of 30 % around the mean, and prices that make every term count."""
    mean = float(problem.net.weight.sum()) / n_communities
    rng = np.random.default_rng(1)
    return Terms(
        lower=0.7 * mean,
        upper=1.3 * mean,
        crowd=mean,
        penalty=2.0,
        shape=shape,
        home=rng.integers(-1, n_communities, problem.n_nodes),
        home_cost=rng.uniform(0, 20, problem.n_nodes),
    )
