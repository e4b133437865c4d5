import itertools

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.maps.colours import FILLS, colour_neighbours, fill_of


def assert_neighbours_differ(layer: gpd.GeoDataFrame, colours: list[int]) -> None:
    """All pairs, one by one, with no index."""
    shapes = list(layer.geometry)
    for left, right in itertools.combinations(range(len(shapes)), 2):
        if shapes[left].intersects(shapes[right]):
            assert colours[left] != colours[right]


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_neighbours_never_share_a_colour(seed: int, count: int):
    points = np.random.default_rng(seed).random((count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    layer = gpd.GeoDataFrame(geometry=cells)
    colours = colour_neighbours(layer)
    assert_neighbours_differ(layer, colours)
    assert max(colours) < len(FILLS)


def test_corner_neighbours_differ_too():
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)]
    layer = gpd.GeoDataFrame(geometry=squares)
    assert_neighbours_differ(layer, colour_neighbours(layer))


def test_more_than_eight_overlapping_areas_all_differ():
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0).buffer(size) for size in range(1, 13)])
    colours = colour_neighbours(layer)
    assert sorted(colours) == list(range(12))
    assert len({fill_of(number) for number in colours}) == 12


def test_colours_are_spread_evenly():
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(10) for y in range(10)]
    counts = np.bincount(colour_neighbours(gpd.GeoDataFrame(geometry=squares)))
    assert len(counts) == 6
    assert counts.min() > 0.5 * counts.max()


def test_a_layer_without_rows_has_no_colours():
    assert colour_neighbours(gpd.GeoDataFrame(geometry=[])) == []
