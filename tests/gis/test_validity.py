"""The quick certificate never calls a broken polygon valid, and finds the plain ones."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from gis.validity import are_valid, turn_once

_coordinates = st.integers(-4, 4) | st.sampled_from([0.1, 1e-9, 1e6, 3_650_000.25])


@st.composite
def rings(draw):
    """Rings of few places, so that edges meet, overlap, double back and turn twice all the time."""
    places = draw(st.lists(st.tuples(_coordinates, _coordinates), min_size=3, max_size=9))
    return Polygon(places)


@given(st.lists(rings(), min_size=1, max_size=5))
def test_what_is_certain_is_valid_and_all_is_judged_as_by_geos(shapes):
    given_ = np.array(shapes, dtype=object)
    truth = shapely.is_valid(given_)
    assert not (turn_once(given_) & ~truth).any()
    assert are_valid(given_).tolist() == truth.tolist()


@given(
    st.lists(st.floats(0.05, 1), min_size=3, max_size=30),
    st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)),
    st.booleans(),
)
def test_the_certificate_agrees_with_geos_about_round_parcels_anywhere(radii, place, backwards):
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None] * 100 + place
    shape = Polygon(ring[::-1] if backwards else ring)
    assert are_valid(np.array([shape]))[0] == shape.is_valid
    if turn_once(np.array([shape]))[0]:
        assert shape.is_valid


def test_plain_polygons_have_the_certificate_whichever_way_they_run():
    square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    shapes = [
        Polygon(square),
        Polygon(square[::-1]),
        box(500_000, 3_650_000, 500_001, 3_650_000.5),
        MultiPolygon([box(0, 0, 1, 1)]),
        Point(3, 3).buffer(2),
        shapely.buffer(shapely.from_wkt("POINT (38500000 3650000)"), 5.0, quad_segs=20),
    ]
    assert turn_once(np.array(shapes, dtype=object)).all()


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))",  # bowtie
        "POLYGON ((3 0, -2.4 1.8, 0.9 -2.9, 0.9 2.9, -2.4 -1.8, 3 0))",  # pentagram: turns twice
        "POLYGON ((0 0, 4 0, 4 0, 4 4, 0 4, 0 0))",  # valid, but a repeated vertex proves nothing
        "POLYGON ((0 0, 4 0, 4 4, 2 4, 2 9, 2 4, 0 4, 0 0))",  # spike
        "POLYGON ((0 0, 9 0, 0 0, 0 0))",  # no area
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))",  # hole
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "POLYGON ((0 0, 9 0, 9 9, 8 9, 8 1, 1 1, 1 9, 0 9, 0 0))",  # a valid U that is not star-shaped
        "POLYGON EMPTY",
        "LINESTRING (0 0, 1 0, 1 1, 0 0)",
        "POINT (1 1)",
    ],
)
def test_everything_else_is_left_to_geos(wkt):
    shape = shapely.from_wkt(wkt)
    shapes = np.array([box(0, 0, 1, 1), shape, box(2, 2, 3, 3)], dtype=object)
    assert turn_once(shapes).tolist() == [True, False, True]
    assert are_valid(shapes).tolist() == [True, bool(shape.is_valid), True]


def test_missing_and_endless_geometries_are_never_certain():
    with np.errstate(invalid="ignore"):
        shapes = np.array([None, Polygon([(0, 0), (np.nan, 0), (1, 1)]), Polygon([(0, 0), (np.inf, 0), (1, 1)])])
        assert not turn_once(shapes).any()
        assert are_valid(shapes).tolist() == shapely.is_valid(shapes).tolist()


def test_no_geometries_at_all():
    assert are_valid(np.array([], dtype=object)).tolist() == []
