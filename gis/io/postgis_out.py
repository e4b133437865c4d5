"""Write a layer into a PostGIS database as a new table."""

from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
import sqlalchemy as sa
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_float_dtype, is_integer_dtype
from sqlalchemy.types import UserDefinedType

from gis.errors import WriteError
from gis.io.postgis import connected, without_password

__all__ = ["write_postgis"]

_ROWS_AT_ONCE = 2_000


class _Geometry(UserDefinedType[bytes]):
    """A geometry column with an SRID; values go in as well-known binary."""

    cache_ok = True

    def __init__(self, srid: int) -> None:
        self.srid = srid

    def get_col_spec(self, **_options: Any) -> str:
        """Give the type as PostGIS writes it."""
        return f"geometry(Geometry, {self.srid})"

    def bind_expression(self, bindvalue: sa.BindParameter[bytes]) -> sa.ColumnElement[Any]:
        """Let PostGIS read the binary."""
        return sa.func.ST_GeomFromWKB(bindvalue, self.srid, type_=self)


def write_postgis(frame: gpd.GeoDataFrame, url: str, *, layer: str) -> None:
    """Create a table (``table`` or ``schema.table``) with the rows of a layer; all of it or nothing.

    Raises
    ------
    WriteError
        ``table-exists``; ``crs-without-code``: PostGIS knows a CRS by its EPSG code; ``not-writable``.
    """
    srid = pyproj.CRS(frame.crs).to_epsg()
    if srid is None:
        raise WriteError("crs-without-code", path=without_password(url), found=pyproj.CRS(frame.crs).name)
    schema, _, table = layer.rpartition(".")
    names = [str(name) for name in frame.columns.drop("geometry")]
    columns = [sa.Column(name, _type(frame[name])) for name in names]
    target = sa.Table(table, sa.MetaData(), *columns, sa.Column("geometry", _Geometry(srid)), schema=schema or None)
    with connected(url) as connection:
        if sa.inspect(connection).has_table(table, schema=schema or None):
            raise WriteError("table-exists", path=without_password(url), layer=layer)
        try:
            target.create(connection)
            for start in range(0, len(frame), _ROWS_AT_ONCE):
                connection.execute(target.insert(), _rows(frame.iloc[start : start + _ROWS_AT_ONCE], names))
            connection.commit()
        except sa.exc.SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise WriteError("not-writable", path=without_password(url), reason=reason) from error


def _rows(frame: gpd.GeoDataFrame, names: list[str]) -> list[dict[str, Any]]:
    cells = {name: [None if pd.isna(cell) else cell for cell in frame[name].tolist()] for name in names}
    cells["geometry"] = [None if shape is None else shapely.to_wkb(shape) for shape in frame.geometry.to_numpy()]
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def _type(column: "pd.Series[Any]") -> Any:
    if is_bool_dtype(column):
        return sa.Boolean
    if is_integer_dtype(column):
        return sa.BigInteger
    if is_float_dtype(column):
        return sa.Double
    return sa.DateTime if is_datetime64_any_dtype(column) else sa.Text
