"""Who manages what before anything is wrong: today's communities follow streets, and grids divide each of them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.samples.coverage import Border, borders_between
from gis.samples.faults import NoRoomError
from gis.samples.ground import Ground, on_the_ground
from gis.samples.regions import Net, divide, net_of

__all__ = ["Areas", "assign_areas"]

COMMUNITIES = 9
_GRID_HOUSEHOLDS = 500.0
_LEAST_BORDER_M = 6.0  # land that touches along less than this is not one region's
# What a metre of border costs by the line that it follows: towns put their lines where something is.
_COST = {"arterial": 0.3, "secondary": 0.6, "bank": 0.6, "minor": 1.0, "lot": 2.5}
_VILLAGE_COST = -2.0  # as a share: lines drawn when the villages were fields run through them


@dataclass(frozen=True)
class Areas:
    """Community and grid of every unit by position, before faults; the unit of the village that nobody manages."""

    community: NDArray[np.int64]
    grid: NDArray[np.int64]
    border: Border
    unassigned: int
    is_barrier: NDArray[np.bool_]


def assign_areas(ground: Ground, households: NDArray[np.float64], rng: np.random.Generator) -> Areas:
    """Divide blocks into nine communities on one side of water and track each, and units into grids of about 500."""
    border = borders_between(ground.shapes)
    cost, barrier = _border_costs(ground, border)
    blocks = np.unique(ground.block, return_inverse=True)[1]
    community = _communities(ground, border, cost, barrier, blocks, households, rng)
    unassigned = _lonely_village(ground, community)
    centres = shapely.get_coordinates(shapely.centroid(ground.shapes))
    open_ = ~barrier & _long_enough(border)
    net = net_of(border.left[open_], border.right[open_], cost[open_], households, centres)
    grid = np.full(len(community), -1)
    for number in range(COMMUNITIES):
        members = np.flatnonzero((community == number) & (ground.village != unassigned))
        count = round(households[members].sum() / _GRID_HOUSEHOLDS)
        grid[members] = grid.max() + 1 + _divided(net.part(members), count, rng)
    grid[ground.village == unassigned] = grid.max() + 1
    return Areas(community, grid, border, unassigned, barrier)


def _divided(net: Net, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return divide(net, max(count, int(net.components().max()) + 1), rng)


def _communities(
    ground: Ground,
    border: Border,
    cost: NDArray[np.float64],
    barrier: NDArray[np.bool_],
    blocks: NDArray[np.int64],
    households: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    weight = np.bincount(blocks, households).astype(float)
    areas = shapely.area(ground.shapes)
    centres = shapely.get_coordinates(shapely.centroid(ground.shapes))
    xy = np.column_stack(
        [np.bincount(blocks, areas * centres[:, axis]) / np.bincount(blocks, areas) for axis in (0, 1)]
    )
    open_ = ~barrier
    net = net_of(blocks[border.left[open_]], blocks[border.right[open_]], cost[open_], weight, xy)
    return divide(net, COMMUNITIES, rng)[blocks]


def _border_costs(ground: Ground, border: Border) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give what each border segment would cost as a line, and whether it lies in the river or on the track."""
    skeleton = ground.skeleton
    lines = [(line.rank, line.shape) for line in (*skeleton.streets, *skeleton.bridges)]
    lines += [("minor", street) for street in ground.minor_streets]
    ranks = ["arterial" if rank in ("river", "track") else rank for rank, _ in lines]
    points = np.asarray(shapely.points(border.middle))
    cost = np.full(len(points), _COST["lot"])
    tree = shapely.STRtree(points)
    for rank in ("minor", "bank", "secondary", "arterial"):
        drawn = [on_the_ground(shape) for (_, shape), one in zip(lines, ranks, strict=True) if one == rank]
        cost[np.unique(tree.query(drawn, predicate="dwithin", distance=0.6)[1])] = _COST[rank]
    barrier = np.zeros(len(points), dtype=np.bool_)
    water_and_track = [on_the_ground(skeleton.river), on_the_ground(skeleton.track)]
    barrier[np.unique(tree.query(water_and_track, predicate="dwithin", distance=0.6)[1])] = True
    same_village = (ground.village[border.left] == ground.village[border.right]) & (ground.village[border.left] >= 0)
    cost[same_village] *= _VILLAGE_COST
    return cost * border.length_m, barrier


def _long_enough(border: Border) -> NDArray[np.bool_]:
    pair = np.minimum(border.left, border.right) * (border.left.max() + 1) + np.maximum(border.left, border.right)
    _, which = np.unique(pair, return_inverse=True)
    return np.bincount(which, border.length_m)[which] >= _LEAST_BORDER_M


def _lonely_village(ground: Ground, community: NDArray[np.int64]) -> int:
    """Choose the village that nobody manages: one piece of one community, the farthest from the centre of town."""
    villages = [number for number in range(ground.village.max() + 1) if _may_be_left_out(ground, community, number)]
    if not villages:
        raise NoRoomError("urban_village_unassigned")
    return max(villages, key=lambda number: float(ground.from_centre_m[ground.village == number].mean()))


def _may_be_left_out(ground: Ground, community: NDArray[np.int64], village: int) -> bool:
    inside = ground.village == village
    homes = np.unique(community[inside])
    if len(homes) != 1:
        return False
    rest = shapely.coverage_union_all(ground.shapes[(community == homes[0]) & ~inside])
    whole = shapely.coverage_union_all(ground.shapes[inside])
    return bool(rest.geom_type == "Polygon" and whole.geom_type == "Polygon")
