"""GCJ-02 and BD-09: published points, round trips, points outside China untouched, a million points in two seconds."""

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

import gis
from gis.datum import is_offset_area, shift_points
from gis.errors import CrsError

_METRES = 111_320.0
degrees_east, degrees_north = st.floats(72, 137.9), st.floats(0.8, 55.9)


def _metres_apart(x, y, other_x, other_y) -> np.ndarray:
    return np.hypot((x - other_x) * np.cos(np.radians(y)), y - other_y) * _METRES


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # googollee/eviltransform, MIT: Shanghai, Shenzhen, Beijing
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        # wandergis/coordtransform, MIT
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_published_points_of_gcj02(wgs84, gcj02):
    x, y = shift_points(np.array([wgs84[0]]), np.array([wgs84[1]]), source="wgs84", target="gcj02")
    assert _metres_apart(x[0], y[0], *gcj02) < 0.001


def test_a_published_point_of_bd09():
    x, y = shift_points(np.array([116.404]), np.array([39.915]), source="gcj02", target="bd09")
    assert (x[0], y[0]) == (pytest.approx(116.41036949371029, abs=1e-9), pytest.approx(39.92133699351021, abs=1e-9))


@pytest.mark.parametrize(("source", "target"), [("wgs84", "gcj02"), ("gcj02", "bd09"), ("cgcs2000", "bd09")])
@given(x=degrees_east, y=degrees_north)
def test_there_and_back_is_the_same_place_anywhere(source, target, x, y):
    moved = shift_points(np.array([x]), np.array([y]), source=source, target=target)
    back = shift_points(*moved, source=target, target=source)
    assert _metres_apart(back[0][0], back[1][0], x, y) < 0.001


def test_a_million_points_within_two_seconds_and_back_to_a_millimetre():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(73, 136, 10**6), rng.uniform(18, 54, 10**6)
    start = time.process_time()
    moved = shift_points(x, y, source="wgs84", target="gcj02")
    there = time.process_time() - start
    start = time.process_time()
    back = shift_points(*moved, source="gcj02", target="wgs84")
    assert there < 2
    assert time.process_time() - start < 2
    assert _metres_apart(back[0], back[1], x, y).max() < 0.001


_CITIES_INSIDE = {
    "北京": (116.39, 39.9), "喀什": (75.99, 39.47), "漠河": (122.37, 53.48), "抚远": (134.3, 48.36),
    "三亚": (109.5, 18.25), "河口": (103.96, 22.51), "瑞丽": (97.85, 24.01), "丹东": (124.39, 40.13),
    "樟木": (85.98, 28.0), "台南": (120.2, 23.0), "香港": (114.17, 22.3), "三沙": (112.34, 16.83),
    "塔城": (82.98, 46.75), "绥芬河": (131.15, 44.41), "二连浩特": (111.97, 43.65),
}  # fmt: skip
_CITIES_OUTSIDE = {
    "Seoul": (126.98, 37.57), "Pyongyang": (125.75, 39.03), "Tokyo": (139.7, 35.7), "Hanoi": (105.85, 21.03),
    "Delhi": (77.2, 28.6), "Ulaanbaatar": (106.9, 47.9), "Bishkek": (74.6, 42.87), "Almaty": (76.9, 43.25),
    "Kathmandu": (85.32, 27.7), "Thimphu": (89.64, 27.47), "Vladivostok": (131.9, 43.12), "Singapore": (103.8, 1.35),
    "Bangkok": (100.5, 13.75), "Manila": (120.98, 14.6), "Paris": (2.35, 48.85), "New York": (-74.0, 40.7),
    "Okinawa": (127.7, 26.2), "Islamabad": (73.05, 33.7), "Khabarovsk": (135.07, 48.48), "Da Nang": (108.2, 16.05),
}  # fmt: skip


