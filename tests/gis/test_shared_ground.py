"""The ground that two polygons share, held against what their difference leaves."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.geometry import shared_ground

ORIGIN = (500_000.0, 3_600_000.0)


def _star(rng: np.random.Generator, *, radius: float, corners: int) -> shapely.Polygon:
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = radius * rng.uniform(0.5, 1, corners)
    return shapely.Polygon(np.column_stack([ORIGIN[0] + reach * np.cos(turn), ORIGIN[1] + reach * np.sin(turn)]))


def _inner(rng: np.random.Generator, outer: shapely.Polygon, way: int) -> shapely.Geometry:
    x, y = ORIGIN
    if way == 0:  # well inside, or across
        return _star(rng, radius=rng.uniform(1, 120), corners=int(rng.integers(3, 30)))
    if way == 1:  # along the outline, cut by a box
        return outer.intersection(shapely.box(x - rng.uniform(0, 60), y - 90, x + rng.uniform(0, 60), y + 90))
    if way == 2:  # the outline itself, moved inward by next to nothing
        return outer.buffer(-(10.0 ** -rng.uniform(0, 8)))
    return outer.simplify(rng.uniform(0, 5))  # the outline with corners left out


@given(st.integers(0, 100_000), st.integers(0, 3))
def test_areas_are_those_that_the_difference_leaves(seed: int, way: int) -> None:
    rng = np.random.default_rng(seed)
    outer = _star(rng, radius=100, corners=int(rng.integers(3, 60)))
    inner = _inner(rng, outer, way)
    if not (outer.is_valid and inner.is_valid and inner.area > 0):
        return
    left, right = np.array([inner, outer], dtype=object), np.array([outer, inner], dtype=object)
    areas = shapely.area(shared_ground(left, right))
    brute = inner.area - inner.difference(outer).area
    assert areas == pytest.approx([brute, brute], abs=1e-4)


def test_touching_polygons_share_no_ground() -> None:
    left = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1)])
    right = np.array([shapely.box(1, 0, 2, 1), shapely.box(1, 1, 2, 2)])
    assert all(shared.is_empty for shared in shared_ground(left, right))


def test_a_polygon_that_the_overlay_loses_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An overlay that gives the outline alone, as snapping may: the ground comes from the difference."""
    monkeypatch.setattr(shapely, "intersection", lambda left, _right: shapely.boundary(left))
    inner, outer = shapely.box(1, 1, 2, 2), shapely.box(0, 0, 3, 3)
    assert shapely.area(shared_ground(np.array([inner]), np.array([outer])))[0] == 1.0
