"""The town's planning units: every parcel with its exact outline, block, village, and what the land is used for."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.samples.coverage import exact_faces, join_small, joined_by
from gis.samples.faults import NoRoomError
from gis.samples.parcels import VILLAGES, part_land
from gis.samples.skeleton import CENTRE, ORIGIN, Skeleton, draw_skeleton

__all__ = ["LIVING", "Ground", "on_the_ground", "prepare_ground"]

LIVING, VILLAGE, RIVERSIDE = "居住", "城中村", "滨河绿地"
_COMPOUNDS = 400
_CENTRAL_USES = ("学校", "机关", "商业", "医院", "公园", "市场", "商业", "学校")
_OUTER_USES = ("工业", "农地", "仓储", "学校", "农地", "工业", "公园", "苗圃")
_YARD_M, _LEAST_YARD_M2 = 9.0, 1_500.0  # a compound's red line lies so far inside its parcel
_CENTRAL_M = 1_000.0


@dataclass(frozen=True)
class Ground:
    """The town's land: outlines of the units in EPSG:4547, each with block, village (-1: none), use, yard, distance."""

    skeleton: Skeleton
    minor_streets: tuple[BaseGeometry, ...]
    shapes: NDArray[np.object_]
    yards: NDArray[np.object_]
    block: NDArray[np.int64]
    village: NDArray[np.int64]
    use: NDArray[np.object_]
    from_centre_m: NDArray[np.float64]


def prepare_ground(rng: np.random.Generator) -> Ground:
    """Draw the town's lines, part the land, and decide what stands where: 400 parcels are compounds."""
    skeleton = draw_skeleton(rng)
    parcels = part_land(skeleton, rng)
    lots = parcels.lots
    faces, source = exact_faces([lot.shape for lot in lots], skeleton.edge)
    block = np.array([lot.block for lot in lots])[source]
    becomes = join_small(faces, side=_sides(skeleton, faces), block=block, min_area_m2=1_500, min_width_m=22)
    joined, shapes = joined_by(faces, becomes)
    source = source[joined]
    middle = shapely.get_coordinates(shapely.centroid(shapes)) - np.array(ORIGIN)
    distance = np.hypot(*(middle - np.array(CENTRE)).T)
    yards = _yards(shapes)
    village = np.array([lots[at].village for at in source])
    if len(np.unique(village[village >= 0])) < VILLAGES:
        raise NoRoomError("urban villages")
    riverside = np.array([lots[at].riverside for at in source])
    use = _uses(distance, shapely.area(yards), village, riverside, rng)
    return Ground(skeleton, parcels.minor_streets, shapes, yards, block[joined], village, use, distance)


def on_the_ground(shape: BaseGeometry) -> BaseGeometry:
    """Move a shape of local metres to its place in EPSG:4547, rounded to 1 cm as the units are."""
    return shapely.transform(shape, lambda xy: np.round(xy + np.array(ORIGIN), 2))


def _sides(skeleton: Skeleton, faces: NDArray[np.object_]) -> NDArray[np.int64]:
    """Give for each face which part of the town it lies in, as water and track part it."""
    lines = [skeleton.edge.boundary, skeleton.river, skeleton.track]
    parts = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=0.01)]))
    points = shapely.transform(shapely.point_on_surface(faces), lambda xy: xy - np.array(ORIGIN))
    return np.asarray(shapely.STRtree(parts).nearest(points))


def _yards(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give the land inside the streets around each parcel: its largest part when the inset leaves several."""
    inset = shapely.buffer(shapes, -_YARD_M, join_style="mitre", mitre_limit=2.0)
    return np.array([max(shapely.get_parts(shape), key=lambda part: part.area, default=shape) for shape in inset])


def _uses(
    distance: NDArray[np.float64],
    yard_area_m2: NDArray[np.float64],
    village: NDArray[np.int64],
    riverside: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.object_]:
    """Let people live where it is central, with some chance; the rest are schools, offices, works and fields."""
    use = np.where(village >= 0, VILLAGE, np.where(riverside, RIVERSIDE, "")).astype(object)
    free = np.flatnonzero((use == "") & (yard_area_m2 >= _LEAST_YARD_M2))
    attraction = distance[free] + rng.exponential(900, len(free))
    use[free[np.argsort(attraction, kind="stable")[:_COMPOUNDS]]] = LIVING
    for number, at in enumerate(np.flatnonzero(use == "")):
        choice = _CENTRAL_USES if distance[at] < _CENTRAL_M else _OUTER_USES
        use[at] = choice[number % len(choice)]
    return use
