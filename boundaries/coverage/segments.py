"""Directed boundary segments of polygons, and the few that no neighbour answers.

Every polygon is walked with its ground on the left. Along an edge that two neighbours share, one walks forth and the
other back; such pairs cancel. What is left over is the boundary of the layer as a sum of polygons: only across
leftover segments does the number of polygons that cover the ground change. Sound parts of a layer leave nothing over.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.compiled import compiled
from boundaries.coverage.distinct import mixed, place_words
from boundaries.coverage.parallel import mapped

__all__ = ["Segments", "boundary_segments", "is_answered"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_FEW = 100_000  # below, threads cost more than they save
_MIDDLE = np.uint64(1 << 63)


@dataclass(frozen=True)
class Segments:
    """Segments from ``xy[first]`` to ``xy[second]``, each walked with the ground of polygon ``owner`` on its left."""

    xy: Floats
    first: Integers
    second: Integers
    owner: Integers

    def __len__(self) -> int:
        return len(self.owner)

    @cached_property
    def ends(self) -> Floats:
        """Both ends of each segment, an array of shape ``(n, 4)``: x and y of the first, x and y of the second."""
        return np.column_stack([self.xy[self.first], self.xy[self.second]])

    def taken(self, chosen: NDArray[Any]) -> "Segments":
        """Give some of the segments, by mask or position."""
        return Segments(self.xy, self.first[chosen], self.second[chosen], self.owner[chosen])


def boundary_segments(polygons: NDArray[np.object_]) -> Segments:
    """Walk the rings of valid polygons and multipolygons, ground on the left; repeated points are dropped."""
    if not len(polygons):
        none = np.empty(0, dtype=np.int64)
        return Segments(np.empty((0, 2)), none, none, none)
    xy, ring_starts, ring_owner, is_shell = _rings(polygons)
    xy += 0.0  # turns -0.0 into 0.0, so that equal coordinates have equal bits
    return Segments(xy, *_walked(xy, ring_starts, ring_owner, is_shell))


@compiled
def _walked(
    xy: Floats, ring_starts: Integers, ring_owner: Integers, is_shell: NDArray[np.bool_]
) -> tuple[Integers, Integers, Integers]:  # pragma: no cover - compiled
    """Give both ends and the owner of each segment, every ring turned so that the ground lies on the left.

    Areas are measured from the first point of a ring, so that far-off origins cost no digits.
    """
    first, second, owner = np.empty(len(xy), np.int64), np.empty(len(xy), np.int64), np.empty(len(xy), np.int64)
    written = 0
    for ring in range(len(ring_owner)):
        start, stop = ring_starts[ring], ring_starts[ring + 1]
        twice_area = 0.0
        for at in range(start, stop - 1):
            twice_area += (xy[at, 0] - xy[start, 0]) * (xy[at + 1, 1] - xy[start, 1])
            twice_area -= (xy[at + 1, 0] - xy[start, 0]) * (xy[at, 1] - xy[start, 1])
        turned = (twice_area > 0.0) != is_shell[ring]
        for at in range(start, stop - 1):
            if xy[at, 0] == xy[at + 1, 0] and xy[at, 1] == xy[at + 1, 1]:
                continue
            first[written], second[written] = (at + 1, at) if turned else (at, at + 1)
            owner[written] = ring_owner[ring]
            written += 1
    return first[:written].copy(), second[:written].copy(), owner[:written].copy()


def is_answered(segments: Segments) -> NDArray[np.bool_]:
    """Tell which segments a neighbour answers: those of exactly two polygons, one forth and one back."""
    key = _keys(segments)
    answered = np.zeros(len(key), dtype=np.bool_)

    def match(part: Integers) -> None:
        order = part[np.argsort(key[part])]
        _match(answered, key, order, segments.xy, segments.first, segments.second, segments.owner)

    if len(key) < _FEW:
        match(np.arange(len(key)))
    else:  # equal keys are in one half
        upper = key >= _MIDDLE
        mapped(match, [np.flatnonzero(upper), np.flatnonzero(~upper)])
    return answered


@compiled
def _match(
    answered: NDArray[np.bool_],
    key: Words,
    order: Integers,
    xy: Floats,
    first: Integers,
    second: Integers,
    owner: Integers,
) -> None:  # pragma: no cover - compiled
    """Go through runs of equal keys and mark the answered; those of two segments are compared by coordinates."""
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and key[order[stop]] == key[order[start]]:
            stop += 1
        if stop == start + 2:
            one, other = order[start], order[start + 1]
            a, b, c, d = first[one], second[one], first[other], second[other]
            if (
                owner[one] != owner[other]
                and xy[a, 0] == xy[d, 0]
                and xy[a, 1] == xy[d, 1]
                and xy[b, 0] == xy[c, 0]
                and xy[b, 1] == xy[c, 1]
            ):
                answered[one] = answered[other] = True
        start = stop


def _rings(polygons: NDArray[np.object_]) -> tuple[Floats, Integers, Integers, NDArray[np.bool_]]:
    """Give coordinates, where each ring starts, the polygon each ring belongs to, and which rings are shells."""
    kind, xy, offsets = shapely.to_ragged_array(polygons, include_z=False)
    ring_starts, part_starts = offsets[0].astype(np.int64), offsets[1].astype(np.int64)
    part_owner = np.arange(len(polygons))
    if kind == shapely.GeometryType.MULTIPOLYGON:
        part_owner = np.repeat(part_owner, np.diff(offsets[2]))
    is_shell = np.zeros(len(ring_starts) - 1, dtype=bool)
    is_shell[part_starts[:-1][np.diff(part_starts) > 0]] = True
    return np.array(xy, dtype=np.float64), ring_starts, np.repeat(part_owner, np.diff(part_starts)), is_shell


def _keys(segments: Segments) -> Words:
    """Hash each segment, the same for both directions; equal keys are compared by coordinates afterwards."""
    points = place_words(segments.xy)
    return mixed(points[segments.first] + points[segments.second])
