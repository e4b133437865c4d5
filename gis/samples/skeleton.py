"""The lines that the made town grew along: its edge, the river, the railway, arterials and secondary streets.

All lines are in local metres (east and north of the town's south-west corner); :data:`ORIGIN` places them in EPSG:4547.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["CENTRE", "ORIGIN", "RIVERSIDE_M", "Line", "Skeleton", "draw_skeleton"]

ORIGIN = (505_000.0, 3_646_000.0)  # near 114.06 E, 32.94 N
CENTRE = (1_850.0, 1_950.0)  # the old town
RIVERSIDE_M = 60.0  # from the river's line to the streets along its banks
_WATER_M, _TRACK_M = 38.0, 24.0  # half of what a bridge spans
_EDGE = (
    (170, 420), (860, 190), (1580, 90), (2300, 190), (2980, 60), (3560, 130), (3930, 560), (3850, 1250), (4010, 1900),
    (3900, 2620), (3480, 3180), (2860, 3330), (2300, 3520), (1560, 3380), (900, 3490), (330, 3120), (90, 2450),
    (180, 1700), (20, 1080),
)  # fmt: skip
_ARTERIALS = {"west": ("ns", 720), "centre": ("ns", 1850), "east": ("ns", 3020)}
_ARTERIALS |= {"south": ("ew", 560), "middle": ("ew", 1960), "north": ("ew", 2820)}
_SECONDARY = {"ns-1": ("ns", 290), "ns-2": ("ns", 1270), "ns-3": ("ns", 2420), "ns-4": ("ns", 3530)}
_SECONDARY |= {"ew-1": ("ew", 1010), "ew-2": ("ew", 2400), "ew-3": ("ew", 3230)}
_DROPPED = 0.18  # of the stretches of secondary streets between arterials: they were never built


@dataclass(frozen=True)
class Line:
    """A street's ground: ``key`` names it, ``rank`` is arterial, secondary, bank or land (a line without a street)."""

    key: str
    rank: str
    shape: BaseGeometry


@dataclass(frozen=True)
class Skeleton:
    """The town's main lines; ``streets`` stop at water and track, ``bridges`` cross, ``land`` goes on on paper."""

    edge: shapely.Polygon
    river: BaseGeometry
    track: BaseGeometry
    streets: tuple[Line, ...]
    bridges: tuple[Line, ...]
    land: tuple[Line, ...]

    def all_lines(self) -> list[BaseGeometry]:
        """Give every line along which land may be divided."""
        drawn = [line.shape for line in (*self.streets, *self.bridges, *self.land)]
        return [self.edge.boundary, self.river, self.track, *drawn]


def draw_skeleton(rng: np.random.Generator) -> Skeleton:
    """Draw the town's edge, river, railway and main streets; bridges and railway crossings join the parts."""
    edge = _soft(np.array(_EDGE) + rng.uniform(-45, 45, (len(_EDGE), 2)))
    phase = rng.uniform(-0.4, 0.4, 4)
    river = shapely.intersection(_river(phase), edge)
    track = shapely.intersection(_track(), edge)
    arterials = [Line(key, "arterial", _street(*place, phase)) for key, place in _ARTERIALS.items()]
    station, forecourt = _station_street(arterials, track)
    arterials.append(Line("station", "arterial", station))
    secondary = [Line(key, "secondary", _street(*place, phase)) for key, place in _SECONDARY.items()]
    banks = [
        Line(key, "bank", shapely.offset_curve(_river(phase), side * RIVERSIDE_M, join_style="round"))
        for key, side in (("bank-north", 1), ("bank-south", -1))
    ]
    inside = [Line(line.key, line.rank, shapely.intersection(line.shape, edge)) for line in (*arterials, *banks)]
    gappy = [Line(line.key, line.rank, _with_gaps(line.shape, inside, edge, rng)) for line in secondary]
    skeleton = _cut_at_barriers(edge, river, track, (*inside, *gappy))
    return replace(skeleton, land=(*skeleton.land, Line("station", "land", forecourt)))


