"""Who covers each face that several polygons cover."""

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.repair.ground import Ground

__all__ = ["Covers", "covers_of"]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Covers:
    """Rows of face and polygon, ordered by both, for every face covered twice or more.

    ``unclear`` are faces whose polygons could not be told for certain; they have no rows.
    """

    face: Integers
    polygon: Integers
    unclear: Integers


def covers_of(ground: Ground) -> Covers:
    """Tell the polygons over each deep face.

    Notes
    -----
    The polygons that end at the edges of a face, on its side, cover it; mostly those are all of them, as its depth
    tells. Another that covers the face and more is known from a neighbour across an edge, or else, once for each
    connected run of such faces, from the polygons over an inner point.
    """
    face, polygon = _by_edges(ground)
    counts = np.bincount(face, minlength=len(ground.depth))
    deep = np.flatnonzero(ground.deep)
    clear = counts[deep] == ground.depth[deep]
    rest = _by_neighbours(ground, face, polygon, deep[~clear])
    kept = np.isin(face, deep[clear])
    more = [(one, other) for one, members in rest.items() for other in sorted(members)]
    rows = np.array(more, dtype=np.int64).reshape(-1, 2)
    face, polygon = np.r_[face[kept], rows[:, 0]], np.r_[polygon[kept], rows[:, 1]]
    order = np.lexsort((polygon, face))
    return Covers(face[order], polygon[order], np.setdiff1d(deep[~clear], rows[:, 0]))


def _by_edges(ground: Ground) -> tuple[Integers, Integers]:
    """Give the polygons that end at an edge of each deep face, with their ground on its side."""
    ends, sides = ground.polygon_ends, ground.sides
    face = np.where(ends.sign > 0, sides[ends.edge, 0], sides[ends.edge, 1])
    kept = (face >= 0) & ground.deep[face]
    width = len(ground.coverage.polygons)
    keys = np.sort(face[kept] * width + ends.polygon[kept])
    keys = keys[np.r_[True, keys[1:] != keys[:-1]]] if len(keys) else keys
    return keys // width, keys % width


def _by_neighbours(ground: Ground, face: Integers, polygon: Integers, open_faces: Integers) -> dict[int, set[int]]:
    """Find the polygons of the faces that their own edges do not tell."""
    if not len(open_faces):
        return {}
    waiting = set(open_faces.tolist())
    steps = _steps(ground, open_faces)
    known: dict[int, set[int]] = {-1: set()}
    beyond = sorted({other for pairs in steps.values() for other, _, _ in pairs if other >= 0})
    is_deep = ground.deep
    for other in beyond:
        if other in waiting:
            continue
        if is_deep[other]:
            start, stop = np.searchsorted(face, [other, other + 1])
            known[other] = set(polygon[start:stop].tolist())
        elif ground.depth[other] == 0:
            known[other] = set()
    found: dict[int, set[int]] = {}
    areas = ground.areas()
    for seed in sorted(waiting, key=lambda one: -areas[one]):
        if seed not in waiting:
            continue
        queue = deque([seed])
        run = _connected(seed, steps, waiting)
        starts = [one for one in run if _told(one, steps, known, ground)]
        if not starts:
            members = _over_point(ground, seed)
            if len(members) != ground.depth[seed]:
                waiting.discard(seed)
                continue
            known[seed] = found[seed] = members
            waiting.discard(seed)
            starts = [other for other, _, _ in steps[seed] if other in waiting]
        queue = deque(starts)
        while queue:
            one = queue.popleft()
            if one not in waiting:
                continue
            told = _told(one, steps, known, ground)
            if told is None:
                continue
            known[one] = found[one] = told
            waiting.discard(one)
            queue.extend(other for other, _, _ in steps[one] if other in waiting)
    return found


def _connected(seed: int, steps: dict[int, list[tuple[int, set[int], set[int]]]], waiting: set[int]) -> list[int]:
    run, queue = {seed}, deque([seed])
    while queue:
        for other, _, _ in steps[queue.popleft()]:
            if other in waiting and other not in run:
                run.add(other)
                queue.append(other)
    return sorted(run)


def _told(
    one: int,
    steps: dict[int, list[tuple[int, set[int], set[int]]]],
    known: dict[int, set[int]],
    ground: Ground,
) -> set[int] | None:
    """Give the polygons over a face from a neighbour whose polygons are known, where the depth agrees."""
    for other, here, there in steps[one]:
        if other in known:
            members = (known[other] - there) | here
            if len(members) == ground.depth[one]:
                return members
    return None


def _steps(ground: Ground, faces: Integers) -> dict[int, list[tuple[int, set[int], set[int]]]]:
    """Give, for each face, what lies beyond its edges: the face, who ends on this side, who ends on that side."""
    place = np.zeros(len(ground.depth) + 1, dtype=np.bool_)
    place[faces] = True
    edges = np.flatnonzero(place[ground.sides].any(axis=1))
    ends: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    rows = np.flatnonzero(np.isin(ground.polygon_ends.edge, edges))
    for edge, polygon, sign in zip(
        ground.polygon_ends.edge[rows].tolist(),
        ground.polygon_ends.polygon[rows].tolist(),
        ground.polygon_ends.sign[rows].tolist(),
        strict=True,
    ):
        ends[edge][0 if sign > 0 else 1].add(polygon)
    steps: dict[int, list[tuple[int, set[int], set[int]]]] = {int(one): [] for one in faces}
    for edge, (left, right) in zip(edges.tolist(), ground.sides[edges].tolist(), strict=True):
        on_left, on_right = ends[edge]
        if left != right:
            if left in steps:
                steps[left].append((right, on_left, on_right))
            if right in steps:
                steps[right].append((left, on_right, on_left))
    return steps


def _over_point(ground: Ground, face: int) -> set[int]:
    point = shapely.point_on_surface(ground.rings.polygons(np.array([face]))[0])
    return set(ground.coverage.tree.query(point, predicate="intersects").tolist())
