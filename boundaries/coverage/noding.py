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
from boundaries.coverage.parallel import mapped

__all__ = ["Edges", "node_segments"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_UNITS_IN_LAST_PLACE = 8.0
_ROUNDS_PER_TOLERANCE = 6
_MOST_ROUNDS = 60
_FEW = 50_000  # below, threads cost more than they save
_GROWTH = 10.0
_CELL_IN_TOLERANCES = 64.0
_COLUMN_SALT, _ROW_SALT, _MIX = -7_046_029_254_386_353_131, -4_417_276_706_812_531_889, -2_960_836_687_051_489_901


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
    source = np.flatnonzero(number[0::2] != number[1::2])
    first, second = number[0::2][source], number[1::2][source]
    fresh = np.ones(len(source), dtype=np.bool_)
    for turn in range(_MOST_ROUNDS):
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
    if not len(points):
        return points, np.empty(0, dtype=np.int64)
    kept, number = _near_groups(np.ascontiguousarray(points[:, :2]), tolerance)
    return points[kept], number


@compiled
def _near_groups(points: Floats, tolerance: float) -> tuple[Integers, Integers]:  # pragma: no cover - compiled
    """Give the points that stand for all, and for each point which of them lies within the tolerance of it.

    Points go one by one into a table by the square cell they lie in; a point near the rim of its cell looks into the
    next cells too.
    """
    count = len(points)
    cell = _CELL_IN_TOLERANCES * tolerance
    room = 16
    while room < 2 * count:
        room *= 2
    table = np.full(room, -1, dtype=np.int64)
    number = np.empty(count, dtype=np.int64)
    kept = np.empty(count, dtype=np.int64)
    n_kept = 0
    for point in range(count):
        x, y = points[point, 0], points[point, 1]
        found = -1
        for column in range(int(np.floor((x - tolerance) / cell)), int(np.floor((x + tolerance) / cell)) + 1):
            for row in range(int(np.floor((y - tolerance) / cell)), int(np.floor((y + tolerance) / cell)) + 1):
                slot = _slot(column, row, room)
                while table[slot] >= 0 and found < 0:
                    other = kept[table[slot]]
                    if abs(points[other, 0] - x) <= tolerance and abs(points[other, 1] - y) <= tolerance:
                        found = table[slot]
                    slot = (slot + 1) & (room - 1)
        if found < 0:
            slot = _slot(int(np.floor(x / cell)), int(np.floor(y / cell)), room)
            while table[slot] >= 0:
                slot = (slot + 1) & (room - 1)
            table[slot] = n_kept
            kept[n_kept] = point
            found = n_kept
            n_kept += 1
        number[point] = found
    return kept[:n_kept].copy(), number


@compiled
def _slot(column: int, row: int, room: int) -> int:  # pragma: no cover - compiled
    mixed = column * _COLUMN_SALT + row * _ROW_SALT  # wraps around, as 64-bit numbers do
    mixed ^= mixed >> 29
    mixed *= _MIX
    mixed ^= mixed >> 32
    return mixed & (room - 1)


def _meetings(
    xy: Floats, first: Integers, second: Integers, fresh: NDArray[np.bool_], tolerance: float
) -> tuple[Integers, Floats]:
    """Find where segments must be cut: positions of segments, and the points."""
    bands: Bands = band_segments(xy, first, second)
    corners = np.column_stack([first, second])

    def walk(among: tuple[int, int]) -> tuple[Integers, Floats]:
        numbers = (bands.south, bands.height, tolerance, bands.blur)
        return _walk_bands(xy, corners, fresh, bands.start, bands.segment, numbers, among)

    count = len(bands.start) - 1
    middle = int(np.searchsorted(bands.start, len(bands.segment) // 2)) if len(bands.segment) > _FEW else count
    found = mapped(walk, [(0, middle), (middle, count)] if 0 < middle < count else [(0, count)])
    return np.concatenate([at for at, _ in found]), np.concatenate([met for _, met in found])


@compiled
def _walk_bands(
    xy: Floats,
    corners: Integers,
    fresh: NDArray[np.bool_],
    start: Integers,
    segment: Integers,
    numbers: tuple[float, float, float, float],
    among: tuple[int, int],
) -> tuple[Integers, Floats]:  # pragma: no cover - compiled
    south, height, tolerance, blur = numbers
    room = 1024
    at = np.empty(room, dtype=np.int64)
    met = np.empty((room, 2))
    found = 0
    for band in range(among[0], among[1]):
        for i in range(start[band], start[band + 1]):
            one = segment[i]
            a, b = corners[one, 0], corners[one, 1]
            east = max(xy[a, 0], xy[b, 0]) + tolerance + blur
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
    changed = moved[first] | moved[second]
    changed[at] = True
    pieces, whole = _pieces_of(
        np.ascontiguousarray(points[:, :2]), number[first], number[second], at, number[n_points:]
    )
    return points, pieces[:, 0], pieces[:, 1], source[whole], changed[whole]


@compiled
def _pieces_of(
    xy: Floats, first: Integers, second: Integers, at: Integers, met: Integers
) -> tuple[Integers, Integers]:  # pragma: no cover - compiled
    """Give the pieces between the cuts of each segment, in order along it, and the segment of each piece."""
    start = np.zeros(len(first) + 1, dtype=np.int64)
    for cut in range(len(at)):
        start[at[cut] + 1] += 1
    for segment in range(len(first)):
        start[segment + 1] += start[segment]
    fill = start[:-1].copy()
    stop = np.empty(len(at), dtype=np.int64)
    share = np.empty(len(at))
    for cut in range(len(at)):
        segment = at[cut]
        a, b = first[segment], second[segment]
        along = (xy[met[cut], 0] - xy[a, 0]) * (xy[b, 0] - xy[a, 0]) + (xy[met[cut], 1] - xy[a, 1]) * (
            xy[b, 1] - xy[a, 1]
        )
        slot = fill[segment]
        fill[segment] += 1
        while slot > start[segment] and share[slot - 1] > along:
            share[slot], stop[slot] = share[slot - 1], stop[slot - 1]
            slot -= 1
        share[slot], stop[slot] = along, met[cut]
    pieces = np.empty((len(first) + len(at), 2), dtype=np.int64)
    whole = np.empty(len(first) + len(at), dtype=np.int64)
    written = 0
    for segment in range(len(first)):
        begin = first[segment]
        for slot in range(start[segment], start[segment + 1] + 1):
            end = stop[slot] if slot < start[segment + 1] else second[segment]
            if end != begin:
                pieces[written, 0], pieces[written, 1] = begin, end
                whole[written] = segment
                written += 1
            begin = end
    return pieces[:written].copy(), whole[:written].copy()


def _as_edges(xy: Floats, first: Integers, second: Integers, source: Integers) -> Edges:
    """Put pieces that run along each other together."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    forth = np.where(first == low, 1, -1)
    order = np.argsort(low * len(xy) + high)
    low, high = low[order], high[order]
    opens = np.flatnonzero(np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]) if len(low) else low
    start = np.r_[opens, len(low)]
    return Edges(xy, low[opens], high[opens], start, source[order], forth[order])
