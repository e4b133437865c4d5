"""What a project offers as collections."""

import pyproj
import pytest
import shapely

from api.catalogue import find_collection, list_collections, project_state
from api.errors import NotFoundError
from gis.store.names import view_name
from tests.api import squares


@pytest.fixture
def full(fresh):
    squares.fill(fresh)
    return fresh


def test_ids_are_the_names_that_qgis_shows(full):
    ids = [collection.id for collection in list_collections(full)]
    shown = [view_name(entry.entity, entry.name) for entry in full.store.items()]
    assert set(shown) == {name for name in ids if not name.endswith(".units")}
    assert len(ids) == len(set(ids))


def test_plans_stand_in_the_order_of_their_numbers(full):
    for number in (10, 3, 11):
        squares.save_plan(full, f"alternative_{number}", {"a": ["u1", "u2"], "b": [f"u{at}" for at in range(3, 9)]})
    names = [one.name for one in list_collections(full) if one.entity == "plan" and not one.id.endswith(".units")]
    assert names == [f"alternative_{number}" for number in (1, 2, 3, 10, 11)]


def test_plans_are_offered_only_where_there_are_units(full):
    full.store.delete("units", author="planner", reason="gone")
    assert not [collection for collection in list_collections(full) if collection.entity == "plan"]


def test_bounds_hold_every_shape_in_degrees(full):
    for collection in list_collections(full):
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
    }


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
