"""The small shapes are what their drawings say."""

import geopandas as gpd
import pytest
import shapely

from gis import samples


@pytest.mark.parametrize(
    "name", ["bow_tie", "four_square_grid", "nested_squares", "ring_with_gap", "two_shifted_squares"]
)
def test_small_layers_have_text_ids_and_a_metric_crs(name):
    layer = getattr(samples, name)()
    assert isinstance(layer, gpd.GeoDataFrame)
    assert layer.index.name == "id"
    assert all(isinstance(one, str) for one in layer.index)
    assert layer.crs.to_epsg() == 4547


def test_two_squares_overlap_by_250_m2():
    layer = samples.two_shifted_squares()
    assert layer.geometry.iloc[0].intersection(layer.geometry.iloc[1]).area == 250


def test_four_squares_are_a_coverage():
    layer = samples.four_square_grid()
    assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    assert layer.union_all().area == 40_000


def test_the_ring_leaves_a_gap():
    union = samples.ring_with_gap().union_all()
    assert len(union.interiors) == 1
    assert shapely.Polygon(union.interiors[0]).area == 10_000


def test_nested_squares_hold_a_duplicate_and_a_containment():
    layer = samples.nested_squares()
    assert layer.geometry["inner"].equals(layer.geometry["copy"])
    assert layer.geometry["outer"].contains(layer.geometry["inner"])


def test_the_bow_tie_crosses_itself():
    shape = samples.bow_tie().geometry.iloc[0]
    assert not shape.is_valid
    assert sorted(part.area for part in shapely.make_valid(shape).geoms) == [2_500, 2_500]
