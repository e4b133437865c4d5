"""Tiles and items side by side with their peers, in one run on the same data: 10,000 units that share their lines.

Run ``python benchmarks/serve_tiles.py --pygeoapi /path/to/venv/bin/python``: that interpreter has pygeoapi, gunicorn,
psycopg2 and GeoAlchemy2. A PostGIS of its own is started as in the tests. Steps take turns, so that a busy machine
slows all of them alike; what counts are ratios of medians. Bars: three times the requests per second of pygeoapi on
items, tiles at least as fast as ``ST_AsMVT``.

Tiles are encoded anew each time (the service keeps them, a tile asked for again costs a look-up), at zooms where every
peer puts the same shapes into a tile. mapbox-vector-tile gets shapes that are moved and cut already.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import shapely

from gis.project import Project
from gis.tiles import Tile, TileSource, covering_range
from gis.tiles.coarse import simplify_for
from gis.tiles.matrix import units_per_metre
from gis.tiles.postgis import PostGisTiles
from tests.gis.store.postgres import find_postgres, running_postgres
from tests.gis.tiles.town import crooked_cells

SIDE = 100  # 10,000 units
ITEMS_BAR, TILES_BAR = 3.0, 1.0
PORTS = {"quhua": 8801, "pygeoapi": 8802}
QUESTIONS = {
    "items limit=100": "limit=100&offset={offset}",
    "items limit=1000": "limit=1000&offset={offset}",
    "items limit=10000": "limit=10000&offset=0",
    "items bbox": "limit=1000&bbox={box}",
}


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def by_turns(steps: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Give the median seconds of each step; each is done once before."""
    for step in steps.values():
        step()
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            seconds[name].append(timed(step))
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def busiest_tiles(layer: gpd.GeoDataFrame, source: TileSource, zoom: int, most: int) -> list[Tile]:
    """Give the tiles of a zoom that have something in them, the fullest first."""
    sizes = {tile: len(source.encode(tile)) for tile in covering_range(tuple(layer.to_crs(4326).total_bounds), zoom)}
    return sorted((tile for tile, size in sizes.items() if size), key=lambda tile: -sizes[tile])[:most]


def peer_features(layer: gpd.GeoDataFrame, source: TileSource, tile: Tile) -> list[dict[str, object]]:
    """Prepare the features of a tile for mapbox-vector-tile."""
    west, _, _, north = tile.bounds_m
    scale = units_per_metre(tile.z)
    placed = shapely.transform(
        simplify_for(source.shapes, tile.z), lambda xy: np.rint((xy - [west, north]) * [scale, -scale])
    )
    cut = shapely.clip_by_rect(placed, -64, -64, 4160, 4160)
    rows = np.flatnonzero(~shapely.is_empty(cut))
    values = layer.drop(columns="geometry").astype(object).to_dict("records")
    return [
        {"geometry": cut[row], "properties": {"id": layer.index[row], **values[row]}, "id": int(row) + 1}
        for row in rows
    ]


def compare_tiles(layer: gpd.GeoDataFrame, project: Project, rounds: int) -> list[dict[str, object]]:
    """Encode the same tiles by all three."""
    source = TileSource.of(layer, name="units")
    database = PostGisTiles.of(project.store, "units", 1, title="units")
    assert database is not None
    results = []
    for zoom in (13, 14, 15, 16, 17, 18):
        tiles = busiest_tiles(layer, source, zoom, 12)
        peers = {tile: peer_features(layer, source, tile) for tile in tiles[:4]}
        steps: dict[str, Callable[[], object]] = {
            "quhua": lambda tiles=tiles: [source.encode(tile) for tile in tiles],
            "ST_AsMVT": lambda tiles=tiles: [database.encode(tile) for tile in tiles],
            "mapbox-vector-tile": lambda peers=peers: [
                mapbox_vector_tile.encode({"name": "units", "features": one}) for one in peers.values()
            ],
        }
        seconds = by_turns(steps, rounds)
        seconds["mapbox-vector-tile"] *= len(tiles) / len(peers)
        features = statistics.mean(len(peers[tile]) for tile in peers)
        results.append({
            "zoom": zoom, "tiles": len(tiles), "features": round(features),
            **{f"{name} ms": 1000 * taken / len(tiles) for name, taken in seconds.items()},
            "times as fast as ST_AsMVT": seconds["ST_AsMVT"] / seconds["quhua"],
            "times as fast as mapbox-vector-tile": seconds["mapbox-vector-tile"] / seconds["quhua"],
        })  # fmt: skip
        print(_line(results[-1]), flush=True)
    return results


