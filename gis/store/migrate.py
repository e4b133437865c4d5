"""Bring a store's schema up to date with Alembic; the migrations are shipped inside this package."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gis.errors import StoreError
from gis.store.backend import WRITE, Backend
from gis.store.tables import SCHEMA_TABLE

__all__ = ["HEAD", "MIGRATIONS", "migrate", "schema_revision"]

HEAD = "0003"  # the newest migration; a test holds it equal to Alembic's own answer
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine, backend: Backend, *, revision: str = "head") -> None:
    """Make the schema, or bring an older one up to date, in one transaction; a schema of today costs one query.

    Raises
    ------
    StoreError
        ``store-newer``: a newer program has written the store; ``store-foreign``: the file is something else's.
    """
    with engine.connect() as connection:
        if schema_revision(connection) == HEAD and revision == "head":
            return
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        backend.prepare(connection)
        found = schema_revision(connection)
        if found is not None and found not in _known_revisions():
            raise StoreError("store-newer", place=backend.place, found=found)
        if found != HEAD:
            _upgrade(connection, revision)


def schema_revision(connection: sa.Connection) -> str | None:
    """Read which migration a store has reached; None for an empty database."""
    if not sa.inspect(connection).has_table(SCHEMA_TABLE):
        return None
    revision = connection.exec_driver_sql(f"SELECT version_num FROM {SCHEMA_TABLE}").scalar()  # noqa: S608 - own name
    return None if revision is None else str(revision)


def _scripts() -> Any:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - costs a quarter of a second, needed once per store

    return ScriptDirectory(str(MIGRATIONS))


def _known_revisions() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _upgrade(connection: sa.Connection, revision: str) -> None:
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above

    scripts = _scripts()

    def steps(found: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(revision, found)  # noqa: SLF001 - what Alembic's own `upgrade` command calls

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=connection, version_table=SCHEMA_TABLE, transactional_ddl=True)
        environment.run_migrations()
