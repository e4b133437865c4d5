"""The findings of the audit are shown as ``findings``, no longer as ``findings_findings``.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OLD, _NEW = "findings_findings", "findings"


def upgrade() -> None:
    """Rename the view, where there is one, and in SQLite its registration and its index too."""
    bind = op.get_bind()
    if not sa.inspect(bind).has_table(_OLD):
        return
    if bind.dialect.name == "sqlite":
        _rename_in_geopackage(bind)
    else:
        bind.exec_driver_sql(f"ALTER VIEW {_OLD} RENAME TO {_NEW}")


def downgrade() -> None:
    """Refuse: an older program makes its own view at the next audit."""
    raise NotImplementedError("the name of a view is not taken back")


def _rename_in_geopackage(bind: sa.Connection) -> None:
    bind.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    made = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", (_OLD,)).scalar_one()
    bind.exec_driver_sql(f"DROP VIEW {_OLD}")
    bind.exec_driver_sql(made.replace(f'"{_OLD}"', f'"{_NEW}"', 1))
    if sa.inspect(bind).has_table(f"rtree_{_OLD}_geom"):
        bind.exec_driver_sql(f"ALTER TABLE rtree_{_OLD}_geom RENAME TO rtree_{_NEW}_geom")
    bind.exec_driver_sql(
        "UPDATE gpkg_contents SET table_name = ?, identifier = ? WHERE table_name = ?", (_NEW, _NEW, _OLD)
    )
    for table in ("gpkg_geometry_columns", "gpkg_extensions"):
        bind.exec_driver_sql(f"UPDATE {table} SET table_name = ? WHERE table_name = ?", (_NEW, _OLD))  # noqa: S608
