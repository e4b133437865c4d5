"""The tile matrix set WebMercatorQuad: which square of the world a tile is (OGC 17-083r4, annex D.1)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["EXTENT", "HALF_WORLD_M", "MAX_ZOOM", "MERCATOR", "Range", "Tile", "covering_range", "units_per_metre"]

MERCATOR = 3857
HALF_WORLD_M = math.pi * 6_378_137.0
MAX_ZOOM = 22  # 2.3 mm to a unit
EXTENT = 4096  # units along the side of a tile
_LARGEST_LATITUDE = 85.051128779806604


class Tile(NamedTuple):
    """One tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Say whether the tile matrix set has this tile."""
        side = 1 << self.z if 0 <= self.z <= MAX_ZOOM else 0
        return 0 <= self.x < side and 0 <= self.y < side

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """Give west, south, east, north in metres of Web Mercator.

        Examples
        --------
        >>> Tile(1, 1, 0).bounds_m == (0.0, 0.0, HALF_WORLD_M, HALF_WORLD_M)
        True
        """
        side = 2 * HALF_WORLD_M / (1 << self.z)
        west, north = self.x * side - HALF_WORLD_M, HALF_WORLD_M - self.y * side
        return (west, north - side, west + side, north)


@dataclass(frozen=True)
class Range:
    """The tiles of one zoom that a box meets: columns and rows, both ends inclusive."""

    z: int
    west: int
    east: int
    north: int
    south: int

    def __contains__(self, tile: Tile) -> bool:
        return tile.z == self.z and self.west <= tile.x <= self.east and self.north <= tile.y <= self.south

    def __iter__(self) -> Iterator[Tile]:
        for x in range(self.west, self.east + 1):
            for y in range(self.north, self.south + 1):
                yield Tile(self.z, x, y)


def covering_range(bounds: tuple[float, float, float, float], zoom: int) -> Range:
    """Find the tiles of a zoom that a box meets.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees of longitude and latitude.

    Examples
    --------
    >>> covering_range((114.0, 33.0, 114.1, 33.1), 10)
    Range(z=10, west=836, east=836, north=412, south=412)
    """
    west, south, east, north = bounds
    return Range(zoom, _column(west, zoom), _column(east, zoom), _row(north, zoom), _row(south, zoom))


def units_per_metre(zoom: int) -> float:
    """Give how many units of a tile a metre of Web Mercator has."""
    return float(EXTENT << zoom) / (2 * HALF_WORLD_M)


def _column(longitude: float, zoom: int) -> int:
    return _clipped((longitude + 180) / 360, zoom)


def _row(latitude: float, zoom: int) -> int:
    bent = math.radians(max(-_LARGEST_LATITUDE, min(_LARGEST_LATITUDE, latitude)))
    return _clipped((1 - math.asinh(math.tan(bent)) / math.pi) / 2, zoom)


def _clipped(share: float, zoom: int) -> int:
    side = 1 << zoom
    return max(0, min(side - 1, math.floor(share * side)))
