"""Divisions beside the peers, in one run: GerryChain, spopt and HiGHS on the same instances.

    python benchmarks/districting.py ../shared/data/districting [--quick] [--parts optima exact large steps spopt]

Needs ``gerrychain`` and ``spopt`` beside this project's packages; peers that are not installed are left out and said to
be. Every division is checked by the independent verifier. Seconds are wall clock; ratios are medians of several trials.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from benchmark_peers import gerrychain_first_plan_s, gerrychain_steps_per_s, spopt_deviations

from boundaries import Plan, UnitGraph, find_plan_faults, propose_plans
from boundaries.proposals.arrays import Terms, new_scratch, new_state
from boundaries.proposals.exact import solve_exactly
from boundaries.proposals.problem import make_problem
from boundaries.proposals.recom import recombine_chain
from boundaries.proposals.request import read_request
from boundaries.proposals.seed import partition
from boundaries.proposals.tasks import compile_search

PROVEN = {
    "vb_NM_county": 17,
    "vb_ID_county": 10,
    "vb_WV_county": 23,
    "vb_LA_county": 49,
    "vb_AL_county": 55,
    "vb_OK_county": 40,
    "vb_NE_county": 19,
    "vb_AR_county": 33,
    "vb_NH_tract": 26,
    "vb_ID_tract": 17,
    "vb_NM_tract": 43,
    "lat10": 21,
}
EXACT = ("vb_NM_county", "vb_ID_county", "vb_NE_county")
GERRYCHAIN_LIMIT_S = 300.0
PARTS = ("optima", "exact", "large", "steps", "spopt")


def load(folder: Path, name: str) -> dict[str, Any]:
    """Read an instance and its graph."""
    document: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    document["graph"] = UnitGraph.from_edges(
        [str(unit) for unit in range(document["n"])],
        document["edges"],
        counts={"people": document["pop"]},
        shared_perimeter_m=document["shared_perim"],
        xy=list(zip(document["x"], document["y"], strict=True)),
    )
    return document


def lattice(width: int, height: int, k: int, deviation: float, *, seed: int = 0) -> dict[str, Any]:
    """Make a lattice with lognormal households, 12 % of the units empty."""
    rng = np.random.default_rng(seed)
    n = width * height
    people = np.round(rng.lognormal(3.5, 0.8, n)) * (rng.random(n) >= 0.12)
    number = np.arange(n).reshape(height, width)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    up = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    rows, columns = np.divmod(np.arange(n), width)
    mean = people.sum() / k
    edges = np.concatenate([across, up]).tolist()
    graph = UnitGraph.from_edges(
        [str(unit) for unit in range(n)], edges, counts={"people": people}, xy=np.column_stack([columns, rows])
    )
    low, high = mean * (1 - deviation), mean * (1 + deviation)
    return {"n": n, "k": k, "pop": people.tolist(), "edges": edges, "L": low, "U": high, "graph": graph}


def propose(instance: dict[str, Any], **asked: Any) -> tuple[Plan, float]:
    """Propose one plan of fewest cut edges and verify it; gives the plan and the seconds."""
    bounds = {"minimum": instance["L"], "maximum": instance["U"], "n_communities": instance["k"]}
    began = time.perf_counter()
    plan = propose_plans(instance["graph"], balance="people", objective="cut_edges", alternatives=1, **bounds, **asked)[
        0
    ]
    seconds = time.perf_counter() - began
    faults = find_plan_faults(plan.assignment, instance["graph"], balance="people", **bounds)
    if faults:
        raise SystemExit(f"unsound plan: {faults}")
    return plan, seconds


def cut_edges(instance: dict[str, Any], plan: Plan) -> int:
    """Count the pairs of neighbours in different communities."""
    label, graph = plan.assignment.to_numpy(), instance["graph"]
    return int((label[graph.left] != label[graph.right]).sum())


def own_steps_per_s(instance: dict[str, Any], seconds: float) -> float:
    """Count recombinations that draw a new line within the bounds, in one chain from a first division."""
    graph = instance["graph"]
    problem = make_problem(graph, read_request(graph, None, balance="people", objective="cut_edges"))
    n, k = problem.n_nodes, instance["k"]
    nowhere = np.full(n, -1, dtype=np.int64)
    terms = Terms(instance["L"], instance["U"], 1.0, 1.0, 0.0, nowhere, np.zeros(n))
    rng = np.random.default_rng(0)
    state = new_state(problem.net, terms, partition(problem.net, terms, np.arange(n), k, rng=rng), k)
    work = new_scratch(problem.net)
    recombine_chain(problem.net, terms, state, work, 10, rng)
    made, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        made += recombine_chain(problem.net, terms, state, work, 50, rng)
    return made / (time.perf_counter() - began)


def in_time(task: Callable[..., Any], limit_s: float, *arguments: Any) -> Any:
    """Run a peer in a process of its own; None when the time runs out, or when the peer gives up, which is told."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        try:
            return pool.apply_async(task, arguments).get(limit_s)
        except multiprocessing.TimeoutError:
            return None
        except RuntimeError as failure:
            print(f"  {task.__name__} gives up: {failure}")
            return None


def plain(instance: dict[str, Any]) -> dict[str, Any]:
    """Give an instance without the graph, as a peer reads it."""
    return {key: value for key, value in instance.items() if key != "graph"}


