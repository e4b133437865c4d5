"""What the peers do on an instance; each function runs in a process of its own and imports its peer there."""

import time
import warnings
from functools import partial
from typing import Any

import networkx as nx
import numpy as np


def _chain(instance: dict[str, Any], total_steps: int) -> Any:
    from gerrychain import Graph, MarkovChain, Partition, constraints  # noqa: PLC0415
    from gerrychain.accept import always_accept  # noqa: PLC0415
    from gerrychain.partition import recursive_tree_part  # noqa: PLC0415
    from gerrychain.proposals import recom  # noqa: PLC0415
    from gerrychain.updaters import Tally  # noqa: PLC0415

    plain = nx.Graph(instance["edges"])
    nx.set_node_attributes(plain, dict(enumerate(instance["pop"])), "people")
    graph = Graph.from_networkx(plain)
    target = sum(instance["pop"]) / instance["k"]
    deviation = min(instance["U"] / target - 1, 1 - instance["L"] / target)
    began = time.perf_counter()
    first = recursive_tree_part(graph, range(instance["k"]), target, "people", deviation, node_repeats=0)
    seconds = time.perf_counter() - began
    start = Partition(graph, assignment=first, updaters={"people": Tally("people", alias="people")})
    proposal = partial(recom, pop_col="people", pop_target=target, epsilon=deviation, node_repeats=0)
    return MarkovChain(proposal, [constraints.contiguous], always_accept, start, total_steps), seconds


def gerrychain_first_plan_s(instance: dict[str, Any]) -> float:
    """Give the seconds that ``recursive_tree_part`` takes."""
    return float(_chain(instance, 1)[1])


def gerrychain_steps_per_s(instance: dict[str, Any], seconds: float) -> float:
    """Count the recombinations per second that draw a new line."""
    chain, _ = _chain(instance, 10_000_000)
    made, before, began = 0, None, time.perf_counter()
    for partition in chain:
        made += before is not None and partition.flips is not None and bool(partition.flips)
        before = partition
        if time.perf_counter() - began > seconds:
            break
    return made / (time.perf_counter() - began)


def spopt_deviations(instance: dict[str, Any]) -> dict[str, float]:
    """Give the greatest deviation from the mean load of regions made by SKATER, Ward and MaxP."""
    import geopandas as gpd  # noqa: PLC0415
    import libpysal  # noqa: PLC0415
    import shapely  # noqa: PLC0415
    from spopt.region import MaxPHeuristic, Skater, WardSpatial  # noqa: PLC0415

    warnings.simplefilter("ignore")
    boxes = [shapely.box(x, y, x + 1, y + 1) for x, y in zip(instance["x"], instance["y"], strict=True)]
    frame = gpd.GeoDataFrame({"people": instance["pop"], "x": instance["x"], "y": instance["y"]}, geometry=boxes)
    weights = libpysal.weights.Rook.from_dataframe(frame, use_index=False)
    mean = sum(instance["pop"]) / instance["k"]
    models = {
        "SKATER": Skater(frame, weights, ["x", "y"], n_clusters=instance["k"], floor=1),
        "Ward": WardSpatial(frame, weights, ["x", "y"], n_clusters=instance["k"]),
        "MaxP": MaxPHeuristic(frame, weights, ["x", "y"], "people", int(instance["L"]), top_n=2),
    }
    found = {}
    for name, model in models.items():
        model.solve()
        load = frame["people"].groupby(np.asarray(model.labels_)).sum()
        found[name] = float((load / mean - 1).abs().max())
    return found
