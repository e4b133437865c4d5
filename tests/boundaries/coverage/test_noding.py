import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.coverage import noding
from boundaries.coverage.noding import Edges, node_segments

ORIGIN = np.zeros(2)


def _noded(*segments: tuple[float, float, float, float]) -> Edges:
    return node_segments(np.array(segments, dtype=float).reshape(-1, 4), corner=ORIGIN)


def _lines(edges: Edges) -> np.ndarray:
    return shapely.linestrings(np.stack([edges.xy[edges.first], edges.xy[edges.second]], axis=1))


def test_a_cross_becomes_four_edges() -> None:
    edges = _noded((0, 0, 10, 10), (0, 10, 10, 0))
    assert len(edges.first) == 4
    assert sorted(map(tuple, edges.xy)) == [(0, 0), (0, 10), (5, 5), (10, 0), (10, 10)]


def test_edges_that_lie_on_each_other_are_one_with_both_sources_and_their_directions() -> None:
    edges = _noded((0, 0, 10, 0), (8, 0, 2, 0))
    middle = int(np.argmax(np.diff(edges.source_start)))
    told = slice(edges.source_start[middle], edges.source_start[middle + 1])
    walked = edges.xy[edges.second[middle]][0] - edges.xy[edges.first[middle]][0]
    assert sorted(edges.source[told]) == [0, 1]
    assert {
        int(source): int(forth * np.sign(walked))
        for source, forth in zip(edges.source[told], edges.forth[told], strict=True)
    } == {0: 1, 1: -1}
    assert len(edges.first) == 3


def test_a_point_within_rounding_of_an_edge_cuts_it_there() -> None:
    edges = _noded((0, 0, 1000, 0), (500, 1e-13, 500, 30))
    assert len(edges.first) == 3
    assert len(edges.xy) == 4


def test_points_within_rounding_are_one_and_keep_given_coordinates() -> None:
    x = 500_000.1
    edges = node_segments(
        np.array([[x, 10, x, 20], [np.nextafter(x, 1e9), 20, x + 5, 30]]), corner=np.array([500_000.0, 10])
    )
    assert len(edges.xy) == 3
    assert x in edges.xy[:, 0]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.sampled_from([0, 1, 6]))
def test_edges_are_those_of_geos_and_meet_only_in_their_ends(seed: int, count: int, decimals: int) -> None:
    """Whole coordinates bring many touches, collinear stretches and points where several edges cross."""
    ends = np.random.default_rng(seed).uniform(0, 12, (count, 4)).round(decimals)
    ends = ends[(ends[:, :2] != ends[:, 2:]).any(axis=1)]
    edges = node_segments(ends, corner=ORIGIN)
    lines = _lines(edges)
    drawn = shapely.union_all(shapely.linestrings(ends.reshape(-1, 2, 2)))
    assert shapely.length(lines).sum() == pytest.approx(drawn.length)
    assert shapely.hausdorff_distance(shapely.multilinestrings(lines), drawn) < 1e-9 if len(lines) else drawn.is_empty
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    for left, right in zip(one[one < other], other[one < other], strict=True):
        shared = {edges.first[left], edges.second[left]} & {edges.first[right], edges.second[right]}
        assert len(shared) == 1 or lines[left].distance(lines[right]) > 0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_the_pieces_of_each_segment_add_up_to_it(seed: int, count: int) -> None:
    ends = np.random.default_rng(seed).uniform(0, 12, (count, 4)).round(1)
    ends = ends[(ends[:, :2] != ends[:, 2:]).any(axis=1)]
    edges = node_segments(ends, corner=ORIGIN)
    of_edge = np.repeat(np.arange(len(edges.first)), np.diff(edges.source_start))
    along = (edges.xy[edges.second] - edges.xy[edges.first])[of_edge] * edges.forth[:, None]
    for axis in (0, 1):
        moved = np.bincount(edges.source, weights=along[:, axis], minlength=len(ends))
        assert moved == pytest.approx(ends[:, 2 + axis] - ends[:, axis], abs=1e-9)


def test_cutting_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noding, "_MOST_ROUNDS", 1)
    with pytest.raises(ArithmeticError, match="still cross"):
        _noded((0, 0, 10, 10), (0, 10, 10, 0))
