"""Read PostGIS tables by URL (``postgresql://user@host/database``); names are quoted, never put into SQL as text."""

import re
from decimal import Decimal
from os import PathLike
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gis.decisions import Decision
from gis.errors import ReadError
from gis.i18n import Text, listed
from gis.io.draft import Draft

__all__ = ["connected", "database_layers", "is_database", "read_postgis", "without_password", "without_secret"]

_URL = re.compile(r"^postgres(ql)?(\+psycopg)?://", re.IGNORECASE)
_FIXED = Decision("UTF-8", "declared", Text("编码：由数据库规定", "encoding: fixed by the database"))
_TIMEOUT_S = 8


def is_database(path: str | PathLike[str]) -> bool:
    """Say whether a path is the URL of a PostgreSQL database."""
    return bool(_URL.match(str(path)))


def without_password(url: str) -> str:
    """Give a URL as it may be shown and stored.

    Examples
    --------
    >>> without_password("postgresql://planner:secret@db/county")
    'postgresql://planner:***@db/county'
    """
    return sa.make_url(url).render_as_string(hide_password=True)


def without_secret(path: str) -> str:
    """Give a path as settings and histories keep it: the URL of a database loses its password, a file stays as it is.

    The password belongs in ``PGPASSWORD`` or ``.pgpass``, where the next reading finds it.

    Examples
    --------
    >>> without_secret("postgresql://planner:secret@db/county?password=secret"), without_secret("社区.shp")
    ('postgresql://planner@db/county', '社区.shp')
    """
    if not is_database(path):
        return path
    url = sa.make_url(path)
    query = {name: value for name, value in url.query.items() if "password" not in name.lower()}
    kept = sa.URL.create(
        url.drivername, username=url.username, host=url.host, port=url.port, database=url.database, query=query
    )
    return kept.render_as_string(hide_password=False)


def database_layers(url: str) -> list[str]:
    """Name the tables with a geometry column, as ``schema.table``.

    Raises
    ------
    ReadError
        ``database-unreachable``.
    """
    with connected(url) as connection:
        return [f"{schema}.{table}" for schema, table, _, _ in _tables(connection)]


def read_postgis(url: str, layer: str | None) -> Draft:
    """Read a table (``layer``: ``table`` or ``schema.table``), whole, in the order of its primary key or as stored.

    Raises
    ------
    ReadError
        ``database-unreachable``, ``layer-not-found``, ``layer-not-named``, ``layer-empty``.
    """
    shown = without_password(url)
    with connected(url) as connection:
        tables = _tables(connection)
        known = listed([f"{schema}.{table}" for schema, table, _, _ in tables], limit=20)
        if layer is None and len(tables) != 1:
            raise ReadError("layer-not-named" if tables else "no-geometry", path=shown, found=known, layer="-")
        found = [one for one in tables if layer in {None, f"{one[0]}.{one[1]}"}]
        found = found or [one for one in tables if layer == one[1]]
        if not found:
            raise ReadError("layer-not-found", path=shown, layer=layer, found=known)
        if len({schema for schema, *_ in found}) > 1:  # the same table name in several schemas
            several = listed([f"{schema}.{table}" for schema, table, _, _ in found], limit=20)
            raise ReadError("layer-not-named", path=shown, found=several)
        schema, table, geometry, srid = found[0]
        frame = _rows(connection, schema, table, geometry)
    if frame.empty:
        raise ReadError("layer-empty", path=shown, layer=table)
    return Draft(shown, table, "postgis", frame, f"EPSG:{srid}" if srid else None, _FIXED)


def _rows(connection: sa.Connection, schema: str, table: str, geometry: str) -> gpd.GeoDataFrame:
    columns = _columns(connection, schema, table)
    keys = sa.inspect(connection).get_pk_constraint(table, schema=schema)["constrained_columns"]
    source = sa.table(table, *(sa.column(name) for name in columns), schema=schema)
    plain = [source.c[name] for name in columns if name != geometry]
    wkb = sa.func.ST_AsBinary(source.c[geometry]).label("geometry")
    query = sa.select(*plain, wkb).order_by(*(source.c[key] for key in keys))
    names = [one.name for one in plain]
    found = connection.execute(query).all()
    cells = {name: _column([row[at] for row in found]) for at, name in enumerate(names)}
    shapes = shapely.from_wkb([None if row[-1] is None else bytes(row[-1]) for row in found])
    return gpd.GeoDataFrame(pd.DataFrame(cells, index=range(len(found))), geometry=np.asarray(shapes, dtype=object))


def _columns(connection: sa.Connection, schema: str, table: str) -> list[str]:
    names = ("table_schema", "table_name", "column_name", "ordinal_position")
    view = sa.table("columns", *(sa.column(name) for name in names), schema="information_schema")
    query = sa.select(view.c.column_name).where(view.c.table_schema == schema, view.c.table_name == table)
    return [str(row[0]) for row in connection.execute(query.order_by(view.c.ordinal_position))]


def _column(cells: list[Any]) -> "pd.Series[Any]":
    plain = [float(cell) if isinstance(cell, Decimal) else cell for cell in cells]
    if all(cell is None or isinstance(cell, str) for cell in plain):
        return pd.Series(plain, dtype="str")
    return pd.Series(plain)


def _tables(connection: sa.Connection) -> list[tuple[str, str, str, int]]:
    view = sa.table(
        "geometry_columns",
        *(sa.column(name) for name in ("f_table_schema", "f_table_name", "f_geometry_column", "srid")),
    )
    rows = connection.execute(sa.select(view).order_by(view.c.f_table_schema, view.c.f_table_name)).all()
    return [(str(row[0]), str(row[1]), str(row[2]), int(row[3])) for row in rows]


def connected(url: str) -> sa.Connection:
    """Connect to the database of a URL, within 8 seconds.

    Raises
    ------
    ReadError
        ``database-unreachable``, without the password.
    """
    try:
        plain = sa.make_url(_URL.sub("postgresql+psycopg://", url))
        engine = sa.create_engine(plain, connect_args={"connect_timeout": _TIMEOUT_S}, poolclass=sa.NullPool)
        return engine.connect()
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise ReadError("database-unreachable", path=without_password(url), reason=reason) from error
