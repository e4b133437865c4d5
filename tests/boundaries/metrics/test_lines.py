"""Lines that follow roads, and communities on both sides of a river."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries import Plan, score_plan
from boundaries.barriers import share_along
from gis.i18n import Text
from tests.boundaries.test_graph import river
from tests.boundaries.town import CRS, square_town


def streets(*lines: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=CRS)


def test_the_share_of_the_line_along_roads_and_rivers() -> None:
    """Three columns, three communities: a road along half of the first line, the river along the second."""
    town = square_town(3, 2)
    plan = Plan(pd.Series(["a", "b", "c"] * 2, index=town.index), Text("甲", "a"), {})
    roads = streets([(500_104, 3_000_000), (500_104, 3_000_100)])
    card = score_plan(plan, town, layers={"roads": roads, "waterways": river(2)})
    assert card.totals["road_line_share"] == pytest.approx(0.25, abs=0.03)
    assert card.totals["feature_line_share"] == pytest.approx(0.75, abs=0.03)
    assert card.totals["barrier_communities"] == 0.0


def test_a_community_on_both_sides_of_a_river_is_told() -> None:
    town = square_town(4, 2)
    plan = Plan(pd.Series(["a", "a", "a", "b"] * 2, index=town.index), Text("甲", "a"), {})
    card = score_plan(plan, town, layers={"waterways": river(2)})
    assert card.table["barrier_crossed"].to_dict() == {"a": 1.0, "b": 0.0}
    elastic = river(2).assign(rigidity="elastic")
    assert "barrier_communities" not in score_plan(plan, town, layers={"waterways": elastic}).totals


def test_two_roads_over_one_stretch_count_once() -> None:
    line = [shapely.LineString([(0, 0), (100, 0)])]
    roads = [
        shapely.LineString([(0, 3), (60, 3)]),
        shapely.LineString([(40, -3), (100, -3)]),
        shapely.LineString([(0, 50), (100, 50)]),
    ]
    assert share_along(line, roads[:1], tolerance_m=4).tolist() == pytest.approx([0.626], abs=0.001)
    assert share_along(line, roads, tolerance_m=4).tolist() == [1.0]
    assert share_along(line, [], tolerance_m=4).tolist() == [0.0]
