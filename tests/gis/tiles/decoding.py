"""Tiles read back by another hand: mapbox-vector-tile."""

from typing import Any

import mapbox_vector_tile
import shapely
from shapely.geometry import shape

from gis.tiles import EXTENT, Tile, TileSource

SQUARE = shapely.box(0, 0, EXTENT, EXTENT)


def decoded(content: bytes) -> dict[str, Any]:
    """Give the layers of a tile as GeoJSON-like features, y to the south as the tile has it."""
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}


def features(source: TileSource, tile: Tile) -> list[dict[str, Any]]:
    """Encode and decode one tile of a source."""
    return decoded(source.encode(tile)).get(source.name, {"features": []})["features"]


def shapes(found: list[dict[str, Any]]) -> list[shapely.Geometry]:
    """Give the shapes of decoded features."""
    return [shape(feature["geometry"]) for feature in found]