def ask(port: int, path: str, times: int) -> int:
    """Ask one after another on one connection; give the bytes of the last answer."""
    plug = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    body = b""
    for _ in range(times):
        plug.request("GET", path, headers={"Accept": "application/geo+json", "Accept-Encoding": "identity"})
        answer = plug.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:300]
    plug.close()
    return len(body)


def ask_at_once(port: int, path: str, times: int, readers: int) -> None:
    """Ask from several readers at once."""
    threads = [threading.Thread(target=ask, args=(port, path, times)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compare_items(rounds: int, box: str) -> list[dict[str, object]]:
    """Ask both services the same, by one reader and by four."""
    results = []
    for name, form in QUESTIONS.items():
        query = form.format(offset=4000, box=box)
        path = f"/collections/units/items?{query}"
        counts = {one: _count(port, path) for one, port in PORTS.items()}
        assert len(set(counts.values())) == 1, counts
        times = 2 if "10000" in name else 8
        for readers in (1, 4):
            steps = {
                one: lambda port=port, path=path, times=times, readers=readers: ask_at_once(port, path, times, readers)
                for one, port in PORTS.items()
            }
            seconds = by_turns(steps, rounds)
            rates = {one: times * readers / taken for one, taken in seconds.items()}
            results.append({
                "question": name, "readers": readers, "features": counts["quhua"],
                **{f"{one} requests/s": rate for one, rate in rates.items()},
                "times pygeoapi": rates["quhua"] / rates["pygeoapi"],
            })  # fmt: skip
            print(_line(results[-1]), flush=True)
    return results


def _count(port: int, path: str) -> int:
    plug = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    plug.request("GET", path + "&f=json")
    return len(json.load(plug.getresponse())["features"])


def _line(result: dict[str, object]) -> str:
    return ", ".join(
        f"{name} {value:,.2f}" if isinstance(value, float) else f"{name} {value}" for name, value in result.items()
    )


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a service until it answers, and end it after."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=file, stderr=file)
    try:
        until = time.monotonic() + 90
        while True:
            try:
                ask(port, "/collections/units/items?limit=1&f=json", 1)
                break
            except (OSError, http.client.HTTPException, AssertionError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()[-3000:]
                time.sleep(0.3)
        yield
    finally:
        process.terminate()
        process.wait(30)


def pygeoapi_settings(host: str, table: str) -> dict[str, object]:
    """Configure pygeoapi for a table in PostGIS: its provider for databases, the fastest that needs no server more."""
    address = f"http://127.0.0.1:{PORTS['pygeoapi']}"
    crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    contact = ("name", "position", "address", "city", "stateorprovince", "postalcode", "country", "phone", "fax",
               "email", "hours", "instructions", "role")  # fmt: skip
    words = dict.fromkeys(contact, "x") | {"url": address}
    database = {
        "host": host,
        "dbname": "postgres",
        "user": "quhua",
        "password": "none",
        "search_path": ["peer", "public"],
    }
    provider = {
        "type": "feature", "name": "PostgreSQL", "table": table, "id_field": "fid", "geom_field": "geom",
        "crs": [crs84], "storage_crs": crs84, "data": database,
    }  # fmt: skip
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": PORTS["pygeoapi"]}, "url": address,
            "mimetype": "application/json; charset=UTF-8", "encoding": "utf-8", "gzip": False, "languages": ["en-US"],
            "limits": {"default_items": 100, "max_items": 10000}, "map": {"url": "x", "attribution": "x"},
            "admin": False,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "x", "description": "x", "keywords": ["x"], "keywords_type": "theme",
                "terms_of_service": "x", "url": address,
            },
            "license": {"name": "x", "url": address}, "provider": {"name": "x", "url": address}, "contact": words,
        },
        "resources": {
            "units": {
                "type": "collection", "title": "units", "description": "units", "keywords": ["x"], "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": crs84}}, "providers": [provider],
            }
        },
    }  # fmt: skip


