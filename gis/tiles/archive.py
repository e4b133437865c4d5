"""Vector tiles of several layers as one PMTiles file, which a browser reads without any service (PMTiles 3)."""

import gzip
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

import numpy as np
import pyproj
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gis.errors import MapError, WriteError
from gis.tiles.matrix import MAX_ZOOM, MERCATOR, Range, Tile, covering_range
from gis.tiles.source import TileSource

__all__ = ["write_pmtiles"]

_SUFFIX = ".pmtiles"
_TEN_MILLIONTHS = 10_000_000


def write_pmtiles(
    sources: Sequence[TileSource],
    path: str | PathLike[str],
    *,
    name: str,
    min_zoom: int,
    max_zoom: int,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Write the tiles of layers as one file; the file appears whole or not at all.

    Parameters
    ----------
    sources
        The layers; their names are the names of layers within the tiles.
    path
        A file that ends in ``.pmtiles``; one that is there is replaced.
    name
        What the file calls itself.
    min_zoom, max_zoom
        Which zooms, both inclusive, from 0 to 22. Each further one has up to four times as many tiles.
    progress
        Called with the share of zooms that is done.

    Raises
    ------
    WriteError
        ``format-unknown``: another suffix; ``folder-missing``.
    MapError
        ``nothing-to-draw``: no layer has a shape.
    """
    target = Path(path)
    if target.suffix.lower() != _SUFFIX:
        raise WriteError("format-unknown", path=target, suffix=target.suffix or target.name, known=_SUFFIX)
    if not target.parent.is_dir():
        raise WriteError("folder-missing", path=target, folder=target.parent)
    bounds = _bounds(sources)
    if bounds is None:
        raise MapError("nothing-to-draw")
    temporary = NamedTemporaryFile(dir=target.parent, suffix=_SUFFIX, delete=False)  # noqa: SIM115 - moved at the end
    try:
        with temporary:
            _write(
                cast("BinaryIO", temporary), sources, bounds, name=name, zooms=(min_zoom, max_zoom), progress=progress
            )
        Path(temporary.name).chmod(0o644)
        return Path(temporary.name).replace(target)
    finally:
        Path(temporary.name).unlink(missing_ok=True)


def _write(
    file: BinaryIO,
    sources: Sequence[TileSource],
    bounds: tuple[float, float, float, float],
    *,
    name: str,
    zooms: tuple[int, int],
    progress: Callable[[float], None] | None,
) -> None:
    first, last = zooms
    writer = Writer(file)
    tiles: list[Tile] = list(covering_range(bounds, first))
    for zoom in range(first, last + 1):
        drawn = []
        for tile in sorted(tiles, key=lambda one: zxy_to_tileid(*one)):
            content = b"".join(source.encode(tile) for source in sources)
            if content:
                writer.write_tile(zxy_to_tileid(*tile), gzip.compress(content, mtime=0))
                drawn.append(tile)
        within = covering_range(bounds, min(zoom + 1, MAX_ZOOM))
        tiles = [child for tile in drawn for child in _children(tile, within)]
        if progress is not None:
            progress((zoom - first + 1) / (last - first + 1))
    west, south, east, north = (round(edge * _TEN_MILLIONTHS) for edge in bounds)
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": first,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    writer.finalize(header, _metadata(sources, name=name, zooms=zooms))


def _metadata(sources: Sequence[TileSource], *, name: str, zooms: tuple[int, int]) -> dict[str, Any]:
    layers = [
        {"id": source.name, "fields": source.fields, "minzoom": zooms[0], "maxzoom": zooms[1]} for source in sources
    ]
    return {"name": name, "format": "pbf", "type": "overlay", "version": "2", "vector_layers": layers}


def _children(tile: Tile, within: Range) -> list[Tile]:
    z, x, y = tile.z + 1, 2 * tile.x, 2 * tile.y
    return [child for dx in (0, 1) for dy in (0, 1) if (child := Tile(z, x + dx, y + dy)) in within]


def _bounds(sources: Sequence[TileSource]) -> tuple[float, float, float, float] | None:
    """Give the box around all layers in degrees, or None where they have no shape."""
    boxes = np.concatenate([shapely.bounds(source.shapes).reshape(-1, 4) for source in sources])
    boxes = boxes[~np.isnan(boxes[:, 0])]
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    move = pyproj.Transformer.from_crs(MERCATOR, 4326, always_xy=True)
    (west, east), (south, north) = move.transform([west, east], [south, north])
    return (float(west), float(south), float(east), float(north))