def report_steps(instances: dict[str, dict[str, Any]], *, trials: int, seconds: float) -> None:
    """Compare recombinations per second."""
    print(f"\n{'recombinations / s':20} {'own':>10} {'GerryChain':>10} {'ratio':>8}")
    for name, instance in instances.items():
        own = [own_steps_per_s(instance, seconds / 4) for _ in range(trials)]
        peer = [in_time(gerrychain_steps_per_s, GERRYCHAIN_LIMIT_S, plain(instance), seconds) for _ in range(trials)]
        known = [rate for rate in peer if rate]
        if not known:
            print(f"{name:20} {statistics.median(own):10,.0f} {'no plan':>10}")
            continue
        ratio = statistics.median(own) / statistics.median(known)
        print(f"{name:20} {statistics.median(own):10,.0f} {statistics.median(known):10,.1f} {ratio:8,.0f}")


def report_optima(folder: Path) -> None:
    """Reach the proven optima within ten seconds."""
    print(f"\n{'fewest cut edges':20} {'n':>6} {'k':>4} {'found':>6} {'proven':>7} {'seconds':>8}")
    for name, proven in PROVEN.items():
        instance = load(folder, name)
        plan, seconds = propose(instance, time_limit_s=10.0)
        print(f"{name:20} {instance['n']:6} {instance['k']:4} {cut_edges(instance, plan):6} {proven:7} {seconds:8.1f}")
    lat40 = load(folder, "lat40")
    plan, seconds = propose(lat40, time_limit_s=5.0)
    print(f"{'lat40':20} {1600:6} {8:4} {cut_edges(lat40, plan):6} {'<= 150':>7} {seconds:8.1f}")


def report_exact(folder: Path, *, limit_s: float) -> None:
    """Prove small optima by integer programming."""
    print(f"\n{'HiGHS':20} {'cost':>6} {'bound':>6} {'proven':>7} {'seconds':>8}")
    for name in EXACT:
        instance = load(folder, name)
        began = time.perf_counter()
        answer = solve_exactly(
            instance["graph"],
            balance="people",
            objective="cut_edges",
            n_communities=instance["k"],
            minimum=instance["L"],
            maximum=instance["U"],
            time_limit_s=limit_s,
        )
        seconds = time.perf_counter() - began
        print(f"{name:20} {answer.cost:6.0f} {answer.bound:6.1f} {answer.proven!s:>7} {seconds:8.1f}")


def report_large(*, with_peer: bool) -> None:
    """Divide large lattices: seconds to a first plan within bounds, and the line after a longer search."""
    print(f"\n{'large':26} {'seconds':>8} {'cut':>7}")
    grid = lattice(200, 200, 100, 0.05)
    plan, seconds = propose(grid, effort=0.001)
    print(f"{'200x200 k=100 5 % first':26} {seconds:8.1f} {cut_edges(grid, plan):7}")
    if with_peer:
        peer = in_time(gerrychain_first_plan_s, GERRYCHAIN_LIMIT_S, plain(grid))
        told = f"{peer:8.1f}, {peer / seconds:.0f} times" if peer else f"none within {GERRYCHAIN_LIMIT_S:.0f}"
        print(f"{'  GerryChain':26} {told}")
    plan, seconds = propose(grid, time_limit_s=12.0, effort=1.5)
    print(f"{'200x200 k=100 5 % 12 s':26} {seconds:8.1f} {cut_edges(grid, plan):7}   <= 3,700")
    for deviation in (0.05, 0.02):
        wide = lattice(317, 316, 300, deviation)
        plan, seconds = propose(wide, effort=0.001)
        print(f"{f'100,172 k=300 {deviation:.0%} first':26} {seconds:8.1f} {cut_edges(wide, plan):7}")
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def report_spopt(folder: Path, *, limit_s: float) -> None:
    """Tell how far from balance the regionalisations of spopt are."""
    instance = load(folder, "lat10")
    print(f"\nspopt on lat10, greatest deviation (asked: {instance['U'] / np.mean(instance['pop']) / 25 - 1:.0%})")
    deviations = in_time(spopt_deviations, limit_s, plain(instance))
    for method, deviation in (deviations or {"none": float("nan")}).items():
        print(f"  {method:20} {deviation:8.0%}")


def main() -> None:
    """Run everything; ``--quick`` leaves out the slow peers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder of districting instances")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="which comparisons to run")
    options = parser.parse_args()
    missing = [name for name in ("gerrychain", "spopt") if find_spec(name) is None]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    compile_search()
    if "optima" in options.parts:
        report_optima(options.folder)
    if "exact" in options.parts:
        report_exact(options.folder, limit_s=60.0)
    if "large" in options.parts:
        report_large(with_peer=not options.quick and "gerrychain" not in missing)
    if "steps" in options.parts and "gerrychain" not in missing:
        names = ("vb_NE_county", "vb_NM_tract", "lat40")
        instances = {name: load(options.folder, name) for name in names}
        report_steps(instances, trials=1 if options.quick else 3, seconds=8.0)
    if "spopt" in options.parts and "spopt" not in missing:
        report_spopt(options.folder, limit_s=60.0)


if __name__ == "__main__":
    main()
