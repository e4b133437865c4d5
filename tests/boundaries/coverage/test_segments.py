import numpy as np
import pytest
import shapely

from boundaries.coverage.segments import Segments, boundary_segments, is_answered

WEST, EAST = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)


def _left_over(polygons: np.ndarray) -> Segments:
    segments = boundary_segments(polygons)
    return segments.taken(~is_answered(segments))


def _all(*polygons: shapely.Geometry) -> np.ndarray:
    return np.array(polygons, dtype=object)


@pytest.mark.parametrize("turned", [False, True], ids=["as drawn", "reversed"])
def test_the_ground_lies_on_the_left_however_a_ring_is_drawn(turned: bool) -> None:
    ring = WEST.difference(shapely.box(0.4, 0.4, 0.6, 0.6))
    ring = shapely.reverse(ring) if turned else ring
    x1, y1, x2, y2 = boundary_segments(_all(ring)).ends.T
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2
    length = np.hypot(x2 - x1, y2 - y1)
    left = shapely.points(middle_x - 0.01 * (y2 - y1) / length, middle_y + 0.01 * (x2 - x1) / length)
    assert shapely.contains(ring, left).all()


def test_signed_areas_add_up_to_the_ground() -> None:
    polygons = _all(WEST, shapely.MultiPolygon([EAST, shapely.box(5, 5, 7, 8).difference(shapely.box(5.5, 6, 6, 7))]))
    x1, y1, x2, y2 = boundary_segments(polygons).ends.T
    assert ((x1 * y2 - x2 * y1) / 2).sum() == pytest.approx(shapely.area(polygons).sum())


def test_a_shared_edge_is_answered_and_the_outline_is_left_over() -> None:
    left_over = _left_over(_all(WEST, EAST))
    assert len(left_over) == 6
    assert set(left_over.owner) == {0, 1}


def test_an_edge_of_three_polygons_is_left_over() -> None:
    left_over = _left_over(_all(WEST, EAST, EAST))
    assert len(left_over) == 12


def test_edges_that_run_the_same_way_are_left_over() -> None:
    assert len(_left_over(_all(WEST, WEST))) == 8


def test_edges_that_lie_on_each_other_with_other_points_are_left_over() -> None:
    noded = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    assert len(_left_over(_all(WEST, noded))) == 9


def test_repeated_points_and_negative_zeros_make_no_difference() -> None:
    doubled = shapely.Polygon([(1, -0.0), (1, -0.0), (2, 0), (2, 1), (1, 1), (1, 1)])
    assert len(_left_over(_all(WEST, doubled))) == 6


def test_sliver_rings_far_from_the_origin_keep_their_side() -> None:
    """The shoelace sum of raw coordinates would round this area of 5e-7 away."""
    x, y = 40_500_000.0, 4_000_000.0
    sliver = shapely.Polygon([(x, y), (x + 1000, y), (x + 1000, y + 1e-9), (x + 500, y + 1e-9)])
    thin = shapely.Polygon([(x, y), (x + 10, y), (x + 5, y + 1e-6)])
    for polygon in (sliver, thin):
        ends = boundary_segments(_all(polygon)).ends
        assert (ends[0, 2] > ends[0, 0]) == (shapely.is_ccw(polygon.exterior))


def test_no_polygons_make_no_segments() -> None:
    assert len(_left_over(_all())) == 0
