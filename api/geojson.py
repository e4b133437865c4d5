"""Layers ready to be served: GeoJSON (RFC 7946) in any CRS asked for, features found by box, by filter and by id."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from threading import Lock
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from api.cql2 import Column
from api.cql2.values import column_of
from api.references import CRS84, Reference
from gis.plain import to_json

__all__ = ["SHAPE", "FeatureTable"]

SHAPE = "geometry"  # what filters call the shape
_LONLAT = 4326
_DECIMALS, _DECIMALS_M = 8, 4  # of degrees about one millimetre; of metres a tenth of one
_CHUNK_ROWS = 1000

Shapes = npt.NDArray[np.object_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """A layer ready to be served: geometry in CRS84, properties as stored, an index over the boxes.

    What was written once is kept, so that a page that is asked for again is only put together.
    """

    ids: list[str]
    columns: Sequence[str]
    values: Mapping[str, list[Any]]
    shapes: Shapes
    stored: gpd.GeoSeries
    _moved: dict[str, Shapes] = field(default_factory=dict)
    _written: dict[int, str] = field(default_factory=dict)
    _filterable: dict[str, Column] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame) -> "FeatureTable":
        """Prepare a layer; one without CRS is refused by geopandas before it gets into the store."""
        columns = [str(name) for name in layer.columns if name != layer.geometry.name]
        values = {name: layer[name].astype(object).tolist() for name in columns}
        shapes = _written_shapes(layer.geometry.to_crs(_LONLAT), _DECIMALS)
        return cls([str(row) for row in layer.index], columns, values, shapes, layer.geometry)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {row: at for at, row in enumerate(self.ids)}

    @cached_property
    def _placeless(self) -> npt.NDArray[np.bool_]:
        missing: npt.NDArray[np.bool_] = shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes)
        return missing

    def position(self, feature_id: str) -> int | None:
        """Give the row of an id, or None."""
        return self._positions.get(feature_id)

    def meets(self, area: Any) -> npt.NDArray[np.bool_]:
        """Tell which rows have a shape that meets an area in degrees, or none at all."""
        found = self._placeless.copy()
        found[self._tree.query(area, predicate="intersects")] = True
        return found

    @property
    def filterable(self) -> Mapping[str, Callable[[], Column]]:
        """What a filter may ask for: the id, the shape and every property, each made when it is asked for."""
        names = ["id", SHAPE, *self.columns]
        return {name: partial(self._filter_column, name) for name in names}

    def _filter_column(self, name: str) -> Column:
        with self._lock:
            if name not in self._filterable:
                self._filterable[name] = self._make_column(name)
            return self._filterable[name]

    def _make_column(self, name: str) -> Column:
        if name in self.values:
            return column_of(self.values[name])
        return column_of(self.ids) if name == "id" else Column("shape", self.shapes, ~shapely.is_missing(self.shapes))

    def shapes_in(self, reference: Reference) -> Shapes:
        """Give the shapes in a CRS, in its order of axes, outer rings counterclockwise as seen on a map."""
        if reference.uri == CRS84:
            return self.shapes
        with self._lock:
            if reference.uri not in self._moved:
                self._moved[reference.uri] = self._move(reference)
            return self._moved[reference.uri]

    def _move(self, reference: Reference) -> Shapes:
        if not reference.is_metric:
            return np.asarray(shapely.transform(self.shapes, reference.from_xy), dtype=object)
        moved = _written_shapes(self.stored.to_crs(reference.crs), _DECIMALS_M)
        return np.asarray(shapely.transform(moved, reference.from_xy), dtype=object)

    def features(
        self, rows: Sequence[int] | Rows, *, reference: Reference | None = None, columns: Sequence[str] | None = None
    ) -> list[str]:
        """Write rows as GeoJSON features, in CRS84 and with all properties unless asked otherwise."""
        asked = [int(row) for row in rows]
        if columns is not None or (reference is not None and reference.uri != CRS84):
            shapes = self.shapes if reference is None else self.shapes_in(reference)
            return self._write(asked, shapes, self.columns if columns is None else columns)
        missing = [row for row in asked if row not in self._written]
        self._written.update(zip(missing, self._write(missing, self.shapes, self.columns), strict=True))
        return [self._written[row] for row in asked]

    def chunks(
        self, rows: Rows | None = None, *, reference: Reference | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[str]:
        """Write rows (all by default) as one GeoJSON document, piece by piece: a large layer needs no second copy."""
        rows = np.arange(len(self)) if rows is None else rows
        shapes = self.shapes if reference is None else self.shapes_in(reference)
        names = self.columns if columns is None else columns
        yield '{"type":"FeatureCollection","features":['
        for start in range(0, len(rows), _CHUNK_ROWS):
            piece = rows[start : start + _CHUNK_ROWS].tolist()
            yield ("," if start else "") + ",\n".join(self._write(piece, shapes, names))
        yield "]}"

    def _write(self, rows: list[int], shapes: Shapes, columns: Sequence[str]) -> list[str]:
        geometries = shapely.to_geojson(shapes[np.asarray(rows, dtype=np.intp)])
        cells = [self.values[name] for name in columns]
        return [
            f'{{"type":"Feature","id":{to_json(self.ids[row])},"geometry":{shape or "null"},'
            f'"properties":{to_json(dict(zip(columns, [column[row] for column in cells], strict=True)))}}}'
            for row, shape in zip(rows, geometries, strict=True)
        ]


def _written_shapes(series: gpd.GeoSeries, decimals: int) -> Shapes:
    """Round coordinates, drop heights, and turn outer rings counterclockwise (RFC 7946, 3.1.6)."""
    shapes = shapely.transform(series.to_numpy(), lambda xy: np.round(xy, decimals), include_z=False)
    return np.asarray(shapely.orient_polygons(shapes), dtype=object)
