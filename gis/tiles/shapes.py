"""Shapes in Web Mercator, and how they come to stand on the whole numbers of a tile."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.geometry import polygonal_parts
from gis.tiles.matrix import EXTENT, HALF_WORLD_M, MERCATOR, Tile, units_per_metre
from gis.validity import are_valid

__all__ = ["BUFFER", "LINE", "POINT", "POLYGON", "families_of", "on_tile", "to_mercator"]

BUFFER = 64  # units around a tile that its shapes reach beyond it, so that no line is drawn along its edge
POINT, LINE, POLYGON = 1, 2, 3
_FAMILIES = {0: POINT, 4: POINT, 1: LINE, 2: LINE, 5: LINE, 3: POLYGON, 6: POLYGON}

Shapes = npt.NDArray[np.object_]
Integers = npt.NDArray[np.int64]


def to_mercator(layer: gpd.GeoDataFrame) -> Shapes:
    """Move the shapes of a layer to Web Mercator; what has no place there (the poles), or no shape, becomes None."""
    shapes = np.array(layer.geometry.to_crs(MERCATOR).array, dtype=object)
    shapes = shapely.force_2d(shapes)
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1) if len(shapes) else np.empty(0, dtype=bool)
    shapes[~finite] = None
    polygons = np.flatnonzero(families_of(shapes) == POLYGON)
    shapes[polygons[~are_valid(shapes[polygons])]] = _mended(shapes[polygons[~are_valid(shapes[polygons])]])
    return shapes


def families_of(shapes: Shapes) -> Integers:
    """Tell of each shape whether it is of points (1), lines (2) or polygons (3); 0 where it is none of these."""
    types = shapely.get_type_id(shapes)
    return np.array([_FAMILIES.get(kind, 0) for kind in range(-1, 8)], dtype=np.int64)[types + 1]


def on_tile(shapes: Shapes, tile: Tile) -> Shapes:
    """Round shapes to the whole numbers of a tile, cut to it and its buffer; y grows to the south.

    Parameters
    ----------
    shapes
        Points, lines or polygons in Web Mercator.

    Returns
    -------
    Shapes of the same family in units of the tile; None or empty where nothing is left.

    Notes
    -----
    Every corner goes to the nearest point of one grid for the whole zoom, whatever shape and tile it belongs to: a line
    that two neighbours share stays one line. Where rounding makes a polygon cross itself, it is mended by structure,
    which keeps all the ground that any of its rings goes around: no gap opens.
    """
    scale, corner_m = units_per_metre(tile.z), np.array([HALF_WORLD_M, -HALF_WORLD_M])

    def rounded(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        grid = np.rint((xy + corner_m) * [scale, -scale])
        return np.asarray(grid - [tile.x * EXTENT, tile.y * EXTENT], dtype=np.float64)

    placed = shapely.transform(shapes, rounded)
    _mend(placed)
    low, high = -BUFFER, EXTENT + BUFFER
    bounds = shapely.bounds(placed)
    crossing = ~((bounds[:, :2] >= low).all(axis=1) & (bounds[:, 2:] <= high).all(axis=1)) & ~np.isnan(bounds[:, 0])
    if crossing.any():
        cut = shapely.clip_by_rect(placed[crossing], low, low, high, high)
        cut = shapely.transform(cut, np.rint)
        _mend(cut)
        placed[crossing] = cut
    return placed


def _mend(shapes: Shapes) -> None:
    """Make the polygons valid in place, on whole numbers."""
    polygons = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6, 7)))
    wrong = polygons[~are_valid(shapes[polygons])]
    if len(wrong):
        shapes[wrong] = shapely.set_precision(_mended(shapes[wrong]), 1.0)


def _mended(shapes: Shapes) -> Shapes:
    valid: Any = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return polygonal_parts(valid)
