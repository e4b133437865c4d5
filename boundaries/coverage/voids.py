"""Ground that no polygon covers: faces of depth zero, put together across the seams of tiles."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.coverage.faces import Faces

__all__ = ["Border", "neighbours_of", "uncovered_parts"]

_ON_THE_LINE_M = 1e-6  # how far a point that rounding has moved may lie from its line


@dataclass(frozen=True)
class Border:
    """Which polygon borders which gap, and along how many metres; ordered by gap, then polygon."""

    gap: NDArray[np.int64]
    polygon: NDArray[np.int64]
    length_m: NDArray[np.float64]


def uncovered_parts(faces: Faces, *, extent: BaseGeometry | None = None) -> NDArray[np.object_]:
    """Give the parts that no polygon covers: those the layer encloses, or those inside the extent when there is one.

    ``extent`` must be one whose outline was among the segments of the faces. Parts are ordered by place.
    """
    empty = faces.depth == 0
    if extent is not None:
        inner = faces.geometry[empty]
        shapely.prepare(extent)
        empty[empty] = shapely.contains_properly(extent, shapely.point_on_surface(inner))
    whole = faces.geometry[empty & ~faces.on_frame]
    cut = faces.geometry[empty & faces.on_frame]
    merged = shapely.get_parts(shapely.union_all(cut)) if len(cut) else cut
    at_rim = (shapely.bounds(merged) == np.array(faces.box)).any(axis=1)
    parts = np.concatenate([whole, _without_points(merged[~at_rim], faces.cuts)])
    west, south, _, _ = shapely.bounds(parts).T
    return parts[np.lexsort((south, west))]


def neighbours_of(gaps: NDArray[np.object_], tree: shapely.STRtree) -> Border:
    """Find the polygons that border each gap along a line; touching at a point alone is no border."""
    rings, gap_of_ring = shapely.get_rings(gaps, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    length = np.hypot(*(points[edge + 1] - points[edge]).T)
    middles = shapely.points((points[edge] + points[edge + 1]) / 2)
    at, polygon = tree.query(middles, predicate="dwithin", distance=_ON_THE_LINE_M)
    gap = gap_of_ring[ring[edge[at]]]
    size = max(len(tree), 1)
    keys, pair = np.unique(gap * size + polygon, return_inverse=True)
    lengths = np.bincount(pair, weights=length[at], minlength=len(keys)).astype(np.float64)
    real = lengths > _ON_THE_LINE_M
    return Border(keys[real] // size, keys[real] % size, lengths[real])


def _without_points(polygons: NDArray[np.object_], points: NDArray[np.complex128]) -> NDArray[np.object_]:
    """Take points out of the rings where they lie on straight edges; a cut through a corner is the corner's."""
    if not len(points):
        return polygons
    slim = [
        shapely.Polygon(_thinned(whole.exterior, points), [_thinned(ring, points) for ring in whole.interiors])
        for whole in polygons
    ]
    return np.array(slim, dtype=object)


def _thinned(ring: shapely.LinearRing, points: NDArray[np.complex128]) -> NDArray[np.float64]:
    xy = shapely.get_coordinates(ring)[:-1]
    before, after = np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0)
    base = after - before
    cross = base[:, 0] * (xy - before)[:, 1] - base[:, 1] * (xy - before)[:, 0]
    is_straight = np.abs(cross) <= _ON_THE_LINE_M * np.hypot(*base.T)
    return np.asarray(xy[~(is_straight & np.isin(xy[:, 0] + 1j * xy[:, 1], points))])
