"""The packed tree against SQLite's own judgement and a plain search."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.store.rtree import MAX_CELLS, pack_boxes


def loaded(ids, boxes):
    """A database in memory whose R-tree holds the packed boxes."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING rtree(id, minx, maxx, miny, maxy)")
    tree = pack_boxes(ids, boxes)
    for part, rows in (("node", tree.nodes), ("rowid", tree.leaves), ("parent", tree.parents)):
        connection.executemany(f"INSERT OR REPLACE INTO t_{part} VALUES (?, ?)", rows)
    return closing(connection)


@pytest.mark.parametrize("count", [1, 2, MAX_CELLS, MAX_CELLS + 1, MAX_CELLS**2, MAX_CELLS**2 + 1, 20_000])
def test_sqlite_finds_a_tree_of_any_size_sound(count):
    rng = np.random.default_rng(count)
    low = rng.uniform(-1e5, 4e6, (count, 2))
    with loaded(np.arange(1, count + 1), np.hstack([low, low + rng.uniform(0, 100, (count, 2))])) as connection:
        assert connection.execute("SELECT rtreecheck('t')").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*), count(DISTINCT id) FROM t").fetchall() == [(count, count)]


NUMBER = st.floats(-1e300, 1e300)


@given(
    st.lists(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), min_size=1, max_size=150),
    st.tuples(NUMBER, NUMBER, NUMBER, NUMBER),
)
@settings(deadline=None)
def test_a_search_misses_no_box(corners, window):
    x = np.sort(np.array(corners)[:, :2], axis=1)
    y = np.sort(np.array(corners)[:, 2:], axis=1)
    boxes = np.column_stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]])
    west, east = sorted(window[:2])
    south, north = sorted(window[2:])
    meets = (x[:, 1] >= west) & (x[:, 0] <= east) & (y[:, 1] >= south) & (y[:, 0] <= north)
    with loaded(np.arange(len(boxes)), boxes) as connection:
        assert connection.execute("SELECT rtreecheck('t')").fetchall() == [("ok",)]
        found = connection.execute(
            "SELECT id FROM t WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?", (west, east, south, north)
        )
        assert set(np.flatnonzero(meets)) <= {row for (row,) in found}
