"""Colours of maps: schemes that colour-blind readers can tell apart, and neighbours that never share one.

The schemes are Paul Tol's *light* (fills under dark labels) and *vibrant* (marks), from his technical note
SRON/EPS/TN/09-002, "Colour schemes", 2021.
"""

import geopandas as gpd
import numpy as np
import shapely

__all__ = ["FILLS", "MARKS", "colour_neighbours", "fill_of"]

FILLS: tuple[str, ...] = (
    "#77AADD", "#EEDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00",
)  # fmt: skip
_USUAL = 6

MARKS: tuple[str, ...] = ("#CC3311", "#0077BB", "#EE7733", "#009988", "#EE3377", "#33BBEE", "#5D4A8A")


def colour_neighbours(layer: gpd.GeoDataFrame) -> list[int]:
    """Give each polygon a colour number; two that touch, even in a corner only, never share one.

    Parameters
    ----------
    layer
        Polygons, any CRS.

    Returns
    -------
    list of int
        One number for each row, from 0. Six colours are used evenly; only a knot of neighbours takes more.

    Notes
    -----
    DSATUR (Brelaz 1979, "New methods to color the vertices of a graph"): next comes the polygon whose neighbours show
    the most colours, then the one with most neighbours, then the first; it takes the free colour that is used least.

    Examples
    --------
    >>> squares = gpd.GeoDataFrame(geometry=[shapely.box(x, 0, x + 1, 1) for x in range(3)])
    >>> colour_neighbours(squares)
    [1, 0, 2]
    """
    neighbours = _neighbours(layer)
    colours = [-1] * len(neighbours)
    seen: list[set[int]] = [set() for _ in neighbours]
    for _ in neighbours:
        row = max(
            (row for row, colour in enumerate(colours) if colour < 0),
            key=lambda row: (len(seen[row]), len(neighbours[row]), -row),
        )
        colours[row] = _free_colour(seen[row], colours)
        for other in neighbours[row]:
            seen[other].add(colours[row])
    return colours


def _free_colour(seen: set[int], colours: list[int]) -> int:
    """Take the least used of the usual colours that no neighbour shows; when all are shown, the next one."""
    free = [number for number in range(_USUAL) if number not in seen]
    if free:
        return min(free, key=lambda number: (colours.count(number), number))
    return next(number for number in range(_USUAL, len(colours)) if number not in seen)


def _neighbours(layer: gpd.GeoDataFrame) -> list[set[int]]:
    shapes = layer.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    neighbours: list[set[int]] = [set() for _ in shapes]
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one != other:
            neighbours[one].add(other)
    return neighbours


def fill_of(number: int) -> str:
    """Give the fill for a colour number; beyond the scheme's eight, hues by the golden angle go on."""
    if number < len(FILLS):
        return FILLS[number]
    hue = (number * 137.508) % 360
    return _hex(hue, saturation=0.55, lightness=0.72)


def _hex(hue: float, *, saturation: float, lightness: float) -> str:
    spread = saturation * min(lightness, 1 - lightness)
    channels = []
    for offset in (0, 8, 4):
        k = (offset + hue / 30) % 12
        channels.append(lightness - spread * max(-1.0, min(k - 3, 9 - k, 1.0)))
    return "#" + "".join(f"{round(float(np.clip(channel, 0, 1)) * 255):02X}" for channel in channels)
