"""The ground of a layer as every edge near a defect divides it, and the two sides of each edge.

The engine's faces tell where defects are. Repair needs more: edges that neighbours share take part as well where they
run through ground that is covered twice, so that the same polygons cover all of a face.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.compiled import compiled
from boundaries.coverage.engine import Coverage
from boundaries.coverage.faces import NOISE_M2
from boundaries.coverage.noding import Edges, node_segments
from boundaries.coverage.planar import Rings, trace_rings
from boundaries.coverage.segments import Segments, boundary_segments

__all__ = ["Ground", "divided"]

OUTLINE, LINE = -1, -2  # owners of segments that belong to no polygon: the extent's outline, lines that must not move

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Ends:
    """Which polygons end at which edge: those with ground on one side of it only; ``sign`` 1 left, -1 right."""

    edge: Integers
    polygon: Integers
    sign: Integers


@dataclass(frozen=True)
class Ground:
    """A plane drawing of all segments in play; ``owner`` and ``ends`` have a row for each segment put in.

    ``in_play`` marks those of ``coverage.segments``, which come first, in order; then the outline of the extent, then
    lines. ``left`` and ``right`` are the faces beside each edge, -1 the unbounded ground.
    """

    coverage: Coverage
    in_play: Flags
    ends: Floats
    owner: Integers
    edges: Edges
    rings: Rings
    has_extent: bool

    @cached_property
    def sides(self) -> Integers:
        """The faces on the left and on the right of each edge, ``(n, 2)``; -1 is the unbounded ground."""
        return self.rings.face_of_halves().reshape(-1, 2)

    @cached_property
    def length_m(self) -> Floats:
        """The length of each edge."""
        xy = self.edges.xy
        return np.asarray(np.hypot(*(xy[self.edges.second] - xy[self.edges.first]).T))

    @property
    def depth(self) -> Integers:
        """How many polygons cover each face."""
        return self.rings.depth[:, 0]

    @cached_property
    def empty(self) -> Flags:
        """The faces that nobody covers: inside the extent when there is one, else enclosed by the layer."""
        empty = ~self.rings.is_outer & (self.depth == 0)
        return np.asarray(empty & (self.rings.depth[:, 1] > 0)) if self.has_extent else empty

    @cached_property
    def deep(self) -> Flags:
        """The faces that two or more polygons cover."""
        return ~self.rings.is_outer & (self.depth > 1)

    @cached_property
    def is_line(self) -> Flags:
        """The edges along which a line runs that must not move."""
        on_line = np.zeros(len(self.edges.first), dtype=np.bool_)
        on_line[self._edge_of_source[self.owner[self.edges.source] == LINE]] = True
        return on_line

    @cached_property
    def polygon_ends(self) -> Ends:
        """The polygons that end at each edge; slits of a polygon cancel."""
        owner = self.owner[self.edges.source]
        known = owner >= 0
        width = len(self.coverage.polygons)
        keys, at = np.unique(self._edge_of_source[known] * width + owner[known], return_inverse=True)
        net = np.bincount(at, weights=self.edges.forth[known], minlength=len(keys)).astype(np.int64)
        keys, net = keys[net != 0], net[net != 0]
        return Ends(keys // width, keys % width, np.sign(net))

    @cached_property
    def _edge_of_source(self) -> Integers:
        return np.repeat(np.arange(len(self.edges.first)), np.diff(self.edges.source_start))

    def areas(self) -> Floats:
        """Give the area of the face of each ring; 0 for outer rings, whose ground is that of others."""
        xy, edges = self.edges.xy, self.edges
        corner = np.floor(xy.min(axis=0)) if len(xy) else np.zeros(2)
        (ax, ay), (bx, by) = (xy[edges.first] - corner).T, (xy[edges.second] - corner).T
        cross = (ax * by - bx * ay) / 2
        areas = np.zeros(len(self.rings.is_outer) + 1)  # the last is the unbounded ground
        np.add.at(areas, self.sides[:, 0], cross)
        np.add.at(areas, self.sides[:, 1], -cross)
        return areas[:-1]

    def boxes(self, faces: Integers) -> Floats:
        """Give the boxes of faces above noise: west, south, east, north."""
        faces = faces[self.areas()[faces] > NOISE_M2]
        number = np.full(len(self.depth) + 1, len(faces), dtype=np.int64)
        number[faces] = np.arange(len(faces))
        boxes = np.full((len(faces) + 1, 4), np.inf)
        xy, edges = self.edges.xy, self.edges
        low = np.minimum(xy[edges.first], xy[edges.second])
        high = np.maximum(xy[edges.first], xy[edges.second])
        for side in (0, 1):
            at = number[self.sides[:, side]]
            for column, values in enumerate((low[:, 0], low[:, 1], -high[:, 0], -high[:, 1])):
                np.minimum.at(boxes[:, column], at, values)
        boxes[:, 2:] *= -1
        return boxes[:-1]


def divided(coverage: Coverage, *, extent: BaseGeometry | None = None, lines: Geometries | None = None) -> Ground:
    """Divide the ground of a layer.

    Parameters
    ----------
    coverage
        The layer.
    extent
        Ground that must be covered, valid and polygonal.
    lines
        Lines that cut the ground covered twice or not at all, such as the centre lines of roads.
    """
    segments, answered = coverage.segments
    more = [] if extent is None else [(boundary_segments(np.array([extent], dtype=object)).ends, OUTLINE)]
    in_play = ~answered
    ground = _drawn(coverage, in_play.copy(), more, has_extent=extent is not None)
    _mark_seams(in_play, segments, ground.boxes(np.flatnonzero(ground.deep)), coverage.tree)
    if lines is not None and len(lines):
        more.append((_inside(lines, ground.rings.polygons(np.flatnonzero(ground.deep | ground.empty))), LINE))
    elif in_play.sum() == ground.in_play.sum():
        return ground
    return _drawn(coverage, in_play, more, has_extent=extent is not None)


def _drawn(coverage: Coverage, in_play: Flags, more: list[tuple[Floats, int]], *, has_extent: bool) -> Ground:
    segments = coverage.segments[0].taken(in_play)
    ends = np.concatenate([segments.ends, *(ends for ends, _ in more)])
    owner = np.concatenate([segments.owner, *(np.full(len(ends), owner) for ends, owner in more)])
    corner = np.floor(ends.reshape(-1, 2).min(axis=0)) if len(ends) else np.zeros(2)
    edges = node_segments(ends, corner=corner)
    of_source = owner[edges.source]
    columns = [np.where(of_source >= 0, edges.forth, 0), np.where(of_source == OUTLINE, edges.forth, 0)]
    balance = (
        np.column_stack([np.add.reduceat(column, edges.source_start[:-1]) for column in columns])
        if len(edges.first)
        else np.empty((0, 2), dtype=np.int64)
    )
    return Ground(coverage, in_play, ends, owner, edges, trace_rings(edges, balance), has_extent)


def _inside(lines: Geometries, faces: Geometries) -> Floats:
    """Give the segments of the parts of lines that lie in faces."""
    parts = shapely.get_parts(lines)
    at, face = shapely.STRtree(faces).query(parts, predicate="intersects")[:2]
    pieces = shapely.get_parts(shapely.get_parts(shapely.intersection(parts[at], faces[face])))
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING]
    xy, line = shapely.get_coordinates(pieces, return_index=True)
    within = np.flatnonzero(line[1:] == line[:-1])
    return np.column_stack([xy[within], xy[within + 1]])


def _mark_seams(in_play: Flags, segments: Segments, boxes: Floats, tree: shapely.STRtree) -> None:
    """Put the segments of every polygon that reach into one of the boxes into play."""
    if not len(boxes):
        return
    box, polygon = tree.query(shapely.box(*boxes.T))
    start = np.searchsorted(segments.owner, polygon, side="left")
    stop = np.searchsorted(segments.owner, polygon, side="right")
    _mark_in_boxes(in_play, boxes, box, np.column_stack([start, stop]), segments.xy, segments.first, segments.second)


@compiled
def _mark_in_boxes(
    marked: Flags, boxes: Floats, box: Integers, run: Integers, xy: Floats, first: Integers, second: Integers
) -> None:  # pragma: no cover - compiled
    """Mark the segments that meet a box or its rim."""
    for row in range(len(box)):
        west, south, east, north = boxes[box[row]]
        for at in range(run[row, 0], run[row, 1]):
            if marked[at]:
                continue
            a, b = first[at], second[at]
            into, out = 0.0, 1.0  # the part of the segment inside the box, as shares of its way
            for axis, low, high in ((0, west, east), (1, south, north)):
                way = xy[b, axis] - xy[a, axis]
                if way == 0.0:
                    if not low <= xy[a, axis] <= high:
                        out = -1.0
                else:
                    one, other = (low - xy[a, axis]) / way, (high - xy[a, axis]) / way
                    into, out = max(into, min(one, other)), min(out, max(one, other))
            marked[at] = into <= out
