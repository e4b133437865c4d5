"""Gaps as a reader sees them: connected, narrow or wide, and surrounded by one polygon or several."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.coverage.distinct import distinct
from boundaries.coverage.widths import inscribed_widths
from boundaries.repair.borders import Borders
from boundaries.repair.ground import Ground

__all__ = ["Gaps", "gaps_of"]

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_WIDTH_PRECISION_M = 0.01


@dataclass(frozen=True)
class Gaps:
    """The empty faces; for each, whether the gap that it belongs to is wide, and whether one polygon surrounds it."""

    face: Integers
    is_wide: Flags
    is_enclave: Flags


def gaps_of(ground: Ground, borders: Borders, *, max_width_m: float) -> Gaps:
    """Join empty faces that lines divide, measure the gaps, and count who borders them."""
    face = np.flatnonzero(ground.empty)
    if not len(face):
        none = np.zeros(0, dtype=np.bool_)
        return Gaps(face, none, none)
    number = np.full(len(ground.depth) + 1, -1, dtype=np.int64)
    number[face] = np.arange(len(face))
    one, other = number[ground.sides].T
    inside = (one >= 0) & (other >= 0) & (one != other)
    links = coo_array((np.ones(int(inside.sum())), (one[inside], other[inside])), shape=(len(face), len(face)))
    count, gap = connected_components(links, directed=False)
    gap = gap.astype(np.int64)  # scipy numbers in 32 bits, too few for the products below
    area = np.bincount(gap, weights=ground.areas()[face], minlength=count)
    may_be_wide = area > np.pi / 4 * max_width_m**2
    is_wide = np.zeros(count, dtype=np.bool_)
    rows = np.flatnonzero(may_be_wide[gap])
    if len(rows):
        shapes = ground.rings.polygons(face[rows])
        gaps, at = np.unique(gap[rows], return_inverse=True)
        wholes = np.array([shapely.union_all(shapes[at == which]) for which in range(len(gaps))], dtype=object)
        is_wide[gaps] = inscribed_widths(wholes, precision_m=_WIDTH_PRECISION_M) > max_width_m
    mine = number[borders.held_face] >= 0
    width = len(ground.coverage.polygons)
    pairs = distinct(gap[number[borders.held_face[mine]]] * width + borders.held_by[mine])
    neighbours = np.bincount(pairs // max(width, 1), minlength=count)
    contested = number[borders.open_face] >= 0
    contested &= number[borders.open_to] < 0
    neighbours += np.bincount(gap[number[borders.open_face[contested]]], minlength=count)
    return Gaps(face, is_wide[gap], (neighbours <= 1)[gap])
