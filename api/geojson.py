"""Layers as GeoJSON (RFC 7946): longitude and latitude, plain properties, features found by box and by id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from api.catalogue import Bounds
from gis.plain import to_json

__all__ = ["FeatureTable"]

_LONLAT = 4326
_DECIMALS = 8  # about one millimetre
_CHUNK_ROWS = 1000


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """A layer ready to be served: geometry in CRS84, properties as written, an index over the boxes."""

    ids: list[str]
    columns: Sequence[str]
    values: Mapping[str, list[Any]]
    shapes: "np.ndarray[Any, np.dtype[np.object_]]"

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame) -> "FeatureTable":
        """Prepare a layer; one without CRS is refused by geopandas before it gets into the store."""
        moved = layer.to_crs(_LONLAT)
        shapes = shapely.transform(moved.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS), include_z=False)
        shapes = shapely.orient_polygons(shapes)  # outer rings counterclockwise (RFC 7946, 3.1.6)
        columns = [str(name) for name in layer.columns if name != layer.geometry.name]
        values = {name: layer[name].astype(object).tolist() for name in columns}
        return cls([str(row) for row in layer.index], columns, values, shapes)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {row: at for at, row in enumerate(self.ids)}

    def position(self, feature_id: str) -> int | None:
        """Give the row of an id, or None."""
        return self._positions.get(feature_id)

    def rows_in(self, box: Bounds) -> list[int]:
        """Find the rows whose shape meets a box in degrees, or that have none; west beyond east: across 180 degrees."""
        west, south, east, north = box
        parts = (
            [(west, south, east, north)]
            if west <= east
            else [(west, south, 180.0, north), (-180.0, south, east, north)]
        )
        found = [self._tree.query(shapely.box(*part), predicate="intersects") for part in parts]
        placeless = np.flatnonzero(shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes))
        rows: list[int] = np.unique(np.concatenate([*found, placeless])).tolist()
        return rows

    def features(self, rows: Sequence[int]) -> list[str]:
        """Write rows as GeoJSON features."""
        shapes = shapely.to_geojson(self.shapes[np.asarray(rows, dtype=np.intp)])
        return [self._feature(row, shape) for row, shape in zip(rows, shapes, strict=True)]

    def chunks(self) -> Iterator[str]:
        """Write all rows as one GeoJSON document, piece by piece, so that a large layer needs no second copy."""
        yield '{"type":"FeatureCollection","features":['
        for start in range(0, len(self), _CHUNK_ROWS):
            rows = range(start, min(start + _CHUNK_ROWS, len(self)))
            yield ("," if start else "") + ",\n".join(self.features(rows))
        yield "]}"

    def _feature(self, row: int, shape: str | None) -> str:
        properties = to_json({name: self.values[name][row] for name in self.columns})
        return (
            f'{{"type":"Feature","id":{to_json(self.ids[row])},"geometry":{shape or "null"},"properties":{properties}}}'
        )
