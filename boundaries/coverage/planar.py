"""Faces of a plane drawing: rings traced edge by edge, and how often each is covered.

Crossing an edge changes the number of polygons above the ground by the balance of those that have the edge as their
boundary. So one walk over the rings of a connected piece gives every ring's depth, starting from its outside; and the
outside of a piece is as deep as the ring that encloses it.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.compiled import compiled
from boundaries.coverage.bands import band_segments
from boundaries.coverage.noding import Edges

__all__ = ["Rings", "trace_rings"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rings:
    """Closed walks around the faces, each with its face on the left.

    ``halves[start[r]:start[r + 1]]`` are the half-edges of ring ``r`` in walking order: ``2 * e`` along edge ``e``,
    ``2 * e + 1`` against it. ``is_outer``: the one ring of each connected piece that walks around its outside; it
    bounds the face of ring ``inside`` (-1: unbounded ground) as a hole. ``is_pinched``: the ring meets itself in a
    point. ``depth`` has a column for each kind of cover.
    """

    edges: Edges
    start: Integers
    halves: Integers
    is_outer: Flags
    is_pinched: Flags
    inside: Integers
    depth: Integers

    def polygons(self, chosen: Integers) -> NDArray[np.object_]:
        """Draw the faces of some inner rings as valid polygons, with the outsides of enclosed pieces as holes."""
        faces = self._drawn(chosen)
        holes = np.flatnonzero(self.is_outer & np.isin(self.inside, chosen))
        holes = holes[np.argsort(self.inside[holes], kind="stable")]
        home = self.inside[holes]
        drawn = shapely.get_exterior_ring(self._drawn(holes))
        for ring, first, count in zip(*np.unique(home, return_index=True, return_counts=True), strict=True):
            at = np.flatnonzero(chosen == ring)[0]
            faces[at] = shapely.Polygon(faces[at].exterior, list(drawn[first : first + count]))
        pinched = self.is_pinched[chosen] | np.isin(chosen, home[self.is_pinched[holes]])
        faces[pinched] = shapely.make_valid(faces[pinched], method="structure", keep_collapsed=False)
        return faces

    def _drawn(self, rings: Integers) -> NDArray[np.object_]:
        """Draw rings as polygons, whatever lies in them."""
        faces = np.empty(len(rings), dtype=object)
        if len(rings):
            lengths = self.start[rings + 1] - self.start[rings]
            halves = self.halves[np.repeat(self.start[rings], lengths) + _within(lengths)]
            number = np.repeat(np.arange(len(rings)), lengths)
            shapely.polygons(np.asarray(shapely.linearrings(self._origins(halves), indices=number)), out=faces)
        return faces

    def halves_of(self, chosen: Integers) -> tuple[Integers, Integers]:
        """Give all half-edges that bound the faces of some inner rings, and the position of the face in ``chosen``."""
        place = np.full(len(self.start), -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        face = np.where(self.is_outer, self.inside, np.arange(len(self.is_outer)))
        mine = np.where(face >= 0, place[face], -1)
        rings = np.flatnonzero(mine >= 0)
        lengths = self.start[rings + 1] - self.start[rings]
        at = np.repeat(self.start[rings], lengths) + _within(lengths)
        return self.halves[at], np.repeat(mine[rings], lengths)

    def face_of_halves(self) -> Integers:
        """Give the face on the left of each half-edge, named by its inner ring; -1 for the unbounded ground."""
        lengths = np.diff(self.start)
        face = np.empty(len(self.halves), dtype=np.int64)
        face[self.halves] = np.repeat(np.where(self.is_outer, self.inside, np.arange(len(lengths))), lengths)
        return face

    def _origins(self, halves: Integers) -> Floats:
        edge, against = halves >> 1, (halves & 1).astype(bool)
        return np.asarray(self.edges.xy[np.where(against, self.edges.second[edge], self.edges.first[edge])])


def trace_rings(edges: Edges, balance: Integers) -> Rings:
    """Trace the rings of a plane drawing.

    Parameters
    ----------
    edges
        Edges that meet only in their ends.
    balance
        For each edge and each kind of cover, ``(n, k)``: how many more polygons lie on the left of the edge than on its
        right.
    """
    kinds = balance.shape[1]
    if not len(edges.first):
        none = np.empty(0, dtype=np.int64)
        no_flags, no_depth = np.empty(0, dtype=np.bool_), np.empty((0, kinds), dtype=np.int64)
        return Rings(edges, np.zeros(1, dtype=np.int64), none, no_flags, no_flags, none, no_depth)
    following = _following(edges.xy, edges.first, edges.second)
    start, halves, ring_of = _walk(following)
    area = _areas(edges.xy, edges.first, edges.second, start, halves)
    piece = _pieces(edges.first, edges.second, len(edges.xy))
    piece_of_ring = piece[halves[start[:-1]] >> 1]
    outer = _outer_rings(area, piece_of_ring)
    _require_plane(edges, len(area), len(outer))
    is_outer = np.zeros(len(area), dtype=np.bool_)
    is_outer[outer] = True
    depth = _spread(start, halves, ring_of, outer, balance)
    inside, base = _enclosing(edges, ring_of, piece, outer, is_outer, piece_of_ring, depth)
    pinched = _pinched(start, halves, np.column_stack([edges.first, edges.second]), len(edges.xy))
    return Rings(edges, start, halves, is_outer, pinched, inside, depth + base[piece_of_ring])


def _require_plane(edges: Edges, n_rings: int, n_pieces: int) -> None:
    """Hold every drawing against Euler's formula: points - edges + rings = 2 for each connected piece."""
    used = np.zeros(len(edges.xy), dtype=np.bool_)
    used[edges.first] = used[edges.second] = True
    if int(used.sum()) - len(edges.first) + n_rings != 2 * n_pieces:
        raise ArithmeticError("the traced rings are no plane drawing: edges still cross")


