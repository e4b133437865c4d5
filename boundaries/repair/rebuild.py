"""New polygons: the boundary of each, less the faces it loses, plus the faces it gains, edge by edge.

Edges are counted with their direction; those that run forth and back cancel. So what borders no defect keeps its
coordinates to the last digit, and neighbours end up with the same points.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from boundaries.coverage.distinct import distinct, numbered_places, place_words
from boundaries.repair.ground import Ground
from boundaries.repair.rings import polygons_from_edges

__all__ = ["rebuilt"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class _Moved:
    """Points of the layer that noding put a hair aside, and where."""

    old: Floats
    new: Floats


def rebuilt(ground: Ground, *, lost: tuple[Integers, Integers], gained: tuple[Integers, Integers]) -> Geometries:
    """Give the polygons of a layer after repair; those that nothing changes are the same objects.

    Parameters
    ----------
    ground
        The drawing of the layer.
    lost, gained
        Rows of face and polygon.
    """
    coverage = ground.coverage
    segments, _ = coverage.segments
    moved = _moved_points(ground)
    stale = np.zeros(len(coverage.polygons), dtype=np.bool_)
    stale[lost[1]] = stale[gained[1]] = True
    _mark_cut(stale, ground)
    ends = segments.ends.copy()
    touched = _move(ends, moved)
    stale[segments.owner[touched]] = True
    sound = np.flatnonzero(~ground.in_play & stale[segments.owner])
    polygon, edge, sign = _net_edges(ground, stale, lost, gained)
    forth = sign > 0
    edges = ground.edges
    begin = edges.xy[np.where(forth, edges.first[edge], edges.second[edge])]
    end = edges.xy[np.where(forth, edges.second[edge], edges.first[edge])]
    points = np.concatenate([ends[sound, :2], begin, ends[sound, 2:], end])
    xy, number = numbered_places(points)
    first, second = np.split(number, 2)
    owner = np.r_[segments.owner[sound], polygon]
    long = first != second
    changed, shapes = polygons_from_edges(xy, owner[long], first[long], second[long])
    result = coverage.polygons.copy()
    result[np.flatnonzero(stale)] = shapely.Polygon()
    result[changed] = shapes
    return result


def _mark_cut(stale: Flags, ground: Ground) -> None:
    """Mark the polygons with a segment that has been cut in pieces."""
    pieces = np.bincount(ground.edges.source, minlength=len(ground.owner))
    owners = ground.owner[pieces != 1]
    stale[owners[owners >= 0]] = True


def _net_edges(
    ground: Ground, stale: Flags, lost: tuple[Integers, Integers], gained: tuple[Integers, Integers]
) -> tuple[Integers, Integers, Integers]:
    """Give rows of polygon, edge and direction: the boundary of each stale polygon where segments are in play."""
    ends = ground.polygon_ends
    mine = stale[ends.polygon]
    polygons, edges, signs = [ends.polygon[mine]], [ends.edge[mine]], [ends.sign[mine]]
    for (face, polygon), factor in ((lost, -1), (gained, 1)):
        edge, sign, row = _around(ground, face)
        polygons.append(polygon[row])
        edges.append(edge)
        signs.append(factor * sign)
    count = len(ground.edges.first)
    keys, at = np.unique(np.concatenate(polygons) * count + np.concatenate(edges), return_inverse=True)
    net = np.bincount(at, weights=np.concatenate(signs), minlength=len(keys)).astype(np.int64)
    if (np.abs(net) > 1).any():
        raise ArithmeticError("a repaired polygon would run twice along an edge")
    keys, net = keys[net != 0], net[net != 0]
    return keys // max(count, 1), keys % max(count, 1), net


def _around(ground: Ground, faces: Integers) -> tuple[Integers, Integers, Integers]:
    """Give the edges around each face, their direction with the face on the left, and the row of the face."""
    edge = np.flatnonzero(ground.sides[:, 0] != ground.sides[:, 1])
    sides = ground.sides[edge]
    face = sides.T.ravel()
    edge, sign = np.r_[edge, edge], np.repeat([1, -1], len(sides))
    order = np.argsort(face, kind="stable")
    face, edge, sign = face[order], edge[order], sign[order]
    start = np.searchsorted(face, faces)
    number = np.searchsorted(face, faces, side="right") - start
    row = np.repeat(np.arange(len(faces)), number)
    at = np.arange(len(row)) - np.repeat(np.cumsum(number) - number - start, number)
    return edge[at], sign[at], row


def _moved_points(ground: Ground) -> _Moved:
    """Find the ends of segments that are no point of the drawing any more, and the point that took their place."""
    used = np.zeros(len(ground.edges.xy), dtype=np.bool_)
    used[ground.edges.first] = used[ground.edges.second] = True
    points = ground.edges.xy[used]
    places, number = numbered_places(np.concatenate([points, ground.ends[ground.owner >= 0].reshape(-1, 2)]))
    old = places[int(number[: len(points)].max(initial=-1)) + 1 :]  # places are numbered in order: these are no point
    if not len(old):
        return _Moved(np.empty((0, 2)), np.empty((0, 2)))
    corner = np.floor(points.min(axis=0))
    _, at = cKDTree(points - corner).query(old - corner)
    return _Moved(old, points[at])


def _move(ends: Floats, moved: _Moved) -> Integers:
    """Move the ends of segments along; give the segments that have changed."""
    if not len(moved.old):
        return np.empty(0, dtype=np.int64)
    words = place_words(moved.old).view(np.int64)
    touched = []
    for columns in (slice(0, 2), slice(2, 4)):
        rows = np.flatnonzero(pd.Series(place_words(ends[:, columns]).view(np.int64)).isin(words))
        _, number = numbered_places(np.concatenate([moved.old, ends[rows, columns]]))
        is_old = number[len(words) :] < len(words)  # the rest but share a hash
        rows = rows[is_old]
        ends[rows, columns] = moved.new[number[len(words) :][is_old]]
        touched.append(rows)
    return distinct(np.concatenate(touched))
