"""Vector tiles of layers: encoded here, or by PostGIS where the project lives there; written as PMTiles."""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from gis.tiles.archive import write_pmtiles
    from gis.tiles.matrix import EXTENT, MAX_ZOOM, Range, Tile, covering_range
    from gis.tiles.source import TileSource
else:
    load_lazily(
        __name__,
        {
            "gis.tiles.archive": ("write_pmtiles",),
            "gis.tiles.matrix": ("EXTENT", "MAX_ZOOM", "Range", "Tile", "covering_range"),
            "gis.tiles.source": ("TileSource",),
        },
    )

__all__ = ["EXTENT", "MAX_ZOOM", "Range", "Tile", "TileSource", "covering_range", "write_pmtiles"]
