import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.coverage.noding import Edges, node_segments
from boundaries.coverage.planar import Rings, trace_rings
from boundaries.coverage.segments import boundary_segments


def _rings(*polygons: shapely.Geometry) -> Rings:
    segments = boundary_segments(np.array(polygons, dtype=object))
    edges = node_segments(segments.ends, corner=np.zeros(2))
    balance = np.add.reduceat(edges.forth, edges.source_start[:-1])[:, None]
    kept = np.flatnonzero(balance[:, 0])
    return trace_rings(edges.taken(kept), balance[kept])


def _told(rings: Rings) -> list[tuple[int, float]]:
    inner = np.flatnonzero(~rings.is_outer)
    return sorted(
        zip(rings.depth[inner, 0].tolist(), shapely.area(rings.polygons(inner)).round(6).tolist(), strict=True)
    )


def test_two_squares_that_overlap_make_three_faces() -> None:
    assert _told(_rings(shapely.box(0, 0, 10, 10), shapely.box(8, 0, 20, 10))) == [(1, 80), (1, 100), (2, 20)]


def test_nested_pieces_know_how_deep_they_lie() -> None:
    """A lake in a square, an island in the lake, a house on the island."""
    square = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))
    told = _told(_rings(square, shapely.box(20, 20, 80, 80), shapely.box(40, 40, 50, 50)))
    assert told == [(0, 2800), (1, 3500), (1, 3600), (2, 100)]


def test_a_face_with_an_island_that_touches_its_rim_is_a_valid_polygon() -> None:
    frame = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))
    island = shapely.Polygon([(10, 50), (50, 40), (50, 60)])
    rings = _rings(frame, island)
    gap = rings.polygons(np.flatnonzero(~rings.is_outer & (rings.depth[:, 0] == 0)))
    assert shapely.is_valid(gap).all()
    assert shapely.area(gap).tolist() == [80 * 80 - island.area]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_depths_count_the_polygons_over_each_face(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 20, (count, 2))
    shapes = [
        shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, rng.integers(1, 12, (count, 2)), strict=True)
    ]
    rings = _rings(*shapes)
    inner = np.flatnonzero(~rings.is_outer)
    faces = rings.polygons(inner)
    for face, depth in zip(faces, rings.depth[inner, 0], strict=True):
        point = face.representative_point()
        on_seam = any(shape.boundary.distance(point) < 1e-9 for shape in shapes)
        assert on_seam or sum(shape.contains(point) for shape in shapes) == depth
    union = shapely.union_all(shapes)
    assert (shapely.area(faces) * (rings.depth[inner, 0] > 0)).sum() == pytest.approx(union.area)
    assert (shapely.area(faces) * rings.depth[inner, 0]).sum() == pytest.approx(shapely.area(shapes).sum())


def test_edges_that_cross_without_a_point_are_refused() -> None:
    """Three houses, three wells: no drawing of the nine paths is plane."""
    houses, wells = [(0, 0), (10, 0), (20, 0)], [(0, 10), (10, 10), (20, 10)]
    first, second = np.repeat([0, 1, 2], 3), np.tile([3, 4, 5], 3)
    nine = np.arange(9)
    edges = Edges(np.array(houses + wells, dtype=float), first, second, np.arange(10), nine, np.ones(9, dtype=np.int64))
    with pytest.raises(ArithmeticError, match="no plane drawing"):
        trace_rings(edges, np.ones((9, 1), dtype=np.int64))
