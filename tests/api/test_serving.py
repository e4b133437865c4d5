"""The service on a real port: GIS programs read it, and readers and a writer do not disturb one another."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pyogrio
import pytest

from gis.project import Project
from gis.store import Entry, Store
from tests.api import squares
from tests.api.serving import serving

_needs_gdal = pytest.mark.skipif(
    "OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OGC API - Features driver"
)


@pytest.fixture(scope="module")
def served(town: Path) -> Iterator[str]:
    with serving(town) as address:
        yield address


_QUHUA = "from api.cli import main; main()"


def _raw(served: str, request: str) -> str:
    """Send bytes that no well-bred client would, and read what comes back."""
    port = int(served.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plug:
        plug.sendall(request.encode("latin-1"))
        return b"".join(iter(lambda: plug.recv(65536), b"")).decode()


def test_a_proxy_that_nobody_declared_is_not_believed(served):
    own = served.removeprefix("http://")
    answer = _raw(
        served,
        f"GET /collections HTTP/1.1\r\nHost: {own}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 10.0.0.1\r\n"
        "X-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n",
    )
    assert " 200 " in answer.splitlines()[0]
    assert f"{served}/collections/units" in answer
    assert "https://" not in answer
    assert "evil" not in answer
    assert "server:" not in answer.lower()


def test_the_command_serves_in_the_language_it_is_told_and_ends_well(town):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["serve", str(town), "--port", str(port), "--lang", "en"]
    running = subprocess.Popen(
        [sys.executable, "-u", "-c", _QUHUA, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert f"http://127.0.0.1:{port}" in running.stdout.readline()
        until = time.monotonic() + 30
        while running.poll() is None and time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
        answer = _raw(
            f"http://127.0.0.1:{port}", "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert "there is no page /nowhere" in answer
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
        assert (running.returncode, err) == (0, "")
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()


def test_head_over_the_wire_ends_after_the_headers(served):
    own = served.removeprefix("http://")
    answer = _raw(served, f"HEAD /collections HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n")
    assert " 200 " in answer.splitlines()[0]
    assert answer.endswith("\r\n\r\n")
    assert "content-length" in answer.lower()


@pytest.mark.parametrize("target", ["http://evil.example/collections", "//evil.example/collections", "*"])
def test_an_address_of_another_form_is_not_repeated_as_a_link(served, target):
    own = served.removeprefix("http://")
    answer = _raw(served, f"GET {target} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n")
    assert answer.splitlines()[0].split()[1] in {"400", "404"}, answer
    assert "\r\nlocation:" not in answer.lower()
    assert "instance" not in json.loads(answer.partition("\r\n\r\n")[2])


def test_another_process_s_import_shows_at_once(tmp_path):
    """What is kept between answers is dropped as soon as anybody saves a version, in whatever process."""
    with squares.make_project(tmp_path / "town") as project:
        squares.fill(project)
        source = tmp_path / "units.geojson"
        squares.units().iloc[:3].to_crs(4326).reset_index().to_file(source, driver="GeoJSON")
        with serving(project.folder) as address:
            for _ in range(2):
                assert _ask(f"{address}/collections/units")[1]["count"] == 8
            with counted_catalogues() as made:
                for _ in range(5):
                    assert _ask(f"{address}/collections/units")[1]["count"] == 8
                assert made == []
                ran = subprocess.run(
                    [sys.executable, "-c", _QUHUA, "import", project.folder, source, "--kind", "units"],
                    capture_output=True,
                    text=True,
                    timeout=120,
                    check=False,
                )
                assert ran.returncode == 0, ran.stderr
                assert _ask(f"{address}/collections/units")[1]["count"] == 3
                assert len(made) == 1


@contextmanager
def counted_catalogues() -> Iterator[list[str]]:
    """Note each time that the whole catalogue is read from the store."""
    made: list[str] = []
    plain = Store.items

    def items(self: Store, entity: str | None = None) -> list[Entry]:
        made.append(str(entity))
        return plain(self, entity)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "items", items)
        yield made


def _ask(address: str) -> tuple[int, dict]:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)


_READ = """
import json, sys, pyogrio
source, layer, box, options = json.loads(sys.argv[1])
names = [str(name) for name, _ in pyogrio.list_layers(source)]
found = pyogrio.read_dataframe(source, layer=layer, bbox=box and tuple(box), **options) if layer else None
print(json.dumps(default=lambda array: array.tolist(), obj={"names": names} | ({} if found is None else {
    "rows": len(found), "epsg": found.crs.to_epsg(), "bounds": [float(edge) for edge in found.total_bounds],
    "columns": {name: found[name].astype(object).where(found[name].notna(), None).tolist()
                for name in found.columns.drop("geometry")},
})))
"""


def _read_with_gdal(
    served: str, layer: str | None = None, box: tuple[float, ...] | None = None, **options: str
) -> dict:
    """Read in a process of its own: GDAL keeps Python's lock while it waits for the service's answer."""
    question = json.dumps([f"OAPIF:{served}", layer, box, {name.upper(): value for name, value in options.items()}])
    ran = subprocess.run(
        [sys.executable, "-c", _READ, question], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@_needs_gdal
def test_gdal_reads_every_collection_with_the_right_count_and_crs(served):
    counts = {collection["id"]: collection["count"] for collection in _ask(f"{served}/collections")[1]["collections"]}
    assert set(_read_with_gdal(served)["names"]) == set(counts)
    for name, count in counts.items():
        read = _read_with_gdal(served, name)
        stored = 4326 if name == "plans.comparison" else 4547  # GDAL asks for the CRS of the store
        assert (read["rows"], read["epsg"]) == (count, stored), name


@_needs_gdal
@pytest.mark.parametrize("code", [4326, 4490, 4547, 4546, 4526, 4525])
def test_gdal_reads_each_crs_with_its_order_of_axes(served, code):
    read = _read_with_gdal(served, "units", crs=f"EPSG:{code}")
    assert read["epsg"] == (None if code == 4326 else code)  # GDAL takes EPSG:4326 as CRS84, which has no such code
    expected = squares.units().to_crs(code).total_bounds
    assert read["bounds"] == pytest.approx(list(expected), abs=1e-3 if code > 4500 else 1e-7)


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