@pytest.mark.parametrize("city", _CITIES_INSIDE)
def test_cities_of_china_are_moved_by_hundreds_of_metres(city):
    x, y = (np.array([value]) for value in _CITIES_INSIDE[city])
    moved = shift_points(x, y, source="wgs84", target="gcj02")
    assert 100 < _metres_apart(*moved, x, y)[0] < 1200


@pytest.mark.parametrize("city", _CITIES_OUTSIDE)
@pytest.mark.parametrize("target", ["gcj02", "bd09"])
def test_places_outside_china_are_not_touched(city, target):
    x, y = (np.array([value]) for value in _CITIES_OUTSIDE[city])
    assert not is_offset_area(x, y)[0]
    for source, end in (("wgs84", target), (target, "wgs84")):
        moved = shift_points(x, y, source=source, target=end)
        assert (moved[0][0], moved[1][0]) == (x[0], y[0])


def test_the_move_is_continuous_across_the_rim():
    x = np.linspace(108.0, 125.0, 200_001)
    moved, _ = shift_points(x, np.full_like(x, 45.0), source="wgs84", target="gcj02")
    assert np.diff(moved).min() > 0  # no fold, no tear


def test_a_projected_layer_keeps_crs_index_columns_and_is_moved_as_in_degrees(town_layer):
    before = town_layer.copy()
    moved = gis.convert_datum(town_layer, source="cgcs2000", target="gcj02")
    assert moved.crs == town_layer.crs
    assert moved.index.equals(town_layer.index)
    assert moved.drop(columns="geometry").equals(town_layer.drop(columns="geometry"))
    assert town_layer.geometry.equals(before.geometry)
    in_degrees = gis.convert_datum(town_layer.to_crs(4490), source="cgcs2000", target="gcj02").to_crs(town_layer.crs)
    assert shapely.hausdorff_distance(moved.geometry.to_numpy(), in_degrees.geometry.to_numpy()).max() < 1e-6
    back = gis.convert_datum(moved, source="gcj02", target="cgcs2000")
    assert shapely.hausdorff_distance(back.geometry.to_numpy(), town_layer.geometry.to_numpy()).max() < 1e-3


def test_shared_edges_stay_shared(town_layer):
    moved = gis.convert_datum(town_layer, source="wgs84", target="bd09")
    assert shapely.coverage_is_valid(moved.geometry.iloc[:2].to_numpy())


def test_heights_and_empty_geometries_stay():
    layer = gpd.GeoDataFrame(geometry=[LineString([(116, 40, 5), (117, 40, 6)]), Point(), None], crs=4326)
    moved = gis.convert_datum(layer, source="wgs84", target="gcj02").geometry
    assert shapely.get_coordinates(moved.iloc[0], include_z=True)[:, 2].tolist() == [5, 6]
    assert moved.iloc[1].is_empty
    assert moved.iloc[2] is None


def test_doubt_is_refused():
    layer = gpd.GeoDataFrame(geometry=[Point(116, 40)], crs=4326)
    with pytest.raises(CrsError, match="unknown datum mars"):
        gis.convert_datum(layer, source="mars", target="wgs84")
    with pytest.raises(CrsError, match="has no CRS"):
        gis.convert_datum(layer.set_crs(None, allow_override=True), source="gcj02", target="wgs84")
    same = gis.convert_datum(layer, source="wgs84", target="cgcs2000")
    assert same.geometry.iloc[0] == layer.geometry.iloc[0]


@pytest.fixture
def town_layer() -> gpd.GeoDataFrame:
    """Two squares side by side and one with a hole, in EPSG:4547."""
    shapes = [box(500_000, 3_650_000, 500_100, 3_650_100), box(500_100, 3_650_000, 500_200, 3_650_100)]
    shapes.append(box(501_000, 3_650_000, 501_100, 3_650_100).difference(box(501_020, 3_650_020, 501_040, 3_650_040)))
    return gpd.GeoDataFrame({"name": ["甲", "乙", "丙"]}, geometry=shapes, crs=4547, index=["a", "b", "c"])