def _within(lengths: Integers) -> Integers:
    """Count from 0 within runs of these lengths."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


@compiled
def _following(xy: Floats, first: Integers, second: Integers) -> Integers:  # pragma: no cover - compiled
    """Give the half-edge that follows each, keeping the face on the left: at its end, the next one clockwise."""
    count = len(first)
    start = np.zeros(len(xy) + 1, dtype=np.int64)
    for edge in range(count):
        start[first[edge] + 1] += 1
        start[second[edge] + 1] += 1
    for point in range(len(xy)):
        start[point + 1] += start[point]
    fill = start[:-1].copy()
    leaving = np.empty(2 * count, dtype=np.int64)
    turn = np.empty(2 * count)
    for edge in range(count):
        for half, origin, target in ((2 * edge, first[edge], second[edge]), (2 * edge + 1, second[edge], first[edge])):
            angle = np.arctan2(xy[target, 1] - xy[origin, 1], xy[target, 0] - xy[origin, 0])
            slot = fill[origin]
            fill[origin] += 1
            while slot > start[origin] and turn[slot - 1] > angle:
                turn[slot], leaving[slot] = turn[slot - 1], leaving[slot - 1]
                slot -= 1
            turn[slot], leaving[slot] = angle, half
    following = np.empty(2 * count, dtype=np.int64)
    for point in range(len(xy)):
        low, high = start[point], start[point + 1]
        for slot in range(low, high):
            clockwise = leaving[slot - 1] if slot > low else leaving[high - 1]
            following[leaving[slot] ^ 1] = clockwise
    return following


@compiled
def _walk(following: Integers) -> tuple[Integers, Integers, Integers]:  # pragma: no cover - compiled
    """Give where each ring starts, the half-edges ring by ring, and the ring of each half-edge."""
    count = len(following)
    ring_of = np.full(count, -1, dtype=np.int64)
    halves = np.empty(count, dtype=np.int64)
    start = np.empty(count + 1, dtype=np.int64)
    rings, written = 0, 0
    for half in range(count):
        if ring_of[half] >= 0:
            continue
        start[rings] = written
        step = half
        while ring_of[step] < 0:
            ring_of[step] = rings
            halves[written] = step
            written += 1
            step = following[step]
        rings += 1
    start[rings] = written
    return start[: rings + 1].copy(), halves, ring_of


@compiled
def _areas(
    xy: Floats, first: Integers, second: Integers, start: Integers, halves: Integers
) -> Floats:  # pragma: no cover - compiled
    """Give the signed area of each ring, positive where its face lies within."""
    area = np.zeros(len(start) - 1)
    for ring in range(len(area)):
        half = halves[start[ring]]
        home = second[half >> 1] if half & 1 else first[half >> 1]
        for at in range(start[ring], start[ring + 1]):
            half = halves[at]
            edge = half >> 1
            one_x, one_y = xy[first[edge], 0] - xy[home, 0], xy[first[edge], 1] - xy[home, 1]
            other_x, other_y = xy[second[edge], 0] - xy[home, 0], xy[second[edge], 1] - xy[home, 1]
            cross = one_x * other_y - other_x * one_y
            area[ring] += -cross if half & 1 else cross
    return area / 2


@compiled
def _pieces(first: Integers, second: Integers, n_points: int) -> Integers:  # pragma: no cover - compiled
    """Give the number of the connected piece of each edge, from 0."""
    parent = np.arange(n_points)
    for edge in range(len(first)):
        one, other = first[edge], second[edge]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        else:
            parent[one] = other
    number = np.full(n_points, -1, dtype=np.int64)
    piece = np.empty(len(first), dtype=np.int64)
    pieces = 0
    for edge in range(len(first)):
        point = first[edge]
        while parent[point] != point:
            point = parent[point]
        if number[point] < 0:
            number[point] = pieces
            pieces += 1
        piece[edge] = number[point]
    return piece


@compiled
def _pinched(
    start: Integers, halves: Integers, corners: Integers, n_points: int
) -> Flags:  # pragma: no cover - compiled
    """Tell which rings pass a point more than once."""
    last = np.full(n_points, -1, dtype=np.int64)
    pinched = np.zeros(len(start) - 1, dtype=np.bool_)
    for ring in range(len(start) - 1):
        for at in range(start[ring], start[ring + 1]):
            point = corners[halves[at] >> 1, halves[at] & 1]
            pinched[ring] |= last[point] == ring
            last[point] = ring
    return pinched


def _outer_rings(area: Floats, piece_of_ring: Integers) -> Integers:
    """Give the ring around the outside of each piece: the one with the most negative area."""
    order = np.lexsort((area, piece_of_ring))
    return np.asarray(order[np.r_[True, np.diff(piece_of_ring[order]) > 0]])


@compiled
def _spread(
    start: Integers, halves: Integers, ring_of: Integers, outer: Integers, balance: Integers
) -> Integers:  # pragma: no cover - compiled
    """Give each ring's depth above the outside of its piece."""
    kinds = balance.shape[1]
    depth = np.zeros((len(start) - 1, kinds), dtype=np.int64)
    seen = np.zeros(len(start) - 1, dtype=np.bool_)
    stack = np.empty(len(start), dtype=np.int64)
    for root in outer:
        stack[0], height = root, 1
        seen[root] = True
        while height:
            height -= 1
            ring = stack[height]
            for at in range(start[ring], start[ring + 1]):
                half = halves[at]
                beyond = ring_of[half ^ 1]
                if seen[beyond]:
                    continue
                seen[beyond] = True
                sign = 1 if half & 1 else -1  # along the edge this ring is on the left; beyond lies the right
                for kind in range(kinds):
                    depth[beyond, kind] = depth[ring, kind] + sign * balance[half >> 1, kind]
                stack[height] = beyond
                height += 1
    return depth


