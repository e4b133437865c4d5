"""Which geometries are valid: a quick certificate for the many polygons that have it, GEOS for all others."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["are_valid", "turn_once"]

_POLYGON, _MULTIPOLYGON = 3, 6
_FEWEST_VERTICES = 4  # of a closed ring
_ROUNDING = 1e-12  # of the terms of a cross product; its error in double precision is a thousandth of that

Booleans = npt.NDArray[np.bool_]


def are_valid(geometries: npt.NDArray[Any]) -> Booleans:
    """Tell which geometries keep to the simple-features rules, as ``shapely.is_valid`` does.

    Parameters
    ----------
    geometries
        One-dimensional array of geometries in any CRS; missing ones are not valid.

    Notes
    -----
    A ring without holes that turns once around a point is simple (:func:`turn_once`): buildings, parcels and grid cells
    mostly are. Telling so takes a tenth of the time that GEOS needs to hold their edges against each other.
    """
    shapes = np.asarray(geometries, dtype=object)
    valid = turn_once(shapes)
    others = ~valid
    if others.any():
        valid[others] = shapely.is_valid(shapes[others])
    return valid


def turn_once(geometries: npt.NDArray[Any]) -> Booleans:
    """Tell of which geometries it is certain that they are one ring that turns once around the mean of its vertices.

    Each edge of such a ring lies in a wedge of its own, seen from that point, so that no two edges meet but at their
    common vertex: the ring is simple and its polygon valid. False says nothing.

    Notes
    -----
    Preparata and Shamos, Computational Geometry (1985), 1.2: star-shaped polygons are simple. Every turn must exceed
    what rounding can do to it. Cost: linear in the vertices.
    """
    certain = np.zeros(len(geometries), dtype=bool)
    types = shapely.get_type_id(geometries)
    rings = np.array(geometries, dtype=object)
    lone = (types == _MULTIPOLYGON) & (shapely.get_num_geometries(rings) == 1)
    rings[lone] = shapely.get_geometry(rings[lone], 0)
    counts = shapely.get_num_coordinates(rings)
    fit = ((types == _POLYGON) | lone) & (shapely.get_num_interior_rings(rings) == 0) & (counts >= _FEWEST_VERTICES)
    at = np.flatnonzero(fit)
    if len(at):
        x, y = np.ascontiguousarray(shapely.get_coordinates(rings[at]).T)
        certain[at] = _turn_once(x, y, counts[at])
    return certain


def _turn_once(x: npt.NDArray[Any], y: npt.NDArray[Any], counts: npt.NDArray[Any]) -> Booleans:
    """Work on closed rings that stand one after another, ``counts`` vertices each."""
    ends = np.cumsum(counts)
    starts = ends - counts
    with np.errstate(all="ignore"):  # what is no number fails every comparison below
        x = x - np.repeat(np.add.reduceat(x, starts) / counts, counts)
        y = y - np.repeat(np.add.reduceat(y, starts) / counts, counts)
        forth, back = x[:-1] * y[1:], y[:-1] * x[1:]
        turn, doubt = forth - back, _ROUNDING * (np.abs(forth) + np.abs(back))
        left, right = turn > doubt, turn < -doubt
        rises = (y[:-1] < 0) & (y[1:] >= 0)
    between = ends[:-1] - 1  # from the last vertex of a ring to the first of the next: no edge
    left[between] = right[between] = True
    rises[between] = False
    one_way = np.logical_and.reduceat(left, starts) | np.logical_and.reduceat(right, starts)
    return np.asarray(one_way & (np.add.reduceat(rises, starts, dtype=np.int64) == 1), dtype=bool)
