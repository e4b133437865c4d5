"""The service on a real port: GIS programs read it, and readers and a writer do not disturb one another."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from gis.project import Project
from tests.api import squares
from tests.api.serving import serving


@pytest.fixture(scope="module")
def served(town: Path) -> Iterator[str]:
    with serving(town) as address:
        yield address


def _ask(address: str) -> tuple[int, dict]:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)


@pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OGC API - Features driver")
def test_gdal_reads_every_collection_with_the_right_count_and_crs(served, town):
    source = f"OAPIF:{served}"
    counts = {collection["id"]: collection["count"] for collection in _ask(f"{served}/collections")[1]["collections"]}
    assert {name for name, _ in pyogrio.list_layers(source)} == set(counts)
    for name, count in counts.items():
        layer = pyogrio.read_dataframe(source, layer=name)
        assert (len(layer), layer.crs.to_epsg()) == (count, 4326), name
    with Project.open(town) as project:
        stored = project.store.load_layer("units")
    read = pyogrio.read_dataframe(source, layer="units", fid_as_index=False)
    assert read["households"].tolist() == stored["households"].tolist()
    pd.testing.assert_series_equal(
        read["resident_population"], stored["resident_population"], check_index=False, check_names=False
    )


def test_gdal_asks_by_box_and_page(served):
    west, south, east, north = pyogrio.read_bounds(f"OAPIF:{served}", layer="units")[1][:, 1]
    inside = (west + 1e-5, south + 1e-5, east - 1e-5, north - 1e-5)
    layer = pyogrio.read_dataframe(f"OAPIF:{served}", layer="units", bbox=inside)
    assert len(layer) == 1


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
