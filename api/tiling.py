"""Collections as vector tiles: who encodes them, and what is kept of them between requests."""

import gzip
from typing import NamedTuple

from api.catalogue import Collection
from api.service import Service
from gis.store import Entity
from gis.tiles import Tile, TileSource
from gis.tiles.coarse import shows_every_corner
from gis.tiles.postgis import PostGisTiles
from gis.tiles.source import MAX_TILE_BYTES

__all__ = ["PackedTile", "source_of", "tile_of"]

_LEVEL = 5  # of gzip: a tenth larger than the best, in a quarter of the time


class PackedTile(NamedTuple):
    """A tile as it is kept: compressed; empty where there is nothing."""

    packed: bytes

    @property
    def plain(self) -> bytes:
        """Give the bytes for a reader that takes no gzip."""
        return gzip.decompress(self.packed) if self.packed else b""


def source_of(service: Service, found: Collection) -> TileSource:
    """Give a collection ready for tiles, prepared once for each content."""
    return service.memory.recall(
        ("tiles", found.id, found.content_hash), lambda: TileSource.of(found.load(), name=found.id)
    )


def tile_of(service: Service, found: Collection, tile: Tile) -> PackedTile:
    """Give one tile of a collection, encoded once for each content.

    Layers that live in PostGIS are encoded there where a zoom shows every corner; at lower zooms, and where a tile
    would be too large, our encoder simplifies neighbours together.
    """

    def make() -> PackedTile:
        content = _by_database(service, found, tile)
        if content is None:
            content = source_of(service, found).encode(tile)
        return PackedTile(gzip.compress(content, _LEVEL, mtime=0) if content else b"")

    return service.tiles.recall((found.id, found.content_hash, tile), make)


def _by_database(service: Service, found: Collection, tile: Tile) -> bytes | None:
    """Let PostGIS encode the tile; None where it does not apply."""
    if found.entity != Entity.LAYER or not shows_every_corner(tile.z):
        return None
    store = service.project.store
    encoder = service.memory.recall(
        ("tiles in database", found.id, found.content_hash),
        lambda: PostGisTiles.of(store, found.name, found.version, title=found.id),
    )
    content = None if encoder is None else encoder.encode(tile)
    return content if content is not None and len(content) <= MAX_TILE_BYTES else None
