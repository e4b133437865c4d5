"""Overlaps and gaps against what else can find them, side by side in one run.

Run ``python benchmarks/audit.py`` (``--quick`` for 10,000 cells only). Each measurement is a process of its own, so
that its peak memory is its own; times are medians of several rounds (one for the rivals at 100,000), after compiled
code is loaded as imports are. ``engine`` finds all overlaps and gaps of a layer; ``audit`` is the whole
``audit_layers`` on it; ``overlay`` is geopandas' self-overlay, ``union`` its union (its holes are the gaps); ``floor``
builds an STRtree and asks GEOS for the invalid edges of the coverage, which names neither pairs nor areas. Reading the
file is timed apart and counts for both sides of the bars on the floor.

Bars: 100,000 sparse: engine at most 1/8 of overlay, at most twice (read + floor), under 1.5 GB. 100,000 clean: at
most 1.2 times (read + floor). 10,000 dense: at most 1/6 of overlay + union. From 10,000 to 100,000: at most 12 times.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from broken_coverages import make_coverage

from boundaries import audit_layers
from boundaries.coverage.engine import Coverage
from boundaries.coverage.gaps import gaps_of
from boundaries.coverage.overlaps import overlaps_of

MIN_AREA_M2 = 1.0
GIB = 1024**3
SLOW = {100_000}  # rivals are run but once at this size
RIVALS = {"overlay", "union"}
WARM = shapely.box(0, 0, 1, 1)
Answer = dict[str, float]


def _answer(overlaps_m2: Any, gaps_m2: Any) -> Answer:
    return {
        "overlaps": len(overlaps_m2),
        "overlap_m2": float(np.sum(overlaps_m2)),
        "gaps": len(gaps_m2),
        "gap_m2": float(np.sum(gaps_m2)),
    }


def run_engine(layer: gpd.GeoDataFrame) -> Answer:
    """Find overlaps and gaps with one coverage."""
    coverage = Coverage.of(layer)
    overlaps = overlaps_of(coverage, crs=layer.crs, min_area_m2=MIN_AREA_M2)
    gaps = gaps_of(coverage, coverage.voids(min_area_m2=MIN_AREA_M2), crs=layer.crs)
    return _answer(overlaps["area_m2"], gaps["area_m2"])


def run_audit(layer: gpd.GeoDataFrame) -> Answer:
    """Audit the layer as planning units, with messages, widths, ranks and ids."""
    findings = audit_layers({"units": layer})
    pairs = findings["kind"].isin(["overlap", "duplicate", "containment"])
    return _answer(findings.loc[pairs, "area_m2"], findings.loc[findings["kind"] == "gap", "area_m2"])


def run_overlay(layer: gpd.GeoDataFrame) -> Answer:
    """Overlay the layer with itself, as one does with geopandas."""
    rows = layer.reset_index()
    both = rows.overlay(rows, how="intersection", keep_geom_type=True)
    once = both[both["id_1"] < both["id_2"]]
    areas = once.area
    return _answer(areas[areas > MIN_AREA_M2], [])


def run_union(layer: gpd.GeoDataFrame) -> Answer:
    """Take the union away from a box; what does not reach the rim is a gap."""
    union = layer.union_all()
    box = shapely.box(*layer.total_bounds).buffer(10, join_style="mitre")
    parts = shapely.get_parts(shapely.difference(box, union))
    inner = parts[~shapely.intersects(parts, box.exterior)]
    areas = shapely.area(inner)
    return _answer([], areas[areas > MIN_AREA_M2])


def run_floor(layer: gpd.GeoDataFrame) -> Answer:
    """Build a tree, and ask GEOS where edges do not match."""
    shapes = layer.geometry.to_numpy()
    shapely.STRtree(shapes).query(shapes[:1])
    shapely.coverage_invalid_edges(shapes)
    return {}


TOOLS: dict[str, Callable[[gpd.GeoDataFrame], Answer]] = {
    "engine": run_engine,
    "audit": run_audit,
    "floor": run_floor,
    "union": run_union,
    "overlay": run_overlay,
}


def measure_here(tool: str, path: Path) -> dict[str, Any]:
    """Read, run once, and tell seconds, peak memory and the answer."""
    start = time.perf_counter()
    layer = gpd.read_file(path, use_arrow=True).set_index("id")
    read = time.perf_counter() - start
    run_engine(gpd.GeoDataFrame(index=["a", "b"], geometry=[WARM, WARM], crs=layer.crs))  # loads the compiled code
    start, busy = time.perf_counter(), time.process_time()
    answer = TOOLS[tool](layer)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"read_s": read, "seconds": seconds, "cpu_s": busy, "peak_gib": peak / GIB, "answer": answer}


def measure(tool: str, path: Path, *, rounds: int) -> dict[str, Any]:
    """Give the medians of several processes."""
    command = [sys.executable, __file__, "--measure", tool, "--path", str(path)]
    runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(rounds)]
    result = {key: statistics.median(run[key] for run in runs) for key in ("read_s", "seconds", "cpu_s", "peak_gib")}
    return {**result, "answer": runs[0]["answer"]}


def check_bars(results: dict[tuple[int, str, str], dict[str, Any]]) -> list[tuple[str, float, float]]:
    """Give each bar that can be judged: what, the measured number, the most allowed."""

    def seconds(n: int, noise: str, tool: str) -> float:
        return float(results[n, noise, tool]["seconds"])

    def with_read(n: int, noise: str, tool: str) -> float:
        run = results[n, noise, tool]
        return float(run["read_s"] + run["seconds"])

    bars = []
    small, large = 10_000, 100_000
    if (small, "dense", "overlay") in results:
        rival = seconds(small, "dense", "overlay") + seconds(small, "dense", "union")
        bars.append(("10k dense: engine / (overlay + union)", seconds(small, "dense", "engine") / rival, 1 / 6))
    if (large, "sparse", "engine") in results:
        sparse = seconds(large, "sparse", "engine")
        bars.append(("100k sparse: engine / overlay", sparse / seconds(large, "sparse", "overlay"), 1 / 8))
        ratio = with_read(large, "sparse", "engine") / with_read(large, "sparse", "floor")
        bars.append(("100k sparse: (read + engine) / (read + floor)", ratio, 2.0))
        bars.append(("100k sparse: engine, peak GiB", results[large, "sparse", "engine"]["peak_gib"], 1.5))
        ratio = with_read(large, "clean", "engine") / with_read(large, "clean", "floor")
        bars.append(("100k clean: (read + engine) / (read + floor)", ratio, 1.2))
        bars.append(("sparse: engine 100k / 10k", sparse / seconds(small, "sparse", "engine"), 12.0))
    return bars


def verdict(results: dict[tuple[int, str, str], dict[str, Any]], n: int, noise: str, tool: str) -> str:
    """Say whether a tool's answer is that of the plain methods (overlay for overlaps, union for gaps)."""
    answer = results[n, noise, tool]["answer"]
    said = []
    for key, plain in (("overlap", "overlay"), ("gap", "union")):
        truth = results.get((n, noise, plain), {}).get("answer")
        if not truth or not answer or (tool in {"overlay", "union"} and tool != plain):
            continue
        same = answer[f"{key}s"] == truth[f"{key}s"] and np.isclose(answer[f"{key}_m2"], truth[f"{key}_m2"], rtol=1e-6)
        said.append(f"{key}s {'right' if same else 'WRONG'}")
    return ", ".join(said)


