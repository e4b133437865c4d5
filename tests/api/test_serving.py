"""The service on a real port: GIS programs read it, and readers and a writer do not disturb one another."""

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyogrio
import pytest

from gis.project import Project
from tests.api import squares
from tests.api.serving import serving

_needs_gdal = pytest.mark.skipif(
    "OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OGC API - Features driver"
)


@pytest.fixture(scope="module")
def served(town: Path) -> Iterator[str]:
    with serving(town) as address:
        yield address


def _ask(address: str) -> tuple[int, dict]:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)


_READ = """
import json, sys, pyogrio
source, layer, box = json.loads(sys.argv[1])
names = [str(name) for name, _ in pyogrio.list_layers(source)]
found = pyogrio.read_dataframe(source, layer=layer, bbox=box and tuple(box)) if layer else None
print(json.dumps(default=lambda array: array.tolist(), obj={"names": names} | ({} if found is None else {
    "rows": len(found), "epsg": found.crs.to_epsg(), "bounds": [float(edge) for edge in found.total_bounds],
    "columns": {name: found[name].astype(object).where(found[name].notna(), None).tolist()
                for name in found.columns.drop("geometry")},
})))
"""


def _read_with_gdal(served: str, layer: str | None = None, box: tuple[float, ...] | None = None) -> dict:
    """Read in a process of its own: GDAL keeps Python's lock while it waits for the service's answer."""
    question = json.dumps([f"OAPIF:{served}", layer, box])
    ran = subprocess.run(
        [sys.executable, "-c", _READ, question], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@_needs_gdal
def test_gdal_reads_every_collection_with_the_right_count_and_crs(served):
    counts = {collection["id"]: collection["count"] for collection in _ask(f"{served}/collections")[1]["collections"]}
    assert set(_read_with_gdal(served)["names"]) == set(counts)
    for name in ("communities", "units", "findings_findings", "plan_alternative_1", "plan_alternative_1.units"):
        read = _read_with_gdal(served, name)
        assert (read["rows"], read["epsg"]) == (counts[name], 4326), name


@_needs_gdal
def test_gdal_reads_the_figures_as_stored(served, town):
    with Project.open(town) as project:
        stored = project.store.load_layer("units")
    read = _read_with_gdal(served, "units")["columns"]
    assert read["households"] == stored["households"].tolist()
    assert read["resident_population"] == [1000.0] * 7 + [None]


@_needs_gdal
def test_gdal_asks_by_box(served):
    west, south, east, north = _read_with_gdal(served, "units")["bounds"]
    assert _read_with_gdal(served, "units", (west + 1e-5, south + 1e-5, west + 2e-5, south + 2e-5))["rows"] == 1
    assert _read_with_gdal(served, "units", (west - 1, south - 1, east + 1, north + 1))["rows"] == 8


def test_readers_see_whole_versions_while_a_writer_saves(tmp_path):
    with squares.make_project(tmp_path / "town") as project:
        squares.fill(project)
        done = threading.Event()

        def read(address: str) -> list[int]:
            counts = []
            while not done.is_set():
                status, document = _ask(f"{address}/collections/units/items")
                assert status == 200
                households = {feature["properties"]["households"] for feature in document["features"]}
                assert len(households) == 1, "a mixture of two versions"
                counts.append(int(households.pop()))
                assert _ask(f"{address}/collections")[0] == 200
            return counts

        with serving(project.folder) as address, ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read, address) for _ in range(4)]
            try:
                for number in range(500, 520):
                    layer = squares.units().assign(households=float(number))
                    project.store.save_layer("units", layer, kind="units", author="planner", reason="counted")
            finally:
                done.set()
            for reader in readers:
                seen = reader.result()
                assert seen == sorted(seen), "a reader went back in time"
                assert set(seen) <= {400, *range(500, 520)}
            assert _ask(f"{address}/collections/units/items")[1]["features"][0]["properties"]["households"] == 519
