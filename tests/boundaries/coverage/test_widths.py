import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.coverage.widths import inscribed_widths
from tests.boundaries.coverage.broken import jittered, natural_cells

PRECISION_M = 0.01
RING_M = 2 * 10 * (2 - 2**0.5)  # the circle in a corner, between the outer sides and the inner corner, 10 m away


@pytest.mark.parametrize(
    ("shape", "width_m"),
    [
        (shapely.box(0, 0, 500, 0.3), 0.3),
        (shapely.box(0, 0, 30, 30), 30),
        (shapely.Point(5, 5).buffer(7, quad_segs=64), 14),
        (shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20)), RING_M),
        (shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 40, 4)]), 9),
        (shapely.affinity.rotate(shapely.box(500_000, 4_000_000, 500_800, 4_000_000.5), 33), 0.5),
    ],
    ids=["long sliver", "square", "disc", "square ring", "two parts", "far and slanting"],
)
def test_widths_of_known_shapes(shape: shapely.Geometry, width_m: float) -> None:
    found = inscribed_widths(np.array([shape], dtype=object), precision_m=PRECISION_M)[0]
    assert 0.995 * width_m - PRECISION_M <= found <= width_m + 1e-6


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_widths_agree_with_geos(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = np.array([jittered(cell, rng, by_m=3.0) for cell in natural_cells(rng, n=8)], dtype=object)
    found = inscribed_widths(shapes, precision_m=PRECISION_M)
    parts = [shapely.get_parts(shape) for shape in shapes]
    circles = [2 * shapely.length(shapely.maximum_inscribed_circle(part, tolerance=1e-4)).max() for part in parts]
    assert (found <= np.array(circles) + 1e-3).all()
    assert (found >= 0.995 * np.array(circles) - PRECISION_M).all()


def test_nothing_has_no_width() -> None:
    assert inscribed_widths(np.empty(0, dtype=object), precision_m=PRECISION_M).tolist() == []
    assert inscribed_widths(np.array([shapely.Polygon()], dtype=object), precision_m=PRECISION_M).tolist() == [0.0]
