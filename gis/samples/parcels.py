"""From main lines to parcels: superblocks, blocks parted by minor streets, villages older than the streets, lots."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.samples.cutting import cut_land
from gis.samples.faults import NoRoomError
from gis.samples.skeleton import CENTRE, RIVERSIDE_M, Skeleton

__all__ = ["VILLAGES", "Lot", "Parcels", "part_land"]

VILLAGES = 14
_APART_M, _FROM_CENTRE_M = 520.0, 420.0
_WHOLE_SHARE, _LEAST_PIECE_M2 = 0.78, 4_500.0  # a village takes a block whole, or leaves it alone
_LEAST_REST_M2 = 4_000.0


@dataclass(frozen=True)
class Lot:
    """A piece of land before its outline is final: its block, and its village where it has one (else -1)."""

    shape: shapely.Polygon
    block: int
    village: int
    riverside: bool


@dataclass(frozen=True)
class Parcels:
    """All lots, the minor streets between blocks, and how many blocks there are."""

    lots: tuple[Lot, ...]
    minor_streets: tuple[BaseGeometry, ...]
    blocks: int


def part_land(skeleton: Skeleton, rng: np.random.Generator) -> Parcels:
    """Part the town's land: superblocks between main lines into blocks, blocks into lots."""
    superblocks = _faces(skeleton.all_lines())
    superblocks = superblocks[shapely.contains(skeleton.edge, shapely.point_on_surface(superblocks))]
    band = shapely.buffer(skeleton.river, RIVERSIDE_M + 3)
    blocks, riverside, minor = [], [], []
    for superblock in superblocks:
        beside_river = shapely.intersection(superblock, band).area > 0.9 * superblock.area
        pieces: list[shapely.Polygon] = [superblock]
        streets: list[BaseGeometry] = []
        if not beside_river:
            pieces, streets = cut_land(superblock, _block_area_m2, rng)
        blocks += pieces
        riverside += [beside_river] * len(pieces)
        minor += streets
    villages = _village_grounds(skeleton, rng)
    lots = [
        lot
        for number, (block, beside_river) in enumerate(zip(blocks, riverside, strict=True))
        for lot in _lots(number, block, villages, riverside=bool(beside_river), rng=rng)
    ]
    return Parcels(tuple(lots), tuple(minor), len(blocks))


def _faces(lines: list[BaseGeometry]) -> NDArray[np.object_]:
    return shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=0.01)]))


def _from_centre_m(land: shapely.Polygon) -> float:
    middle = land.centroid
    return float(np.hypot(middle.x - CENTRE[0], middle.y - CENTRE[1]))


def _block_area_m2(land: shapely.Polygon) -> float:
    return 24_000 + 12 * _from_centre_m(land)


def _lot_area_m2(land: shapely.Polygon) -> float:
    return 11_500 + 9 * _from_centre_m(land)


def _village_grounds(skeleton: Skeleton, rng: np.random.Generator) -> list[shapely.Polygon]:
    """Draw the villages' grounds: irregular and rounded, apart from each other, from water, track and edge."""
    fence = shapely.union_all(
        [skeleton.edge.boundary.buffer(230), skeleton.river.buffer(220), skeleton.track.buffer(190)]
    )
    allowed = shapely.difference(skeleton.edge, fence)
    shapely.prepare(allowed)
    west, south, east, north = skeleton.edge.bounds
    sites: list[NDArray[np.float64]] = []
    for _ in range(4_000):
        site = rng.uniform((west, south), (east, north))
        near = any(np.hypot(*(site - other)) < _APART_M for other in sites)
        central = np.hypot(*(site - np.array(CENTRE))) < _FROM_CENTRE_M
        if not near and not central and shapely.contains_xy(allowed, *site):
            sites.append(site)
        if len(sites) == VILLAGES:
            return [_ground(site, rng) for site in sorted(sites, key=lambda one: (-one[1] // 600, one[0]))]
    raise NoRoomError("urban villages")


def _ground(site: NDArray[np.float64], rng: np.random.Generator) -> shapely.Polygon:
    angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    radius = rng.uniform(125, 175)
    waves = sum(
        rng.uniform(0, 0.28 / order) * np.cos(order * angles + rng.uniform(0, 2 * np.pi)) for order in (1, 2, 3, 5)
    )
    reach = radius * (1 + waves)
    return shapely.Polygon(site + np.column_stack([1.15 * reach * np.cos(angles), 0.95 * reach * np.sin(angles)]))


def _lots(
    number: int, block: shapely.Polygon, villages: list[shapely.Polygon], *, riverside: bool, rng: np.random.Generator
) -> list[Lot]:
    if riverside:
        pieces, _ = cut_land(block, lambda _: 17_000, rng, jitter=0.02, bend=0.0)
        return [Lot(piece, number, -1, riverside=True) for piece in pieces]
    lots, rest = [], [block]
    for village, ground in enumerate(villages):
        if shapely.intersects(ground, block):
            taken, rest = _take(block, ground)
            lots += [Lot(piece, number, village, riverside=False) for piece in taken]
            if taken:
                break
    for land in rest:
        pieces, _ = cut_land(land, _lot_area_m2, rng, jitter=0.05, bend=0.02)
        lots += [Lot(piece, number, -1, riverside=False) for piece in pieces]
    return lots


def _take(block: shapely.Polygon, ground: shapely.Polygon) -> tuple[list[shapely.Polygon], list[shapely.Polygon]]:
    """Give what a village holds of a block, and the rest of it; crumbs of the rest go to the village."""
    parts = shapely.get_parts(shapely.intersection(block, ground))
    inside = [part for part in parts if part.geom_type == "Polygon" and part.area >= _LEAST_PIECE_M2]
    if not inside:
        return [], [block]
    if sum(part.area for part in inside) > _WHOLE_SHARE * block.area:
        return [block], []
    held = shapely.union_all(inside)
    rest = shapely.get_parts(shapely.difference(block, held))
    crumbs = [part for part in rest if part.area < _LEAST_REST_M2]
    held = shapely.union_all([held, *crumbs])
    return list(shapely.get_parts(held)), [part for part in rest if part.area >= _LEAST_REST_M2]
