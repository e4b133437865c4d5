"""Store against plain files: 100,000 polygons with 4 million vertices, in one run side by side.

Run ``python benchmarks/store.py``; each measurement is a process of its own, so that its peak memory is its own. The
steps take turns, so that a busy machine slows all of them alike, and ratios are taken round by round; processor time
stands beside the time that passed, as it depends less on what else runs. Each process first does the same with a tiny
layer, so that no step pays for loading libraries. Bars: to read a GeoPackage into a stored,
checked, versioned layer takes at most 1.5 times ``read_file`` and ``to_file``, in under 2 GB; to load the layer takes
at most 1.5 times ``read_file``.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

VERTICES = 40
BAR = 1.5
BAR_MIB = 2048


def make_layer(count: int) -> gpd.GeoDataFrame:
    """Make round parcels in rows, each of 40 vertices, with the columns that an office's layer has."""
    rng = np.random.default_rng(0)
    angles = np.linspace(0, 2 * np.pi, VERTICES - 1, endpoint=False)
    radii = rng.uniform(20, 40, (count, VERTICES - 1))
    centres = np.column_stack([np.arange(count) % 400, np.arange(count) // 400]) * 100.0 + [500_000, 3_600_000]
    rings = centres[:, None, :] + radii[..., None] * np.column_stack([np.cos(angles), np.sin(angles)])
    closed = np.concatenate([rings, rings[:, :1]], axis=1)
    shapes = shapely.polygons(shapely.linearrings(closed))
    people = rng.integers(0, 900, count).astype(float)
    people[rng.random(count) < 0.02] = np.nan
    return gpd.GeoDataFrame(
        {
            "name": [f"小区{n}" for n in range(count)],
            "code": [f"4601050010{n:05d}" for n in range(count)],
            "households": rng.integers(0, 300, count),
            "resident_population": people,
            "floors": rng.integers(1, 33, count),
            "remark": [None if n % 3 else "备注" for n in range(count)],
        },
        geometry=shapes,
        index=pd.Index([f"b{n}" for n in range(count)], name="id"),
        crs="EPSG:4547",
    )


def read_plain(folder: Path) -> object:
    """Read by geopandas."""
    return gpd.read_file(folder / "source.gpkg")


def copy_plain(folder: Path) -> object:
    """Read and write by geopandas."""
    gpd.read_file(folder / "source.gpkg").to_file(folder / "copy.gpkg", layer="compounds")
    return None


def import_stored(folder: Path) -> object:
    """Read by this program, check, and store as a version."""
    from gis.io.read import read_layer  # noqa: PLC0415 - only this measurement loads it
    from gis.store import open_store  # noqa: PLC0415

    with open_store(folder / "project.gpkg", create=True) as store:
        layer = read_layer(folder / "source.gpkg", "compounds")
        return store.save_layer("compounds", layer, kind="compounds", author="benchmark", reason="import")


def load_stored(folder: Path) -> object:
    """Load the stored layer."""
    from gis.store import open_store  # noqa: PLC0415

    with open_store(folder / "project.gpkg") as store:
        return store.load_layer("compounds")


STEPS: dict[str, Callable[[Path], object]] = {
    "read_file": read_plain,
    "read_file + to_file": copy_plain,
    "read_layer + save_layer": import_stored,
    "load_layer": load_stored,
}


def measure_here(step: str, folder: Path) -> None:
    """Run one step in this process and print its time and its peak memory; it ran once before on a tiny layer."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(folder / "tiny.gpkg", Path(name) / "source.gpkg")
        if step == "load_layer":
            import_stored(Path(name))
        STEPS[step](Path(name))
    started, started_cpu = time.perf_counter(), time.process_time()
    result = STEPS[step](folder)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - started_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert step != "load_layer" or len(result) > 0  # type: ignore[arg-type]
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mib": peak}))


def measure(folder: Path, *, repeats: int) -> pd.DataFrame:
    """Run the steps in turn, each run in a process of its own; one row per round, columns (measure, step)."""
    found = []
    for round_ in range(repeats):
        for step in STEPS:
            for written in ("copy.gpkg", *(["project.gpkg"] if "save" in step else [])):
                (folder / written).unlink(missing_ok=True)
            command = [sys.executable, __file__, "--step", step, "--folder", str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append({"round": round_, "step": step, **json.loads(done.stdout)})
    return pd.DataFrame(found).pivot_table(index="round", columns="step")


def ratio(times: pd.DataFrame, step: str, plain: str) -> float:
    """Give the median over the rounds of how much longer a step takes than the plain one in the same round."""
    return float((times[step] / times[plain]).median())


def main() -> int:
    """Measure all steps and hold them against the bars."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--step", choices=list(STEPS))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        measure_here(options.step, options.folder)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_layer(options.count).reset_index().to_file(folder / "source.gpkg", layer="compounds")
        make_layer(10).reset_index().to_file(folder / "tiny.gpkg", layer="compounds")
        found = measure(folder, repeats=options.repeats)
    for step in STEPS:
        seconds, cpu_seconds = found["seconds"][step].median(), found["cpu_seconds"][step].median()
        print(
            f"{step:<26} {seconds:7.2f} s ({cpu_seconds:.2f} s of processor) {found['peak_mib'][step].max():8.0f} MiB"
        )
    write = ratio(found["seconds"], "read_layer + save_layer", "read_file + to_file")
    read = ratio(found["seconds"], "load_layer", "read_file")
    peak = found["peak_mib"]["read_layer + save_layer"].max()
    print(
        f"store against files: {write:.2f} (bar {BAR}), {peak:.0f} MiB (bar {BAR_MIB}); load against read: {read:.2f}"
    )
    return 0 if write <= BAR and read <= BAR and peak < BAR_MIB else 1


if __name__ == "__main__":
    sys.exit(main())
