"""Cut segments where they cross or touch, until none do: a plane drawing of straight edges.

Points within ``tolerance_m`` of each other become one, and a segment that passes a point within that distance is cut
there. The tolerance is a few units in the last place of the coordinates, so that what coordinates cannot tell apart is
the same; after the last round every point keeps that distance from every edge that does not
end in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.compiled import compiled
from boundaries.coverage.bands import Bands, band_segments

__all__ = ["Edges", "node_segments"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_UNITS_IN_LAST_PLACE = 8.0
_ROUNDS_PER_TOLERANCE = 6
_MOST_ROUNDS = 60
_GROWTH = 10.0


@dataclass(frozen=True)
class Edges:
    """Edges of a plane drawing: from point ``first`` to point ``second``, both positions in ``xy``; each edge once.

    ``source_start`` and ``source`` list, for each edge, the segments that run along it; ``forth`` is 1 where the
    segment runs from ``first`` to ``second``, -1 where it runs back.
    """

    xy: Floats
    first: Integers
    second: Integers
    source_start: Integers
    source: Integers
    forth: Integers

    def taken(self, chosen: Integers) -> "Edges":
        """Give some of the edges."""
        counts = self.source_start[chosen + 1] - self.source_start[chosen]
        start = np.r_[0, np.cumsum(counts)]
        at = np.repeat(self.source_start[chosen] - start[:-1], counts) + np.arange(start[-1])
        return Edges(self.xy, self.first[chosen], self.second[chosen], start, self.source[at], self.forth[at])


def node_segments(ends: Floats, *, corner: Floats) -> Edges:
    """Cut segments at all their meetings.

    Parameters
    ----------
    ends
        Segments ``(n, 4)``: x and y of one end, x and y of the other.
    corner
        Whole numbers below all coordinates; the work is done from there, which gains digits. Points that are no
        crossings keep their given coordinates to the last digit.
    """
    tolerance = _UNITS_IN_LAST_PLACE * float(np.spacing(np.abs(ends).max())) if len(ends) else 0.0
    points = ends.reshape(-1, 2)
    xy, number = _merged(np.column_stack([points - corner, points]), tolerance)
    first, second, source = number[0::2], number[1::2], np.arange(len(ends))
    fresh = np.ones(len(ends), dtype=np.bool_)
    for turn in range(_MOST_ROUNDS):
        real = first != second
        first, second, source, fresh = first[real], second[real], source[real], fresh[real]
        if not fresh.any():
            return _as_edges(np.ascontiguousarray(xy[:, 2:]), first, second, source)
        at, met = _meetings(np.ascontiguousarray(xy[:, :2]), first, second, fresh, tolerance)
        met = np.column_stack([met, met + corner])
        xy, first, second, source, fresh = _cut(xy, first, second, source, at, met, tolerance)
        if turn % _ROUNDS_PER_TOLERANCE == _ROUNDS_PER_TOLERANCE - 1:
            tolerance *= _GROWTH
    raise ArithmeticError(f"segments still cross after {_MOST_ROUNDS} rounds of cutting")


def _merged(points: Floats, tolerance: float) -> tuple[Floats, Integers]:
    """Give different points, and which of them each point has become; the earliest of near ones stands for all.

    The first two columns count; others go along.
    """
    order = np.lexsort((points[:, 1], points[:, 0]))
    label = _near_groups(points[order], tolerance)
    group = np.cumsum(label == np.arange(len(label))) - 1
    number = np.empty(len(points), dtype=np.int64)
    number[order] = group[label]
    earliest = np.full(int(group[-1]) + 1 if len(group) else 0, len(points))
    np.minimum.at(earliest, number, np.arange(len(points)))
    return points[earliest], number


@compiled
def _near_groups(points: Floats, tolerance: float) -> Integers:  # pragma: no cover - compiled
    """Give each point, sorted by x then y, the first point that lies within the tolerance, along a chain of such."""
    count = len(points)
    label = np.arange(count)
    for one in range(count):
        other = one + 1
        while other < count and points[other, 0] - points[one, 0] <= tolerance:
            if abs(points[other, 1] - points[one, 1]) <= tolerance:
                label[other] = min(label[other], label[one])
            other += 1
    for one in range(count):
        label[one] = label[label[one]]
    return label


def _meetings(
    xy: Floats, first: Integers, second: Integers, fresh: NDArray[np.bool_], tolerance: float
) -> tuple[Integers, Floats]:
    """Find where segments must be cut: positions of segments, and the points."""
    bands: Bands = band_segments(np.column_stack([xy[first], xy[second]]))
    corners = np.column_stack([first, second])
    return _walk_bands(xy, corners, fresh, bands.start, bands.segment, bands.south, bands.height, tolerance)


@compiled
def _walk_bands(
    xy: Floats,
    corners: Integers,
    fresh: NDArray[np.bool_],
    start: Integers,
    segment: Integers,
    south: float,
    height: float,
    tolerance: float,
) -> tuple[Integers, Floats]:  # pragma: no cover - compiled
    room = 1024
    at = np.empty(room, dtype=np.int64)
    met = np.empty((room, 2))
    found = 0
    for band in range(len(start) - 1):
        for i in range(start[band], start[band + 1]):
            one = segment[i]
            a, b = corners[one, 0], corners[one, 1]
            east = max(xy[a, 0], xy[b, 0]) + tolerance
            one_low, one_high = min(xy[a, 1], xy[b, 1]), max(xy[a, 1], xy[b, 1])
            for j in range(i + 1, start[band + 1]):
                other = segment[j]
                c, d = corners[other, 0], corners[other, 1]
                if min(xy[c, 0], xy[d, 0]) > east:
                    break
                if not (fresh[one] or fresh[other]):
                    continue
                low, high = min(xy[c, 1], xy[d, 1]), max(xy[c, 1], xy[d, 1])
                if low > one_high + tolerance or high < one_low - tolerance:
                    continue
                if max(low, one_low) < south + band * height - tolerance:
                    continue  # an earlier band has seen this pair
                if found + 5 > room:
                    room *= 2
                    at, met = _grown(at, met, room)
                touched = False
                for end, host, p, q in ((c, one, a, b), (d, one, a, b), (a, other, c, d), (b, other, c, d)):
                    if end in (p, q):
                        touched = True
                    elif _is_on(xy, end, p, q, tolerance):
                        touched = True
                        at[found] = host
                        met[found] = xy[end]
                        found += 1
                if not touched and _cross(xy, a, b, c, d, met[found]):
                    met[found + 1] = met[found]
                    at[found], at[found + 1] = one, other
                    found += 2
    return at[:found], met[:found]


@compiled
def _grown(at: Integers, met: Floats, room: int) -> tuple[Integers, Floats]:  # pragma: no cover - compiled
    more_at, more_met = np.empty(room, dtype=np.int64), np.empty((room, 2))
    more_at[: len(at)] = at
    more_met[: len(met)] = met
    return more_at, more_met


@compiled
def _is_on(xy: Floats, point: int, p: int, q: int, tolerance: float) -> bool:  # pragma: no cover - compiled
    """Whether a point lies between the ends of a segment, within the tolerance of it."""
    along_x, along_y = xy[q, 0] - xy[p, 0], xy[q, 1] - xy[p, 1]
    x, y = xy[point, 0] - xy[p, 0], xy[point, 1] - xy[p, 1]
    square = along_x * along_x + along_y * along_y
    share = x * along_x + y * along_y
    if share <= 0.0 or share >= square:
        return False
    across = x * along_y - y * along_x
    return bool(across * across <= tolerance * tolerance * square)


@compiled
def _cross(xy: Floats, a: int, b: int, c: int, d: int, met: Floats) -> bool:  # pragma: no cover - compiled
    """Whether two segments cross between their ends; if so, write where."""
    ux, uy = xy[b, 0] - xy[a, 0], xy[b, 1] - xy[a, 1]
    vx, vy = xy[d, 0] - xy[c, 0], xy[d, 1] - xy[c, 1]
    wx, wy = xy[c, 0] - xy[a, 0], xy[c, 1] - xy[a, 1]
    across = ux * vy - uy * vx
    if across == 0.0:
        return False
    along_u = (wx * vy - wy * vx) / across
    along_v = (wx * uy - wy * ux) / across
    if not (0.0 < along_u < 1.0 and 0.0 < along_v < 1.0):
        return False
    if ux * ux + uy * uy <= vx * vx + vy * vy:
        met[0], met[1] = xy[a, 0] + along_u * ux, xy[a, 1] + along_u * uy
    else:
        met[0], met[1] = xy[c, 0] + along_v * vx, xy[c, 1] + along_v * vy
    return True


def _cut(
    xy: Floats, first: Integers, second: Integers, source: Integers, at: Integers, met: Floats, tolerance: float
) -> tuple[Floats, Integers, Integers, Integers, NDArray[np.bool_]]:
    """Cut segments at points; pieces of cut segments, and those whose ends have moved, are fresh."""
    n_points = len(xy)
    points, number = _merged(np.concatenate([xy, met]), tolerance)
    moved = (points[number[:n_points]] != xy).any(axis=1)
    cut = np.zeros(len(first), dtype=np.bool_)
    cut[at] = True
    changed = cut | moved[first] | moved[second]
    first, second, met_number = number[first], number[second], number[n_points:]
    # every segment's points in order along it: its first end, its cuts, its second end
    owner = np.concatenate([np.arange(len(first)), at, np.arange(len(first))])
    stop = np.concatenate([first, met_number, second])
    ux, uy = (points[second] - points[first])[:, :2].T
    from_first = points[stop] - points[first[owner]]
    share = from_first[:, 0] * ux[owner] + from_first[:, 1] * uy[owner]
    share[: len(first)] = -np.inf
    share[len(share) - len(first) :] = np.inf
    order = np.lexsort((share, owner))
    owner, stop = owner[order], stop[order]
    joined = owner[1:] == owner[:-1]
    whole = owner[:-1][joined]
    return points, stop[:-1][joined], stop[1:][joined], source[whole], changed[whole]


def _as_edges(xy: Floats, first: Integers, second: Integers, source: Integers) -> Edges:
    """Put pieces that run along each other together."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    forth = np.where(first == low, 1, -1)
    order = np.lexsort((source, high, low))
    low, high = low[order], high[order]
    opens = np.flatnonzero(np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]) if len(low) else low
    start = np.r_[opens, len(low)]
    return Edges(xy, low[opens], high[opens], start, source[order], forth[order])
