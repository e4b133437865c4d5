"""Broken and repeated coordinates, found in flat arrays, against a look at each geometry by itself."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.geometry import Judged, clean_geometries, non_finite_rows

NUMBER = st.one_of(st.integers(0, 2).map(float), st.sampled_from([-0.0, 0.5]))
ODD = st.one_of(NUMBER, st.sampled_from([np.nan, np.inf, -np.inf]))


def lines(number):
    points = st.lists(st.tuples(number, number), min_size=2, max_size=6)
    empty = st.sampled_from([None, shapely.LineString(), shapely.GeometryCollection()])
    line = points.map(shapely.LineString)
    many = st.lists(points, min_size=1, max_size=3).map(shapely.MultiLineString)
    return st.lists(st.one_of(line, many, empty, points.map(shapely.MultiPoint)), max_size=8)


@pytest.mark.filterwarnings("ignore:invalid value encountered in linestrings")  # making the shapes, not reading them
@given(lines(ODD))
def test_rows_with_coordinates_that_are_no_numbers(shapes):
    expected = [
        row
        for row, shape in enumerate(shapes)
        if shape is not None and not np.isfinite(shapely.get_coordinates(shape)).all()
    ]
    assert non_finite_rows(shapes).tolist() == expected


def repeats(shape):
    parts = [shape] if shape.geom_type == "LineString" else list(getattr(shape, "geoms", []))
    pairs = [(a, b) for part in parts for a, b in zip(part.coords, part.coords[1:], strict=False)]
    return sum(a == b for a, b in pairs)


@given(lines(NUMBER))
def test_rows_with_repeated_vertices(shapes):
    clean = clean_geometries(shapes)
    noted = {note.position for note in clean.repairs if note.code == "vertices-repeated"}
    for row, shape in enumerate(shapes):
        if shape is None or shape.geom_type == "MultiPoint":
            assert row not in noted
            continue
        slim = shapely.remove_repeated_points(shape, 0.0)
        shrinks = shapely.get_num_coordinates(slim) < shapely.get_num_coordinates(shape) and not slim.is_empty
        assert (row in noted) == shrinks
        assert not repeats(shape) or shrinks or slim.is_empty or repeats(slim)


@pytest.mark.parametrize("count", [3, 20_000])
def test_a_broken_ring_is_found_among_many(count):
    shapes = shapely.box(np.arange(count) * 2.0, 0, np.arange(count) * 2.0 + 1, 1)
    shapes[count - 2] = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    clean = clean_geometries(shapes, family="polygon")
    assert [(note.position, note.code) for note in clean.repairs] == [(count - 2, "ring-mended")]
    assert shapely.is_valid(clean.geometries).all()


RINGS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=7).map(shapely.Polygon)


@given(st.lists(st.one_of(RINGS, st.none()), max_size=8))
def test_what_is_known_of_validity_changes_no_result(shapes):
    judged = Judged(np.array(shapes, dtype=object), lambda: shapely.is_valid(np.array(shapes, dtype=object)))
    told, found = clean_geometries(shapes, family="polygon", judged=judged), clean_geometries(shapes, family="polygon")
    assert told.kept.tolist() == found.kept.tolist()
    assert (told.faults, told.repairs) == (found.faults, found.repairs)
    assert shapely.to_wkb(told.geometries).tolist() == shapely.to_wkb(found.geometries).tolist()


def test_a_judgement_of_another_geometry_is_not_believed():
    bowtie = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    others = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    clean = clean_geometries([bowtie], judged=Judged(others, lambda: np.array([True])))
    assert [note.code for note in clean.repairs] == ["ring-mended"]
    clean = clean_geometries([bowtie, bowtie], judged=Judged(others, lambda: np.array([True])))
    assert [note.code for note in clean.repairs] == ["ring-mended", "ring-mended"]