def main() -> None:
    """Run the comparison and print it; end with 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pygeoapi", help="the Python of an environment with pygeoapi; items are left out without it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here")
    chosen = parser.parse_args()
    programs = find_postgres()
    assert programs is not None, "PostgreSQL with PostGIS is needed"
    layer = crooked_cells(SIDE, size_m=60, corners=4)
    with tempfile.TemporaryDirectory() as place, running_postgres(programs) as url:
        folder = Path(place)
        for name, database in (("town", None), ("team", f"{url}&schema=quhua")):
            with Project.create(folder / name, name=name, crs="EPSG:4547", database=database) as project:
                project.store.save_layer("units", layer, kind="units", author="benchmark", reason="import")
        with Project.open(folder / "team") as project:
            tiles = compare_tiles(layer, project, chosen.rounds)
        items = _items(chosen, folder, url, layer) if chosen.pygeoapi else []
    if chosen.json:
        chosen.json.write_text(json.dumps({"tiles": tiles, "items": items}, indent=2))
    slow = [one for one in tiles if one["times as fast as ST_AsMVT"] < TILES_BAR]
    slow += [one for one in items if one["times pygeoapi"] < ITEMS_BAR]
    print("all bars are kept" if not slow else f"below the bar: {slow}")
    sys.exit(1 if slow else 0)


def _items(chosen: argparse.Namespace, folder: Path, url: str, layer: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Give pygeoapi the same rows as a table in degrees, so that it has nothing to move, and ask both."""
    host = url.rsplit("host=", 1)[1]
    _peer_table(url, layer)
    settings, description = folder / "pygeoapi.yml", folder / "openapi.yml"
    settings.write_text(json.dumps(pygeoapi_settings(host, "units")))  # JSON is YAML
    environment = {"PYGEOAPI_CONFIG": str(settings), "PYGEOAPI_OPENAPI": str(description), "PYTHONPATH": ""}
    with description.open("wb") as file:
        subprocess.run(
            [chosen.pygeoapi, "-c", "from pygeoapi import cli; cli()", "openapi", "generate", str(settings)],
            env={**os.environ, **environment}, stdout=file, check=True,
        )  # fmt: skip
    gunicorn = [chosen.pygeoapi, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4", "--keep-alive", "30"]
    peer = [*gunicorn, "-b", f"127.0.0.1:{PORTS['pygeoapi']}", "pygeoapi.flask_app:APP"]
    own = [
        sys.executable,
        "-c",
        "from api.cli import main; main()",
        "serve",
        str(folder / "town"),
        "--port",
        str(PORTS["quhua"]),
    ]
    west, south, east, north = layer.to_crs(4326).total_bounds
    middle, reach = ((west + east) / 2, (south + north) / 2), (east - west) / 8
    box = quote(",".join(map(str, (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach))))
    with (
        running(own, PORTS["quhua"], {}, folder / "own.log"),
        running(peer, PORTS["pygeoapi"], environment, folder / "peer.log"),
    ):
        return compare_items(chosen.rounds, box)


def _peer_table(url: str, layer: gpd.GeoDataFrame) -> None:
    import sqlalchemy as sa  # noqa: PLC0415

    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    moved = layer.to_crs(4326)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA peer")
        connection.exec_driver_sql(
            "CREATE TABLE peer.units (fid serial PRIMARY KEY, geom geometry(Polygon, 4326), id text, name text, "
            "households double precision, floors bigint, is_old boolean)"
        )
        rows = zip(
            shapely.to_wkb(moved.geometry.to_numpy(), hex=True, include_srid=False), moved.index, moved["name"],
            moved["households"], moved["floors"].tolist(), moved["is_old"].tolist(), strict=True,
        )  # fmt: skip
        connection.exec_driver_sql(
            "INSERT INTO peer.units (geom, id, name, households, floors, is_old) "
            "VALUES (ST_SetSRID(ST_GeomFromWKB(decode(%s, 'hex')), 4326), %s, %s, %s, %s, %s)",
            list(rows),
        )
        connection.exec_driver_sql("CREATE INDEX ON peer.units USING gist (geom)")
        connection.exec_driver_sql("ANALYZE peer.units")
    engine.dispose()


if __name__ == "__main__":
    main()
