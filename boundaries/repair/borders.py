"""What lies beyond the edges of each defective face: who holds the ground there, along how many metres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.repair.covers import Covers
from boundaries.repair.ground import Ground

__all__ = ["Borders", "borders_of", "is_in", "summed"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PLACES = 6  # of metres; lengths that differ by less are equal


@dataclass(frozen=True)
class Borders:
    """Rows of face, what lies beyond, metres, and whether a line runs there that must not move.

    ``held_*``: beyond is sound ground of one polygon. ``open_*``: beyond is another defective face.
    """

    held_face: Integers
    held_by: Integers
    held_m: Floats
    held_line: Flags
    open_face: Integers
    open_to: Integers
    open_m: Floats
    open_line: Flags


def borders_of(ground: Ground, covers: Covers, defective: Flags, *, fixed: Flags) -> Borders:
    """Look beyond each edge of each defective face.

    Parameters
    ----------
    ground, covers
        The drawing, and who covers its deep faces.
    defective
        The faces to decide about.
    fixed
        The edges that must stay lines.
    """
    edge, side = np.nonzero(_at(defective, ground.sides) & (ground.sides[:, :1] != ground.sides[:, 1:]))
    face, beyond = ground.sides[edge, side], ground.sides[edge, 1 - side]
    is_open = _at(defective, beyond)
    is_held = ~is_open & _at(~ground.rings.is_outer & (ground.depth == 1), beyond)
    holder = _holders(ground, covers, edge[is_held], side[is_held], face[is_held])
    known = holder >= 0
    length = ground.length_m
    held_edge = edge[is_held][known]
    return Borders(
        face[is_held][known],
        holder[known],
        length[held_edge],
        fixed[held_edge],
        face[is_open],
        beyond[is_open],
        length[edge[is_open]],
        fixed[edge[is_open]],
    )


def summed(face: Integers, polygon: Integers, metres: Floats, *, width: int) -> tuple[Integers, Integers, Floats]:
    """Sum metres by face and polygon; rows come ordered."""
    keys, at = np.unique(face * width + polygon, return_inverse=True)
    sums = np.bincount(at, weights=metres, minlength=len(keys)).astype(np.float64)
    return keys // width, keys % width, np.round(sums, _PLACES)


def is_in(keys: Integers, others: Integers) -> Flags:
    """Tell which keys are among others, by sorting those; quicker than ``np.isin`` for wide-spread keys."""
    if not len(others):
        return np.zeros(len(keys), dtype=np.bool_)
    others = np.sort(others)
    at = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    return np.asarray(others[at] == keys)


def _at(flags: Flags, faces: Integers) -> Flags:
    """Look faces up; the unbounded ground (-1) is never meant."""
    return np.append(flags, False)[faces]


def _holders(ground: Ground, covers: Covers, edge: Integers, side: Integers, face: Integers) -> Integers:
    """Give the one polygon that holds the sound ground beyond each edge: it ends there, or runs on from the face."""
    count = np.zeros((len(ground.edges.first), 2), dtype=np.int64)
    single = np.full((len(ground.edges.first), 2), -1, dtype=np.int64)
    ends = ground.polygon_ends
    ends_side = (ends.sign < 0).astype(np.int64)
    np.add.at(count, (ends.edge, ends_side), 1)
    single[ends.edge, ends_side] = ends.polygon
    holder = np.where(count[edge, 1 - side] == 1, single[edge, 1 - side], -1)
    through = np.flatnonzero(count[edge, 1 - side] == 0)
    start = np.searchsorted(covers.face, face[through])
    number = np.searchsorted(covers.face, face[through], side="right") - start
    row = np.repeat(through, number)
    member = covers.polygon[np.arange(len(row)) - np.repeat(np.cumsum(number) - number - start, number)]
    width = len(ground.coverage.polygons)
    stops = is_in((edge[row] * 2 + side[row]) * width + member, (ends.edge * 2 + ends_side) * width + ends.polygon)
    row, member = row[~stops], member[~stops]
    holder[row] = member
    holder[np.bincount(row, minlength=len(holder)) > 1] = -1
    return holder
