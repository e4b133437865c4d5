"""``kill -9`` at random moments, on a process that really runs: what was finished stays, and nothing is half there."""

import multiprocessing
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from gis.store import Entity, open_store, read_log, verify_store
from tests.gis.store.busy_worker import (
    LAYER,
    PLAN,
    draw_until_killed,
    edit_until_killed,
    import_until_killed,
    marked_layer,
)

pytestmark = pytest.mark.slow
KILLS = 25  # for each kind of work, on a file; fifty in all
POSTGIS_KILLS = 5
ROWS = 400
SAVES_BEFORE = (0, 1, 2, 1, 3)  # how many versions a worker finishes before it is killed, in turn
PATIENCE_S = 300.0  # a machine that is busy with other things only takes longer


@pytest.fixture(scope="module")
def processes():
    """Processes that are forked from a server with the libraries loaded, so that each starts in a few milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.gis.store.busy_worker", "alembic.runtime.environment"])
    return context


class Pace:
    """How long a save takes here and now; workers are killed at a random share of it."""

    def __init__(self) -> None:
        self.seconds = 0.05

    def measure(self, started: float, saves: int) -> None:
        if saves:
            self.seconds = (time.monotonic() - started) / saves


def killed(processes, work, place, log, rng, *, saves, pace):
    """Let a worker finish some versions, kill it at a random moment of the next, and give its last finished version."""
    log.unlink(missing_ok=True)
    worker = processes.Process(target=work, args=(place, str(log), ROWS))
    worker.start()
    wait_for_lines(log, worker, 1)
    started = time.monotonic()
    wait_for_lines(log, worker, 1 + saves)
    pace.measure(started, saves)
    time.sleep(rng.uniform(0, 1) * pace.seconds)
    assert worker.is_alive(), "the worker ended by itself"
    worker.kill()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    lines = log.read_text().split()
    return int(lines[-1]) if len(lines) > 1 else 0


def wait_for_lines(log, worker, lines):
    """Wait until the worker has written down that many events."""
    until = time.monotonic() + PATIENCE_S
    while not log.exists() or log.read_bytes().count(b"\n") < lines:
        assert worker.is_alive(), "the worker ended by itself"
        assert time.monotonic() < until, "the worker does not come on"
        time.sleep(0.001)


def check_store(place, finished):
    """The store opens; the last finished version is there and whole; nothing is half there."""
    with open_store(place, create=True) as store:
        verify_store(store)
        if LAYER not in {entry.name for entry in store.layers()}:
            assert finished == 0 or store.history(LAYER)[-1].deleted
            return finished
        history = store.history(LAYER)
        assert [version.number for version in history] == list(range(1, len(history) + 1))
        assert history[-1].number >= finished, "a finished version is gone"
        layer = store.load_layer(LAYER)
        assert len(layer) == ROWS
        (mark,) = layer["mark"].unique()
        assert layer.geometry.equals(marked_layer(int(mark), ROWS).geometry)
        with store.reading() as connection:
            contents = connection.exec_driver_sql("SELECT count(*) FROM quhua_contents").scalar()
            assert contents == len(content_tables(connection))
            used = connection.exec_driver_sql("SELECT count(DISTINCT content_id) FROM quhua_versions").scalar()
            assert contents == used, "rows without a version"
        return history[-1].number


def content_tables(connection):
    import sqlalchemy as sa

    return [name for name in sa.inspect(connection).get_table_names() if name.startswith("quhua_v0")]


def check_file(place):
    """SQLite finds no fault in the file, and QGIS would see the current version, whole."""
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        shown = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
        views = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        assert shown == views | {"quhua_versions"}
    with open_store(place) as store:
        current = [entry.name for entry in store.layers()]
        assert (LAYER in shown) == (LAYER in current)
        if current:
            seen = pyogrio.read_dataframe(place, layer=LAYER)
            assert seen["mark"].tolist() == store.load_layer(LAYER)["mark"].tolist()


def prepared(place):
    with open_store(place, create=True) as store:
        store.save_layer(LAYER, marked_layer(0, ROWS), kind="communities", author="t", reason="first")


@pytest.mark.parametrize("work", [import_until_killed, edit_until_killed])
def test_a_killed_process_leaves_a_sound_file(processes, tmp_path, work):
    rng, reached, pace = random.Random(work.__name__), [], Pace()
    for attempt in range(KILLS):
        place = str(tmp_path / f"{attempt // 5}.gpkg")  # a new store now and then: its making is interrupted too
        if work is edit_until_killed and not Path(place).exists():
            prepared(place)
        saves = SAVES_BEFORE[attempt % len(SAVES_BEFORE)]
        finished = killed(processes, work, place, tmp_path / "log", rng, saves=saves, pace=pace)
        assert finished >= saves
        reached.append(check_store(place, finished))
        check_file(place)
    assert max(reached) > 1, "no worker came far enough to interrupt a save after another"


@pytest.mark.parametrize("work", [import_until_killed, edit_until_killed])
def test_a_killed_client_leaves_a_sound_postgis(processes, postgis_place, tmp_path, work):
    rng, pace, reached = random.Random(work.__name__), Pace(), 0
    prepared(postgis_place)
    for attempt in range(POSTGIS_KILLS):
        saves = SAVES_BEFORE[attempt % len(SAVES_BEFORE)]
        finished = killed(processes, work, postgis_place, tmp_path / "log", rng, saves=saves, pace=pace)
        reached = check_store(postgis_place, finished)
    assert reached > sum(SAVES_BEFORE)


@pytest.mark.parametrize("kind", ["geopackage", "postgis"])
def test_a_killed_planner_leaves_a_sound_plan(processes, request, tmp_path, kind):
    place, rng, pace = request.getfixturevalue(f"{kind}_place"), random.Random(kind), Pace()
    units = pd.Index([f"u{row}" for row in range(ROWS)], name="id", dtype="str")
    with open_store(place, create=True) as store:
        first = pd.Series("1", index=units, dtype="str", name="community_id")
        store.save_plan(PLAN, first, document={"title": "x"}, author="t", reason="first")
    for attempt in range(10):
        saves = SAVES_BEFORE[attempt % len(SAVES_BEFORE)]
        finished = killed(processes, draw_until_killed, place, tmp_path / "log", rng, saves=saves, pace=pace)
        with open_store(place) as store:
            verify_store(store)
            log = read_log(store, PLAN)
            assert [edit.version.number for edit in log] == list(range(1, len(log) + 1))
            assert len(log) >= finished
            assert {edit.unit_count for edit in log} == {ROWS}
            for number in (len(log), max(1, len(log) - 1)):
                assert set(store.load_plan(PLAN, version=number)[0]) == {str(number)}
            with store.reading() as connection:
                shown = connection.exec_driver_sql(f"SELECT DISTINCT community_id FROM plan_{PLAN}").scalars().all()
            assert shown == [str(store.latest(PLAN, entity=Entity.PLAN).number)]
    assert len(log) > sum(SAVES_BEFORE)
