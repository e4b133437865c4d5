"""Hygiene of geometries: nothing disappears without a line, ground is kept, sound shapes are not touched."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from gis.geometry import clean_geometries, non_finite_rows, polygonal_parts, set_precision_grid

_RINGS = {
    # name: (WKT, area by hand)
    "bowtie": ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", 2.0),
    "touching itself": ("POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))", 8.0),
    "hole outside": (
        "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (5 5, 6 5, 6 6, 5 5))",
        4.5,
    ),  # such a hole counts as a part with a wrong turn
    "part in part": ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 3 1, 3 3, 1 3, 1 1)))", 16.0),
    "wound twice": ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0, 2 0, 2 2, 0 2, 0 0))", 4.0),
    "edge twice": ("POLYGON ((0 0, 1 0, 1 1, 0 0, 0 1, 1 1, 0 0))", 1.0),
    "spike": ("POLYGON ((0 0, 2 0, 2 2, 2 5, 2 2, 0 2, 0 0))", 4.0),
}


@pytest.mark.parametrize("name", _RINGS)
def test_an_invalid_ring_is_mended_with_a_record_and_its_ground(name):
    text, area = _RINGS[name]
    broken = shapely.from_wkt(text)
    clean = clean_geometries([box(9, 9, 10, 10), broken], family="polygon")
    assert shapely.is_valid(clean.geometries).all()
    assert clean.geometries[1].area == pytest.approx(area)
    (repair,) = [one for one in clean.repairs if one.code == "ring-mended"]
    assert repair.position == 1
    assert "structure" in repair.text.en
    left = clean_geometries([broken], family="polygon", mend_rings=False)
    assert left.geometries[0].equals_exact(broken)
    assert left.repairs == []


def test_what_cannot_be_kept_is_listed_with_its_place():
    shapes = [
        None,
        Polygon(),
        LineString([(0, 0), (1, 1)]),
        shapely.from_wkt("POLYGON ((0 0, 1 1, 2 2, 0 0))"),
        box(0, 0, 1, 1),
    ]
    clean = clean_geometries(shapes, family="polygon")
    assert clean.kept.tolist() == [False, False, False, False, True]
    assert [(one.position, one.code) for one in clean.faults] == [
        (0, "geometry-missing"),
        (1, "geometry-empty"),
        (2, "geometry-other-type"),
        (3, "geometry-collapsed"),
    ]


def test_collections_are_taken_apart_and_heights_dropped_with_a_note():
    mixed = GeometryCollection([Point(0, 0), box(0, 0, 1, 1), GeometryCollection([box(2, 2, 3, 3)])])
    high = shapely.force_3d(box(0, 0, 1, 1), 5.0)
    clean = clean_geometries([mixed, high], family="polygon")
    assert clean.geometries[0].equals(MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]))
    assert [one.code for one in clean.repairs] == ["collection-taken-apart"]
    assert not shapely.has_z(clean.geometries).any()
    assert ["Z" in note.en for note in clean.notes] == [True]


def test_repeated_vertices_go_with_a_count_and_other_shapes_stay_the_same_objects():
    sound = box(5, 5, 6, 6)
    doubled = Polygon([(0, 0), (0, 0), (1, 0), (1, 0), (1, 0), (1, 1), (0, 0)])
    clean = clean_geometries([sound, doubled], family="polygon")
    assert clean.geometries[0] is sound
    assert shapely.get_num_coordinates(clean.geometries[1]) == 4
    (repair,) = clean.repairs
    assert (repair.position, repair.code) == (1, "vertices-repeated")
    assert "3" in repair.text.en


def test_without_a_family_every_type_is_kept():
    shapes = [Point(0, 0), LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)]
    clean = clean_geometries(shapes)
    assert clean.kept.all()
    assert clean.faults == []


def test_the_input_array_is_not_touched():
    shapes = np.array([shapely.from_wkt(_RINGS["bowtie"][0]), None], dtype=object)
    before = shapes.copy()
    clean_geometries(shapes, family="polygon")
    assert shapes[0] is before[0]


points = st.tuples(st.integers(0, 6), st.integers(0, 6))


@given(st.lists(st.lists(points, min_size=3, max_size=9), min_size=1, max_size=6))
def test_any_rings_end_valid_or_listed_and_mending_twice_changes_nothing(rings):
    shapes = [Polygon(ring) for ring in rings]
    clean = clean_geometries(shapes, family="polygon")
    kept = clean.geometries[clean.kept]
    assert shapely.is_valid(kept).all()
    assert (shapely.area(kept) > 0).all()
    assert len(kept) + len(clean.faults) == len(shapes)
    again = clean_geometries(kept, family="polygon")
    assert again.faults == again.repairs == []
    assert shapely.equals_exact(again.geometries, kept).all()
    for shape, now, is_kept in zip(shapes, clean.geometries, clean.kept, strict=True):
        if is_kept:  # an independent method covers the same ground where the ring does not wind twice
            assert now.within(shape.convex_hull.buffer(1e-9))


def test_rows_with_numbers_that_are_none_are_found():
    with np.errstate(invalid="ignore"):
        shapes = [
            box(0, 0, 1, 1),
            Polygon([(0, 0), (np.nan, 1), (1, 1)]),
            None,
            Polygon(),
            LineString([(0, 0), (np.inf, 0)]),
            Point(1e200, 0),
        ]
    assert non_finite_rows(shapes).tolist() == [1, 4, 5]
    assert non_finite_rows([box(0, 0, 1, 1)]).tolist() == []


def test_polygonal_parts_of_lines_are_empty():
    assert polygonal_parts([LineString([(0, 0), (1, 1)])])[0].is_empty


def test_a_precision_grid_keeps_shared_edges_shared():
    layer = gpd.GeoDataFrame(geometry=[box(0, 0, 1 / 3, 1), box(1 / 3, 0, 1, 1)], crs=4547, index=["a", "b"])
    snapped = set_precision_grid(layer, grid_m=0.001)
    assert shapely.coverage_is_valid(snapped.geometry.to_numpy())
    assert snapped.geometry.iloc[0].bounds[2] == 0.333
    assert snapped.crs == layer.crs
    assert snapped.index.equals(layer.index)
