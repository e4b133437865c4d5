"""Who manages what in the made town before anything is wrong: villages, communities and grids as sets of parcels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.samples.names import COMMUNITIES, COUNTY_CODE, TOWN_CODE, VILLAGES
from gis.samples.town import RAIL_ROW, RIVER_COLUMN, TownPlan

__all__ = ["GRIDS_EACH", "UNASSIGNED", "assign_communities", "assign_grids", "assign_villages", "community_code"]

GRIDS_EACH = 10
UNASSIGNED = VILLAGES[13]

# The western line runs along column 4 and the northern one along row 8, with jogs.
_WEST_CUT = tuple(4 + jog for jog in (0, 1, 1, 0, 0, -1, -1, 0, 0, 1, 0, 0))
_NORTH_CUT = tuple(8 + jog for jog in (0, 0, 1, 1, 0, 0, -1, -1, 0, 0, 0, 1, 1, 0))
_ACROSS_WEST = (1, 4, 6, 10)  # rows where a village lies on both sides of the western line
_ACROSS_NORTH = (1, 3, 7, 10, 12)  # columns where one lies on both sides of the northern line
_INSIDE = (((1, 4), (1, 5)), ((12, 5), (13, 5)), ((7, 5),), ((10, 1), (11, 1)), ((11, 7),))

Block = tuple[int, int]


def assign_villages(plan: TownPlan) -> "pd.Series[str]":
    """Give the village of each parcel by position, NA outside villages; nine of the fourteen straddle a line."""
    sites: list[Iterable[Block]] = [
        *([(_WEST_CUT[row] - 1, row), (_WEST_CUT[row], row)] for row in _ACROSS_WEST),
        *([(column, _NORTH_CUT[column] - 1), (column, _NORTH_CUT[column])] for column in _ACROSS_NORTH),
        *_INSIDE,
    ]
    village_of = {block: name for name, blocks in zip(VILLAGES, sites, strict=True) for block in blocks}
    return pd.Series([village_of.get((parcel.column, parcel.row)) for parcel in plan.parcels], dtype="string")


def assign_communities(plan: TownPlan) -> NDArray[np.int64]:
    """Give the community of each parcel, 0 to 8: three bands, each cut in three from west to east."""
    return np.array([_community(parcel.column, parcel.row) for parcel in plan.parcels])


def community_code(number: int) -> str:
    """Give the 12-digit code of a community: county, town, and 001-009 for residents' committees."""
    return f"{COUNTY_CODE}{TOWN_CODE}{number + 1:03d}"


def assign_grids(plan: TownPlan, communities: NDArray[np.int64], households: NDArray[np.float64]) -> NDArray[np.int64]:
    """Cut each community into ten connected grids of about equal households; numbered over the whole town.

    Grids are made of whole blocks; a part of a community that lies elsewhere (the exclave) is a grid of its own.
    """
    grids = np.full(len(plan.parcels), -1)
    for community in range(len(COMMUNITIES)):
        members = np.flatnonzero(communities == community)
        home = np.array([_community(plan.parcels[at].column, plan.parcels[at].row) == community for at in members])
        load: dict[Block, float] = defaultdict(float)
        for at in members[home]:
            load[(plan.parcels[at].column, plan.parcels[at].row)] += households[at]
        for blocks in _cut_blocks(load, GRIDS_EACH - int(not home.all())):
            grids[[at for at in members[home] if (plan.parcels[at].column, plan.parcels[at].row) in blocks]] = (
                grids.max() + 1
            )
        if not home.all():
            grids[members[~home]] = grids.max() + 1
    return grids


def _community(column: int, row: int) -> int:
    band = 0 if row < RAIL_ROW else 1 if row < _NORTH_CUT[column] else 2
    third = 2 if column >= RIVER_COLUMN else 1 if column >= _WEST_CUT[row] else 0
    return (2 - band) * 3 + third


def _cut_blocks(load: Mapping[Block, float], count: int) -> list[set[Block]]:
    """Halve a set of blocks by the straight line that shares its households best and leaves both sides connected."""
    if count == 1:
        return [set(load)]
    best: tuple[float, int, set[Block]] | None = None
    for axis in (0, 1):
        for line in sorted({block[axis] for block in load})[1:]:
            side = {block for block in load if block[axis] < line}
            share = sum(load[block] for block in side) / sum(load.values())
            for part in range(1, count):
                fits = len(side) >= part and len(load) - len(side) >= count - part
                miss = abs(share - part / count) / min(part, count - part)
                if fits and (best is None or miss < best[0]) and _connected(side) and _connected(set(load) - side):
                    best = (miss, part, side)
    if best is None:
        msg = "the blocks of a community cannot be cut into connected grids"
        raise RuntimeError(msg)
    _, part, side = best
    rest = {block: value for block, value in load.items() if block not in side}
    return _cut_blocks({block: load[block] for block in side}, part) + _cut_blocks(rest, count - part)


def _connected(blocks: set[Block]) -> bool:
    todo = [next(iter(blocks))]
    seen = set(todo)
    while todo:
        column, row = todo.pop()
        beside = {(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)} & blocks - seen
        seen |= beside
        todo += beside
    return seen == blocks
