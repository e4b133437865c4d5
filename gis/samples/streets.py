"""Streets, the river and the railway of the made town, as lines along its lattice."""

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import shapely

from gis.samples.names import COLUMNS, ROWS
from gis.samples.town import (
    ARTERIAL_COLUMNS,
    ARTERIAL_ROWS,
    BANK_M,
    BRIDGES,
    RAIL_ROW,
    RIVER_COLUMN,
    UNDERPASSES,
    TownPlan,
)

__all__ = ["railway_layer", "road_layer", "waterway_layer"]

_Street = tuple[str, bool, shapely.LineString]


def road_layer(plan: TownPlan, crs: str) -> gpd.GeoDataFrame:
    """Give the named streets; one that meets the river or the railway without a bridge or underpass ends before it."""
    streets = [*_row_streets(plan), *_column_streets(plan)]
    arterial = [is_arterial for _, is_arterial, _ in streets]
    return gpd.GeoDataFrame(
        {
            "name": [name for name, _, _ in streets],
            "class": ["主干路" if wide else "支路" for wide in arterial],
            "rigidity": ["rigid" if wide else "elastic" for wide in arterial],
        },
        geometry=[line for _, _, line in streets],
        index=_ids("R", len(streets)),
        crs=crs,
    )


def waterway_layer(plan: TownPlan, crs: str) -> gpd.GeoDataFrame:
    """Give the river, a rigid line."""
    river = plan.street(column=RIVER_COLUMN, start=0, end=int(plan.ys[-1]))
    return _rigid_line("清河", "河流", river, "W", crs)


def railway_layer(plan: TownPlan, crs: str) -> gpd.GeoDataFrame:
    """Give the railway, a rigid line."""
    track = plan.street(row=RAIL_ROW, start=0, end=int(plan.xs[-1]))
    return _rigid_line("京清铁路", "铁路", track, "T", crs)


def _row_streets(plan: TownPlan) -> Iterator[_Street]:
    for row, name in enumerate(ROWS[::-1]):
        if row == RAIL_ROW:
            continue
        for start, end in _stretches(int(plan.xs[-1]), int(plan.xs[RIVER_COLUMN]), whole=row in BRIDGES):
            yield name, row in ARTERIAL_ROWS, plan.street(row=row, start=start, end=end)


def _column_streets(plan: TownPlan) -> Iterator[_Street]:
    for column, name in enumerate(COLUMNS):
        if column == RIVER_COLUMN:
            continue
        for start, end in _stretches(int(plan.ys[-1]), int(plan.ys[RAIL_ROW]), whole=column in UNDERPASSES):
            yield name, column in ARTERIAL_COLUMNS, plan.street(column=column, start=start, end=end)


def _stretches(length: int, barrier: int, *, whole: bool) -> list[tuple[int, int]]:
    return [(0, length)] if whole else [(0, barrier - BANK_M), (barrier + BANK_M, length)]


def _rigid_line(name: str, kind: str, line: shapely.LineString, letter: str, crs: str) -> gpd.GeoDataFrame:
    columns = {"name": [name], "class": [kind], "rigidity": ["rigid"]}
    return gpd.GeoDataFrame(columns, geometry=[line], index=_ids(letter, 1), crs=crs)


def _ids(letter: str, count: int) -> "pd.Index[str]":
    return pd.Index([f"{letter}-{number:02d}" for number in range(1, count + 1)], name="id")
