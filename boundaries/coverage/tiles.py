"""Cut a crowd of line segments into tiles of bounded size, so that each can be noded alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_SEGMENTS", "Box", "Tile", "cut_into_tiles"]

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

MAX_SEGMENTS = 1500  # noding costs more than linear time, and a tile too small costs its frame
_MAX_DEPTH = 40


@dataclass(frozen=True)
class Tile:
    """A box and the pieces of segments inside it, ``(n, 4)``; pieces meet the frame only with their ends."""

    box: Box
    ends: Floats


def cut_into_tiles(ends: Floats, box: Box, *, max_segments: int = MAX_SEGMENTS) -> Iterator[Tile]:
    """Split a box by medians until each tile holds at most ``max_segments`` pieces; tiles fill the box exactly.

    Parameters
    ----------
    ends
        Different segments, ``(n, 4)``: x and y of one end, x and y of the other; all inside the box.
    box
        West, south, east, north.
    max_segments
        A tile with more is split, unless its segments cannot be told apart by a cut.

    Notes
    -----
    A cut moves a segment by rounding alone (about 1e-9 m). Pieces on both sides end in the same point.
    """
    yield from _split(ends, box, max_segments, _MAX_DEPTH)


def _split(ends: Floats, box: Box, max_segments: int, depth: int) -> Iterator[Tile]:
    cut = _best_cut(ends, box) if len(ends) > max_segments and depth else None
    if cut is None:
        yield Tile(box, ends)
        return
    axis, at = cut
    low, high = _cut(ends, axis, at)
    west, south, east, north = box
    first: Box = (west, south, at, north) if axis == 0 else (west, south, east, at)
    second: Box = (at, south, east, north) if axis == 0 else (west, at, east, north)
    yield from _split(low, first, max_segments, depth - 1)
    yield from _split(high, second, max_segments, depth - 1)


def _best_cut(ends: Floats, box: Box) -> tuple[int, float] | None:
    """Choose the median of the longer side, else of the other; None when neither makes both halves smaller."""
    longer = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    for axis in (longer, 1 - longer):
        low, high = box[axis], box[axis + 2]
        middles = (ends[:, axis] + ends[:, axis + 2]) / 2
        at = float(np.median(middles))
        crossing = (np.minimum(ends[:, axis], ends[:, axis + 2]) < at) & (
            np.maximum(ends[:, axis], ends[:, axis + 2]) > at
        )
        if low < at < high and crossing.sum() < len(ends) / 2:
            return axis, at
    return None


def _cut(ends: Floats, axis: int, at: float) -> tuple[Floats, Floats]:
    """Give the pieces below and above a line; segments that lie on it are part of the frame and go to neither."""
    one, other = ends[:, axis], ends[:, axis + 2]
    least, most = np.minimum(one, other), np.maximum(one, other)
    crosses = (least < at) & (most > at)
    below, above = _halves(ends[crosses], axis, at)
    low = np.concatenate([ends[(most <= at) & (least < at)], below])
    high = np.concatenate([ends[(least >= at) & (most > at)], above])
    return low, high


def _halves(ends: Floats, axis: int, at: float) -> tuple[Floats, Floats]:
    turned = ends[:, axis] > ends[:, axis + 2]
    rising = np.where(turned[:, None], ends[:, [2, 3, 0, 1]], ends)
    share = (at - rising[:, axis]) / (rising[:, axis + 2] - rising[:, axis])
    other = 1 - axis
    met = np.empty((len(ends), 2))
    met[:, axis] = at
    met[:, other] = rising[:, other] + share * (rising[:, other + 2] - rising[:, other])
    return np.column_stack([rising[:, :2], met]), np.column_stack([met, rising[:, 2:]])
