"""Random tasks with a known answer: a division is planted first; bounds, locks, groups and centres follow from it."""

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from boundaries import UnitGraph


@dataclass(frozen=True)
class Planted:
    """A graph of units, what to ask of it, and a division that fulfils it."""

    graph: UnitGraph
    plain: "nx.Graph[str]"
    answer: "pd.Series[str]"
    asked: dict[str, Any]


def plant(seed: int, *, most_units: int = 120) -> Planted:
    """Plant a task: a lattice with missing edges and units, 2-6 communities, and a random choice of conditions."""
    rng = np.random.default_rng(seed)
    lattice = _lattice(rng, most_units)
    ids = [f"u{x}-{y}" for x, y in lattice]
    plain: nx.Graph[str] = nx.relabel_nodes(lattice, dict(zip(lattice, ids, strict=True)))
    households = np.where(rng.random(len(ids)) < 0.1, np.nan, np.round(rng.lognormal(3.5, 0.8, len(ids))))
    edges = [tuple(sorted((ids.index(one), ids.index(two)))) for one, two in plain.edges]
    graph = UnitGraph.from_edges(
        ids,
        edges,
        counts={"households": households},
        shared_perimeter_m=rng.uniform(5, 50, len(edges)),
        xy=[(100.0 * x, 100.0 * y) for x, y in lattice],
    )
    answer = _grown(plain, int(rng.integers(2, min(6, len(ids) // 3) + 1)), rng)
    return Planted(graph, plain, answer, _conditions(graph, plain, answer, rng))


def _lattice(rng: np.random.Generator, most_units: int) -> "nx.Graph[tuple[int, int]]":
    width = int(rng.integers(3, 13))
    height = int(rng.integers(3, max(4, most_units // width) + 1))
    lattice = nx.grid_2d_graph(width, min(height, 13))
    lattice.remove_edges_from([edge for edge in lattice.edges if rng.random() < 0.15])
    lattice.add_edges_from(
        [((x, y), (x + 1, y + 1)) for x, y in list(lattice) if rng.random() < 0.2 and (x + 1, y + 1) in lattice]
    )
    return lattice.subgraph(max(nx.connected_components(lattice), key=len)).copy()


def _grown(plain: "nx.Graph[str]", number: int, rng: np.random.Generator) -> "pd.Series[str]":
    nodes = list(plain)
    label = {nodes[place]: f"p{rank}" for rank, place in enumerate(rng.choice(len(nodes), number, replace=False))}
    while len(label) < len(nodes):
        border = [(one, two) for one in label for two in plain[one] if two not in label]
        one, two = border[int(rng.integers(len(border)))]
        label[two] = label[one]
    return pd.Series(label).reindex(nodes)


def _conditions(
    graph: UnitGraph, plain: "nx.Graph[str]", answer: "pd.Series[str]", rng: np.random.Generator
) -> dict[str, Any]:
    load = graph.counts["households"].fillna(0).groupby(answer).sum()
    slack = rng.uniform(0.02, 0.3)
    asked: dict[str, Any] = {
        "n_communities": len(load),
        "minimum": float(load.min() * (1 - slack)),
        "maximum": float(load.max() * (1 + slack)),
    }
    if rng.random() < 0.5:
        asked["keep_whole"] = _groups(plain, answer, rng)
    if rng.random() < 0.4:
        asked["locked"] = answer[rng.random(len(answer)) < 0.05]
    if rng.random() < 0.3:
        asked["centres"] = [str(part.index[int(rng.integers(len(part)))]) for _, part in answer.groupby(answer)]
    if rng.random() < 0.5:
        asked["current"] = _grown(plain, int(rng.integers(2, 8)), rng)
    return asked


def _groups(plain: "nx.Graph[str]", answer: "pd.Series[str]", rng: np.random.Generator) -> "pd.Series[str]":
    groups: dict[str, str] = {}
    for number in range(int(rng.integers(1, 4))):
        start = str(answer.index[int(rng.integers(len(answer)))])
        near = nx.single_source_shortest_path_length(
            plain.subgraph(answer.index[answer == answer[start]]), start, cutoff=2
        )
        groups |= {unit: f"g{number}" for unit in near if rng.random() < 0.8 and unit not in groups}
    return pd.Series(groups, dtype="str")
