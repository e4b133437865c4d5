"""A process that imports and edits until it is killed; it writes down each version that it has finished."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.store import Entity, edits, open_store

LAYER, PLAN = "社区", "draft"


def marked_layer(mark: int, rows: int) -> gpd.GeoDataFrame:
    """A layer in which every row carries the same mark, in a figure and in its place: half a version would show."""
    column = np.arange(rows, dtype=float)
    circle = shapely.buffer(shapely.points(column * 3, np.full(rows, float(mark))), 1.0, quad_segs=6)
    return gpd.GeoDataFrame(
        {
            "mark": mark,
            "name": [f"社区{row}" for row in range(rows)],
            "ids": [(str(mark), str(row)) for row in range(rows)],
        },
        geometry=circle,
        index=pd.Index([f"c{row}" for row in range(rows)], name="id"),
        crs="EPSG:4547",
    )


def import_until_killed(place: str, log: str, rows: int) -> None:
    """Make the store if need be, and import one layer after another."""
    _write_down(log, "ready")
    for mark in range(1, 10_000):
        with open_store(place, create=True) as store:
            version = store.save_layer(LAYER, marked_layer(mark, rows), kind="communities", author="w", reason="import")
        _write_down(log, str(version.number))


def edit_until_killed(place: str, log: str, rows: int) -> None:
    """Load the newest version, move it, save it, draw a plan, delete and restore; again and again."""
    with open_store(place) as store:
        _write_down(log, "ready")
        last = store.history(LAYER)[-1]
        if last.deleted:  # the one before was killed between the two
            store.restore(LAYER, last.number - 1, author="w", reason="edit")
        while True:
            layer = store.load_layer(LAYER)
            mark = int(layer["mark"].iloc[0]) + 1
            version = store.save_layer(LAYER, marked_layer(mark, rows), kind="communities", author="w", reason="edit")
            _write_down(log, str(version.number))
            plan = pd.Series(str(mark), index=layer.index, name="community")
            store.save_plan("plan", plan, document={"mark": mark}, author="w", reason="edit")
            store.delete(LAYER, author="w", reason="edit")
            version = store.restore(LAYER, version.number, author="w", reason="edit")
            _write_down(log, str(version.number))


def draw_until_killed(place: str, log: str, rows: int) -> None:
    """Move every unit of the plan, stroke by stroke; the plan is kept whole often, so that this is interrupted, too."""
    edits.KEYFRAME_EVERY = 3
    with open_store(place) as store:
        _write_down(log, "ready")
        while True:
            number = store.latest(PLAN, entity=Entity.PLAN).number
            units = [f"u{row}" for row in range(rows)]
            before, after = dict.fromkeys(units, str(number)), dict.fromkeys(units, str(number + 1))
            stroke = edits.Edit("stroke", before, after)
            version = edits.append_edit(store, PLAN, stroke, author="w", reason="draw", expected=number)
            _write_down(log, str(version.number))


def _write_down(log: str, line: str) -> None:
    """Append a line at once: what the operating system has taken survives the end of the process."""
    handle = os.open(Path(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)
