"""The store in one SQLite file that is a valid GeoPackage: QGIS and GDAL open the current version of each layer.

Rows stand in immutable tables (``quhua_v000012``); a view with the layer's own name and columns shows the current
version and is registered in ``gpkg_contents``. GDAL takes ``OGC_FID`` of a view as its feature id, and an R-tree named
after the view as its spatial index (GDAL, GeoPackage driver). Source of the format: OGC 12-128r17.
"""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from gis.errors import StoreError
from gis.store.backend import WRITE, Boxes, Content, Shown, geometry_first, open_cursor
from gis.store.blobs import ENVELOPE_BYTES, HEADER_BYTES, from_blobs, read_envelopes, to_blobs
from gis.store.faults import database_faults
from gis.store.frames import Frame, stored_crs
from gis.store.names import shown_columns
from gis.store.rtree import pack_boxes
from gis.store.srs import srs_id_of
from gis.store.tables import SCHEMA_TABLE, content_table_name

__all__ = ["GeoPackage"]

_TYPES = {"integer": "INTEGER", "real": "REAL", "boolean": "BOOLEAN", "text": "TEXT", "moment": "DATETIME"}
_BUSY_TIMEOUT_S, _RETRY_S = 60.0, 0.01
_PAGE_BYTES = 16384  # parcels of 40 vertices: a fifth faster to write than with SQLite's default of 4,096
_CACHE_KIB = 256 * 1024  # used only by an import that needs it, for as long as it takes
_MIN_ROWS_FOR_INDEX = 1000  # below, reading every row is as fast as asking an index
_APPLICATION_ID, _FORMAT_VERSION = 0x47504B47, 10300  # "GPKG", version 1.3