def main() -> int:
    """Measure everything, print a table and the bars; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only 10,000 cells")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", nargs="*", default=list(TOOLS), choices=list(TOOLS))
    parser.add_argument("--folder", type=Path, help="keep the made layers here")
    parser.add_argument("--measure", choices=list(TOOLS), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure_here(asked.measure, asked.path)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        results = _measure_all(asked.folder or Path(temporary), asked)
    missed = 0
    for what, found, allowed in check_bars(results):
        missed += found > allowed
        print(f"{'ok  ' if found <= allowed else 'MISS'} {what}: {found:.3f} (at most {allowed:.3f})")
    return int(missed > 0)


def _measure_all(folder: Path, asked: argparse.Namespace) -> dict[tuple[int, str, str], dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    results: dict[tuple[int, str, str], dict[str, Any]] = {}
    print(f"{'cells':>7} {'noise':7}{'tool':9}{'read s':>8}{'s':>8}{'cpu s':>8}{'GiB':>6}  overlaps m2, gaps m2")
    for n in (1_000, 10_000) if asked.quick else (1_000, 10_000, 100_000):
        for noise in ("clean", "sparse", "dense") if n < 100_000 else ("clean", "sparse"):
            path = folder / f"{n}-{noise}.gpkg"
            if not path.exists():
                make_coverage(n, noise).reset_index().to_file(path)
            for tool in asked.tools:
                results[n, noise, tool] = measure(
                    tool, path, rounds=1 if n in SLOW and tool in RIVALS else asked.rounds
                )
            for tool in asked.tools:
                run = results[n, noise, tool]
                facts = run["answer"]
                told = (
                    f"{facts['overlaps']:.0f}: {facts['overlap_m2']:.1f}, {facts['gaps']:.0f}: {facts['gap_m2']:.1f}"
                    if facts
                    else ""
                )
                print(
                    f"{n:>7} {noise:7}{tool:9}{run['read_s']:8.2f}{run['seconds']:8.2f}{run['cpu_s']:8.2f}"
                    f"{run['peak_gib']:6.2f}  {told}  {verdict(results, n, noise, tool)}",
                    flush=True,
                )
    return results


if __name__ == "__main__":
    sys.exit(main())
