"""Faces that the leftover segments of a layer cut the ground into, and the polygons that cover each.

No polygon ends inside a face except along edges that two neighbours share, so the *number* of covering polygons is the
same all over a face; it is counted at one inner point. Faces nobody covers are gaps; faces covered twice or more hold
the overlaps.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coverage.parallel import in_chunks, mapped
from boundaries.coverage.tiles import Box, Tile, cut_into_tiles

__all__ = ["NOISE_M2", "Faces", "build_faces", "unique_segments"]

NOISE_M2 = 1e-6  # a face below this comes from rounding where edges lie on each other with different points
_TILES_AT_ONCE = 8
_POINTS_AT_ONCE = 4096
_MARGIN = 0.01  # of the wider side, so that the ground outside the layer is one part


@dataclass(frozen=True)
class Faces:
    """Faces of the plane, how many polygons cover each, and which ones at its inner point.

    ``on_frame`` marks faces cut by the frame of a tile; ``at_rim`` those that reach the outermost frame, outside the
    layer. ``face`` and ``polygon`` are positions, one pair for each covering, ordered by face then polygon.
    ``cuts`` are points that only tiling put on the segments.
    """

    geometry: NDArray[np.object_]
    box: Box
    on_frame: NDArray[np.bool_]
    depth: NDArray[np.int64]
    face: NDArray[np.int64]
    polygon: NDArray[np.int64]
    cuts: NDArray[np.complex128]


def build_faces(
    ends: NDArray[np.float64], tree: shapely.STRtree, *, box: Box, executor: Executor | None = None
) -> Faces:
    """Node the segments, trace the faces, and count the polygons of the tree over each; noise is dropped."""
    west, south, east, north = box
    margin = _MARGIN * max(east - west, north - south, 1.0)
    frame: Box = (west - margin, south - margin, east + margin, north + margin)
    tiles = list(cut_into_tiles(ends, frame))
    chunks = [tiles[start : start + _TILES_AT_ONCE] for start in range(0, len(tiles), _TILES_AT_ONCE)]
    traced = mapped(_trace, chunks, executor=executor)
    geometry = np.concatenate([faces for faces, _ in traced])
    on_frame = np.concatenate([touching for _, touching in traced])
    face, polygon = _covering(geometry, tree, executor=executor)
    depth = np.bincount(face, minlength=len(geometry))
    return Faces(geometry, frame, on_frame, depth, face, polygon, _cut_points(ends, tiles))


def unique_segments(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each segment once, whatever its direction, in a fixed order."""
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    return np.unique(np.where(turned[:, None], ends[:, [2, 3, 0, 1]], ends), axis=0)


def _trace(tiles: Sequence[Tile]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Give the faces of some tiles, and whether each touches the frame of its tile."""
    boxes = np.array([tile.box for tile in tiles])
    pieces = np.concatenate([tile.ends for tile in tiles]).reshape(-1, 2, 2)
    frames = shapely.get_exterior_ring(shapely.box(*boxes.T))
    lines = np.concatenate([shapely.linestrings(pieces), frames])
    tile_of = np.concatenate(
        [np.repeat(np.arange(len(tiles)), [len(tile.ends) for tile in tiles]), np.arange(len(tiles))]
    )
    order = np.argsort(tile_of, kind="stable")
    crowds = np.asarray(shapely.multilinestrings(lines[order], indices=tile_of[order]))
    noded = np.asarray(shapely.union_all(crowds[:, None], axis=1))
    faces, tile = shapely.get_parts(shapely.polygonize(noded[:, None]), return_index=True)
    real = shapely.area(faces) > NOISE_M2
    faces, tile = faces[real], tile[real]
    return faces, (shapely.bounds(faces) == boxes[tile]).any(axis=1)


def _covering(
    faces: NDArray[np.object_], tree: shapely.STRtree, *, executor: Executor | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    chunks = list(in_chunks(len(faces), size=_POINTS_AT_ONCE))
    hits = mapped(partial(_cover_some, tree=tree), [faces[chunk] for chunk in chunks], executor=executor)
    face = np.concatenate([chunk[at] for chunk, (at, _) in zip(chunks, hits, strict=True)])
    polygon = np.concatenate([polygon for _, polygon in hits])
    order = np.lexsort((polygon, face))
    return face[order], polygon[order]


def _cover_some(faces: NDArray[np.object_], *, tree: shapely.STRtree) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    face, polygon = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    return face, polygon


def _cut_points(ends: NDArray[np.float64], tiles: Sequence[Tile]) -> NDArray[np.complex128]:
    if len(tiles) == 1:
        return np.empty(0, dtype=np.complex128)
    return np.setdiff1d(_as_complex(np.concatenate([tile.ends for tile in tiles])), _as_complex(ends))


def _as_complex(ends: NDArray[np.float64]) -> NDArray[np.complex128]:
    points = ends.reshape(-1, 2)
    return np.asarray(points[:, 0] + 1j * points[:, 1])
