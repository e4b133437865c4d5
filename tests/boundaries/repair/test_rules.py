"""Each rule chooses whom it says; lines that must not move stay; regions are respected."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries import repair_layer
from boundaries.errors import RepairError
from boundaries.repair import RepairRules
from tests.boundaries.audit.layers import layer_of

# a is large with few people; b is small; the 2 m between or shared by them run 100 m along both
LARGE, SMALL = shapely.box(-300, 0, 101, 100), shapely.box(99, 0, 160, 100)


def pair(*, overlap: bool = True, **columns: list[object]) -> gpd.GeoDataFrame:
    shapes = (
        {"a": LARGE, "b": SMALL}
        if overlap
        else {"a": shapely.box(-300, 0, 99, 100), "b": shapely.box(101, 0, 160, 100)}
    )
    return layer_of(shapes, **columns)


def keeper(layer: gpd.GeoDataFrame, rules: RepairRules, **around: object) -> list[tuple[str, ...]]:
    extent = layer_of({"x": shapely.box(-300, 0, 160, 100)})
    repair = repair_layer(layer, rules=rules, extent=extent, **around)
    assert shapely.coverage_is_valid(repair.layer.geometry.to_numpy())
    return repair.changes["to_ids"].tolist()


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize(
    ("rule", "to", "columns", "options"),
    [
        ("largest_area", "a", {}, {}),
        ("smallest_area", "b", {}, {}),
        ("fewest_households", "a", {"households": [10, 500]}, {}),
        ("fewest_households", "b", {"households": [None, 500]}, {}),
        ("most_compact", "b", {}, {}),
        ("priority", "b", {}, {"priority": ("b",)}),
        ("priority", "b", {}, {"priority": ("b", "a", "b")}),
        ("longest_border", "a", {}, {}),
    ],
)
def test_the_rule_chooses(overlap, rule, to, columns, options):
    columns = {name: pd.array(values, dtype="Float64") for name, values in columns.items()}
    rules = RepairRules(overlaps=rule, gaps=rule, **options)
    assert keeper(pair(overlap=overlap, **columns), rules) == [(to,)]


@pytest.mark.parametrize("overlap", [True, False])
def test_ground_of_a_village_goes_to_who_holds_most_of_the_village(overlap):
    rules = RepairRules(overlaps="village_owner", gaps="village_owner")
    villages = layer_of({"v": shapely.box(95, 0, 140, 100)})
    assert keeper(pair(overlap=overlap), rules, layers={"urban_villages": villages}) == [("b",)]
    with pytest.raises(RepairError):
        keeper(pair(overlap=overlap), rules)


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize(("at", "to"), [(99, "b"), (101, "a")])
def test_rigid_lines_never_move(overlap, at, to):
    """The ground goes to the one that lies beyond the other edge, so that the line stays a line."""
    rivers = gpd.GeoDataFrame(
        {"rigidity": ["rigid"]}, index=["r"], geometry=[shapely.LineString([(at, -50), (at, 150)])], crs=4547
    )
    assert keeper(pair(overlap=overlap), RepairRules(), layers={"waterways": rivers}) == [(to,)]
    elastic = rivers.assign(rigidity="elastic")
    assert keeper(pair(overlap=overlap), RepairRules(), layers={"waterways": elastic}) == [("a",)]


@pytest.mark.parametrize("overlap", [True, False])
def test_between_two_rigid_lines_the_rule_chooses_which_one_stays(overlap):
    lines = [shapely.LineString([(at, -50), (at, 150)]) for at in (99, 101)]
    rivers = gpd.GeoDataFrame({"rigidity": ["rigid"] * 2}, index=["r", "s"], geometry=lines, crs=4547)
    for rule, to in (("largest_area", "a"), ("smallest_area", "b")):
        rules = RepairRules(overlaps=rule, gaps=rule)
        assert keeper(pair(overlap=overlap), rules, layers={"waterways": rivers}) == [(to,)]


def test_a_short_end_on_a_rigid_line_bars_nobody():
    """The gap lies along a river; the ends of its other side touch the river."""
    above = shapely.box(0, 100, 100, 200).difference(shapely.box(30, 100, 60, 101))
    river = shapely.LineString([(-50, 100), (150, 100)])
    rivers = gpd.GeoDataFrame({"rigidity": ["rigid"]}, index=["r"], geometry=[river], crs=4547)
    layer = layer_of({"a": shapely.box(0, -100, 100, 100), "b": above})
    repair = repair_layer(layer, layers={"waterways": rivers}, rules=RepairRules(gaps="largest_area"))
    assert repair.changes["to_ids"].tolist() == [("b",)]


def test_compounds_need_not_cover_the_ground():
    layer = layer_of({"a": shapely.box(0, 0, 10, 10), "b": shapely.box(9, 0, 20, 10), "c": shapely.box(21, 0, 30, 10)})
    extent = layer_of({"x": shapely.box(0, 0, 30, 10)})
    repair = repair_layer(layer, kind="compounds", extent=extent)
    assert repair.changes["kind"].tolist() == ["overlap"]
    assert repair.remaining.empty
    assert repair.layer.area.sum() == 290


@pytest.mark.parametrize("overlap", [True, False])
def test_the_centre_line_of_a_road_becomes_the_new_line(overlap):
    road = shapely.LineString([(100.2, -50), (99.8, 150)])
    roads = gpd.GeoDataFrame(index=["r"], geometry=[road], crs=4547)
    layer = pair(overlap=overlap)
    extent = layer_of({"x": shapely.box(-300, 0, 160, 100)})
    repair = repair_layer(layer, rules=RepairRules(follow_roads=True), extent=extent, layers={"roads": roads})
    shared = shapely.intersection(*repair.layer.boundary.to_numpy())
    assert shared.length == pytest.approx(100, abs=0.01)
    assert shapely.hausdorff_distance(shapely.line_merge(shared), road.intersection(extent.geometry["x"])) < 1e-6
    assert shapely.coverage_is_valid(repair.layer.geometry.to_numpy())
    assert repair.remaining.empty
    with pytest.raises(RepairError):
        repair_layer(layer, rules=RepairRules(follow_roads=True))


def test_ground_stays_in_its_parent_region():
    parents = layer_of({"p": shapely.box(-300, 0, 100, 100), "q": shapely.box(100, 0, 160, 100)})
    repair = repair_layer(pair(), parents=parents)
    assert repair.layer.area.tolist() == [40000, 6000]
    assert sorted(repair.changes["to_ids"]) == [("a",), ("b",)]


def test_who_shares_too_little_border_gets_nothing():
    beside = {"c": shapely.box(-20, 0, 0, 100), "d": shapely.box(100, 0, 120, 100)}
    layer = layer_of({"a": shapely.box(0, 0, 100, 49), "b": shapely.box(0, 51, 100, 90), **beside})
    rules = RepairRules(gaps="smallest_area")
    assert repair_layer(layer, rules=rules).changes["to_ids"].tolist() == [("c",)]
    rules = RepairRules(gaps="smallest_area", min_border_m=50)
    assert repair_layer(layer, rules=rules).changes["to_ids"].tolist() == [("b",)]
    assert len(repair_layer(layer, rules=RepairRules(min_border_m=500)).remaining) == 1


def test_priority_names_ids_that_are_there():
    with pytest.raises(RepairError) as caught:
        repair_layer(pair(), rules=RepairRules(gaps="priority", priority=("b", "x")))
    assert caught.value.code == "rule-ids-unknown"


def test_people_on_moved_ground_are_counted_from_buildings_once():
    buildings = layer_of({"h": shapely.box(99.5, 10, 100.5, 20)}, households=[12], resident_population=[30])
    change = repair_layer(pair(), layers={"buildings": buildings}).changes.iloc[0]
    assert tuple(change[["households", "resident_population", "people_basis"]]) == (12, 30, "buildings")
    assert "12 户" in change["message"]
