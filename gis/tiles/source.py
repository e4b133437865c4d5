"""A layer ready to be served as vector tiles: geometry in Web Mercator, an index over it, values encoded once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.tiles.attributes import Attributes
from gis.tiles.coarse import join_near, simplify_for
from gis.tiles.matrix import EXTENT, Tile, units_per_metre
from gis.tiles.protobuf import encode_features, frame_layer
from gis.tiles.shapes import BUFFER, POINT, POLYGON, families_of, on_tile, to_mercator

__all__ = ["MAX_TILE_BYTES", "TileSource", "feature_numbers"]

MAX_TILE_BYTES = 500_000
_CELLS = (16, 32, 64, 128, 256, 512, 1024)  # units; what a tile that is too large is joined by, one after the other
_LARGEST_NUMBER = 2**53 - 1  # a browser's numbers are exact up to here
_MOST_DIGITS = 16

Shapes = npt.NDArray[np.object_]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TileSource:
    """One layer for vector tiles; safe to share between threads."""

    name: str
    numbers: Integers
    attributes: Attributes
    shapes: Shapes
    _simple: dict[int, Shapes] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame, *, name: str) -> "TileSource":
        """Prepare a layer.

        Parameters
        ----------
        layer
            Any geometry, any CRS; text ids in the index.
        name
            The name of the layer within its tiles.

        Notes
        -----
        Feature ids are numbers in a tile: see :func:`feature_numbers`. The text id is the property ``id``.
        """
        table = pd.DataFrame(layer.drop(columns=[layer.geometry.name, "id"], errors="ignore"))
        table.insert(0, "id", [str(row) for row in layer.index])
        return cls(name, feature_numbers(table["id"].tolist()), Attributes.of(table), to_mercator(layer))

    @property
    def fields(self) -> dict[str, str]:
        """Name the properties that features of a tile may have, and of which kind each is (as TileJSON does)."""
        return dict(zip(self.attributes.keys, self.attributes.kinds, strict=True))

    def encode(self, tile: Tile) -> bytes:
        """Encode one tile; no bytes where the layer has nothing in it.

        No tile has more than 500,000 bytes: shapes that lie near each other are joined, cell by cell and coarser until
        it fits; such a shape has no id, and ``feature_count`` in place of its properties.
        """
        rows = self._rows_in(tile)
        if not len(rows):
            return b""
        content = self._encode_rows(rows, tile)
        for zoom, cell in self._coarser(tile.z):
            if len(content) <= MAX_TILE_BYTES:
                break
            content = self._encode_joined(rows, tile, zoom=zoom, cell_units=cell)
        return content

    def _coarser(self, zoom: int) -> Iterator[tuple[int, int]]:
        yield from ((zoom, cell) for cell in _CELLS)
        yield from ((simpler, _CELLS[-1]) for simpler in range(zoom - 1, -1, -1))

    def _encode_rows(self, rows: Integers, tile: Tile) -> bytes:
        placed = on_tile(self._shapes_at(tile.z)[rows], tile)
        rows, placed = _drawn(rows, placed)
        values, tags, starts = self.attributes.of_rows(rows)
        return _layer(self.name, placed, self.numbers[rows], self.attributes.keys, values, tags, starts)

    def _encode_joined(self, rows: Integers, tile: Tile, *, zoom: int, cell_units: int) -> bytes:
        shapes = self._shapes_at(zoom)[rows]
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        joined = join_near(shapes, tile.z, cell_units=cell_units, is_coverage=self._is_coverage)
        at, placed = _drawn(np.arange(len(joined.shapes)), on_tile(joined.shapes, tile))
        counts = Attributes.of(pd.DataFrame({"feature_count": joined.counts[at]}))
        values, tags, starts = counts.of_rows(np.arange(len(at)))
        return _layer(self.name, placed, np.full(len(at), -1), counts.keys, values, tags, starts)

    def _rows_in(self, tile: Tile) -> Integers:
        west, south, east, north = tile.bounds_m
        margin_m = 2 * BUFFER / units_per_metre(tile.z)  # simplified shapes may reach a little further than whole ones
        box = shapely.box(west - margin_m, south - margin_m, east + margin_m, north + margin_m)
        return np.sort(self._tree.query(box)).astype(np.int64)

    def _shapes_at(self, zoom: int) -> Shapes:
        with self._lock:
            if zoom not in self._simple:
                self._simple[zoom] = simplify_for(self.shapes, zoom)
            return self._simple[zoom]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def _is_coverage(self) -> bool:
        return bool(shapely.coverage_is_valid(self.shapes[families_of(self.shapes) == POLYGON]))


def feature_numbers(ids: list[str]) -> Integers:
    """Give the number of each feature in a tile.

    A tile knows whole numbers only: the ids themselves where all of them are such (codes without a leading zero),
    else the row of the layer, counted from 1 as in the project's database.

    Examples
    --------
    >>> feature_numbers(["411399100001", "7"]).tolist(), feature_numbers(["007", "a"]).tolist()
    ([411399100001, 7], [1, 2])
    """
    are_numbers = all(len(one) <= _MOST_DIGITS and one.isdecimal() and one.isascii() for one in ids)
    if are_numbers and all(str(int(one)) == one and int(one) <= _LARGEST_NUMBER for one in ids):
        return np.array([int(one) for one in ids], dtype=np.int64)
    return np.arange(1, len(ids) + 1, dtype=np.int64)


def _drawn(rows: Integers, placed: Shapes) -> tuple[Integers, Shapes]:
    """Keep what is left of the shapes on the tile, by family."""
    families = families_of(placed)
    kept = np.flatnonzero((families > 0) & ~shapely.is_empty(placed))
    kept = kept[np.argsort(families[kept], kind="stable")]
    return rows[kept], placed[kept]


def _layer(
    name: str,
    placed: Shapes,
    numbers: Integers,
    keys: tuple[str, ...],
    values: list[bytes],
    tags: Integers,
    starts: Integers,
) -> bytes:
    if not len(placed):
        return b""
    families = families_of(placed)
    points, part_starts, roles, feature_parts = _flat(placed, families)
    features, lengths = encode_features(
        numbers.astype(np.int64), families, tags, starts, points, part_starts, roles, feature_parts
    )
    return frame_layer(name, features, keys, values, extent=EXTENT) if lengths.any() else b""


def _flat(placed: Shapes, families: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Lay shapes out flat: their corners, where each part begins, which parts are outer rings, each shape's parts."""
    pieces, piece_of = shapely.get_parts(placed, return_index=True)
    rings, ring_of = _rings(pieces)
    counts = shapely.get_num_coordinates(rings)
    feature_of = piece_of[ring_of]
    outer = np.ones(len(rings), dtype=np.int64)
    outer[1:] = ring_of[1:] != ring_of[:-1]
    is_point = families[feature_of] == POINT
    begins = np.ones(len(rings), dtype=bool)  # the points of one shape are one part
    begins[1:] = ~(is_point[1:] & (feature_of[1:] == feature_of[:-1]))
    ends = np.concatenate([[0], counts.cumsum()])
    part_starts = np.append(ends[:-1][begins], ends[-1])
    parts_of_feature = np.bincount(feature_of[begins], minlength=len(placed))
    feature_parts = np.concatenate([[0], parts_of_feature.cumsum()])
    points = np.ascontiguousarray(shapely.get_coordinates(rings)).astype(np.int64)
    return points, part_starts.astype(np.int64), outer[begins], feature_parts.astype(np.int64)


def _rings(pieces: Shapes) -> tuple[Shapes, Integers]:
    """Give the rings of polygons, and other pieces as they are, each with the number of its piece."""
    polygons = shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON
    if not polygons.any():
        return pieces, np.arange(len(pieces))
    rings, ring_of = shapely.get_rings(pieces, return_index=True)  # of pieces that are no polygons: none
    others = np.flatnonzero(~polygons)
    order = np.argsort(np.concatenate([ring_of, others]), kind="stable")
    return np.concatenate([rings, pieces[others]])[order], np.concatenate([ring_of, others])[order]
