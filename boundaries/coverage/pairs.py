"""Pairs of polygons that share ground, found from the faces that two or more polygons cover."""

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coverage.parallel import in_chunks, mapped
from gis.geometry import polygonal_parts

__all__ = ["Pairs", "overlapping_pairs"]

Integers = NDArray[np.int64]

_PAIRS_AT_ONCE = 512
_ALLOWED_M2 = 1e-3  # by which the faces of a pair and its intersection may differ from rounding alone
_ALLOWED_SHARE = 1e-6


@dataclass(frozen=True)
class Pairs:
    """Pairs of positions, ``left < right``, with the ground they share and its area."""

    left: Integers
    right: Integers
    shared: NDArray[np.object_]
    area_m2: NDArray[np.float64]


def overlapping_pairs(
    polygons: NDArray[np.object_],
    deep: NDArray[np.object_],
    tree: shapely.STRtree,
    *,
    executor: Executor | None = None,
) -> Pairs:
    """Intersect every pair that shares ground, each pair once.

    Parameters
    ----------
    polygons
        The layer, in the order of positions.
    deep
        The faces that two or more of them cover.
    tree
        The spatial index of ``polygons``.
    executor
        See :func:`boundaries.coverage.parallel.mapped`.

    Notes
    -----
    The polygons over the inner point of a face give its pairs. That is all of them if each of those polygons covers
    the whole face; then the faces of a pair add up to its intersection. Where they do not (a polygon that lies across
    the seam of two neighbours, a layer stacked on another), every pair of polygons that meets the face is tried.
    """
    left, right, face = _pairs_over(deep, tree)
    keys, at = np.unique(left * len(polygons) + right, return_inverse=True)
    pairs = _intersected(polygons, keys // max(len(polygons), 1), keys % max(len(polygons), 1), executor=executor)
    from_faces = np.bincount(at, weights=shapely.area(deep)[face], minlength=len(keys))
    unlike = np.abs(from_faces - pairs.area_m2) > _ALLOWED_M2 + _ALLOWED_SHARE * pairs.area_m2
    if unlike.any():
        seamed = np.unique(face[unlike[at]])
        more = np.setdiff1d(_all_pairs_in(deep[seamed], polygons, tree), keys)
        extra = _intersected(polygons, more // len(polygons), more % len(polygons), executor=executor)
        pairs = _joined(pairs, extra)
    return _sorted_hits(pairs)


def _pairs_over(deep: NDArray[np.object_], tree: shapely.STRtree) -> tuple[Integers, Integers, Integers]:
    """Give every two polygons over the inner point of each face: left, right and face."""
    face, polygon = tree.query(shapely.point_on_surface(deep), predicate="intersects")
    order = np.lexsort((polygon, face))
    face, polygon = face[order], polygon[order]
    starts = np.flatnonzero(np.r_[True, face[1:] != face[:-1]]) if len(face) else np.empty(0, np.int64)
    depths = np.diff(np.r_[starts, len(face)])
    lefts, rights, of = [], [], []
    for depth in np.unique(depths):
        first = starts[depths == depth]
        one, other = np.triu_indices(depth, k=1)
        lefts.append(polygon[first[:, None] + one].ravel())
        rights.append(polygon[first[:, None] + other].ravel())
        of.append(np.repeat(face[first], len(one)))
    none = [np.empty(0, np.int64)]
    return np.concatenate(lefts or none), np.concatenate(rights or none), np.concatenate(of or none)


def _all_pairs_in(faces: NDArray[np.object_], polygons: NDArray[np.object_], tree: shapely.STRtree) -> Integers:
    """Give the keys of all pairs with overlapping boxes among the polygons that meet one of the faces."""
    met = np.unique(tree.query(faces, predicate="intersects")[1])
    one, other = shapely.STRtree(polygons[met]).query(polygons[met])
    one, other = met[one], met[other]
    once = one < other
    return np.asarray(one[once] * len(polygons) + other[once])


def _intersected(polygons: NDArray[np.object_], left: Integers, right: Integers, *, executor: Executor | None) -> Pairs:
    work = [(polygons[left[chunk]], polygons[right[chunk]]) for chunk in in_chunks(len(left), size=_PAIRS_AT_ONCE)]
    shared = np.concatenate([np.empty(0, dtype=object), *mapped(_intersect, work, executor=executor)])
    return Pairs(left, right, shared, shapely.area(shared))


def _intersect(work: tuple[NDArray[np.object_], NDArray[np.object_]]) -> NDArray[np.object_]:
    return polygonal_parts(shapely.intersection(*work))


def _joined(one: Pairs, other: Pairs) -> Pairs:
    return Pairs(
        np.concatenate([one.left, other.left]),
        np.concatenate([one.right, other.right]),
        np.concatenate([one.shared, other.shared]),
        np.concatenate([one.area_m2, other.area_m2]),
    )


def _sorted_hits(pairs: Pairs) -> Pairs:
    hit = np.flatnonzero(pairs.area_m2 > 0)
    order = hit[np.lexsort((pairs.right[hit], pairs.left[hit]))]
    return Pairs(pairs.left[order], pairs.right[order], pairs.shared[order], pairs.area_m2[order])