@dataclass(frozen=True)
class GeoPackage:
    """A store in the SQLite file at ``path``."""

    path: Path

    @property
    def place(self) -> str:
        """Say where the store is."""
        return str(self.path)

    @property
    def reading(self) -> Mapping[str, Any]:
        """Need no option: a read transaction of SQLite sees one state."""
        return {}

    def create_engine(self, *, create: bool) -> sa.Engine:
        """Connect to the file; WAL keeps readers and one writer apart, and a killed writer leaves nothing behind.

        No connection outlives its transaction: GDAL brings its own SQLite, and two SQLite libraries in one process do
        not see each other's locks (sqlite.org/howtocorrupt.html, 2.2.1), so GDAL would remove the WAL of an idle one.

        Raises
        ------
        StoreError
            ``store-not-found``: there is no file and none shall be made; ``store-foreign``: it is no store.
        """
        tables = _tables(self.path)
        if not tables and not create:
            raise StoreError("store-not-found", path=self.path)
        if tables and SCHEMA_TABLE not in tables:
            raise StoreError("store-foreign", path=self.path)
        if not tables:
            _mark(self.path)
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self.path)),
            connect_args={"timeout": _BUSY_TIMEOUT_S},
            poolclass=sa.NullPool,
        )
        sa.event.listen(engine, "connect", _set_up)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def prepare(self, connection: sa.Connection) -> None:
        """Refuse a file that holds other tables than a store's: they would be the user's own."""
        tables = set(sa.inspect(connection).get_table_names())
        if tables and SCHEMA_TABLE not in tables:
            raise StoreError("store-foreign", path=self.path)

    def write_content(self, connection: sa.Connection, content: Content, frame: Frame) -> None:
        """Make and fill the table of a content."""
        table = content_table_name(content.id)
        columns = ["fid INTEGER PRIMARY KEY"]
        columns += [] if frame.wkb is None else ["geom BLOB"]
        columns += ["id TEXT NOT NULL"]
        columns += [f"c{n} {_TYPES[column.storage]}" for n, column in enumerate(content.manifest.columns)]
        _run(connection, f"CREATE TABLE {table} ({', '.join(columns)})")
        blobs = [] if frame.wkb is None else [to_blobs(frame, _srs_id(connection, content))]
        rows = zip(range(1, len(frame) + 1), *blobs, frame.ids, *frame.columns, strict=True)
        with open_cursor(connection) as cursor:
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - own names only
        if frame.wkb is not None:
            _seal(connection, table)

    def read_content(self, connection: sa.Connection, content: Content) -> Frame:
        """Read the rows of a content."""
        names = geometry_first(content)
        table = content_table_name(content.id)
        with open_cursor(connection) as cursor:
            cursor.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY fid")  # noqa: S608 - own names only
            rows = cursor.fetchall()
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [() for _ in names]
        wkb = None if content.manifest.geometry is None else from_blobs(columns.pop(0))
        return Frame(content.manifest, columns[0], columns[1:], wkb)

    def show(self, connection: sa.Connection, shown: Shown, content: Content, *, boxes: Boxes | None = None) -> None:
        """Make the view and register it as a feature layer, or as attributes where it has no geometry."""
        self.hide(connection, shown)
        _run(connection, _view_sql(connection, shown, content))
        summary, spatial = content.summary, content.manifest.geometry is not None
        srs_id = _srs_id(connection, content) if spatial else None
        values = (shown.view, "features" if spatial else "attributes", shown.view, shown.label)
        _run(
            connection,
            "INSERT INTO gpkg_contents "
            "(table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *values,
            *(summary.bounds or (None,) * 4),
            srs_id,
        )
        if spatial:
            _run(
                connection,
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, ?, ?)",
                shown.view,
                summary.geometry_type,
                srs_id,
                2 * summary.has_z,  # 0: none has it; 2: some may
                2 * summary.has_m,
            )
            if content.rows >= _MIN_ROWS_FOR_INDEX:
                _index(connection, shown, _stored_boxes(connection, content) if boxes is None else boxes)

    def hide(self, connection: sa.Connection, shown: Shown) -> None:
        """Remove the view, its index and its registration."""
        quoted = _quoted(connection)
        _run(connection, f"DROP TABLE IF EXISTS {quoted(_index_name(shown))}")
        _run(connection, f"DROP VIEW IF EXISTS {quoted(shown.view)}")
        for table in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
            _run(connection, f"DELETE FROM {table} WHERE table_name = ?", shown.view)  # noqa: S608 - own names only

    def after_copy(self, connection: sa.Connection) -> None:
        """Do nothing: AUTOINCREMENT remembers the largest id by itself."""


def _tables(path: Path) -> set[str]:
    """Name the tables of a file without touching it: a user's own GeoPackage must stay as it is.

    Only a file whose writer was killed in the middle is touched: SQLite takes the unfinished write back first.
    """
    if not path.exists() or path.stat().st_size == 0:
        return set()
    with database_faults(str(path)):
        try:
            return _table_names(path, mode="ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
            return _table_names(path, mode="rw")


def _table_names(path: Path, *, mode: str) -> set[str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _mark(path: Path) -> None:
    """Write GeoPackage's marks into the header, and turn the log (WAL) on, which the file then remembers.

    GDAL reads the marks in the file itself, so they stand there before the log begins. SQLite does not wait for others
    when it turns the log on, so this does.
    """
    marks = {"application_id": _APPLICATION_ID, "user_version": _FORMAT_VERSION}
    until = time.monotonic() + _BUSY_TIMEOUT_S
    with database_faults(str(path)), closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)) as connection:
        connection.isolation_level = None
        if any(connection.execute(f"PRAGMA {name}").fetchone() != (value,) for name, value in marks.items()):
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("BEGIN IMMEDIATE")  # both marks or none, wherever this process ends
            for name, value in marks.items():
                connection.execute(f"PRAGMA {name} = {value}")
            connection.execute("COMMIT")
        while not _log_is_on(connection, until):
            time.sleep(_RETRY_S)


