"""The first schema: items, contents and versions, append-only; in SQLite also the tables that make it a GeoPackage.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _bookkeeping()
    if op.get_bind().dialect.name == "sqlite":
        for statement in (*_GEOPACKAGE, *_SQLITE_APPEND_ONLY):
            op.execute(sa.text(statement))
    else:
        for statement in _POSTGRES_APPEND_ONLY:
            op.execute(sa.text(statement))


def downgrade() -> None:
    """Refuse: dropping the first schema would drop every version."""
    raise NotImplementedError("the first schema is not undone: it holds every version")


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer, sa.Identity(always=False), primary_key=True)


def _bookkeeping() -> None:
    op.create_table(
        "quhua_items",
        _id(),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.UniqueConstraint("entity", "name_key", name="quhua_items_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "quhua_contents",
        _id(),
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
        sqlite_autoincrement=True,
    )
    op.create_index("quhua_contents_hash", "quhua_contents", ["frame_hash"])
    op.create_table(
        "quhua_versions",
        _id(),
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
        sqlite_autoincrement=True,
    )


_APPEND_ONLY = ("quhua_items", "quhua_contents", "quhua_versions")

_SQLITE_APPEND_ONLY = tuple(
    f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in _APPEND_ONLY
    for deed in ("update", "delete")
)

_POSTGRES_APPEND_ONLY = (
    (
        "CREATE FUNCTION quhua_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    ),
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION quhua_refuse_change()"
        for table in _APPEND_ONLY
    ),
)

# GeoPackage 1.3 (OGC 12-128r17), clauses 1.1.1-1.1.3, 2.1 and 2.3
_GEOPACKAGE = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL,
        srs_id INTEGER PRIMARY KEY,
        organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL,
        definition TEXT NOT NULL,
        description TEXT
    )""",
    """INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
        ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
        ('WGS 84 geodetic', 4326, 'EPSG', 4326,
         'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
         || 'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
         || 'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],'
         || 'AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
         'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid')""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY,
        data_type TEXT NOT NULL,
        identifier TEXT UNIQUE,
        description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H\\:%M\\:%fZ','now')),
        min_x DOUBLE,
        min_y DOUBLE,
        max_x DOUBLE,
        max_y DOUBLE,
        srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
    )""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL,
        column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL,
        z TINYINT NOT NULL,
        m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
    )""",
    """CREATE TABLE gpkg_extensions (
        table_name TEXT,
        column_name TEXT,
        extension_name TEXT NOT NULL,
        definition TEXT NOT NULL,
        scope TEXT NOT NULL,
        CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
    )""",
    # one table registered as 'attributes' makes GDAL and QGIS list registered tables only, and shows the history
    (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES "
        "('quhua_versions', 'attributes', 'quhua_versions', '版本历史 · history of versions')"
    ),
)
