"""WebMercatorQuad, against PROJ."""

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.tiles import MAX_ZOOM, Tile, covering_range

_TO_MERCATOR = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)
longitudes = st.floats(-179.9, 179.9)
latitudes = st.floats(-85, 85)


@given(longitudes, latitudes, st.integers(0, MAX_ZOOM))
def test_a_point_lies_in_the_tile_that_is_found_for_it(longitude, latitude, zoom):
    (tile,) = covering_range((longitude, latitude, longitude, latitude), zoom)
    west, south, east, north = tile.bounds_m
    x, y = _TO_MERCATOR.transform(longitude, latitude)
    assert west - 1e-6 <= x <= east + 1e-6
    assert south - 1e-6 <= y <= north + 1e-6


@pytest.mark.parametrize(
    ("tile", "exists"),
    [((0, 0, 0), True), ((0, 1, 0), False), ((3, 7, 8), False), ((23, 0, 0), False), ((-1, 0, 0), False)],
)
def test_which_tiles_there_are(tile, exists):
    assert Tile(*tile).exists is exists


def test_a_box_beyond_the_poles_is_cut_to_the_set():
    found = covering_range((-180, -90, 180, 90), 2)
    assert len(list(found)) == 16
    assert Tile(2, 3, 3) in found
    assert Tile(3, 0, 0) not in found
