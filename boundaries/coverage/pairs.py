"""Pairs of polygons that share ground, found from the faces that two or more polygons cover."""

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.compiled import compiled
from boundaries.coverage.parallel import in_chunks, mapped
from boundaries.coverage.segments import Segments
from gis.geometry import shared_ground

__all__ = ["Pairs", "overlapping_pairs"]

Integers = NDArray[np.int64]

_PAIRS_AT_ONCE = 512
_FACES_AT_ONCE = 4096
_ALLOWED_M2 = 1e-6  # by which the faces of a pair and its intersection may differ from rounding alone
_ALLOWED_SHARE = 1e-9


@dataclass(frozen=True)
class Pairs:
    """Pairs of positions, ``left < right``, with the ground they share and its area."""

    left: Integers
    right: Integers
    shared: NDArray[np.object_]
    area_m2: NDArray[np.float64]


@dataclass(frozen=True)
class _Over:
    """Every two polygons over the inner point of each deep face: one row for each pair and face.

    ``depth`` counts all over the point. It is not that of the face in ``astray``: there the point lies on a seam.
    """

    left: Integers
    right: Integers
    face: Integers
    depth: Integers
    astray: Integers


def overlapping_pairs(
    polygons: NDArray[np.object_],
    deep: NDArray[np.object_],
    tree: shapely.STRtree,
    *,
    depth: Integers,
    seams: Segments,
    executor: Executor | None = None,
) -> Pairs:
    """Give every pair that shares ground, each pair once.

    Parameters
    ----------
    polygons
        The layer, in the order of positions.
    deep
        The faces that two or more of them cover.
    tree
        The spatial index of ``polygons``.
    depth
        How many polygons cover each of the faces.
    seams
        The boundary segments of ``polygons`` that neighbours answer, in the order of owners.
    executor
        See :func:`boundaries.coverage.parallel.mapped`.

    Notes
    -----
    The polygons over the inner point of a face give its pairs. That is all of them if each of those polygons covers
    the whole face, which only a seam through the face can prevent. So pairs whose faces no seam comes near are put
    together from their faces, and the others are intersected. Where faces and intersection differ in area, a seam
    does run through a face (a polygon lies across two neighbours, a layer is stacked on another), and every pair of
    polygons that meets the face is tried. What a pair has too much in one face it may lack in another, so the rest is
    compared again without these faces, until nothing differs: over all pairs, faces and intersections have the same
    area, so as long as a pair is missing some other pair has too much.
    """
    size = max(len(polygons), 1)
    over = _pairs_over(deep, tree, depth, executor=executor)
    keys, at = np.unique(over.left * size + over.right, return_inverse=True)
    uneven = np.zeros(len(keys), dtype=bool)
    uneven[at[over.depth != over.depth[np.unique(at, return_index=True)[1]][at]]] = True
    uneven[at[_is_near_seam(shapely.bounds(deep), over, seams)[over.face]]] = True
    exact = _intersected(polygons, keys[uneven] // size, keys[uneven] % size, executor=executor)
    tried, seamed = keys[uneven], over.astray
    number = np.flatnonzero(uneven)
    areas = shapely.area(deep)
    while True:
        in_seamed = _area_in(exact.shared[: len(number)], deep[seamed])
        known = ~np.isin(over.face, seamed)
        from_faces = np.bincount(at[known], weights=areas[over.face[known]], minlength=len(keys))[number]
        allowed_m2 = _ALLOWED_M2 + _ALLOWED_SHARE * exact.area_m2[: len(number)]
        unlike = np.zeros(len(keys), dtype=bool)
        unlike[number] = np.abs(from_faces + in_seamed - exact.area_m2[: len(number)]) > allowed_m2
        found = np.union1d(seamed, over.face[unlike[at]])
        more = np.setdiff1d(_all_pairs_in(deep[found], polygons, tree), tried) if len(found) else tried[:0]
        exact = _joined(exact, _intersected(polygons, more // size, more % size, executor=executor))
        tried = np.concatenate([tried, more])
        if len(found) == len(seamed):
            break
        seamed = found
    uneven |= np.isin(keys, tried)
    simple = _put_together(keys[~uneven] // size, keys[~uneven] % size, deep, *_renumbered(at, over.face, ~uneven))
    return _sorted_hits(_joined(simple, exact))


def _pairs_over(
    deep: NDArray[np.object_], tree: shapely.STRtree, depth: Integers, *, executor: Executor | None
) -> _Over:
    chunks = list(in_chunks(len(deep), size=_FACES_AT_ONCE))
    hits = mapped(partial(_cover, tree=tree), [deep[chunk] for chunk in chunks], executor=executor)
    none = np.empty(0, np.int64)
    face = np.concatenate([none, *(chunk[at] for chunk, (at, _) in zip(chunks, hits, strict=True))])
    polygon = np.concatenate([none, *(found for _, found in hits)])
    order = np.lexsort((polygon, face))
    face, polygon = face[order], polygon[order]
    starts = np.flatnonzero(np.r_[True, face[1:] != face[:-1]]) if len(face) else none
    counts = np.diff(np.r_[starts, len(face)])
    lefts, rights, faces, depths = [none], [none], [none], [none]
    for count in np.unique(counts):
        first = starts[counts == count]
        one, other = np.triu_indices(count, k=1)
        lefts.append(polygon[first[:, None] + one].ravel())
        rights.append(polygon[first[:, None] + other].ravel())
        faces.append(np.repeat(face[first], len(one)))
        depths.append(np.full(len(faces[-1]), count))
    astray = np.flatnonzero(np.bincount(face, minlength=len(deep)) != depth)
    return _Over(np.concatenate(lefts), np.concatenate(rights), np.concatenate(faces), np.concatenate(depths), astray)


def _cover(faces: NDArray[np.object_], *, tree: shapely.STRtree) -> tuple[Integers, Integers]:
    face, polygon = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    return face, polygon


def _is_near_seam(boxes: NDArray[np.float64], over: _Over, seams: Segments) -> NDArray[np.bool_]:
    """Tell which faces have a seam of one of their polygons in their box."""
    near = np.zeros(len(boxes), dtype=np.bool_)
    for polygon in (over.left, over.right):
        start = np.searchsorted(seams.owner, polygon, side="left")
        stop = np.searchsorted(seams.owner, polygon, side="right")
        _mark_near(near, boxes, over.face, np.column_stack([start, stop]), seams.xy, seams.first, seams.second)
    return near


@compiled
def _mark_near(
    near: NDArray[np.bool_],
    boxes: NDArray[np.float64],
    face: Integers,
    run: Integers,
    xy: NDArray[np.float64],
    first: Integers,
    second: Integers,
) -> None:  # pragma: no cover - compiled
    for row in range(len(face)):
        west, south, east, north = boxes[face[row]]
        for at in range(run[row, 0], run[row, 1]):
            if near[face[row]]:
                break
            a, b = first[at], second[at]
            into, out = 0.0, 1.0  # the part of the segment inside the box, as shares of its way
            for axis, low, high in ((0, west, east), (1, south, north)):
                way = xy[b, axis] - xy[a, axis]
                if way == 0.0:
                    if not low < xy[a, axis] < high:
                        out = -1.0
                else:
                    one, other = (low - xy[a, axis]) / way, (high - xy[a, axis]) / way
                    into, out = max(into, min(one, other)), min(out, max(one, other))
            near[face[row]] = into < out


def _renumbered(at: Integers, face: Integers, kept: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Give the pair, counted among the kept ones, and the face of each row, ordered by pair."""
    rows = np.flatnonzero(kept[at])
    number = (np.cumsum(kept) - 1)[at[rows]]
    order = np.argsort(number, kind="stable")
    return number[order], face[rows[order]]


def _put_together(left: Integers, right: Integers, deep: NDArray[np.object_], pair: Integers, face: Integers) -> Pairs:
    """Make the shared ground of pairs from their faces; faces of one depth border each other in points at most."""
    shared = np.empty(len(left), dtype=object)
    alone = np.bincount(pair, minlength=len(left))[pair] == 1
    shared[pair[alone]] = deep[face[alone]]
    if not alone.all():
        parts, row = shapely.get_parts(deep[face[~alone]], return_index=True)
        pairs, owner = np.unique(pair[~alone][row], return_inverse=True)
        shared[pairs] = shapely.multipolygons(parts, indices=owner)
    return Pairs(left, right, shared, shapely.area(shared))


def _all_pairs_in(faces: NDArray[np.object_], polygons: NDArray[np.object_], tree: shapely.STRtree) -> Integers:
    """Give the keys of all pairs with overlapping boxes among the polygons that meet one of the faces."""
    met = np.unique(tree.query(faces, predicate="intersects")[1])
    one, other = shapely.STRtree(polygons[met]).query(polygons[met])
    one, other = met[one], met[other]
    once = one < other
    return np.asarray(one[once] * len(polygons) + other[once])


def _area_in(shapes: NDArray[np.object_], faces: NDArray[np.object_]) -> NDArray[np.float64]:
    """Give the area of each shape within faces, which do not overlap."""
    face, shape = shapely.STRtree(shapes).query(faces, predicate="intersects")
    shared = shapely.area(shared_ground(shapes[shape], faces[face]))
    return np.bincount(shape, weights=shared, minlength=len(shapes)).astype(np.float64)


def _intersected(polygons: NDArray[np.object_], left: Integers, right: Integers, *, executor: Executor | None) -> Pairs:
    work = [(polygons[left[chunk]], polygons[right[chunk]]) for chunk in in_chunks(len(left), size=_PAIRS_AT_ONCE)]
    shared = np.concatenate([np.empty(0, dtype=object), *mapped(_intersect, work, executor=executor)])
    return Pairs(left, right, shared, shapely.area(shared))


def _intersect(work: tuple[NDArray[np.object_], NDArray[np.object_]]) -> NDArray[np.object_]:
    return shared_ground(*work)


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
