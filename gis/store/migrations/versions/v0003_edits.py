"""The log of edits of plans, one row an edit, and comments; both append-only.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = ("quhua_edits", "quhua_comments")


def upgrade() -> None:
    """Make the tables, and refuse changes to what stands in them."""
    op.create_table(
        "quhua_edits",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("quhua_versions.id"), primary_key=True, autoincrement=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("quhua_items.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("keyframe", sa.Integer, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("target", sa.Integer),
        sa.Column("unit_count", sa.Integer, nullable=False),
        sa.Column("moved_from", sa.Text, nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.UniqueConstraint("item_id", "number", name="quhua_edits_number"),
    )
    op.create_table(
        "quhua_comments",
        sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("quhua_items.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("longitude", sa.Double),
        sa.Column("latitude", sa.Double),
        sa.Column("unit", sa.Text),
        sa.Column("answers", sa.Integer, sa.ForeignKey("quhua_comments.id")),
        sa.Column("settles", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("quhua_comments_item", "quhua_comments", ["item_id"])
    op.create_index("quhua_versions_entity", "quhua_versions", ["entity"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Refuse: dropping the log would drop what planners have drawn."""
    raise NotImplementedError("the log of edits is not undone: it holds what was drawn")


_SQLITE = tuple(
    f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in _TABLES
    for deed in ("update", "delete")
)
_POSTGRES = tuple(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION quhua_refuse_change()"
    for table in _TABLES
)
