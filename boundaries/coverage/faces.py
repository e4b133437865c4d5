"""The ground as the leftover segments of a layer divide it: faces that nobody covers, and faces covered twice or more.

No polygon ends inside a face except along edges that two neighbours share, so the number of polygons above it is the
same all over a face: its depth.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coverage.noding import Edges, node_segments
from boundaries.coverage.planar import Rings, trace_rings
from boundaries.coverage.segments import Segments

__all__ = ["NOISE_M2", "Border", "Faces", "divide_ground"]

NOISE_M2 = 1e-6  # a face below this comes from rounding where edges lie on each other with different points
_LAYER, _EXTENT = 0, 1

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Border:
    """Which polygon borders which face, and along how many metres; ordered by face, then polygon."""

    face: Integers
    polygon: Integers
    length_m: Floats


@dataclass(frozen=True)
class Faces:
    """Faces between leftover segments; ``owner`` is the polygon of each segment, -1 for the outline of an extent.

    ``balanced`` marks segments that turned out to be answered after all, at least in part, once they were noded.
    """

    rings: Rings
    owner: Integers
    balanced: NDArray[np.bool_]
    has_extent: bool

    @property
    def depth(self) -> Integers:
        """How many polygons cover each face."""
        return self.rings.depth[:, _LAYER]

    @cached_property
    def empty(self) -> Integers:
        """The faces that no polygon covers: inside the extent when there is one, else enclosed by the layer."""
        empty = ~self.rings.is_outer & (self.depth == 0)
        return np.flatnonzero(empty & (self.rings.depth[:, _EXTENT] > 0) if self.has_extent else empty)

    @cached_property
    def deep(self) -> Integers:
        """The faces that two or more polygons cover."""
        return np.flatnonzero(~self.rings.is_outer & (self.depth > 1))

    def drawn(self, faces: Integers) -> tuple[Integers, NDArray[np.object_]]:
        """Draw faces, those above noise; give which and their shapes."""
        shapes = self.rings.polygons(faces)
        real = shapely.area(shapes) > NOISE_M2
        return faces[real], shapes[real]

    def border(self, faces: Integers) -> Border:
        """Find the polygons along the edges of faces; touching in a point alone is no border."""
        halves, face = self.rings.halves_of(faces)
        edges = self.rings.edges
        edge = halves >> 1
        counts = edges.source_start[edge + 1] - edges.source_start[edge]
        at = np.repeat(edges.source_start[edge], counts) + np.arange(counts.sum())
        at -= np.repeat(np.cumsum(counts) - counts, counts)
        owner = self.owner[edges.source[at]]
        length = np.hypot(*(edges.xy[edges.second] - edges.xy[edges.first]).T)[np.repeat(edge, counts)]
        face = np.repeat(face, counts)
        known = owner >= 0
        width = int(owner.max(initial=0)) + 1
        keys, pair = np.unique(face[known] * width + owner[known], return_inverse=True)
        lengths = np.bincount(pair, weights=length[known], minlength=len(keys)).astype(np.float64)
        return Border(keys // width, keys % width, lengths)


def divide_ground(leftovers: Segments, outline: Segments | None = None) -> Faces:
    """Node leftover segments, with the outline of an extent when there is one, and trace the faces."""
    ends, owner = leftovers.ends, leftovers.owner
    if outline is not None:
        ends = np.concatenate([ends, outline.ends])
        owner = np.concatenate([owner, np.full(len(outline), -1)])
    corner = np.floor(ends.reshape(-1, 2).min(axis=0)) if len(ends) else np.zeros(2)
    edges = node_segments(ends, corner=corner)
    balance = _balance(edges, owner)
    sound = (balance == 0).all(axis=1)
    balanced = np.zeros(len(owner), dtype=np.bool_)
    balanced[edges.taken(np.flatnonzero(sound)).source] = True
    kept = np.flatnonzero(~sound)
    return Faces(trace_rings(edges.taken(kept), balance[kept]), owner, balanced, outline is not None)


def _balance(edges: Edges, owner: Integers) -> Integers:
    """Count how many more polygons lie on the left of each edge than on its right: of the layer, of the extent."""
    is_extent = owner[edges.source] < 0
    columns = [np.where(is_extent, 0, edges.forth), np.where(is_extent, edges.forth, 0)]
    if not len(edges.first):
        return np.empty((0, len(columns)), dtype=np.int64)
    return np.column_stack([np.add.reduceat(column, edges.source_start[:-1]) for column in columns])
