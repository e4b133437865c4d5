"""Tiles that PostGIS encodes itself (``ST_AsMVT``), for layers that live there as they are shown."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gis.store import Entity, Store
from gis.store.columns import Column
from gis.store.names import shown_columns
from gis.store.postgis import PostGis
from gis.store.tables import content_table_name
from gis.store.versions import find_version, load_content
from gis.tiles.matrix import EXTENT, MERCATOR, Tile
from gis.tiles.shapes import BUFFER

__all__ = ["PostGisTiles"]

_PLAIN_CODECS = frozenset({"numpy", "string", "objects", "extension"})
_ARE_NUMBERS = "SELECT coalesce(bool_and(id ~ '^(0|[1-9][0-9]{{0,14}})$'), false) FROM {table}"


@dataclass(frozen=True)
class PostGisTiles:
    """One version of a layer in PostGIS, and the statement that makes its tiles."""

    store: Store
    name: str
    statement: str

    @classmethod
    def of(cls, store: Store, name: str, version: int, *, title: str) -> "PostGisTiles | None":
        """Prepare a layer of the store, named ``title`` in its tiles.

        Returns None where PostGIS cannot make its tiles: the store is not there, the CRS has no EPSG code, or a column
        is kept in a form that only this program reads.
        """
        if not isinstance(store.backend, PostGis):
            return None
        with store.reading() as connection:
            content = load_content(connection, find_version(connection, Entity.LAYER, name, version).content_id)
            table = content_table_name(content.id)
            if not all(map(_is_plain, content.manifest.columns)):
                return None
            found = connection.exec_driver_sql(f"SELECT ST_SRID(geom) FROM {table} LIMIT 1").scalar()  # noqa: S608
            if not found:
                return None
            numbers = connection.exec_driver_sql(_ARE_NUMBERS.format(table=table)).scalar()
        names = [column.name for column in content.manifest.columns]
        shown = shown_columns(names, taken=("id", "quhua_shape", "quhua_number"))
        columns = ", ".join(f"c{at} AS {_quote(label)}" for at, label in enumerate(shown))
        number = "id::bigint" if numbers else "fid"
        return cls(
            store,
            title,
            f"WITH box AS (SELECT ST_MakeEnvelope(:west, :south, :east, :north, {MERCATOR}) AS tile, "  # noqa: S608
            f"ST_Transform(ST_Segmentize(ST_MakeEnvelope(:west - :margin, :south - :margin, :east + :margin, "
            f":north + :margin, {MERCATOR}), :side / 8), {found:d}) AS reach), "
            f"drawn AS (SELECT ST_AsMVTGeom(ST_Transform(geom, {MERCATOR}), tile, {EXTENT}, {BUFFER}) AS quhua_shape, "
            f"{number} AS quhua_number, id{', ' if columns else ''}{columns} "
            f"FROM {table}, box WHERE geom && reach ORDER BY fid) "
            f"SELECT ST_AsMVT(drawn.*, :name, {EXTENT}, 'quhua_shape', 'quhua_number') FROM drawn "
            "WHERE quhua_shape IS NOT NULL",
        )

    def encode(self, tile: Tile) -> bytes:
        """Let PostGIS encode one tile; no bytes where the layer has nothing in it."""
        west, south, east, north = tile.bounds_m
        side = east - west
        facts: dict[str, Any] = {
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "side": side,
            "margin": side * BUFFER / EXTENT,
            "name": self.name,
        }
        with self.store.reading() as connection:
            content = connection.execute(_statement(self.statement), facts).scalar()
        return bytes(content or b"")


def _statement(text: str) -> sa.TextClause:
    return sa.text(text)


def _is_plain(column: Column) -> bool:
    return column.codec in _PLAIN_CODECS and not column.options.get("json", False)


def _quote(identifier: str) -> str:
    return '"' + identifier.replace('"', '""').replace(":", "\\:") + '"'
