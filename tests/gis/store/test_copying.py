"""Moving a whole store between backends, and finding damage."""

import sqlite3
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from gis.errors import StoreError
from gis.store import copy_store, open_store, verify_store

WHO = {"author": "王工", "reason": "test"}


def refused(code):
    return pytest.raises(StoreError, check=lambda error: error.code == code)


def fill(store, layer):
    """A history with everything: imports, an edit, deletions, a restored version, findings, a plan, an own CRS."""
    store.save_layer("社区", layer, kind="communities", parameters={"path": "a.shp"}, **WHO)
    store.save_layer("社区", layer.set_geometry(layer.translate(1, 2)), kind="communities", **WHO)
    store.delete("社区", **WHO)
    store.restore("社区", 1, **WHO)
    local = layer.set_crs("+proj=tmerc +lon_0=114.2 +x_0=500000 +ellps=GRS80", allow_override=True)
    store.save_layer("grids", local, kind="grids", **WHO)
    store.delete("grids", **WHO)
    findings = gpd.GeoDataFrame(
        {"ids": [("a", "b"), ()], "area_m2": [0.1, None]},
        geometry=[shapely.Point(1, 2), None],
        index=pd.Index(["f1", "f2"], name="id"),
        crs=layer.crs,
    )
    store.save_findings("audit", findings, **WHO)
    plan = pd.Series(["1", "2"], index=pd.Index(["a", "b"], name="id"), name="community")
    store.save_plan("plan-1", plan, document={"name": "方案一"}, **WHO)
    store.save_plan("plan-1", plan[::-1], document={"name": "方案一"}, **WHO)


def everything(store):
    """All that a reader can ask of a store."""
    with store.reading() as connection:
        names = connection.exec_driver_sql("SELECT DISTINCT entity, name FROM quhua_versions ORDER BY 1, 2").all()
    history = [store.history(name, entity=entity) for entity, name in names]
    return history, store.items()


@pytest.fixture
def places(geopackage_place, postgis_place, tmp_path):
    """SQLite, then PostGIS, then SQLite again."""
    return [geopackage_place, postgis_place, str(tmp_path / "again.gpkg")]


def test_a_move_to_postgis_and_back_keeps_every_version_and_hash(places, two_squares):
    with open_store(places[0], create=True) as first:
        fill(first, two_squares)
        expected = everything(first)
        for source, target in pairwise(places):
            with open_store(source) as here, open_store(target, create=True) as there:
                assert copy_store(here, there) == 9
                assert verify_store(there) == 9
                assert everything(there) == expected
        with open_store(places[2]) as last:
            for version in (1, 2, 4):
                assert_geodataframe_equal(
                    last.load_layer("社区", version=version), first.load_layer("社区", version=version)
                )
            assert_geodataframe_equal(last.load_findings("audit"), first.load_findings("audit"))
            pd.testing.assert_series_equal(last.load_plan("plan-1")[0], first.load_plan("plan-1")[0])


def test_history_goes_on_after_a_move(places, two_squares):
    with open_store(places[0], create=True) as first, open_store(places[1], create=True) as second:
        fill(first, two_squares)
        copy_store(first, second)
        version = second.save_layer("社区", two_squares.iloc[:1], kind="communities", **WHO)
        assert (version.number, version.id) == (5, 10)
        assert len(second.load_layer("社区")) == 1


def test_only_an_empty_store_takes_a_copy(place, tmp_path, two_squares):
    with open_store(place, create=True) as store, open_store(tmp_path / "other.gpkg", create=True) as other:
        store.save_layer("x", two_squares, kind="communities", **WHO)
        other.save_layer("y", two_squares, kind="communities", **WHO)
        with refused("store-not-empty"):
            copy_store(store, other)
        assert [entry.name for entry in other.layers()] == ["y"]


DAMAGE = [
    "UPDATE quhua_v000001 SET c1 = 7",
    "DELETE FROM quhua_v000001 WHERE fid = 1",
    "UPDATE quhua_v000001 SET geom = (SELECT geom FROM quhua_v000001 WHERE fid = 2)",
    "UPDATE quhua_versions SET document = '{}' WHERE entity = 'plan'",
]


@pytest.mark.parametrize("statement", DAMAGE)
def test_a_change_behind_the_stores_back_is_found(geopackage_place, tmp_path, two_squares, statement):
    with open_store(geopackage_place, create=True) as store:
        fill(store, two_squares)
    connection = sqlite3.connect(geopackage_place)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    with open_store(geopackage_place) as store:
        with refused("content-damaged"):
            verify_store(store)
        if "quhua_v0" in statement:
            with open_store(tmp_path / "copy.gpkg", create=True) as copy:
                with refused("content-damaged"):
                    copy_store(store, copy)
                assert copy.items() == []


def test_progress_is_told(place, tmp_path, two_squares):
    told = []
    with open_store(place, create=True) as store, open_store(tmp_path / "copy.gpkg", create=True) as copy:
        fill(store, two_squares)
        copy_store(store, copy, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(told), len(told))
