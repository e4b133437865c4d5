"""Saving, loading, history, deletion and restoring, on both backends."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from gis.errors import CrsError, SchemaError, StoreError
from gis.store import Entity, Store, open_store

WHO = {"author": "王工", "reason": "test"}


def refused(code):
    return pytest.raises(StoreError, check=lambda error: error.code == code)


def test_a_layer_comes_back_as_it_was_saved(store, save, two_squares):
    version = save(two_squares, parameters={"path": "社区.shp"})
    loaded = store.load_layer("communities")
    assert_geodataframe_equal(loaded, two_squares)
    assert loaded.crs == two_squares.crs
    assert loaded.attrs["version"] == version.as_dict()
    assert (version.number, version.parent, version.rows, version.deleted) == (1, None, 2, False)
    assert (version.author, version.reason, version.parameters) == ("王工", "import", {"path": "社区.shp"})
    assert version.created_at.utcoffset().total_seconds() == 0


def test_saving_leaves_the_input_untouched(save, two_squares):
    before = two_squares.copy(deep=True)
    save(two_squares)
    assert_geodataframe_equal(two_squares, before)
    assert two_squares.attrs == {}


def test_every_save_is_a_version_and_every_version_stays(store, save, two_squares):
    first = save(two_squares)
    moved = two_squares.set_geometry(two_squares.translate(5, 0))
    second = save(moved)
    assert [version.number for version in store.history("communities")] == [1, 2]
    assert second.parent == first.id
    assert second.content_hash != first.content_hash
    assert_geodataframe_equal(store.load_layer("communities", version=1), two_squares)
    assert_geodataframe_equal(store.load_layer("communities"), moved)


def test_the_same_content_is_stored_once_but_is_a_new_version(store, save, two_squares):
    first, second = save(two_squares), save(two_squares)
    assert first.content_hash == second.content_hash
    assert (first.number, second.number) == (1, 2)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM quhua_contents").scalar() == 1


def test_deleting_is_a_version_and_can_be_undone(store, save, two_squares):
    save(two_squares)
    gone = store.delete("communities", **WHO)
    assert (gone.number, gone.deleted, gone.rows) == (2, True, 0)
    assert store.layers() == []
    with refused("item-deleted"):
        store.load_layer("communities")
    with refused("item-deleted"):
        store.delete("communities", **WHO)
    assert_geodataframe_equal(store.load_layer("communities", version=1), two_squares)
    back = store.restore("communities", 1, **WHO)
    assert (back.number, back.parameters) == (3, {"restored": 1})
    assert back.content_hash == store.history("communities")[0].content_hash
    assert_geodataframe_equal(store.load_layer("communities"), two_squares)
    assert [entry.name for entry in store.layers()] == ["communities"]


def test_the_state_changes_with_every_version_and_with_nothing_else(store, save, two_squares):
    states = [store.state()]
    for deed in (
        lambda: save(two_squares),
        lambda: save(two_squares),
        lambda: store.delete("communities", **WHO),
        lambda: store.restore("communities", 1, **WHO),
    ):
        deed()
        states.append(store.state())
    assert len(set(states)) == len(states)
    store.load_layer("communities")
    assert store.state() == states[-1]


def test_the_catalogue_describes_each_layer(store, save, two_squares):
    save(two_squares, name="社区")
    (entry,) = store.layers()
    assert (entry.entity, entry.name, entry.kind, entry.rows) == (Entity.LAYER, "社区", "communities", 2)
    assert entry.bounds == (0, 0, 200, 100)
    assert entry.columns == ("name", "households", "geometry")
    assert (entry.geometry_type, entry.crs) == ("POLYGON", "EPSG:4547")
    assert entry.version == store.history("社区")[-1]


def test_findings_keep_tuples_of_ids_and_rows_without_a_place(store, two_squares):
    findings = gpd.GeoDataFrame(
        {
            "kind": ["overlap", "unknown_count"],
            "ids": [("a", "b"), ("b",)],
            "other_ids": [(), None],
            "area_m2": [1.5, None],
        },
        geometry=[shapely.box(0, 0, 1, 1), None],
        index=pd.Index(["f1", "f2"], name="id"),
        crs="EPSG:4547",
    )
    store.save_findings("findings", findings, **WHO)
    assert_geodataframe_equal(store.load_findings("findings"), findings)
    assert store.load_findings("findings")["ids"].tolist() == [("a", "b"), ("b",)]
    assert [entry.entity for entry in store.items()] == [Entity.FINDINGS]
    assert store.history("findings", entity="findings")[0].rows == 2


def test_a_plan_keeps_its_assignment_and_its_document(store):
    units = pd.Index([f"u{n}" for n in range(5)], name="id")
    assignment = pd.Series(["社区1", "社区1", "社区2", "社区2", "社区2"], index=units, name="community")
    document = {"name": {"zh": "方案一", "en": "plan 1"}, "provenance": {"seed": 0, "bounds": [1000, None]}}
    version = store.save_plan("plan-1", assignment, document=document, **WHO)
    loaded, again, found = store.load_plan("plan-1")
    pd.testing.assert_series_equal(loaded, assignment)
    assert again == document
    assert found == version
    edited = store.save_plan("plan-1", assignment, document={**document, "note": "x"}, **WHO)
    assert edited.content_hash != version.content_hash, "the document belongs to the content"
    assert store.load_plan("plan-1", version=1)[1] == document


def test_layer_findings_and_plan_may_share_a_name(store, save, two_squares):
    save(two_squares, name="x")
    store.save_findings("x", two_squares, **WHO)
    store.save_plan("x", pd.Series(["c"], index=pd.Index(["u"], name="id")), document={}, **WHO)
    assert [(entry.entity, entry.name) for entry in store.items()] == [("findings", "x"), ("layer", "x"), ("plan", "x")]


def test_numbers_in_names_count_as_numbers(store):
    for number in (10, 2, 1):
        store.save_plan(f"draft_{number}", pd.Series(["c"], index=pd.Index(["u"], name="id")), document={}, **WHO)
    assert [entry.name for entry in store.items()] == ["draft_1", "draft_2", "draft_10"]
    assert [version.name for version in store.newest()] == ["draft_1", "draft_2", "draft_10"]


def test_a_stale_save_is_refused_and_changes_nothing(store, save, two_squares):
    save(two_squares, expected=0)
    with refused("version-conflict"):
        save(two_squares.iloc[:1], expected=0)
    assert len(store.history("communities")) == 1
    assert len(store.load_layer("communities")) == 2
    assert save(two_squares.iloc[:1], expected=1).number == 2


@pytest.mark.parametrize("name", ["", "a b", "a/b", 'a"b', "a;drop table x", "x" * 61, "a.b", "甲\n"])
def test_a_name_that_cannot_be_used_is_refused(save, two_squares, name):
    with refused("name-invalid"):
        save(two_squares, name=name)


@pytest.mark.parametrize(
    "name",
    ["quhua_versions", "gpkg_contents", "RTREE_x", "plan_x", "findings_x", "sqlite_x", "pg_x", "spatial_ref_sys"],
)
def test_a_name_of_the_database_is_refused(save, two_squares, name):
    with refused("name-reserved"):
        save(two_squares, name=name)


def test_two_names_that_differ_by_case_only_are_refused(store, save, two_squares):
    save(two_squares, name="Roads")
    with refused("name-taken"):
        save(two_squares, name="roads")
    assert [entry.name for entry in store.layers()] == ["Roads"]


def test_long_chinese_names_and_columns_work(store, save, two_squares):
    name, column = "城" * 60, "综合服务设施面积" * 8
    layer = two_squares.assign(**{column: [1.0, 2.0], column + "二": [3.0, 4.0]})
    save(layer, name=name)
    assert_geodataframe_equal(store.load_layer(name), layer)


def test_column_names_that_sql_would_trip_over_come_back(store, save, two_squares):
    names = [
        'a"b',
        "a'b",
        "a;drop table quhua_versions",
        "100%",
        "%s",
        ":x",
        "?",
        "geom",
        "fid",
        "OGC_FID",
        "id",
        "NAME",
        "name ",
        "",
        "甲\0乙"[:1],
        "{}",
        "select",
    ]
    layer = two_squares.assign(**{name: [n, n + 1] for n, name in enumerate(names)})
    save(layer)
    assert_geodataframe_equal(store.load_layer("communities"), layer)


def test_what_does_not_fit_its_kind_is_refused(store, save, two_squares):
    with pytest.raises(SchemaError):
        save(two_squares.assign(households=["many", "few"]))
    with pytest.raises(CrsError):
        save(two_squares.set_crs(None, allow_override=True))
    with pytest.raises(SchemaError):
        save(two_squares, kind="castles")
    assert store.items() == []


@pytest.mark.parametrize("point", [shapely.Point(float("inf"), 0), shapely.Point(0, float("nan"))])
def test_coordinates_that_are_no_numbers_are_refused(store, save, point):
    layer = gpd.GeoDataFrame(geometry=[point], index=pd.Index(["p"], name="id"), crs="EPSG:4547")
    with refused("shape-not-finite"):
        save(layer, kind="facilities")


def test_ids_of_findings_must_be_unique_text(store, two_squares):
    with refused("ids-invalid"):
        store.save_findings("f", two_squares.set_axis(["a", "a"]), **WHO)
    with refused("ids-invalid"):
        store.save_findings("f", two_squares.set_axis([1, 2]), **WHO)


def test_who_and_why_are_needed(save, two_squares):
    with refused("author-missing"):
        save(two_squares, author=" ")
    with refused("author-missing"):
        save(two_squares, reason="")


def test_a_document_that_json_cannot_hold_is_refused(store):
    with refused("document-invalid"):
        store.save_plan("p", pd.Series(["c"], index=["u"]), document={"x": object()}, **WHO)


def test_what_is_not_there_is_named(store, save, two_squares):
    with refused("item-not-found"):
        store.load_layer("x")
    with refused("item-not-found"):
        store.history("x")
    save(two_squares)
    with refused("version-not-found"):
        store.load_layer("communities", version=2)
    with pytest.raises(StoreError, match="communities"):
        store.load_layer("grids")


def test_bookkeeping_and_rows_cannot_be_changed(store, save, two_squares):
    save(two_squares)
    for statement in (
        "UPDATE quhua_versions SET author = 'x'",
        "DELETE FROM quhua_versions",
        "DELETE FROM quhua_contents",
        "UPDATE quhua_items SET name = 'x'",
        "UPDATE quhua_v000001 SET id = 'x'",
        "DELETE FROM quhua_v000001",
        "INSERT INTO quhua_v000001 (fid, id) VALUES (3, 'x')",
    ):
        with refused("store-failed"), store.writing() as connection:
            connection.exec_driver_sql(statement)
    assert_geodataframe_equal(store.load_layer("communities"), two_squares)


def test_an_error_while_writing_leaves_nothing(store, save, two_squares, monkeypatch):
    save(two_squares)

    def fail(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr(type(store.backend), "show", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        save(two_squares.iloc[:1])
    monkeypatch.undo()
    assert len(store.history("communities")) == 1
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM quhua_contents").scalar() == 1


def test_an_empty_layer_and_one_with_mixed_shapes_come_back(store, save, two_squares):
    mixed = two_squares.set_geometry(
        [shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)]), two_squares.geometry.iloc[1]]
    )
    save(mixed)
    assert_geodataframe_equal(store.load_layer("communities"), mixed)
    assert store.layers()[0].geometry_type == "GEOMETRY"
    save(two_squares.iloc[:0])
    assert_geodataframe_equal(store.load_layer("communities"), two_squares.iloc[:0])
    assert store.layers()[0].bounds is None


def test_heights_and_measures_are_kept(store):
    shapes = [
        shapely.Point(1, 2, 3),
        shapely.from_wkt("POINT M (1 2 5)"),
        shapely.from_wkt("LINESTRING ZM (0 0 1 2, 3 4 5 6)"),
        shapely.Point(),
    ]
    layer = gpd.GeoDataFrame(geometry=shapes, index=pd.Index(list("abcd"), name="id"), crs="EPSG:4547")
    store.save_findings("f", layer, **WHO)
    loaded = store.load_findings("f")
    assert shapely.to_wkb(loaded.geometry.to_numpy()).tolist() == shapely.to_wkb(layer.geometry.to_numpy()).tolist()


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:4490",
        "EPSG:3826",
        "ESRI:102025",
        "+proj=tmerc +lat_0=0 +lon_0=114.5 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m",
    ],
)
def test_any_crs_comes_back_equal(store, save, two_squares, crs):
    layer = two_squares.set_crs(crs, allow_override=True)
    save(layer)
    assert store.load_layer("communities").crs == layer.crs


def test_a_store_can_be_opened_again(place, two_squares):
    with open_store(place, create=True) as store:
        version = store.save_layer("communities", two_squares, kind="communities", **WHO)
    with open_store(place) as store:
        assert store.history("communities") == [version]
        assert_geodataframe_equal(store.load_layer("communities"), two_squares)


def test_a_missing_store_is_not_made_by_accident(place):
    with refused("store-not-found"):
        open_store(place)


def test_the_hash_is_the_same_on_both_backends(geopackage_place, postgis_place, two_squares):
    layer = two_squares.assign(
        when=pd.to_datetime(["2026-01-01T08:00:00.123Z", None]),
        who=[("a",), None],
        n=pd.array([1, None], dtype="Int64"),
    )
    hashes = []
    for place in (geopackage_place, postgis_place):
        with open_store(place, create=True) as store:
            hashes.append(store.save_layer("x", layer, kind="communities", **WHO).content_hash)
    assert hashes[0] == hashes[1]


def test_many_threads_may_save_at_once(store, two_squares):
    from concurrent.futures import ThreadPoolExecutor

    def save(n):
        return store.save_layer("communities", two_squares.assign(n=n), kind="communities", **WHO).number

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(save, range(12)))
    assert numbers == list(range(1, 13))
    assert isinstance(store, Store)
