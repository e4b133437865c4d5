import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.maps.colours import FILLS, MARKS, colour_neighbours, fill_of
from gis.maps.styles import PLAN_COMMUNITIES


def assert_neighbours_differ(layer: gpd.GeoDataFrame, colours: list[int]) -> None:
    """All pairs, one by one, with no index."""
    shapes = list(layer.geometry)
    for left, right in itertools.combinations(range(len(shapes)), 2):
        if shapes[left].intersects(shapes[right]):
            assert colours[left] != colours[right]


@given(st.integers(0, 2**32 - 1), st.integers(2, 40))
def test_neighbours_never_share_a_colour(seed: int, count: int):
    points = np.random.default_rng(seed).random((count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    layer = gpd.GeoDataFrame(geometry=cells)
    colours = colour_neighbours(layer)
    assert_neighbours_differ(layer, colours)
    assert max(colours) < len(FILLS)


def test_corner_neighbours_differ_too():
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)]
    layer = gpd.GeoDataFrame(geometry=squares)
    assert_neighbours_differ(layer, colour_neighbours(layer))


def test_more_than_eight_overlapping_areas_all_differ():
    layer = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0).buffer(size) for size in range(1, 13)])
    colours = colour_neighbours(layer)
    assert sorted(colours) == list(range(12))
    assert len({fill_of(number) for number in colours}) == 12


def test_colours_are_spread_evenly():
    squares = [shapely.box(x, y, x + 1, y + 1) for x in range(10) for y in range(10)]
    counts = np.bincount(colour_neighbours(gpd.GeoDataFrame(geometry=squares)))
    assert len(counts) == 6
    assert counts.min() > 0.5 * counts.max()


def test_a_layer_without_rows_has_no_colours():
    assert colour_neighbours(gpd.GeoDataFrame(geometry=[])) == []


# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", 2009: linear RGB as people see it who lack one kind of cone.
_BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
_TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
_WHITE = [0.95047, 1.0, 1.08883]
_JUST_NOTICED = 2.3  # of CIE 1976 colour difference


def _as_seen(colour: str, opacity: float, matrix: list[list[float]]) -> np.ndarray:
    """The colour over white paper, in CIELAB, as a colour-blind reader sees it."""
    full = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    mixed = opacity * full + (1 - opacity)
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    xyz = np.array(_TO_XYZ) @ np.clip(np.array(matrix) @ linear, 0, 1) / _WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("lacking", _BLIND)
@pytest.mark.parametrize(
    ("colours", "opacity"), [(FILLS, PLAN_COMMUNITIES.fill_opacity), (MARKS, 1.0)], ids=["fills", "marks"]
)
def test_colour_blind_readers_tell_any_two_apart(colours, opacity, lacking):
    seen = [_as_seen(colour, opacity, _BLIND[lacking]) for colour in colours]
    least = min(float(np.linalg.norm(left - right)) for left, right in itertools.combinations(seen, 2))
    assert least > 2 * _JUST_NOTICED
