"""The file is a GeoPackage: GDAL, and so QGIS, opens the current version of each layer under its own name."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gis.errors import StoreError
from gis.store import open_store

WHO = {"author": "王工", "reason": "test"}


@pytest.fixture
def store(geopackage_place):
    with open_store(geopackage_place, create=True) as opened:
        yield opened


def listed(place):
    return dict(pyogrio.list_layers(place).tolist())


def query(place, statement):
    with closing(sqlite3.connect(place)) as connection:
        return connection.execute(statement).fetchall()


def lattice(count):
    """Squares of 8 m on a grid of 10 m."""
    x, y = (np.arange(count) % 50) * 10.0, (np.arange(count) // 50) * 10.0
    return gpd.GeoDataFrame(
        {"households": np.arange(count)},
        geometry=shapely.box(x, y, x + 8, y + 8),
        index=pd.Index([f"g{n}" for n in range(count)], name="id"),
        crs="EPSG:4547",
    )


def test_gdal_lists_layers_under_their_own_names_and_nothing_else(store, geopackage_place, two_squares):
    store.save_layer("社区", two_squares, kind="communities", **WHO)
    store.save_layer("社区", two_squares.iloc[:1], kind="communities", **WHO)
    store.save_findings("audit", two_squares, **WHO)
    store.save_plan("a", pd.Series(["c"], index=["u"]), document={}, **WHO)
    assert listed(geopackage_place) == {
        "社区": "Polygon",
        "findings_audit": "Polygon",
        "plan_a": None,
        "quhua_versions": None,
    }


def test_gdal_reads_the_current_version(store, geopackage_place, two_squares):
    layer = two_squares.assign(**{'户 "数"': [1, 2], "when": pd.to_datetime(["2026-01-02T03:04:05.678Z", None])})
    store.save_layer("社区", layer, kind="communities", **WHO)
    moved = layer.set_geometry(layer.translate(5, 0))
    store.save_layer("社区", moved, kind="communities", **WHO)
    found = pyogrio.read_dataframe(geopackage_place, layer="社区", fid_as_index=True)
    assert found.crs == layer.crs
    assert found.index.tolist() == [1, 2]
    assert found["id"].tolist() == ["a", "b"]
    assert found["name"].tolist() == ["甲社区", "乙社区"]
    assert found['户 "数"'].tolist() == [1, 2]
    assert found["when"].iloc[0] == pd.Timestamp("2026-01-02T03:04:05.678Z")
    assert found.geometry.geom_equals(moved.geometry.set_axis([1, 2])).all()
    assert tuple(pyogrio.read_info(geopackage_place, layer="社区")["total_bounds"]) == tuple(moved.total_bounds)
    history = pyogrio.read_dataframe(geopackage_place, layer="quhua_versions")
    assert history["number"].tolist() == [1, 2]


def test_a_deleted_layer_is_not_shown_until_it_is_restored(store, geopackage_place, two_squares):
    store.save_layer("社区", two_squares, kind="communities", **WHO)
    store.delete("社区", **WHO)
    assert set(listed(geopackage_place)) == {"quhua_versions"}
    store.restore("社区", 1, **WHO)
    assert len(pyogrio.read_dataframe(geopackage_place, layer="社区")) == 2


def test_a_large_layer_has_a_spatial_index_that_sqlite_finds_sound(store, geopackage_place):
    layer = lattice(6000)
    store.save_layer("grids", layer, kind="grids", **WHO)
    assert query(geopackage_place, "SELECT rtreecheck('rtree_grids_geom')") == [("ok",)]
    assert pyogrio.read_info(geopackage_place, layer="grids")["capabilities"]["fast_spatial_filter"]
    window = (95.0, 205.0, 195.0, 333.0)
    found = pyogrio.read_dataframe(geopackage_place, layer="grids", bbox=window)
    assert sorted(found["id"]) == sorted(layer[layer.intersects(shapely.box(*window))].index)
    store.save_layer("grids", layer.iloc[:10], kind="grids", **WHO)
    assert query(geopackage_place, "SELECT * FROM gpkg_extensions") == []
    assert len(pyogrio.read_dataframe(geopackage_place, layer="grids", bbox=window)) == 0


@pytest.mark.parametrize(
    "crs", ["EPSG:4490", "EPSG:3826", "ESRI:102025", "+proj=tmerc +lon_0=114.2 +x_0=500000 +ellps=GRS80 +units=m"]
)
def test_gdal_sees_the_crs(store, geopackage_place, two_squares, crs):
    layer = two_squares.set_crs(crs, allow_override=True)
    for name in ("a", "b"):
        store.save_layer(name, layer, kind="communities", **WHO)
    found = pyogrio.read_dataframe(geopackage_place, layer="b").crs
    assert found.to_epsg() == layer.crs.to_epsg()
    shifted = gpd.GeoSeries([shapely.Point(114.3, 33)], crs=4326)
    assert shifted.to_crs(found).iloc[0].equals_exact(shifted.to_crs(layer.crs).iloc[0], 1e-6)
    assert len(query(geopackage_place, "SELECT srs_id FROM gpkg_spatial_ref_sys")) == 4, "each CRS stands there once"


def test_the_file_meets_the_rules_of_the_format(store, geopackage_place, two_squares):
    """OGC 12-128r17: requirements 2 (application id), 5-8 (integrity), 10-18 (tables), 19-33 (features)."""
    store.save_layer("社区", two_squares, kind="communities", **WHO)
    empty = two_squares.set_geometry([shapely.Polygon(), None])
    store.save_findings("audit", empty, **WHO)
    store.close()
    with Path(geopackage_place).open("rb") as file:
        header = file.read(100)
    assert header[:16] == b"SQLite format 3\0"
    assert header[68:72] == b"GPKG"
    assert query(geopackage_place, "PRAGMA user_version") == [(10300,)]
    assert query(geopackage_place, "PRAGMA integrity_check") == [("ok",)]
    assert query(geopackage_place, "PRAGMA foreign_key_check") == []
    assert {-1, 0, 4326} <= {srs for (srs,) in query(geopackage_place, "SELECT srs_id FROM gpkg_spatial_ref_sys")}
    assert query(
        geopackage_place,
        "SELECT column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns WHERE table_name = '社区'",
    ) == [("geom", "POLYGON", 4547, 0, 0)]
    (blob,), *_ = query(geopackage_place, "SELECT geom FROM 社区")
    assert blob[:4] == b"GP\0\x03", "version 0, little-endian, with an envelope"
    assert np.frombuffer(blob[8:40], "<f8").tolist() == [0, 100, 0, 100]
    assert shapely.from_wkb(blob[40:]).equals(two_squares.geometry.iloc[0])
    flags, missing = (row[0] for row in query(geopackage_place, "SELECT geom FROM findings_audit"))
    assert flags[3] & 0x10, "empty shapes are marked"
    assert missing is None


def test_no_file_stays_open_between_calls(store, geopackage_place, two_squares):
    """GDAL's own SQLite, in this process, would remove the log of an idle connection."""
    store.save_layer("社区", two_squares, kind="communities", **WHO)
    links = [handle.readlink() for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink()]
    assert not [link for link in links if str(link).startswith(geopackage_place)]
    assert query(geopackage_place, "PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 200, b"PK\3\4"])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "x.gpkg"
    path.write_bytes(content)
    with pytest.raises(
        StoreError, check=lambda error: error.code in {"store-foreign", "store-not-found", "store-damaged"}
    ):
        open_store(path)
    assert path.read_bytes() == content


def test_another_programs_geopackage_is_refused_and_left_alone(tmp_path, two_squares):
    path = tmp_path / "x.gpkg"
    two_squares.to_file(path)
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(StoreError, check=lambda error: error.code == "store-foreign"):
            open_store(path, create=create)
    assert path.read_bytes() == before


def test_a_store_that_somebody_else_writes_is_said_to_be_busy(store, geopackage_place, two_squares, monkeypatch):
    import gis.store.geopackage as module

    monkeypatch.setattr(module, "_BUSY_TIMEOUT_S", 0.1)
    with open_store(geopackage_place) as impatient, closing(sqlite3.connect(geopackage_place)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert impatient.layers() == [], "reading goes on meanwhile"
        with pytest.raises(StoreError, check=lambda error: error.code == "store-busy"):
            impatient.save_layer("社区", two_squares, kind="communities", **WHO)
        other.rollback()
        assert impatient.save_layer("社区", two_squares, kind="communities", **WHO).number == 1


def test_a_cut_file_is_said_to_be_damaged(store, geopackage_place):
    store.save_layer("grids", lattice(3000), kind="grids", **WHO)
    store.close()
    with Path(geopackage_place).open("r+b") as file:
        file.truncate(Path(geopackage_place).stat().st_size // 3)
    with (
        pytest.raises(StoreError, check=lambda error: error.code in {"store-damaged", "store-failed"}),
        open_store(geopackage_place) as again,
    ):
        again.load_layer("grids")


def _cut_off(path, target):
    """Leave beside ``target`` what a process leaves that is killed in the middle of its first write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 5")  # so that pages are written before the end
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE half (content TEXT)")
        connection.executemany("INSERT INTO half VALUES (?)", [("x" * 4000,)] * 500)
        for ending in ("", "-journal"):
            shutil.copy(f"{path}{ending}", f"{target}{ending}")
        connection.execute("ROLLBACK")


def test_a_store_whose_making_was_killed_in_the_middle_is_made_anew(tmp_path):
    target = tmp_path / "project.gpkg"
    _cut_off(tmp_path / "first.gpkg", target)
    assert target.stat().st_size > 0
    with open_store(target, create=True) as store:
        assert store.items() == []
    with closing(sqlite3.connect(target)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "half" not in names


def test_a_file_that_was_killed_between_its_two_marks_gets_both(tmp_path):
    place = tmp_path / "project.gpkg"
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {0x47504B47}")
    with open_store(place, create=True):
        pass
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (10300,)