def _cut_at_barriers(
    edge: shapely.Polygon, river: BaseGeometry, track: BaseGeometry, lines: tuple[Line, ...]
) -> Skeleton:
    """Let arterials cross water and track on bridges, and the others end before them."""
    bands = (("river", river, _WATER_M, RIVERSIDE_M), ("track", track, _TRACK_M, _TRACK_M))
    streets: list[Line] = []
    bridges: list[Line] = []
    land: list[Line] = []
    for line in lines:
        rest = line.shape
        for name, barrier, span_m, stop_m in bands:
            crosses = line.rank == "arterial"
            reach = shapely.buffer(barrier, span_m if crosses else stop_m, cap_style="flat")
            over = shapely.intersection(rest, reach)
            if line.rank != "bank" and not over.is_empty:
                rest = shapely.difference(rest, reach)
                (bridges if crosses else land).append(Line(line.key, name if crosses else "land", over))
        streets.append(Line(line.key, line.rank, rest))
    return Skeleton(edge, river, track, tuple(streets), tuple(bridges), tuple(land))


def _street(direction: str, at: float, phase: NDArray[np.float64]) -> shapely.LineString:
    """Draw a street across the whole town as an official's straight line that years have bent."""
    along = np.arange(-200.0, 4301.0, 25.0)
    fixed = np.full(len(along), float(at))
    u, v = (fixed, along) if direction == "ns" else (along, fixed)
    x = u + 85 * np.sin(v / 800 + 0.3 + phase[0]) + 34 * np.sin(v / 290 + u / 500 + phase[1])
    y = v + 95 * np.sin(u / 900 - 0.5 + phase[2]) + 34 * np.sin(u / 320 + v / 420 + phase[3]) - 0.05 * u
    return shapely.LineString(np.column_stack([x, y]))


def _river(phase: NDArray[np.float64]) -> shapely.LineString:
    x = np.arange(-300.0, 4401.0, 20.0)
    y = 1_560 - 0.19 * x + 120 * np.sin(x / 430 + 0.8 + phase[0]) + 42 * np.sin(x / 185 + phase[3])
    return shapely.LineString(np.column_stack([x, y]))


def _track() -> shapely.LineString:
    """Draw the railway as one wide curve (a Bezier curve of the second degree) around the north-east."""
    t = np.linspace(0, 1, 80)[:, None]
    start, bend, end = np.array([1_700, 3_900]), np.array([2_330, 2_640]), np.array([4_300, 1_900])
    return shapely.LineString((1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end)


def _station_street(arterials: list[Line], track: BaseGeometry) -> tuple[shapely.LineString, shapely.LineString]:
    """Draw the street from the heart of the town to the station, straight across everything, and the forecourt."""
    by_key = {line.key: line.shape for line in arterials}
    heart = shapely.get_coordinates(shapely.intersection(by_key["centre"], by_key["middle"]))[0]
    station = shapely.get_coordinates(track.interpolate(0.46, normalized=True))[0]
    t = np.linspace(0, 1, 30)[:, None]
    line = heart + t * (station - heart)
    across = np.array([-(station - heart)[1], (station - heart)[0]])
    whole = line + 0.05 * np.sin(t * np.pi) * across
    return shapely.LineString(whole[:-1]), shapely.LineString(whole[-2:])


def _with_gaps(
    line: BaseGeometry, arterials: list[Line], edge: shapely.Polygon, rng: np.random.Generator
) -> BaseGeometry:
    """Leave out some stretches of a secondary street between two arterials."""
    faces = shapely.get_parts(
        shapely.polygonize([shapely.union_all([edge.boundary, *(one.shape for one in arterials)], grid_size=0.01)])
    )
    skipped = [face for face in faces if rng.random() < _DROPPED]
    kept = shapely.intersection(line, edge)
    return shapely.difference(kept, shapely.union_all(skipped)) if skipped else kept


def _soft(corners: NDArray[np.float64]) -> shapely.Polygon:
    """Cut the corners of an outline twice (Chaikin 1974)."""
    ring = corners
    for _ in range(2):
        after = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * after, 0.25 * ring + 0.75 * after], axis=1).reshape(-1, 2)
    return shapely.Polygon(ring)
