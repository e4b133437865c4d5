"""How wide polygons are: twice the radius of the largest circle that fits in."""

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.compiled import compiled

__all__ = ["inscribed_widths"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_ROOT_2 = 2.0**0.5
_FIRST_CELLS = 4096
_SHARE = 0.005  # of the width, that need not be found either


def inscribed_widths(polygons: NDArray[np.object_], *, precision_m: float) -> Floats:
    """Give twice the inscribed radius of each polygon or multipolygon (of its widest part), to a precision.

    Notes
    -----
    Square cells are split while a wider circle could have its centre in them (branch and bound, as in "polylabel",
    V. Agafonkin 2016). The width given is that of a real circle, and falls short of the widest by less than the
    precision and half a per cent.
    """
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    parts, part_owner = parts[~shapely.is_empty(parts)], part_owner[~shapely.is_empty(parts)]
    if not len(parts):
        return np.zeros(len(polygons))
    areas = shapely.area(parts)
    order = np.lexsort((-areas, part_owner))  # the widest part comes early, and spares the search of others
    parts, part_owner, areas = parts[order], part_owner[order], areas[order]
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    within = np.flatnonzero(ring[1:] == ring[:-1])
    start = np.searchsorted(part[ring[within]], np.arange(len(parts) + 1))
    home = shapely.bounds(parts)[:, :2][part[ring[within]]]
    edges = np.column_stack([xy[within] - home, xy[within + 1] - home])
    most = np.sqrt(areas / np.pi)
    return 2 * _radii(edges, start, part_owner, most, np.zeros(len(polygons)), precision_m / 2)


@compiled
def _radii(
    edges: Floats, start: Integers, owner: Integers, most: Floats, radius: Floats, precision: float
) -> Floats:  # pragma: no cover - compiled
    """Widen the radius of each owner by its parts; ``most`` is what a part's area allows."""
    cells = np.empty((_FIRST_CELLS, 3))
    for part in range(len(start) - 1):
        if most[part] <= radius[owner[part]] + precision:
            continue
        mine = edges[start[part] : start[part + 1]]
        east = max(mine[:, 0].max(), mine[:, 2].max())
        north = max(mine[:, 1].max(), mine[:, 3].max())
        best = max(radius[owner[part]], _depth(mine, mine[:, 0].mean(), mine[:, 1].mean()))
        half = max(east, north) / 2
        cells[0, 0], cells[0, 1], cells[0, 2] = east / 2, north / 2, half
        waiting = 1
        while waiting:
            waiting -= 1
            x, y, half = cells[waiting, 0], cells[waiting, 1], cells[waiting, 2]
            depth = _depth(mine, x, y)
            best = max(best, depth)
            if depth + half * _ROOT_2 <= best * (1 + _SHARE) + precision:
                continue
            if waiting + 4 > len(cells):
                more = np.empty((2 * len(cells), 3))
                more[:waiting] = cells[:waiting]
                cells = more
            for column in (-0.5, 0.5):
                for row in (-0.5, 0.5):
                    cells[waiting, 0], cells[waiting, 1] = x + column * half, y + row * half
                    cells[waiting, 2] = half / 2
                    waiting += 1
        radius[owner[part]] = best
    return radius


@compiled
def _depth(edges: Floats, x: float, y: float) -> float:  # pragma: no cover - compiled
    """Give how far a point lies inside the outline; negative outside."""
    square, inside = np.inf, False
    for edge in range(len(edges)):
        ax, ay, bx, by = edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        ux, uy = bx - ax, by - ay
        length = ux * ux + uy * uy
        share = 0.0
        if length > 0.0:
            share = min(1.0, max(0.0, ((x - ax) * ux + (y - ay) * uy) / length))
        dx, dy = x - ax - share * ux, y - ay - share * uy
        square = min(square, dx * dx + dy * dy)
    distance = float(np.sqrt(square))
    return distance if inside else -distance
