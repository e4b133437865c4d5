"""The sample county: oversize communities replaced, villages whole, the river crossed only at bridges."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

from boundaries import Plan, assign_by_overlap, build_graph, build_units, find_crossings, propose_plans
from boundaries.errors import InfeasiblePlanError
from gis import samples

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def county() -> dict[str, gpd.GeoDataFrame]:
    return samples.make_county().layers


@pytest.fixture(scope="module")
def units(county: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return build_units(county)


@pytest.fixture(scope="module")
def today(county: dict[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame) -> "pd.Series[str]":
    return assign_by_overlap(units, county["communities"])


@pytest.fixture(scope="module")
def around(county: dict[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame, today: "pd.Series[str]") -> dict[str, Any]:
    barriers = pd.concat([county["waterways"], county["railways"]])
    groups = units["urban_village_id"].astype("string").fillna(units["compound_id"].astype("string"))
    return {
        "current": today,
        "keep_whole": groups.dropna().astype(object),
        "barriers": barriers,
        "crossings": find_crossings(county["roads"], barriers),
    }


@pytest.fixture(scope="module")
def plans(units: gpd.GeoDataFrame, around: dict[str, Any]) -> list[Plan]:
    with ThreadPoolExecutor(2) as executor:
        return propose_plans(units, **around, executor=executor, time_limit_s=300.0, effort=0.025)


def test_the_nine_oversize_communities_give_way_to_what_the_standard_asks_for(
    units: gpd.GeoDataFrame, today: "pd.Series[str]", plans: list[Plan]
) -> None:
    assert (units["households"].groupby(today).sum() > 3_000).sum() == 9
    assert len(plans) >= 3
    for plan in plans:
        assert 15 <= plan.n_communities <= 19
        assert units["households"].groupby(plan.assignment).sum().between(1_000, 3_000).all()


def test_every_urban_village_stays_whole(units: gpd.GeoDataFrame, plans: list[Plan]) -> None:
    villages = units["urban_village_id"].dropna()
    assert villages.nunique() == 14
    for plan in plans:
        homes = pd.DataFrame({"village": villages, "community": plan.assignment}).dropna().drop_duplicates()
        assert len(homes) == 14


def test_the_river_is_crossed_only_at_bridges(
    county: dict[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame, around: dict[str, Any], plans: list[Plan]
) -> None:
    """Each community stays in one part when neighbours across water count only within 40 m of a bridge."""
    graph = build_graph(units)
    lines = around["barriers"].union_all()
    kept = []
    for left, right in zip(graph.left, graph.right, strict=True):
        border = units.geometry.iloc[left].intersection(units.geometry.iloc[right])
        along = border.intersection(lines.buffer(6)).length > 0.5 * border.length
        if not along or around["crossings"].distance(border).min() <= 40:
            kept.append((units.index[left], units.index[right]))
    assert len(kept) < len(graph.left)
    ground = nx.Graph(kept)
    for plan in plans:
        for members in plan.assignment.groupby(plan.assignment).groups.values():
            assert nx.is_connected(ground.subgraph(members))


def test_locked_communities_and_centres(
    units: gpd.GeoDataFrame, around: dict[str, Any], today: "pd.Series[str]"
) -> None:
    locked = today.value_counts().index[0]
    rest = units.index[(today != locked) & units["compound_id"].notna() & units["urban_village_id"].isna()]
    centres = list(rest[:: len(rest) // 6][:6])
    groups = around["keep_whole"]
    inside = groups[today.reindex(groups.index) == locked]
    torn = set(inside) & set(groups[today.reindex(groups.index) != locked])
    assert torn
    asked = around | {"barriers": None, "crossings": None}
    with pytest.raises(InfeasiblePlanError) as refusal:
        propose_plans(units, **asked, locked=[locked], n_communities=17)
    assert refusal.value.code == "lock-splits-group"
    asked["keep_whole"] = groups[~groups.isin(torn)]
    for plan in propose_plans(
        units,
        **asked,
        locked=[locked],
        centres=centres,
        n_communities=17,
        time_limit_s=300.0,
        effort=0.01,
        alternatives=3,
    ):
        assert set(plan.assignment.index[plan.assignment == locked]) == set(today.index[today == locked])
        assert plan.assignment[centres].is_unique
        assert plan.n_communities == 17
