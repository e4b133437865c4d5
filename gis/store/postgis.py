"""The store in a schema of a PostgreSQL database with PostGIS, for teams; rows are written by COPY, read in binary.

Write the URL as ``postgresql://user@host/database?schema=NAME`` (default schema ``quhua``). A password may stand in the
URL, but is better left to ``PGPASSWORD`` or ``.pgpass``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from gis.errors import StoreError
from gis.store.backend import Boxes, Content, Shown, geometry_first, open_cursor
from gis.store.frames import Frame, stored_crs
from gis.store.names import check_name, shortened, shown_columns
from gis.store.tables import content_table_name

__all__ = ["PostGis"]

_TYPES = {"integer": "bigint", "real": "double precision", "boolean": "boolean", "text": "text", "moment": "text"}
_DEFAULT_SCHEMA = "quhua"
_CONNECT_TIMEOUT_S = 10


@dataclass(frozen=True)
class PostGis:
    """A store in one schema of a PostgreSQL database."""

    url: sa.URL
    schema: str

    @classmethod
    def from_url(cls, text: str) -> "PostGis":
        """Read ``postgresql://...?schema=NAME``.

        Raises
        ------
        StoreError
            ``url-invalid``.
        """
        try:
            url = sa.make_url(text)
            schema = url.query.get("schema", _DEFAULT_SCHEMA)
        except (sa.exc.ArgumentError, ValueError):
            raise StoreError("url-invalid") from None
        if not url.drivername.startswith("postgres") or not isinstance(schema, str) or not url.database:
            raise StoreError("url-invalid")
        plain = url.set(drivername="postgresql+psycopg").difference_update_query(["schema"])
        return cls(plain, schema if schema == _DEFAULT_SCHEMA else check_name(schema))

    @property
    def place(self) -> str:
        """Say where the store is; a password is hidden."""
        url = self.url.set(drivername="postgresql").update_query_dict({"schema": self.schema})
        return url.render_as_string(hide_password=True)

    @property
    def reading(self) -> Mapping[str, Any]:
        """Ask for a transaction that sees one state from beginning to end."""
        return {"isolation_level": "REPEATABLE READ"}

    def create_engine(self, *, create: bool) -> sa.Engine:
        """Connect to the database; every connection looks into the store's schema first.

        Raises
        ------
        StoreError
            ``store-unreachable``; ``store-not-found``: the schema is not there and none shall be made.
        """
        engine = sa.create_engine(self.url, connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}, pool_pre_ping=True)
        path = f"SET search_path TO {_quote(self.schema)}, public"

        def set_up(connection: Any, _record: object) -> None:
            connection.execute(path)
            connection.commit()

        sa.event.listen(engine, "connect", set_up)
        try:
            with engine.connect() as connection:
                found = sa.inspect(connection).has_schema(self.schema)
        except sa.exc.OperationalError as error:
            engine.dispose()
            raise StoreError("store-unreachable", place=self.place, reason=_first_line(error)) from None
        if not found and not create:
            engine.dispose()
            raise StoreError("store-not-found", path=self.place)
        return engine

    def prepare(self, connection: sa.Connection) -> None:
        """Lock out other migrations, then make the schema and the extension PostGIS where missing.

        Raises
        ------
        StoreError
            ``postgis-missing``: the server does not have PostGIS, or the user may not add it.
        """
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('quhua_schema'))")
        _run(connection, f"CREATE SCHEMA IF NOT EXISTS {_quote(self.schema)}")
        if connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").scalar() is None:
            try:
                with connection.begin_nested():
                    _run(connection, "CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
            except sa.exc.DBAPIError as error:
                raise StoreError("postgis-missing", place=self.place, reason=_first_line(error)) from None

    def write_content(self, connection: sa.Connection, content: Content, frame: Frame) -> None:
        """Make the table of a content and fill it by COPY."""
        table = content_table_name(content.id)
        geometry = [] if frame.wkb is None else [f"geom geometry(Geometry, {_srid(connection, content)})"]
        if frame.wkb is not None and (content.summary.has_z or content.summary.has_m):
            geometry = ["geom geometry"]  # a column with a fixed SRID would also fix the number of dimensions
        columns = [f"c{n} {_TYPES[column.storage]}" for n, column in enumerate(content.manifest.columns)]
        definition = ", ".join(["fid integer PRIMARY KEY", *geometry, "id text NOT NULL", *columns])
        _run(connection, f"CREATE TABLE {table} ({definition})")
        shapes = [] if frame.wkb is None else [_to_ewkb(frame.wkb, _srid(connection, content))]
        rows = zip(range(1, len(frame) + 1), *shapes, frame.ids, *frame.columns, strict=True)
        with open_cursor(connection) as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        _run(
            connection,
            f"CREATE TRIGGER {table}_immutable BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION quhua_refuse_change()",
        )
        if frame.wkb is not None:
            _run(connection, f"CREATE INDEX {table}_geom ON {table} USING gist (geom)")

    def read_content(self, connection: sa.Connection, content: Content) -> Frame:
        """Read the rows of a content."""
        names = geometry_first(content)
        chosen = ["ST_AsEWKB(geom, 'NDR')" if name == "geom" else name for name in names]
        query = f"SELECT {', '.join(chosen)} FROM {content_table_name(content.id)} ORDER BY fid"  # noqa: S608 - own names
        with open_cursor(connection, binary=True) as cursor:
            rows = cursor.execute(query).fetchall()
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [() for _ in names]
        wkb = None if content.manifest.geometry is None else _canonical(columns.pop(0))
        return Frame(content.manifest, columns[0], columns[1:], wkb)

    def show(self, connection: sa.Connection, shown: Shown, content: Content, *, boxes: Boxes | None = None) -> None:  # noqa: ARG002
        """Make the view; the GiST index of the content serves it."""
        self.hide(connection, shown)
        own, columns = geometry_first(content), content.manifest.columns
        fixed = len(own) - len(columns)
        names = shown_columns((column.name for column in columns), taken=("fid", "geom", "id"))
        parts = [*own[:fixed], *(f"{c} AS {_quote(name)}" for c, name in zip(own[fixed:], names, strict=True))]
        table, view = content_table_name(content.id), _quote(shortened(shown.view))
        if shown.edits_of is None:
            _run(connection, f"CREATE VIEW {view} AS SELECT fid, {', '.join(parts)} FROM {table}")  # noqa: S608
            return
        item, number = shown.edits_of
        _run(
            connection,
            f"CREATE VIEW {view} AS SELECT k.fid, k.id, "  # noqa: S608 - own names and numbers
            f"CASE WHEN e.unit IS NULL THEN k.c0 ELSE e.community END AS {_quote(names[0])} "
            f"FROM {table} k LEFT JOIN (SELECT DISTINCT ON (j.unit) j.unit, j.community FROM quhua_edits q "
            "CROSS JOIN LATERAL jsonb_each_text(q.moved_to::jsonb) AS j(unit, community) "
            f"WHERE q.item_id = {item} AND q.number > {number} ORDER BY j.unit, q.number DESC) e ON e.unit = k.id",
        )

    def hide(self, connection: sa.Connection, shown: Shown) -> None:
        """Remove the view."""
        _run(connection, f"DROP VIEW IF EXISTS {_quote(self.schema)}.{_quote(shortened(shown.view))}")

    def after_copy(self, connection: sa.Connection) -> None:
        """Move the counters of ids behind the ids that a copy brought."""
        for table in ("quhua_items", "quhua_contents", "quhua_versions", "quhua_comments"):
            _run(
                connection,
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} "  # noqa: S608
                "HAVING max(id) IS NOT NULL",
            )


def _run(connection: sa.Connection, statement: str) -> None:
    connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def _quote(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


def _srid(connection: sa.Connection, content: Content) -> int:
    """Give the EPSG code where PostGIS knows it; else 0, and the manifest alone keeps the CRS."""
    crs = stored_crs(content.manifest.crs)
    code = None if crs is None else crs.to_epsg(min_confidence=100)
    if code is None:
        return 0
    known = connection.exec_driver_sql("SELECT 1 FROM public.spatial_ref_sys WHERE srid = %s", (code,)).scalar()
    return code if known else 0


def _to_ewkb(wkb: Sequence[bytes | None], srid: int) -> list[str | None]:
    shapes = shapely.from_wkb(np.array(wkb, dtype=object)) if len(wkb) else np.empty(0, dtype=object)
    if srid:
        shapes = shapely.set_srid(shapes, srid)
    texts: list[str | None] = shapely.to_wkb(
        shapes, hex=True, byte_order=1, include_srid=bool(srid), flavor="extended"
    ).tolist()
    return texts


def _canonical(ewkb: Sequence[bytes | None]) -> list[bytes | None]:
    """Write PostGIS's EWKB as the plain WKB that content hashes are computed from."""
    shapes = shapely.from_wkb(np.array(ewkb, dtype=object)) if len(ewkb) else np.empty(0, dtype=object)
    wkb: list[bytes | None] = shapely.to_wkb(shapely.set_srid(shapes, 0), byte_order=1, flavor="iso").tolist()
    return wkb
