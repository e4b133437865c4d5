"""The service under load: a stroke on a plan of 20,000 units, beside re-evaluating the whole plan in the same run.

    python benchmarks/serve.py [--units 20000] [--strokes 200] [--database postgresql://...?schema=NAME]

The town is a lattice of quadrilaterals whose corners are moved and whose edges carry extra vertices, as parcels do. The
service runs in a process of its own; a client sends strokes of many sizes over one connection and measures from sending
to the last byte. ``whole`` is ``score_plan`` on the same plan with the graph at hand. Bars: p99 of a stroke at most
100 ms on an unloaded machine with two cores, and at most a tenth of the whole evaluation (medians, one run).
"""

import argparse
import json
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import httpx2 as httpx
import numpy as np
import pandas as pd
import shapely

from boundaries import Plan, build_graph, score_plan
from gis.i18n import Text
from gis.project import Project

CRS = "EPSG:4547"
_SIZES = (1, 10, 100, 1000, 5000)
_VERTICES_AN_EDGE = 6


def make_town(units: int, *, seed: int) -> gpd.GeoDataFrame:
    """Make a lattice of about so many units that share wavy edges."""
    rng = np.random.default_rng(seed)
    height = int(np.sqrt(units / 2))
    width = -(-units // height)
    columns, rows = np.meshgrid(np.arange(width + 1), np.arange(height + 1))
    corners = np.stack([columns * 60.0, rows * 60.0], axis=-1) + rng.uniform(-15, 15, (height + 1, width + 1, 2))
    corners += (500_000.0, 3_700_000.0)
    along = np.linspace(0, 1, _VERTICES_AN_EDGE + 2)[1:-1, None]

    def edges(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        straight = one[:, :, None] + (two - one)[:, :, None] * along
        return straight + rng.uniform(-2, 2, straight.shape)

    flat, steep = edges(corners[:, :-1], corners[:, 1:]), edges(corners[:-1], corners[1:])
    shapes = [
        shapely.Polygon(
            np.concatenate(
                [
                    corners[y, x][None],
                    flat[y, x],
                    corners[y, x + 1][None],
                    steep[y, x + 1],
                    corners[y + 1, x + 1][None],
                    flat[y + 1, x][::-1],
                    corners[y + 1, x][None],
                    steep[y, x][::-1],
                ]
            )
        )
        for y in range(height)
        for x in range(width)
    ]
    ids = pd.Index([f"u{number:05d}" for number in range(len(shapes))], name="id", dtype="str")
    figures = rng.integers(1, 12, len(shapes)).astype(float)
    frame = {"households": figures, "resident_population": figures * 2.7}
    return gpd.GeoDataFrame(frame, geometry=shapes, index=ids, crs=CRS).iloc[:units]


def make_plan(units: gpd.GeoDataFrame, *, side_m: float = 1400.0) -> "pd.Series[str]":
    """Divide the town into squares."""
    points = units.geometry.centroid
    column, row = (points.x // side_m).astype(int), (points.y // side_m).astype(int)
    labels = [f"c{x - column.min():02d}{y - row.min():02d}" for x, y in zip(column, row, strict=True)]
    return pd.Series(labels, index=units.index, dtype="str", name="community_id")


def serve(folder: str, listener: socket.socket) -> None:
    """Run the service in this process."""
    from api.server import make_server  # noqa: PLC0415 - in the child alone
    from api.settings import ServiceSettings  # noqa: PLC0415 - as above

    make_server(ServiceSettings(project=Path(folder))).run(sockets=[listener])


def strokes_of(
    units: gpd.GeoDataFrame, plan: "pd.Series[str]", *, count: int, seed: int
) -> list[tuple[list[str], str]]:
    """Draw strokes as a brush would: the units nearest to a point go to a community close by."""
    rng = np.random.default_rng(seed)
    tree = shapely.STRtree(shapely.centroid(units.geometry.array))
    points = np.asarray(shapely.get_coordinates(tree.geometries))
    drawn = []
    for number in range(count):
        size, start = _SIZES[number % len(_SIZES)], points[rng.integers(len(points))]
        nearest = np.argsort(((points - start) ** 2).sum(axis=1))[: min(size, len(points))]
        beside = points[nearest[-1]] + rng.uniform(-200, 200, 2)
        to = plan.iloc[int(tree.nearest(shapely.Point(beside)))]
        drawn.append((units.index[nearest].tolist(), str(to)))
    return drawn


def measure(folder: Path, strokes: list[tuple[list[str], str]]) -> tuple[dict[int, list[float]], list[float]]:
    """Send the strokes and the checks of them; give the seconds of each stroke by size, and of the checks."""
    # named as TCP, as asyncio then sends without waiting (TCP_NODELAY), which it does for ``quhua serve`` too
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        child = multiprocessing.get_context("spawn").Process(target=serve, args=(str(folder), listener))
        child.start()
        try:
            return _send(f"http://127.0.0.1:{port}", f"/projects/{folder.name}/plans/draft", strokes)
        finally:
            child.terminate()
            child.join()


def _send(base: str, path: str, strokes: list[tuple[list[str], str]]) -> tuple[dict[int, list[float]], list[float]]:
    seconds: dict[int, list[float]] = {size: [] for size in _SIZES}
    checks = []
    with httpx.Client(base_url=base, timeout=120) as client:
        for _ in range(600):
            try:
                client.get("/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        answer = client.get(path)
        answer.raise_for_status()
        tag = answer.headers["etag"]
        warm = {"units": strokes[0][0], "to": "warm"}  # the first call loads what was compiled before
        client.post(f"{path}/check", json=warm).raise_for_status()
        for units, to in strokes:
            body = json.dumps({"units": units, "to": to, "author": "bench"})
            headers = {"Content-Type": "application/json"}
            begin = time.perf_counter()
            check = client.post(f"{path}/check", content=body, headers=headers)
            middle = time.perf_counter()
            if check.json().get("code") == "stroke-empty":
                continue
            check.raise_for_status()
            answer = client.post(f"{path}/strokes", content=body, headers={**headers, "If-Match": tag})
            end = time.perf_counter()
            answer.raise_for_status()
            tag = answer.headers["etag"]
            checks.append(middle - begin)
            seconds[len(units)].append(end - middle)
    return seconds, checks


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--strokes", type=int, default=200)
    parser.add_argument("--database", default=None)
    asked = parser.parse_args()
    units = make_town(asked.units, seed=0)
    plan = make_plan(units)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "town"
        with Project.create(folder, name="town", crs=CRS, database=asked.database) as project:
            project.store.save_layer("units", units, kind="units", author="bench", reason="import")
            document = {
                "title": {"zh": "稿", "en": "draft"},
                "provenance": {"source": "draft", "balance": "households"},
            }
            project.store.save_plan("draft", plan, document=document, author="bench", reason="create")
        seconds, checks = measure(folder, strokes_of(units, plan, count=asked.strokes, seed=1))
    graph = build_graph(units)
    whole = []
    for _ in range(5):
        begin = time.perf_counter()
        score_plan(Plan(plan, Text("稿", "draft"), {"balance": "households"}), units, graph=graph)
        whole.append(time.perf_counter() - begin)
    report(units, plan, seconds, checks, whole)
    return 0


def report(
    units: gpd.GeoDataFrame,
    plan: "pd.Series[str]",
    seconds: dict[int, list[float]],
    checks: list[float],
    whole: list[float],
) -> None:
    """Print what was measured."""
    everything = [one for some in seconds.values() for one in some]
    print(f"{len(units):,} units, {plan.nunique()} communities, {len(everything)} strokes, {os.cpu_count()} cores")
    print(f"{'units in a stroke':>18} {'median ms':>10} {'p99 ms':>8}")
    for size, some in seconds.items():
        if some:
            print(f"{size:>18,} {statistics.median(some) * 1e3:>10.1f} {np.percentile(some, 99) * 1e3:>8.1f}")
    median, p99 = statistics.median(everything), float(np.percentile(everything, 99))
    print(f"{'all':>18} {median * 1e3:>10.1f} {p99 * 1e3:>8.1f}   (bar: p99 <= 100 ms)")
    print(f"{'check alone':>18} {statistics.median(checks) * 1e3:>10.1f} {np.percentile(checks, 99) * 1e3:>8.1f}")
    whole_s = statistics.median(whole)
    print(f"{'whole plan':>18} {whole_s * 1e3:>10.1f}")
    print(f"stroke / whole: {median / whole_s:.3f} (median), {p99 / whole_s:.3f} (p99)   (bar: <= 0.100)")


if __name__ == "__main__":
    sys.exit(main())
