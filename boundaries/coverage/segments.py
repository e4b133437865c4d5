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

__all__ = ["Segments", "boundary_segments", "is_answered"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

_MIX = np.uint64(0xD6E8FEB86659FD93)
_X_SALT = np.uint64(0x9E3779B97F4A7C15)
_Y_SALT = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)


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
    ring_of = np.repeat(np.arange(len(ring_owner)), np.diff(ring_starts))
    starts = np.ones(len(xy), dtype=bool)
    starts[ring_starts[1:] - 1] = False  # the closing point of a ring starts no segment
    starts[:-1] &= (xy[1:] != xy[:-1]).any(axis=1)
    first = np.flatnonzero(starts)
    ring = ring_of[first]
    backwards = (_ring_areas(xy, ring_starts, first, ring) > 0) != is_shell
    second = first + 1
    turn = backwards[ring]
    return Segments(xy, np.where(turn, second, first), np.where(turn, first, second), ring_owner[ring])


def is_answered(segments: Segments) -> NDArray[np.bool_]:
    """Tell which segments a neighbour answers: those of exactly two polygons, one forth and one back."""
    key = _keys(segments)
    order = np.argsort(key)
    sorted_key = key[order]
    opens = np.flatnonzero(np.r_[True, sorted_key[1:] != sorted_key[:-1]]) if len(key) else np.empty(0, np.int64)
    pair = opens[np.diff(np.r_[opens, len(key)]) == 2]  # noqa: PLR2004 - two users of one segment
    one, other = order[pair], order[pair + 1]
    both = _is_same_reversed(segments, one, other) & (segments.owner[one] != segments.owner[other])
    answered = np.zeros(len(segments), dtype=bool)
    answered[one[both]] = True
    answered[other[both]] = True
    return answered


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


def _ring_areas(xy: Floats, ring_starts: Integers, first: Integers, ring: Integers) -> Floats:
    """Give the signed area of each ring, measured from its first point so that far-off origins cost no digits."""
    at = xy[first] - xy[ring_starts[ring]]
    to = xy[first + 1] - xy[ring_starts[ring]]
    cross = at[:, 0] * to[:, 1] - to[:, 0] * at[:, 1]
    return np.bincount(ring, weights=cross, minlength=len(ring_starts) - 1) / 2


def _keys(segments: Segments) -> Words:
    """Hash each segment, the same for both directions; equal keys are compared by coordinates afterwards."""
    bits = np.ascontiguousarray(segments.xy).view(np.uint64)
    points = _mixed(_mixed(bits[:, 0] * _X_SALT) ^ (bits[:, 1] * _Y_SALT))
    return _mixed(points[segments.first] + points[segments.second])


def _mixed(words: Words) -> Words:
    words = words ^ (words >> _HALF)
    words *= _MIX
    words ^= words >> _HALF
    return words


def _is_same_reversed(segments: Segments, one: Integers, other: Integers) -> NDArray[np.bool_]:
    xy = segments.xy
    there = (xy[segments.first[one]] == xy[segments.second[other]]).all(axis=1)
    back = (xy[segments.second[one]] == xy[segments.first[other]]).all(axis=1)
    return np.asarray(there & back)
