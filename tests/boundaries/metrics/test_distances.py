"""Distances to the centre, reckoned by hand on squares of 100 m."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import Plan, Scorecard, score_plan
from gis.i18n import Text
from tests.boundaries.town import CRS, square_town

ROW = square_town(3, 1)
X, Y = 500_000.0, 3_000_000.0


def scored(town: gpd.GeoDataFrame, labels: list[str], **layers: gpd.GeoDataFrame) -> Scorecard:
    plan = Plan(pd.Series(labels, index=town.index), Text("甲", "a"), {})
    return score_plan(plan, town, layers=layers)


def points(*rows: tuple[str, float, float]) -> gpd.GeoDataFrame:
    places = [shapely.Point(X + x, Y + y) for _, x, y in rows]
    return gpd.GeoDataFrame({"facility_type": [kind for kind, _, _ in rows]}, geometry=places, crs=CRS)


def lines(*rows: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.LineString([(X + x, Y + y) for x, y in row]) for row in rows], crs=CRS)


def test_the_middle_of_the_people_is_the_centre_without_a_service_centre() -> None:
    """Middles at 50, 150, 250; all 300 households: centre 150; distances 100, 0, 100."""
    totals = scored(ROW, ["a"] * 3).totals
    assert totals["mean_distance_m"] == pytest.approx(200 / 3)
    assert totals["p95_distance_m"] == totals["max_distance_m"] == pytest.approx(100)
    assert "mean_road_distance_m" not in totals


def test_households_weigh_and_empty_units_are_not_the_farthest() -> None:
    town = ROW.copy()
    town["households"] = [300.0, 100.0, 0.0]
    totals = scored(town, ["a"] * 3).totals
    assert totals["mean_distance_m"] == pytest.approx((300 * 25 + 100 * 75) / 400)
    assert totals["max_distance_m"] == pytest.approx(75)
    town["households"] = [9_600.0, 400.0, np.nan]
    assert scored(town, ["a"] * 3).totals["p95_distance_m"] == pytest.approx(4)


def test_the_service_centre_nearest_to_the_people_counts_and_only_in_its_own_community() -> None:
    facilities = points(("school", 50, 50), ("service_centre", 250, 50), ("service_centre", 190, 50))
    card = scored(ROW, ["a", "b", "b"], facilities=facilities)
    assert card.table["centre_distance_m"].to_dict() == pytest.approx({"a": 0.0, "b": (40 + 60) / 2})


def test_a_road_around_a_corner_is_longer_than_the_straight_way() -> None:
    """Units at (50, 50) and (150, 150) of a square of four; the road runs along y = 50, then x = 150."""
    town = square_town(2, 2)
    town["households"] = [100.0, 0.0, 0.0, 0.0]
    facilities = points(("service_centre", 150, 150))
    road = lines([(50, 50), (150, 50)], [(150, 50), (150, 150)], [(1_000, 0), (1_100, 0)])
    totals = scored(town, ["a"] * 4, facilities=facilities, roads=road).totals
    assert totals["max_distance_m"] == pytest.approx(np.hypot(100, 100))
    for key in ("mean_road_distance_m", "p95_road_distance_m", "max_road_distance_m"):
        assert totals[key] == pytest.approx(200, abs=0.01)


def test_roads_that_cross_are_joined_there_and_the_way_onto_them_counts() -> None:
    town = square_town(2, 2)
    town["households"] = [100.0, 0.0, 0.0, 0.0]
    roads = lines([(0, 20), (200, 20)], [(150, 0), (150, 200)])
    card = scored(town, ["a"] * 4, facilities=points(("service_centre", 150, 150)), roads=roads)
    assert card.totals["max_road_distance_m"] == pytest.approx(30 + 100 + 130, abs=10)
    assert card.table["centre_road_distance_m"].to_dict() == pytest.approx({"a": 260}, abs=10)


def test_a_community_without_people_has_no_mean_distance() -> None:
    town = ROW.copy()
    town["households"] = [100.0, 0.0, 0.0]
    card = scored(town, ["a", "b", "b"])
    assert np.isnan(card.table.loc["b", "centre_distance_m"])
    assert card.totals["mean_distance_m"] == 0.0
