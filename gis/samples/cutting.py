"""Cut land into pieces the way towns grow: across its length, again and again, by slightly bent lines."""

from collections.abc import Callable, Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["cut_land", "pieces_of"]

_TRIES = 9
_LEAST_SHARE = 0.28  # of the land, that each side of a cut keeps; less from try to try
_LEAST_ROUNDNESS = 0.34  # Polsby-Popper: 4 pi area / perimeter squared; less from try to try

TargetArea = Callable[[shapely.Polygon], float]


def cut_land(
    land: shapely.Polygon,
    target_area_m2: TargetArea,
    rng: np.random.Generator,
    *,
    jitter: float = 0.09,
    bend: float = 0.05,
) -> tuple[list[shapely.Polygon], list[BaseGeometry]]:
    """Cut land until no piece is much larger than what its place asks for.

    Returns
    -------
    tuple
        The pieces, and the lines that parted them; the pieces tile the land to within rounding of coordinates.
    """
    if land.area < 1.35 * target_area_m2(land) and not land.interiors:
        return [land], []
    for attempt, line in enumerate(_tries(land, rng, jitter, bend)):
        sides = pieces_of(land, line)
        if len(sides) > 1 and (land.interiors or _all_good(sides, land, ease=1 - 0.07 * attempt)):
            halves = [cut_land(side, target_area_m2, rng, jitter=jitter, bend=bend) for side in sides]
            pieces = [piece for part, _ in halves for piece in part]
            return pieces, [shapely.intersection(line, land), *(one for _, lines in halves for one in lines)]
    return [land], []


def pieces_of(land: shapely.Polygon, line: BaseGeometry) -> list[shapely.Polygon]:
    """Give the parts of land that a line leaves, west to east."""
    noded = shapely.union_all([land.boundary, line])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside = faces[shapely.contains(land, shapely.point_on_surface(faces))]
    return sorted(inside, key=lambda face: (face.bounds[0], face.bounds[1]))


def _tries(land: shapely.Polygon, rng: np.random.Generator, jitter: float, bend: float) -> Iterator[shapely.LineString]:
    """Propose lines across the longer side of the land's rectangle, every third one across the shorter one."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(land))
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    long_side, short_side = (first, second) if np.hypot(*first) >= np.hypot(*second) else (second, first)
    middle = corners[:4].mean(axis=0)
    for attempt in range(_TRIES):
        along, across = (long_side, short_side) if (attempt + 1) % 3 else (short_side, long_side)
        yield _line(middle, along, across, rng, jitter, bend)


def _line(
    middle: NDArray[np.float64],
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    rng: np.random.Generator,
    jitter: float,
    bend: float,
) -> shapely.LineString:
    centre = middle + rng.uniform(-0.13, 0.13) * along
    turn = rng.normal(0, jitter)
    turned = np.array(
        [np.cos(turn) * across[0] - np.sin(turn) * across[1], np.sin(turn) * across[0] + np.cos(turn) * across[1]]
    )
    bulge = rng.normal(0, bend) * np.hypot(*across) / np.hypot(*along) * along
    steps = np.array([-0.75, -0.25, 0.2, 0.75])[:, None]
    return shapely.LineString(centre + steps * turned + np.array([0, 0.8, 1, 0])[:, None] * bulge)


def _all_good(sides: list[shapely.Polygon], land: shapely.Polygon, *, ease: float) -> bool:
    return all(
        side.area >= ease * _LEAST_SHARE * land.area / (len(sides) / 2)
        and 4 * np.pi * side.area / side.length**2 >= ease * _LEAST_ROUNDNESS
        for side in sides
    )
