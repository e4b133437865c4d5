"""The bookkeeping tables, the same in SQLite and PostgreSQL; migrations make them, a test holds both equal."""

import sqlalchemy as sa

__all__ = ["COMMENTS", "CONTENTS", "EDITS", "ITEMS", "METADATA", "SCHEMA_TABLE", "VERSIONS", "content_table_name"]

SCHEMA_TABLE = "quhua_schema"  # Alembic's record of the migrations done

METADATA = sa.MetaData()

ITEMS = sa.Table(
    "quhua_items",
    METADATA,
    sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
    sa.UniqueConstraint("entity", "name_key", name="quhua_items_name"),
    sqlite_autoincrement=True,
)

CONTENTS = sa.Table(
    "quhua_contents",
    METADATA,
    sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True),
    sa.Column("frame_hash", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("geometry_type", sa.Text),
    sa.Column("has_z", sa.Boolean, nullable=False),
    sa.Column("has_m", sa.Boolean, nullable=False),
    sa.Column("min_x", sa.Double),
    sa.Column("min_y", sa.Double),
    sa.Column("max_x", sa.Double),
    sa.Column("max_y", sa.Double),
    sa.Index("quhua_contents_hash", "frame_hash"),
    sqlite_autoincrement=True,
)

VERSIONS = sa.Table(
    "quhua_versions",
    METADATA,
    sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True),
    sa.Column("item_id", sa.Integer, sa.ForeignKey("quhua_items.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("parent_id", sa.Integer, sa.ForeignKey("quhua_versions.id")),
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("parameters", sa.Text, nullable=False),
    sa.Column("document", sa.Text),
    sa.Column("content_id", sa.Integer, sa.ForeignKey("quhua_contents.id")),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.UniqueConstraint("item_id", "number", name="quhua_versions_number"),
    sa.Index("quhua_versions_entity", "entity"),  # a few layers stand among thousands of edits
    sqlite_autoincrement=True,
)

# One row for each version of a plan that is an edit: what moved, on top of the version before it.
EDITS = sa.Table(
    "quhua_edits",
    METADATA,
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

COMMENTS = sa.Table(
    "quhua_comments",
    METADATA,
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
    sa.Index("quhua_comments_item", "item_id"),
    sqlite_autoincrement=True,
)


def content_table_name(content_id: int) -> str:
    """Name the immutable table that holds the rows of one content."""
    return f"quhua_v{content_id:06d}"
