import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.coverage.tiles import cut_into_tiles

BOX = (0.0, 0.0, 1000.0, 1000.0)


def _lines(ends: np.ndarray) -> np.ndarray:
    return shapely.linestrings(ends.reshape(-1, 2, 2))


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.integers(2, 60))
def test_tiles_fill_the_box_and_pieces_add_up(seed: int, count: int, max_segments: int) -> None:
    ends = np.random.default_rng(seed).uniform(0, 1000, (count, 4)).round(2)
    tiles = list(cut_into_tiles(ends, BOX, max_segments=max_segments))
    boxes = shapely.box(*np.array([tile.box for tile in tiles]).T)
    assert shapely.area(boxes).sum() == pytest.approx(1e6)
    assert shapely.union_all(boxes).equals(shapely.box(*BOX))
    pieces = np.concatenate([tile.ends for tile in tiles])
    assert shapely.length(_lines(pieces)).sum() == pytest.approx(shapely.length(_lines(ends)).sum())
    for tile, box in zip(tiles, boxes, strict=True):
        assert shapely.covers(box.buffer(1e-9), _lines(tile.ends)).all()


def test_both_sides_of_a_cut_end_in_the_same_point() -> None:
    ends = np.random.default_rng(1).uniform(0, 1000, (500, 4))
    tiles = list(cut_into_tiles(ends, BOX, max_segments=50))
    points = np.concatenate([tile.ends.reshape(-1, 2) for tile in tiles])
    given_points = set(map(tuple, ends.reshape(-1, 2)))
    cuts, times = np.unique(
        [point for point in map(tuple, points) if point not in given_points], axis=0, return_counts=True
    )
    assert len(cuts) > 100
    assert (times >= 2).all()


def test_segments_that_no_cut_can_part_stay_in_one_tile() -> None:
    star = np.array([[500, 500, 500 + 400 * np.cos(angle), 500 + 400 * np.sin(angle)] for angle in np.arange(100)])
    through = np.column_stack([1000 - star[:, 2:], star[:, 2:]])
    assert len(list(cut_into_tiles(through, BOX, max_segments=10))) == 1


def test_a_small_crowd_is_one_tile() -> None:
    tiles = list(cut_into_tiles(np.zeros((0, 4)), BOX))
    assert [tile.box for tile in tiles] == [BOX]
