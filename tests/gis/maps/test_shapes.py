import itertools
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CrsError
from gis.maps.shapes import STEPS_PER_DEGREE, area_m2, encode_shapes, label_points, lighten
from tests.gis.maps.towns import communities

_STEP = 1 / STEPS_PER_DEGREE


def lonlat(*shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=4326)


def decode(shape: dict[str, Any] | None) -> shapely.Geometry:
    """Read a shape as the page does, in plain Python: sum up the steps."""
    if shape is None:
        return shapely.GeometryCollection()

    def line(steps: list[int]) -> list[tuple[float, float]]:
        xs, ys = itertools.accumulate(steps[::2]), itertools.accumulate(steps[1::2])
        return [(x / STEPS_PER_DEGREE, y / STEPS_PER_DEGREE) for x, y in zip(xs, ys, strict=True)]

    polygons = [shapely.Polygon(line(rings[0]), [line(ring) for ring in rings[1:]]) for rings in shape.get("p", [])]
    lines = [shapely.LineString(line(steps) * (2 if len(steps) == 2 else 1)) for steps in shape.get("l", [])]
    points = [shapely.Point(line(steps)[0]) for steps in shape.get("o", [])]
    return shapely.GeometryCollection([*polygons, *lines, *points])


def with_hole(x: float, y: float, size: float) -> shapely.Polygon:
    outer, inner = (
        shapely.box(x, y, x + size, y + size),
        shapely.box(x + size / 4, y + size / 4, x + size / 2, y + size / 2),
    )
    return shapely.Polygon(outer.exterior.coords, [inner.exterior.coords])


degrees = st.floats(-170, 170, allow_nan=False).map(lambda x: round(x, 9))
latitudes = st.floats(-80, 80, allow_nan=False).map(lambda y: round(y, 9))  # no map has a place of 1e-308 degrees
sizes = st.floats(0.001, 5)
polygons = st.builds(with_hole, degrees, latitudes, sizes)
lines = st.lists(st.tuples(degrees, latitudes), min_size=2, max_size=6, unique=True).map(shapely.LineString)
points = st.builds(shapely.Point, degrees, latitudes)
shapes = st.one_of(
    polygons,
    lines,
    points,
    st.lists(polygons, min_size=1, max_size=3).map(shapely.MultiPolygon),
    st.lists(st.one_of(polygons, lines, points), min_size=1, max_size=3).map(shapely.GeometryCollection),
    st.just(shapely.Polygon()),
    st.none(),
)


@given(st.lists(shapes, max_size=6))
def test_a_page_reads_back_what_was_written(drawn: list[Any]):
    encoded = encode_shapes(lonlat(*drawn), name="drawn")
    assert len(encoded) == len(drawn)
    for shape, original in zip(encoded, drawn, strict=True):
        back = decode(shape)
        if original is None or original.is_empty:
            assert shape is None
            continue
        assert shapely.hausdorff_distance(back, original) <= 2 * _STEP
        assert shapely.area(back) == pytest.approx(shapely.area(original), rel=1e-3, abs=1e-6)


def test_parts_keep_their_kind_and_order():
    mixed = shapely.GeometryCollection(
        [shapely.MultiPoint([(1, 1), (2, 2)]), with_hole(0, 0, 1), shapely.LineString([(0, 0), (1, 1)])]
    )
    (shape,) = encode_shapes(lonlat(mixed), name="mixed")
    assert {key: len(parts) for key, parts in shape.items()} == {"p": 1, "o": 2, "l": 1}
    assert len(shape["p"][0]) == 2  # the hole


def test_vertices_closer_than_a_step_are_written_once():
    tiny = shapely.LineString([(0, 0), (_STEP / 10, 0), (10 * _STEP, 0)])
    assert encode_shapes(lonlat(tiny), name="tiny") == [{"l": [[0, 0, 10, 0]]}]


def test_a_layer_without_crs_is_refused():
    with pytest.raises(CrsError) as refused:
        encode_shapes(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)]), name="nameless")
    assert refused.value.code == "crs-missing"


def test_area_on_the_ellipsoid_agrees_with_the_plane():
    layer = communities()
    assert area_m2(layer).tolist() == [10_000, 11_000, 10_000, 10_000]
    assert area_m2(layer.to_crs(4490)) == pytest.approx(area_m2(layer), rel=2e-3)  # projection scale near the meridian


def test_labels_stand_inside_the_largest_part_with_room_around():
    shape = shapely.MultiPolygon([shapely.box(0, 0, 10, 2), shapely.box(20, 0, 21, 1)])
    layer = gpd.GeoDataFrame(geometry=[shape, None, shapely.Polygon()], crs=4547)
    (latitude, longitude), nowhere, empty = label_points(layer)
    place = gpd.GeoSeries([shapely.Point(longitude, latitude)], crs=4326).to_crs(4547).iloc[0]
    assert place.distance(shape.boundary) == pytest.approx(1, abs=0.05)
    assert shape.contains(place)
    assert nowhere is None
    assert empty is None


def test_a_self_crossing_polygon_has_a_label_all_the_same():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    (place,) = label_points(gpd.GeoDataFrame(geometry=[bow], crs=4547))
    assert place is not None


def wavy_coverage() -> gpd.GeoDataFrame:
    """Two areas of many vertices that share a wavy line."""
    ys = np.linspace(0, 1000, 4000)
    wave = np.column_stack([500 + 20 * np.sin(ys / 30), ys])
    west = shapely.Polygon([(0, 0), *wave, (0, 1000)])
    east = shapely.Polygon([*wave, (1000, 1000), (1000, 0)])
    return gpd.GeoDataFrame(geometry=[west, east], index=pd.Index(["w", "e"], name="id"), crs=4547)


def test_thinning_keeps_shared_edges_and_the_budget():
    layer = wavy_coverage()
    before = layer.copy()
    thinned, tolerance = lighten(layer, max_vertices=900, coverage=True)
    assert_geodataframe_equal(layer, before)
    assert shapely.get_num_coordinates(thinned.geometry.to_numpy()).sum() <= 900
    assert tolerance > 0
    assert shapely.coverage_is_valid(thinned.geometry.to_numpy())
    assert thinned.area.sum() == pytest.approx(1_000_000, rel=1e-9)


def test_a_layer_within_the_budget_is_left_alone():
    layer = wavy_coverage()
    assert lighten(layer, max_vertices=10_000, coverage=True) == (layer, 0.0)


def test_thinning_leaves_no_shape_out():
    specks = [shapely.Point(x, 0).buffer(0.001) for x in range(50)]
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0).buffer(1000, 4000), *specks], crs=4547)
    thinned, _ = lighten(layer, max_vertices=100, coverage=False)
    assert not thinned.is_empty.any()
