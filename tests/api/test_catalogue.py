"""What a project offers as collections."""

from datetime import timedelta

import pyproj
import pytest
import shapely

from api.catalogue import as_of, find_collection, list_collections, project_state
from api.errors import NotFoundError
from api.times import Span
from gis.store.names import view_name
from tests.api import squares


@pytest.fixture
def full(fresh):
    squares.fill(fresh)
    return fresh


def test_ids_are_the_names_that_qgis_shows(full):
    ids = [collection.id for collection in list_collections(full)]
    shown = [view_name(entry.entity, entry.name) for entry in full.store.items()]
    assert set(shown) == {name for name in ids if not name.endswith((".units", ".comparison"))}
    assert len(ids) == len(set(ids))


def test_plans_stand_in_the_order_of_their_numbers(full):
    for number in (10, 3, 11):
        squares.save_plan(full, f"alternative_{number}", {"a": ["u1", "u2"], "b": [f"u{at}" for at in range(3, 9)]})
    names = [one.name for one in list_collections(full) if one.is_whole_plan]
    assert names == [f"alternative_{number}" for number in (1, 2, 3, 10, 11)]


def test_plans_are_offered_only_where_there_are_units(full):
    full.store.delete("units", author="planner", reason="gone")
    assert not [collection for collection in list_collections(full) if collection.entity == "plan"]


def test_bounds_hold_every_shape_in_degrees(full):
    for collection in list_collections(full):
        if collection.bounds is None:
            assert collection.load().geometry.isna().all()
            continue
        west, south, east, north = collection.bounds
        layer = collection.load().to_crs(4326)
        assert shapely.box(west - 1e-9, south - 1e-9, east + 1e-9, north + 1e-9).contains(layer.union_all())
        assert pyproj.Geod(ellps="GRS80").inv(west, south, east, south)[2] < 420


def test_the_tag_of_a_plan_changes_with_its_units(full):
    def tags() -> dict[str, str]:
        return {collection.id: collection.content_hash for collection in list_collections(full)}

    before = tags()
    full.store.save_layer(
        "units", squares.units().assign(households=9.0), kind="units", author="planner", reason="counted"
    )
    after = tags()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "units",
        "plan_alternative_1",
        "plan_alternative_1.units",
        "plan_alternative_2",
        "plan_alternative_2.units",
        "plans.comparison",
    }


def test_the_tag_of_the_comparison_changes_with_the_standard(full):
    (before,) = [one.content_hash for one in list_collections(full) if one.id == "plans.comparison"]
    full.settings.standard.profile = "henan_2022"
    (after,) = [one.content_hash for one in list_collections(full) if one.id == "plans.comparison"]
    assert before != after


def test_the_comparison_has_today_and_every_plan(full):
    (found,) = [one for one in list_collections(full) if one.id == "plans.comparison"]
    layer = found.load()
    assert list(layer.index) == ["today", "alternative_1", "alternative_2"]
    assert found.rows == len(layer) == 3
    assert layer.loc["alternative_1", "n_communities"] == 2


def test_a_collection_as_of_a_time_is_the_version_of_then(full):
    store = full.store
    store.save_layer("units", squares.units().iloc[:5], kind="units", author="planner", reason="cut")
    store.delete("units", author="planner", reason="gone")
    store.restore("units", 1, author="planner", reason="back", entity="layer")
    moments = [version.created_at for version in store.history("units")]
    (units,) = [one for one in list_collections(full) if one.id == "units"]
    tick = timedelta(microseconds=1)

    def seen(start, end):
        then = as_of(full, units, Span(start, end))
        return None if then is None else (then.version, then.rows, len(then.load()))

    assert seen(moments[0] - tick, moments[0] - tick) is None
    assert seen(moments[0], moments[0]) == (1, 8, 8)
    assert seen(moments[1], moments[1]) == (2, 5, 5)
    assert seen(moments[2], moments[2]) is None
    assert seen(moments[0], moments[2]) == (2, 5, 5)
    assert seen(moments[3], None) == (4, 8, 8)
    assert seen(None, moments[0]) == (1, 8, 8)


def test_a_plan_as_of_a_time_stands_on_the_units_of_then(full):
    then = full.store.history("alternative_2", entity="plan")[0].created_at
    changed = squares.units().assign(households=9.0)
    full.store.save_layer("units", changed, kind="units", author="planner", reason="counted")
    (plan,) = [one for one in list_collections(full) if one.id == "plan_alternative_2"]
    assert plan.load()["households"].tolist() == [36.0, 36.0]
    assert as_of(full, plan, Span(then, then)).load()["households"].tolist() == [1600.0, 1600.0]


def test_the_state_changes_with_layers_findings_plans_and_settings(full):
    states = {project_state(full)}
    assert project_state(full) in states
    full.store.save_layer("units", squares.units().iloc[:4], kind="units", author="planner", reason="cut")
    states.add(project_state(full))
    full.store.delete("alternative_2", author="planner", reason="gone", entity="plan")
    states.add(project_state(full))
    full.settings.standard.profile = "henan_2022"
    states.add(project_state(full))
    assert len(states) == 4


def test_an_unknown_collection_names_those_there_are(full):
    with pytest.raises(NotFoundError, match="communities, units"):
        find_collection(list_collections(full), "castles")
    with pytest.raises(NotFoundError, match="there are none"):
        find_collection([], "castles")