def _log_is_on(connection: sqlite3.Connection, until: float) -> bool:
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError:
        if time.monotonic() > until:
            raise
        return False
    if mode != "wal":
        raise sqlite3.OperationalError("the file system does not support SQLite's write-ahead log")
    return True


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, so that tables are made inside them too
    for pragma in ("foreign_keys = ON", "synchronous = FULL", f"cache_size = -{_CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE) else "BEGIN")


def _run(connection: sa.Connection, statement: str, *values: Any) -> None:
    connection.exec_driver_sql(statement, values)


def _quoted(connection: sa.Connection) -> Any:
    return connection.dialect.identifier_preparer.quote_identifier


def _seal(connection: sa.Connection, table: str) -> None:
    """Refuse every change from now on. Plans go without: they are many, and each trigger makes opening slower."""
    for deed in ("INSERT", "UPDATE", "DELETE"):
        _run(
            connection,
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is immutable'); END",
        )


def _srs_id(connection: sa.Connection, content: Content) -> int:
    return srs_id_of(connection, stored_crs(content.manifest.crs))


def _view_sql(connection: sa.Connection, shown: Shown, content: Content) -> str:
    quoted = _quoted(connection)
    own, columns = geometry_first(content), content.manifest.columns
    fixed = len(own) - len(columns)
    names = shown_columns(column.name for column in columns)
    parts = [*own[:fixed], *(f"{c} AS {quoted(name)}" for c, name in zip(own[fixed:], names, strict=True))]
    table = content_table_name(content.id)
    if shown.edits_of is None:
        return f"CREATE VIEW {quoted(shown.view)} AS SELECT fid AS OGC_FID, {', '.join(parts)} FROM {table}"  # noqa: S608
    return (
        f"CREATE VIEW {quoted(shown.view)} AS SELECT k.fid AS OGC_FID, k.id, "  # noqa: S608 - own names and numbers
        f"CASE WHEN e.unit IS NULL THEN k.c0 ELSE e.community END AS {quoted(names[0])} FROM {table} k LEFT JOIN ("
        "SELECT CAST(j.key AS TEXT) AS unit, j.value AS community, max(q.number) "  # the community beside that number
        "FROM quhua_edits q, json_each(q.moved_to) j "
        f"WHERE q.item_id = {shown.edits_of[0]} AND q.number > {shown.edits_of[1]} GROUP BY 1"
        ") e ON e.unit = k.id"
    )


def _index_name(shown: Shown) -> str:
    return f"rtree_{shown.view}_geom"


def _index(connection: sa.Connection, shown: Shown, boxes: Boxes) -> None:
    """Make the R-tree of a view (GeoPackage extension ``gpkg_rtree_index``), which GDAL then filters by."""
    quoted, name = _quoted(connection), _index_name(shown)
    _run(connection, f"CREATE VIRTUAL TABLE {quoted(name)} USING rtree(id, minx, maxx, miny, maxy)")
    known = np.flatnonzero(~np.isnan(boxes[:, 0]))
    if len(known):
        tree = pack_boxes(known + 1, boxes[known])  # rows are numbered from 1
        with open_cursor(connection) as cursor:
            for part, rows in (("node", tree.nodes), ("rowid", tree.leaves), ("parent", tree.parents)):
                table = quoted(f"{name}_{part}")
                cursor.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", rows)  # noqa: S608 - quoted name
    _run(
        connection,
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        shown.view,
    )


def _stored_boxes(connection: sa.Connection, content: Content) -> Boxes:
    """Read the bounds of every shape from the headers of the stored blobs."""
    first, last = HEADER_BYTES + 1, ENVELOPE_BYTES
    table = content_table_name(content.id)
    with open_cursor(connection) as cursor:
        cursor.execute(f"SELECT substr(geom, {first}, {last}) FROM {table} ORDER BY fid")  # noqa: S608 - own names
        return read_envelopes([envelope for (envelope,) in cursor.fetchall()])
