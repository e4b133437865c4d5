"""Pairs of polygons that share ground: which are duplicates, which lie in one another, and which may stay so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.repair.covers import Covers

__all__ = ["Nested", "nested_pairs", "pair_rows"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Nested:
    """A duplicate or a containment: positions of the inner and the outer polygon, or of the later and the earlier."""

    inner: int
    outer: int
    is_duplicate: bool


def pair_rows(covers: Covers) -> tuple[Integers, Integers, Integers]:
    """Give every two polygons over each deep face: left, right (``left < right``) and face."""
    starts = np.flatnonzero(np.r_[True, covers.face[1:] != covers.face[:-1]]) if len(covers.face) else covers.face
    counts = np.diff(np.r_[starts, len(covers.face)])
    none = np.empty(0, dtype=np.int64)
    lefts, rights, faces = [none], [none], [none]
    for count in np.unique(counts):
        first = starts[counts == count]
        one, other = np.triu_indices(count, k=1)
        lefts.append(covers.polygon[first[:, None] + one].ravel())
        rights.append(covers.polygon[first[:, None] + other].ravel())
        faces.append(np.repeat(covers.face[first], len(one)))
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(faces)


def nested_pairs(covers: Covers, face_m2: Floats, area_m2: Floats, *, share: float) -> list[Nested]:
    """Find the duplicates and containments among the polygons of a layer, as the audit does.

    Parameters
    ----------
    covers
        Who covers each deep face.
    face_m2, area_m2
        The areas of faces, and of polygons.
    share
        The share of a polygon's area that must lie in the other.
    """
    left, right, face = pair_rows(covers)
    keys, at = np.unique(left * len(area_m2) + right, return_inverse=True)
    shared = np.bincount(at, weights=face_m2[face], minlength=len(keys))
    left, right = keys // max(len(area_m2), 1), keys % max(len(area_m2), 1)
    of_left, of_right = shared / area_m2[left], shared / area_m2[right]
    result = []
    for row in np.flatnonzero(np.maximum(of_left, of_right) >= share).tolist():
        is_duplicate = bool(min(of_left[row], of_right[row]) >= share)
        left_in_right = not is_duplicate and of_left[row] > of_right[row]
        inner, outer = (left[row], right[row]) if left_in_right else (right[row], left[row])
        result.append(Nested(int(inner), int(outer), is_duplicate))
    return result
