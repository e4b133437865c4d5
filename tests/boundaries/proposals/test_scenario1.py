"""Scenario 1: 522 real units, 38 villages as today's communities, divided anew."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
import shapely

from boundaries import Plan, assign_by_overlap, build_graph, compare_plans, propose_plans
from boundaries.matching import moved_units
from tests.boundaries.proposals.test_naming import require_true_names

pytestmark = [pytest.mark.scenario1, pytest.mark.slow]


@pytest.fixture(scope="module")
def units(scenario1: Path) -> gpd.GeoDataFrame:
    columns = {"CODEBASE": "id", "H_CNT": "households", "P_CNT": "resident_population"}
    return gpd.read_file(scenario1, layer="units_bsa").rename(columns=columns).set_index("id")


@pytest.fixture(scope="module")
def today(scenario1: Path, units: gpd.GeoDataFrame) -> "pd.Series[str]":
    villages = gpd.read_file(scenario1, layer="villages_li").rename(columns={"VILLCODE": "id"}).set_index("id")
    return assign_by_overlap(units, villages)


@pytest.fixture(scope="module")
def twelve(units: gpd.GeoDataFrame, today: "pd.Series[str]") -> list[Plan]:
    with ThreadPoolExecutor(2) as executor:
        began = time.process_time()
        plans = propose_plans(units, n_communities=12, current=today, executor=executor, time_limit_s=300.0, effort=0.1)
        assert time.process_time() - began < 90  # both cores for 45 s, whatever else the machine does
    assert not plans[0].provenance["time_limit_hit"]
    return plans


@pytest.fixture(scope="module")
def neighbours(units: gpd.GeoDataFrame) -> "nx.Graph[str]":
    """Neighbours found apart from the program's graph: outlines that share more than a point."""
    one, two = shapely.STRtree(units.geometry.array).query(units.geometry.array, predicate="touches")
    shared = shapely.length(shapely.intersection(units.geometry.array[one], units.geometry.array[two]))
    pairs = zip(units.index[one[shared > 0]], units.index[two[shared > 0]], strict=True)
    return nx.Graph(list(pairs))


def test_twelve_communities_each_in_one_part_and_balanced(
    units: gpd.GeoDataFrame, twelve: list[Plan], neighbours: "nx.Graph[str]"
) -> None:
    mean = units["households"].sum() / 12
    assert len(twelve) == 6
    for plan in twelve:
        assert plan.assignment.index.equals(units.index)
        assert plan.assignment.nunique() == 12
        households = units["households"].groupby(plan.assignment).sum()
        assert households.between(0.85 * mean, 1.15 * mean).all()
        for members in plan.assignment.groupby(plan.assignment).groups.values():
            assert nx.is_connected(neighbours.subgraph(members))


def test_six_alternatives_differ_by_a_tenth_of_the_households(units: gpd.GeoDataFrame, twelve: list[Plan]) -> None:
    households = units["households"]
    for place, one in enumerate(twelve):
        for other in twelve[:place]:
            moved = moved_units(one.assignment, other.assignment, households)
            assert households[moved].sum() >= 0.10 * households.sum()


def test_one_alternative_moves_the_fewest_and_says_so(
    units: gpd.GeoDataFrame, today: "pd.Series[str]", twelve: list[Plan]
) -> None:
    table = compare_plans(twelve, units, current=today)
    assert table.loc["1", "households_moved"] == table.drop("today")["households_moved"].min()
    assert "变动最少" in twelve[0].name.zh
    assert table.loc["today", "n_communities"] == 38


def test_every_name_is_true_of_the_comparison(
    units: gpd.GeoDataFrame, today: "pd.Series[str]", twelve: list[Plan]
) -> None:
    table = compare_plans(twelve, units, current=today).drop("today")
    require_true_names([plan.name.en for plan in twelve], table)


def test_shapes_have_no_tentacles(units: gpd.GeoDataFrame, twelve: list[Plan]) -> None:
    """A community twice as torn as today's worst would not be accepted; today's least Polsby-Popper is 0.29."""
    table = compare_plans(twelve, units)
    assert (table["min_polsby_popper"] > 0.25).all()
    assert (table["mean_hull_ratio"] > 0.78).all()


def test_units_without_a_figure_are_listed(units: gpd.GeoDataFrame, twelve: list[Plan]) -> None:
    assert twelve[0].provenance["units_without_figure"] == list(units.index[units["households"].isna()])
    assert len(twelve[0].provenance["units_without_figure"]) == 23


def test_communities_are_a_coverage_that_keeps_people_and_ground(units: gpd.GeoDataFrame, twelve: list[Plan]) -> None:
    for plan in twelve:
        communities = plan.communities(units)
        assert shapely.coverage_is_valid(communities.geometry.array)
        assert communities.area.sum() == pytest.approx(units.area.sum())
        assert communities["households"].sum() == units["households"].sum() == 30_673
        assert communities["resident_population"].sum() == 76_876


def test_the_standard_alone_bounds_a_range_of_numbers(units: gpd.GeoDataFrame) -> None:
    for plan in propose_plans(build_graph(units), n_communities=(11, 13), effort=0.05, alternatives=3):
        assert units["households"].groupby(plan.assignment).sum().between(1_000, 3_000).all()
        assert 11 <= plan.n_communities <= 13
