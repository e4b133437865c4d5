"""Small layers drawn by hand, for examples and tests."""

import geopandas as gpd
import pandas as pd
import shapely

__all__ = ["bow_tie", "four_square_grid", "nested_squares", "ring_with_gap", "two_shifted_squares"]

_CRS = "EPSG:4547"


def two_shifted_squares() -> gpd.GeoDataFrame:
    """Give two squares of 100 m that overlap by 2.5 m x 100 m.

    ::

        +--------+-+--------+
        |  west  | |  east  |
        +--------+-+--------+
        0       97.5       197.5
    """
    return _layer(west=shapely.box(0, 0, 100, 100), east=shapely.box(97.5, 0, 197.5, 100))


def four_square_grid() -> gpd.GeoDataFrame:
    """Give four squares of 100 m that form a coverage.

    ::

        +---+---+
        | c | d |
        +---+---+
        | a | b |
        +---+---+
    """
    return _layer(
        a=shapely.box(0, 0, 100, 100),
        b=shapely.box(100, 0, 200, 100),
        c=shapely.box(0, 100, 100, 200),
        d=shapely.box(100, 100, 200, 200),
    )


def ring_with_gap() -> gpd.GeoDataFrame:
    """Give two halves of a frame of 300 m around a gap of 100 m x 100 m.

    ::

        +-----------+
        |   north   |
        |   +---+   |
        +---+gap+---+
        |   +---+   |
        |   south   |
        +-----------+
    """
    hole = shapely.box(100, 100, 200, 200)
    return _layer(
        north=shapely.box(0, 150, 300, 300).difference(hole), south=shapely.box(0, 0, 300, 150).difference(hole)
    )


def nested_squares() -> gpd.GeoDataFrame:
    """Give a square of 300 m, one of 100 m inside it, and a copy of the inner one.

    ::

        +-----------+
        | outer     |
        |   +---+   |
        |   | 2x|   |    inner and copy
        |   +---+   |
        +-----------+
    """
    inner = shapely.box(100, 100, 200, 200)
    return _layer(outer=shapely.box(0, 0, 300, 300), inner=inner, copy=inner)


def bow_tie() -> gpd.GeoDataFrame:
    r"""Give one polygon whose outline crosses itself: two triangles of 2,500 m2 each.

    ::

        |\    /|
        | \  / |
        |  \/  |
        |  /\  |
        | /  \ |
        |/    \|
    """
    return _layer(tie=shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]))


def _layer(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": list(shapes)}, geometry=list(shapes.values()), index=pd.Index(list(shapes), name="id"), crs=_CRS
    )
