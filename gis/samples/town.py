"""The ground plan of the made town: a bent lattice of streets, a river, a railway, and the parcels between them.

Everything is drawn as rectangles on a flat plan whose lines have whole-metre coordinates, and then bent by one smooth
map. Neighbours share every vertex on the plan, so they share it on the ground: the parcels are an exact coverage.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["ORIGIN", "Parcel", "TownPlan", "bend", "lay_out"]

ORIGIN = (508_000.0, 3_706_000.0)  # south-west corner in EPSG:4547, near 114.09 E, 33.48 N
COLUMNS, ROWS = 14, 12  # blocks from west to east and from south to north
RIVER_COLUMN, RAIL_ROW = 9, 4  # the street lines along which the river and the railway run
BRIDGES = (1, 6, 10)  # rows whose street crosses the river
UNDERPASSES = (2, 6, 11)  # columns whose street crosses the railway
ARTERIAL_ROWS, ARTERIAL_COLUMNS = (0, 1, 6, 10, 12), (0, 2, 6, 11, 14)
BANK_M = 20  # on the plan: a street without a bridge ends so far from the water or the track


@dataclass(frozen=True)
class Parcel:
    """A rectangle of the flat plan: its block's column and row, and its corners in whole metres."""

    column: int
    row: int
    west: int
    south: int
    east: int
    north: int


@dataclass(frozen=True)
class TownPlan:
    """The flat plan: positions of the street lines, the parcels of every block, and each parcel's ground."""

    xs: NDArray[np.int64]
    ys: NDArray[np.int64]
    parcels: tuple[Parcel, ...]
    grounds: tuple[shapely.Polygon, ...]

    def street(self, *, row: int | None = None, column: int | None = None, start: int, end: int) -> shapely.LineString:
        """Give the ground line of a street along a row or column of the lattice, between two positions on the plan."""
        along = np.arange(start, end + 1, 10)  # positions are tens of metres
        if row is not None:
            flat = np.column_stack([along, np.full(len(along), self.ys[row])])
        else:
            flat = np.column_stack([np.full(len(along), self.xs[column]), along])
        return shapely.LineString(bend(flat))


def lay_out(rng: np.random.Generator) -> TownPlan:
    """Draw the flat plan: street lines at uneven distances, blocks cut into two to four parcels."""
    xs = np.concatenate([[0], np.cumsum(rng.integers(24, 35, COLUMNS) * 10)])
    ys = np.concatenate([[0], np.cumsum(rng.integers(24, 34, ROWS) * 10)])
    parcels = [
        parcel
        for column in range(COLUMNS)
        for row in range(ROWS)
        for parcel in _cut(column, row, (xs[column], ys[row], xs[column + 1], ys[row + 1]), rng)
    ]
    return TownPlan(xs, ys, tuple(parcels), tuple(shapely.Polygon(bend(_outline(parcel))) for parcel in parcels))


def bend(flat: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
    """Map points of the flat plan to the ground, smoothly, rounded to a millimetre so that equal points stay equal."""
    x, y = flat[:, 0].astype(float), flat[:, 1].astype(float)
    ground_x = x + 95 * np.sin(y / 620 + 0.4) + 38 * np.sin(y / 260 + x / 900) + 0.05 * y
    ground_y = y + 80 * np.sin(x / 700 - 0.3) + 30 * np.sin(x / 240 + y / 800) - 0.04 * x
    return np.round(np.column_stack([ground_x + ORIGIN[0], ground_y + ORIGIN[1]]), 3)


def _cut(column: int, row: int, box: tuple[int, int, int, int], rng: np.random.Generator) -> list[Parcel]:
    """Cut a block by one line, and most halves by a second one across it; lines lie on tens of metres."""
    west, south, east, north = (int(value) for value in box)
    if rng.random() < 0.5:  # noqa: PLR2004  (a coin)
        middle = _between(west, east, rng)
        halves = [(west, south, middle, north), (middle, south, east, north)]
    else:
        middle = _between(south, north, rng)
        halves = [(west, south, east, middle), (west, middle, east, north)]
    pieces = [piece for half in halves for piece in (_halved(half, rng) if rng.random() < 0.62 else [half])]  # noqa: PLR2004
    return [Parcel(column, row, *piece) for piece in pieces]


def _halved(box: tuple[int, int, int, int], rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    west, south, east, north = box
    if east - west > north - south:
        middle = _between(west, east, rng)
        return [(west, south, middle, north), (middle, south, east, north)]
    middle = _between(south, north, rng)
    return [(west, south, east, middle), (west, middle, east, north)]


def _between(low: int, high: int, rng: np.random.Generator) -> int:
    share = 0.42 + 0.16 * rng.random()
    return int(round((low + share * (high - low)) / 10) * 10)


def _outline(parcel: Parcel) -> NDArray[np.int64]:
    """Walk around a parcel with a vertex every ten metres, so that neighbours have the same ones."""
    east_west = np.arange(parcel.west, parcel.east, 10)
    south_north = np.arange(parcel.south, parcel.north, 10)
    south = np.column_stack([east_west, np.full(len(east_west), parcel.south)])
    east = np.column_stack([np.full(len(south_north), parcel.east), south_north])
    north = np.column_stack([np.append(east_west[1:], parcel.east)[::-1], np.full(len(east_west), parcel.north)])
    west = np.column_stack([np.full(len(south_north), parcel.west), np.append(south_north[1:], parcel.north)[::-1]])
    return np.vstack([south, east, north, west])
