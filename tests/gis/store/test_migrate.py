"""Migrations make exactly the tables that the code works with; a store of another age is recognised."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from gis.errors import StoreError
from gis.store import open_store
from gis.store.migrate import HEAD, MIGRATIONS, schema_revision
from gis.store.tables import METADATA, SCHEMA_TABLE


def test_the_head_in_the_code_is_the_newest_migration():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_the_migrations_make_the_tables_of_the_code(store):
    def ours(name, kind, _parents):
        return kind != "table" or name in METADATA.tables

    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "version_table": SCHEMA_TABLE})
        assert compare_metadata(context, METADATA) == []
        assert schema_revision(connection) == HEAD


def test_opening_twice_migrates_once(place):
    with open_store(place, create=True), open_store(place) as again:
        assert again.items() == []


def test_a_store_of_a_newer_program_is_refused(place):
    with open_store(place, create=True) as store, store.writing() as connection:
        connection.execute(sa.text(f"UPDATE {SCHEMA_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999") as caught:
        open_store(place)
    assert caught.value.code == "store-newer"


def test_many_may_make_the_same_store_at_once(place):
    from concurrent.futures import ThreadPoolExecutor

    def make(_):
        with open_store(place, create=True) as store:
            return store.items()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(make, range(6))) == [[]] * 6


def test_a_failed_migration_leaves_nothing(place, monkeypatch):
    import gis.store.migrate as module

    def fail(*_args):
        raise RuntimeError("power cut")

    real = module._upgrade
    monkeypatch.setattr(module, "_upgrade", lambda connection, revision: (real(connection, revision), fail()))
    with pytest.raises(RuntimeError, match="power cut"):
        open_store(place, create=True)
    monkeypatch.undo()
    with open_store(place, create=True) as store:
        assert store.items() == []
