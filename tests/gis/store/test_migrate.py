"""Migrations make exactly the tables that the code works with; a store of another age is recognised."""

import pyogrio
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


@pytest.mark.parametrize("rows", [2, 1500])
def test_an_older_store_shows_its_findings_under_the_shorter_name(place, two_squares, rows, monkeypatch):
    many = two_squares.iloc[[0] * rows].set_axis([f"f{at}" for at in range(rows)], axis=0).rename_axis("id")
    findings = many[["geometry"]].assign(kind="overlap", message="x")
    with monkeypatch.context() as patch:
        patch.setattr("gis.store.writing.view_name", lambda _entity, name: f"findings_{name}")
        with open_store(place, create=True) as store:
            store.save_findings("findings", findings, author="王工", reason="audit")
            with store.writing() as connection:
                connection.execute(sa.text("DROP INDEX quhua_versions_entity"))
                connection.execute(sa.text("DROP TABLE quhua_edits"))
                connection.execute(sa.text("DROP TABLE quhua_comments"))
                connection.execute(sa.text(f"UPDATE {SCHEMA_TABLE} SET version_num = '0001'"))
    with open_store(place) as store:
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM findings").scalar() == rows
            assert not sa.inspect(connection).has_table("findings_findings")
        assert len(store.load_findings("findings")) == rows
        store.save_findings("findings", findings.iloc[:1], author="王工", reason="audit")
        with store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM findings").scalar() == 1
    if "://" not in place:
        assert sorted(name for name, _ in pyogrio.list_layers(place)) == ["findings", "quhua_versions"]
        assert len(pyogrio.read_dataframe(place, layer="findings")) == 1


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
