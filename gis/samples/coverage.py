"""Make lots an exact coverage, see which share an edge, and join those too small to stand alone.

Noding on a centimetre grid gives every face of the town the vertices of its neighbours; from there on, polygons are
only joined along whole edges, so that the coverage stays exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.samples.skeleton import ORIGIN

__all__ = ["Border", "borders_between", "exact_faces", "join_small", "joined_by"]

_GRID_M = 0.01


@dataclass(frozen=True)
class Border:
    """Edges that two polygons share, one row a segment: the polygons' positions, length, and the middle point."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length_m: NDArray[np.float64]
    middle: NDArray[np.float64]


def exact_faces(
    shapes: Sequence[shapely.Polygon], edge: shapely.Polygon
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Node all outlines on a grid of 1 cm; give the faces at their place on the ground, each with its source."""
    outlines = [shape.boundary for shape in shapes]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([*outlines, edge.boundary], grid_size=_GRID_M)]))
    faces = faces[shapely.area(faces) > 0]
    points = shapely.point_on_surface(faces)
    inside = shapely.contains(shapely.buffer(edge, -_GRID_M), points)
    faces, points = faces[inside], points[inside]
    tree = shapely.STRtree(shapes)
    source = tree.nearest(points)
    moved = shapely.transform(faces, lambda xy: np.round(xy + np.array(ORIGIN), 2))
    order = np.lexsort((shapely.get_x(points), -np.floor(shapely.get_y(points) / 250)))
    return moved[order], source[order]


def borders_between(shapes: NDArray[np.object_]) -> Border:
    """Find the segments that two polygons of an exact coverage share."""
    rings, ring_of = shapely.get_rings(shapes, return_index=True)
    xy, at = shapely.get_coordinates(rings, return_index=True)
    same_ring = at[1:] == at[:-1]
    start, end, owner = xy[:-1][same_ring], xy[1:][same_ring], ring_of[at[:-1][same_ring]]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[swap], end[swap] = end[swap].copy(), start[swap].copy()
    segments = np.hstack([start, end])
    order = np.lexsort(segments.T)
    twins = np.flatnonzero((segments[order][1:] == segments[order][:-1]).all(axis=1))
    one, two = order[twins], order[twins + 1]
    length = np.hypot(*(end[one] - start[one]).T)
    return Border(owner[one], owner[two], length, (start[one] + end[one]) / 2)


def join_small(
    shapes: NDArray[np.object_],
    *,
    side: NDArray[np.int64],
    block: NDArray[np.int64],
    min_area_m2: float,
    min_width_m: float,
) -> NDArray[np.int64]:
    """Give for every face the face it becomes part of: small or thin ones go to the neighbour with the longest edge.

    Only faces on the same ``side`` of water and track are joined; one of the same ``block`` is preferred.
    """
    border = borders_between(shapes)
    width = 2 * shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=0.5))
    small = (shapely.area(shapes) < min_area_m2) | (width < min_width_m)
    parent = np.arange(len(shapes))
    for face in np.flatnonzero(small)[np.argsort(shapely.area(shapes)[small], kind="stable")].tolist():
        touching = np.where(border.left == face, border.right, np.where(border.right == face, border.left, -1))
        length = np.bincount(touching[touching >= 0], border.length_m[touching >= 0], minlength=len(shapes))
        roots = np.array([_root(parent, int(other)) for other in np.flatnonzero(length)])
        length = np.bincount(roots, length[length > 0], minlength=len(shapes))
        length[_root(parent, face)] = 0
        length[side != side[face]] = 0
        length[block == block[face]] *= 10
        if length.max() > 0:
            parent[_root(parent, face)] = int(np.argmax(length))
    return np.array([_root(parent, face) for face in range(len(shapes))])


def joined_by(shapes: NDArray[np.object_], labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Join the polygons of an exact coverage that have the same label; negative labels are left out."""
    numbers = np.unique(labels[labels >= 0])
    return numbers, np.array([shapely.coverage_union_all(shapes[labels == number]) for number in numbers])


def _root(parent: NDArray[np.int64], face: int) -> int:
    while parent[face] != face:
        face = int(parent[face])
    return face