def _enclosing(
    edges: Edges,
    ring_of: Integers,
    piece: Integers,
    outer: Integers,
    is_outer: Flags,
    piece_of_ring: Integers,
    depth: Integers,
) -> tuple[Integers, Integers]:
    """Give, for each ring, the ring that encloses it as an outer one (-1: none), and the depth outside each piece."""
    inside = np.full(len(is_outer), -1, dtype=np.int64)
    base = np.zeros((len(outer), depth.shape[1]), dtype=np.int64)
    if len(outer) == 1:
        return inside, base
    west = _western_points(edges, piece, len(outer))
    by_west = np.lexsort((edges.xy[west, 1], edges.xy[west, 0]))
    bands = band_segments(edges.xy, edges.first, edges.second)
    seen = _seen_westward(
        edges.xy,
        np.column_stack([edges.first, edges.second]),
        piece,
        west,
        bands.start,
        bands.segment,
        bands.south,
        bands.height,
    )
    for at in by_west:
        if seen[at] < 0:
            continue
        ring = ring_of[seen[at]]
        home = piece_of_ring[ring]
        inside[outer[at]] = inside[outer[home]] if is_outer[ring] else ring
        base[at] = base[home] + depth[ring]
    return inside, base


def _western_points(edges: Edges, piece: Integers, pieces: int) -> Integers:
    """Give the most western point of each piece, the southern one of equals."""
    points = np.concatenate([edges.first, edges.second])
    owner = np.concatenate([piece, piece])
    order = np.lexsort((edges.xy[points, 1], edges.xy[points, 0], owner))
    return np.asarray(points[order[np.searchsorted(owner[order], np.arange(pieces))]])


@compiled
def _seen_westward(
    xy: Floats,
    corners: Integers,
    piece: Integers,
    west: Integers,
    start: Integers,
    segment: Integers,
    south: float,
    height: float,
) -> Integers:  # pragma: no cover - compiled
    """Look west from the western point of each piece, a hair above it: the half-edge that faces it, or -1."""
    result = np.full(len(west), -1, dtype=np.int64)
    for mine in range(len(west)):
        x, y = xy[west[mine], 0], xy[west[mine], 1]
        band = int((y - south) / height)
        nearest, best_slope = -np.inf, 0.0
        for at in range(start[band], start[band + 1]):
            edge = segment[at]
            low, high = corners[edge, 0], corners[edge, 1]
            if xy[low, 1] > xy[high, 1]:
                low, high = high, low
            if piece[edge] == mine or not (xy[low, 1] <= y < xy[high, 1]):
                continue
            slope = (xy[high, 0] - xy[low, 0]) / (xy[high, 1] - xy[low, 1])
            crossing = xy[low, 0] + (y - xy[low, 1]) * slope
            if crossing > x or crossing < nearest or (crossing == nearest and slope <= best_slope):
                continue
            nearest, best_slope = crossing, slope
            rises = low == corners[edge, 0]
            result[mine] = 2 * edge + 1 if rises else 2 * edge  # the half-edge with the east on its left
    return result
