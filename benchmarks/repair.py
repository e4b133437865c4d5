"""Repair of overlaps and gaps against what else can mend a coverage, side by side in one run.

Run ``python benchmarks/repair.py`` (``--quick`` for 10,000 cells only). Rivals: ``shapely.coverage_clean`` (GEOS); with
``--mapshaper PATH`` the program of that npm package; with ``--peers PYTHON`` an interpreter that has ``maup`` and
``geoplanar`` (small layers only: they take minutes beyond). Each measurement is a process of its own; times are
medians.
All read the same Shapefile and write one, so that mapshaper, which does both, is timed alike; ``coverage_clean`` and
this program are also compared without reading and writing.

What counts as right: every polygon valid, the whole a valid coverage, no id lost but rows whose dropping was asked for
and logged, every household still on some ground, and polygons away from defects unchanged to the last coordinate.

Bars: 100,000 sparse at most 0.7 times mapshaper and 0.35 times ``coverage_clean``; 10,000 dense at most 0.65 times
mapshaper.
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

GIB = 1024**3
SMALL = 1_000  # what maup and geoplanar are asked
GAP_M = 10.0  # narrower gaps are filled
Repaired = tuple[gpd.GeoDataFrame, set[str]]


def run_quhua(layer: gpd.GeoDataFrame) -> Repaired:
    """Repair everything that a decision can settle; duplicates are dropped as asked, and told."""
    from boundaries.repair import RepairRules, repair_layer  # noqa: PLC0415 - the interpreter of peers has it not

    rules = RepairRules(containments="cut_out", duplicates="drop_later", max_gap_width_m=GAP_M)
    repair = repair_layer(layer, kind="units", rules=rules)
    dropped = repair.changes.loc[repair.changes["rule"] == "drop_later", "from_ids"]
    return repair.layer, {one for ids in dropped for one in ids}


def run_clean(layer: gpd.GeoDataFrame) -> Repaired:
    """Clean by GEOS."""
    return layer.set_geometry(shapely.coverage_clean(layer.geometry.to_numpy(), gap_width=GAP_M)), set()


def run_maup(layer: gpd.GeoDataFrame) -> Repaired:
    """Repair by maup."""
    import maup  # noqa: PLC0415 - only the interpreter of peers has it

    return layer.set_geometry(maup.smart_repair(layer.reset_index(drop=True)).geometry.to_numpy()), set()


def run_geoplanar(layer: gpd.GeoDataFrame) -> Repaired:
    """Trim overlaps, then fill gaps, by geoplanar."""
    import geoplanar  # noqa: PLC0415 - only the interpreter of peers has it

    trimmed = geoplanar.trim_overlaps(layer.reset_index())
    return geoplanar.fill_gaps(trimmed).set_index("id"), set()


TOOLS: dict[str, Callable[[gpd.GeoDataFrame], Repaired]] = {
    "quhua": run_quhua,
    "clean": run_clean,
    "maup": run_maup,
    "geoplanar": run_geoplanar,
}


def measure_here(tool: str, path: Path, out: Path) -> dict[str, Any]:
    """Read, repair and write once; give the seconds of each, and peak memory."""
    start = time.perf_counter()
    layer = gpd.read_file(path).set_index("id")
    read = time.perf_counter() - start
    box = shapely.box(0, 0, 1, 1)
    if tool == "quhua":
        run_quhua(gpd.GeoDataFrame(index=["a", "b"], geometry=[box, box], crs=layer.crs))  # loads the compiled code
    start = time.perf_counter()
    repaired, dropped = TOOLS[tool](layer)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    repaired[["households", "geometry"]].reset_index().to_file(out)
    write = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"io_s": read + write, "seconds": seconds, "peak_gib": peak / GIB, "dropped": sorted(dropped)}


def measure_mapshaper(program: str, path: Path, out: Path) -> dict[str, Any]:
    """Clean by mapshaper, reading and writing included."""
    command = [program, str(path), "-clean", "-o", str(out)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    seconds = time.perf_counter() - start
    peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024
    return {"io_s": 0.0, "seconds": seconds, "peak_gib": peak / GIB, "dropped": []}


def judge(path: Path, out: Path, dropped: set[str]) -> dict[str, Any]:
    """Hold a repaired layer against what it was made of."""
    before = gpd.read_file(path).set_index("id")
    after = gpd.read_file(out, use_arrow=True).set_index("id")
    after = after[~(after.geometry.isna() | after.is_empty)]
    tree = shapely.STRtree(before.geometry.to_numpy())
    shapes = before.geometry.to_numpy()
    faulty = shapely.coverage_invalid_edges(shapes)
    near = np.unique(tree.query(faulty[~shapely.is_empty(faulty)], predicate="dwithin", distance=0.001)[1])
    far = before.index.delete(near).intersection(after.index)
    same = shapely.equals_exact(
        shapely.normalize(before.geometry[far].to_numpy()), shapely.normalize(after.geometry[far].to_numpy())
    )
    expected = before.drop(index=list(dropped))
    return {
        "valid": bool(shapely.is_valid(after.geometry.to_numpy()).all()),
        "coverage": bool(shapely.coverage_is_valid(after.geometry.to_numpy())),
        "ids_lost": len(expected.index.difference(after.index)),
        "households_lost": int(expected["households"].sum() - after["households"].sum()),
        "sound_changed": int((~same).sum()) + len(before.index.delete(near).difference(after.index)),
    }


def measure(tool: str, path: Path, folder: Path, asked: argparse.Namespace, *, rounds: int) -> dict[str, Any]:
    """Give the medians of several runs, and the verdict on the last."""
    out = folder / f"{path.stem}-{tool}.shp"
    runs = []
    for _ in range(rounds):
        if tool == "mapshaper":
            runs.append(measure_mapshaper(asked.mapshaper, path, out))
            continue
        python = sys.executable if tool in {"quhua", "clean"} else asked.peers
        command = [python, __file__, "--measure", tool, "--path", str(path), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"failed": done.stderr.strip().splitlines()[-1]}
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    result = {key: statistics.median(run[key] for run in runs) for key in ("io_s", "seconds", "peak_gib")}
    return {**result, **judge(path, out, set(runs[-1]["dropped"])), "dropped": len(runs[-1]["dropped"])}


def check_bars(results: dict[tuple[int, str, str], dict[str, Any]]) -> list[tuple[str, float, float]]:
    """Give each bar that can be judged: what, the measured ratio, the most allowed."""

    def seconds(n: int, noise: str, tool: str, *, with_io: bool) -> float | None:
        run = results.get((n, noise, tool), {})
        return run["seconds"] + (run["io_s"] if with_io else 0.0) if "seconds" in run else None

    bars = []
    for n, noise, rival, allowed in (
        (100_000, "sparse", "mapshaper", 0.7),
        (100_000, "sparse", "clean", 0.35),
        (10_000, "dense", "mapshaper", 0.65),
    ):
        with_io = rival == "mapshaper"
        mine = seconds(n, noise, "quhua", with_io=with_io)
        theirs = seconds(n, noise, rival, with_io=with_io)
        if mine is not None and theirs is not None:
            bars.append((f"{n} {noise}: quhua / {rival}", mine / theirs, allowed))
    return bars


def main() -> int:
    """Measure everything, print a table and the bars; 1 when a bar is missed or this program is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only 10,000 cells")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mapshaper", help="the mapshaper program")
    parser.add_argument("--peers", help="a Python with maup and geoplanar")
    parser.add_argument("--limit", type=int, default=100_000, help="coverage_clean is not asked beyond these cells")
    parser.add_argument("--measure", choices=list(TOOLS), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure_here(asked.measure, asked.path, asked.out)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        results = _measure_all(Path(temporary), asked)
    missed = 0
    for (n, noise, tool), run in results.items():
        if tool == "quhua":
            right = run["valid"] and not (run["ids_lost"] or run["households_lost"] or run["sound_changed"])
            missed += not right
            print(f"{'ok  ' if right else 'MISS'} {n} {noise}: valid, nobody lost, sound polygons untouched")
    for what, found, allowed in check_bars(results):
        missed += found > allowed
        print(f"{'ok  ' if found <= allowed else 'MISS'} {what}: {found:.3f} (at most {allowed:.3f})")
    return int(missed > 0)


def _cases(asked: argparse.Namespace) -> list[tuple[int, str, list[str]]]:
    rivals = ["quhua", "clean", *(["mapshaper"] if asked.mapshaper else [])]
    peers = ["maup", "geoplanar"] if asked.peers else []
    cases = [(SMALL, "sparse", [*rivals, *peers]), (10_000, "sparse", rivals), (10_000, "dense", rivals)]
    return cases if asked.quick else [*cases, (100_000, "sparse", rivals)]


def _measure_all(folder: Path, asked: argparse.Namespace) -> dict[tuple[int, str, str], dict[str, Any]]:
    results: dict[tuple[int, str, str], dict[str, Any]] = {}
    print(f"{'cells':>7} {'noise':7}{'tool':10}{'io s':>7}{'s':>8}{'GiB':>6}  verdict")
    for n, noise, tools in _cases(asked):
        path = folder / f"{n}-{noise}.shp"
        layer = make_coverage(n, noise)
        layer["households"] = np.random.default_rng(0).integers(1, 1000, len(layer))
        layer.reset_index().to_file(path)
        for tool in tools:
            if tool == "clean" and (n > asked.limit or noise == "dense"):
                continue  # dense noise takes it minutes
            run = results[n, noise, tool] = measure(
                tool, path, folder, asked, rounds=1 if n > SMALL * 10 else asked.rounds
            )
            print(f"{n:>7} {noise:7}{tool:10}" + _line(run), flush=True)
    return results


def _line(run: dict[str, Any]) -> str:
    if "failed" in run:
        return f"  failed: {run['failed'][:100]}"
    said = (
        f"{'valid' if run['valid'] else 'INVALID'}, {'coverage' if run['coverage'] else 'NO COVERAGE'}, "
        f"ids lost {run['ids_lost']}, households lost {run['households_lost']}, sound ones changed "
        f"{run['sound_changed']}, dropped by request {run['dropped']}"
    )
    return f"{run['io_s']:7.2f}{run['seconds']:8.2f}{run['peak_gib']:6.2f}  {said}"


if __name__ == "__main__":
    sys.exit(main())
