"""Published instances with proven optima (Validi & Buchanan) and lattices with known best values, verified apart."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from boundaries import UnitGraph, propose_plans

pytestmark = pytest.mark.slow

PROVEN = {
    "vb_NM_county": 17,
    "vb_ID_county": 10,
    "vb_WV_county": 23,
    "vb_OK_county": 40,
    "vb_NE_county": 19,
    "vb_AR_county": 33,
    "vb_ID_tract": 17,
    "lat10": 21,
}


def load_instance(shared_data: Path, name: str) -> tuple[dict[str, Any], UnitGraph]:
    document = json.loads((shared_data / "districting" / f"{name}.json").read_text())
    graph = UnitGraph.from_edges(
        [str(unit) for unit in range(document["n"])],
        document["edges"],
        counts={"people": document["pop"]},
        shared_perimeter_m=document["shared_perim"],
        xy=list(zip(document["x"], document["y"], strict=True)),
    )
    return document, graph


@pytest.mark.parametrize("name", PROVEN)
def test_a_proven_optimum_is_reached(shared_data: Path, name: str) -> None:
    document, graph = load_instance(shared_data, name)
    plans = propose_plans(
        graph,
        balance="people",
        n_communities=document["k"],
        minimum=document["L"],
        maximum=document["U"],
        objective="cut_edges",
        alternatives=1,
        effort=0.35,
    )
    label = plans[0].assignment.to_numpy()
    plain = nx.Graph(document["edges"])
    assert sum(label[one] != label[two] for one, two in plain.edges) == PROVEN[name]
    people = np.array(document["pop"])
    for community in np.unique(label):
        members = np.flatnonzero(label == community)
        assert nx.is_connected(plain.subgraph(members.tolist()))
        assert document["L"] <= people[members].sum() <= document["U"]


def test_a_large_lattice_gets_short_lines(shared_data: Path) -> None:
    document, graph = load_instance(shared_data, "lat40")
    plan = propose_plans(
        graph, balance="people", n_communities=8, minimum=document["L"], maximum=document["U"],
        objective="cut_edges", alternatives=1, effort=0.3,
    )[0]  # fmt: skip
    label = plan.assignment.to_numpy()
    assert (label[graph.left] != label[graph.right]).sum() <= 155
