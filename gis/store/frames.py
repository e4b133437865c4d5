"""A layer, findings or assignment taken apart into ids, plain columns and WKB, with the manifest to put it together.

The content hash covers the manifest (columns, dtypes, CRS, order), the ids, every value and every byte of the geometry,
in a form that no backend influences.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis.errors import StoreError
from gis.geometry import are_surely_finite
from gis.i18n import listed
from gis.store.columns import Column, decode_column, digest_values, encode_column
from gis.store.values import is_clean

__all__ = ["Frame", "Manifest", "Summary", "boxes_of", "decode_frame", "encode_frame", "frame_hash", "stored_crs"]

_FORMAT = 1
_HASHED_AT_ONCE = 4096


@dataclass(frozen=True)
class Manifest:
    """What, beside the values, makes the frame: its index, columns in order, active geometry column and CRS."""

    index: Column
    columns: tuple[Column, ...]
    geometry: str | None
    geometry_position: int
    crs: str | None

    def to_json(self) -> str:
        """Write the manifest as canonical JSON."""
        return json.dumps(
            {
                "format": _FORMAT,
                "index": self.index.as_dict(),
                "columns": [column.as_dict() for column in self.columns],
                "geometry": self.geometry,
                "geometry_position": self.geometry_position,
                "crs": self.crs,
            },
            sort_keys=True,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Read what :meth:`to_json` wrote."""
        facts = json.loads(text)
        return cls(
            index=Column(**facts["index"]),
            columns=tuple(Column(**column) for column in facts["columns"]),
            geometry=facts["geometry"],
            geometry_position=facts["geometry_position"],
            crs=facts["crs"],
        )


@dataclass(frozen=True)
class Frame:
    """One table as every backend holds it; ``wkb`` is None for a table without geometry, and None in it is no shape.

    ``boxes`` are the bounds of each shape (west, south, east, north; NaN where empty) where they are known already.
    """

    manifest: Manifest
    ids: Sequence[str]
    columns: Sequence[Sequence[Any]]
    wkb: Sequence[bytes | None] | None
    boxes: "np.ndarray[Any, Any] | None" = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Summary:
    """What a catalogue tells of a table without opening it: bounds in the units of the CRS, geometry type, Z and M."""

    bounds: tuple[float, float, float, float] | None
    geometry_type: str | None
    has_z: bool
    has_m: bool


def encode_frame(table: pd.DataFrame) -> tuple[Frame, Summary]:
    """Take a GeoDataFrame or DataFrame apart.

    Raises
    ------
    StoreError
        ``ids-invalid``, ``columns-invalid``, ``column-unsupported``, ``value-unsupported``, ``shape-not-finite``.
    """
    _check_columns(table)
    index, ids = _encode_ids(table.index)
    geometry = table.active_geometry_name if isinstance(table, gpd.GeoDataFrame) else None
    names = [name for name in table.columns if name != geometry]
    encoded = [encode_column(table[name]) for name in names]
    shapes = None if geometry is None else table[geometry].to_numpy()
    manifest = Manifest(
        index=index,
        columns=tuple(column for column, _ in encoded),
        geometry=geometry,
        geometry_position=-1 if geometry is None else list(table.columns).index(geometry),
        crs=None if geometry is None else _crs_text(table[geometry].crs),
    )
    columns = [values for _, values in encoded]
    if shapes is None:
        return Frame(manifest, ids, columns, None), Summary(None, None, has_z=False, has_m=False)
    boxes = shapely.bounds(shapes).reshape(-1, 4)
    return Frame(manifest, ids, columns, _wkb(shapes, ids), boxes), _summary(shapes, boxes)


def decode_frame(frame: Frame) -> Any:
    """Put a frame together: a GeoDataFrame where it has geometry, else a DataFrame; as it was when saved."""
    manifest = frame.manifest
    ids = decode_column(manifest.index, frame.ids)
    index = pd.Index(ids, dtype=ids.dtype, name=manifest.index.options["index_name"])
    arrays = [decode_column(column, values) for column, values in zip(manifest.columns, frame.columns, strict=True)]
    series = {
        column.name: pd.Series(array, index=index, dtype=array.dtype)  # the dtype said, or pandas guesses another
        for column, array in zip(manifest.columns, arrays, strict=True)
    }
    table = pd.DataFrame(series, index=index)
    if manifest.geometry is None or frame.wkb is None:
        return table
    shapes = gpd.array.from_wkb(_blobs(frame.wkb), crs=stored_crs(manifest.crs))
    table.insert(manifest.geometry_position, manifest.geometry, shapes)
    return gpd.GeoDataFrame(table, geometry=manifest.geometry)


def boxes_of(wkb: Sequence[bytes | None]) -> "np.ndarray[Any, Any]":
    """Give the bounds of each shape of a frame."""
    bounds: np.ndarray[Any, Any] = shapely.bounds(shapely.from_wkb(_blobs(wkb))).reshape(-1, 4)
    return bounds


def frame_hash(frame: Frame) -> str:
    """Compute the content hash (SHA-256, hexadecimal) of a frame."""
    digest = hashlib.sha256(frame.manifest.to_json().encode())
    digest.update(f"|{len(frame)}|".encode())
    digest_values(digest, "text", frame.ids)
    for column, values in zip(frame.manifest.columns, frame.columns, strict=True):
        digest_values(digest, column.storage, values)
    if frame.wkb is not None:
        lengths = np.fromiter((-1 if blob is None else len(blob) for blob in frame.wkb), "<i8", len(frame))
        digest.update(lengths.tobytes())
        for first in range(0, len(frame.wkb), _HASHED_AT_ONCE):  # a call for each blob takes twice as long
            digest.update(b"".join(filter(None, frame.wkb[first : first + _HASHED_AT_ONCE])))
    return digest.hexdigest()


def _blobs(wkb: Sequence[bytes | None]) -> "np.ndarray[Any, Any]":
    blobs = np.empty(len(wkb), dtype=object)
    blobs[:] = wkb
    return blobs


def stored_crs(text: str | None) -> pyproj.CRS | None:
    """Read the CRS of a manifest: an authority code, or WKT 2."""
    return None if text is None else pyproj.CRS.from_user_input(text)


def _crs_text(crs: Any) -> str | None:
    """Name a CRS by its EPSG code only where that gives exactly the same CRS again; else write it out as WKT 2."""
    if crs is None:
        return None
    crs = pyproj.CRS(crs)
    code = crs.to_epsg(min_confidence=100)
    if code is not None and pyproj.CRS.from_epsg(code) == crs:
        return f"EPSG:{code}"
    return str(crs.to_wkt("WKT2_2019"))


def _check_columns(table: pd.DataFrame) -> None:
    names: list[Any] = list(table.columns)
    wrong = [name for name in names if not isinstance(name, str) or not is_clean(name)]
    if wrong or len(set(names)) < len(names):
        raise StoreError("columns-invalid", found=listed(names, limit=20))


def _encode_ids(index: "pd.Index[Any]") -> tuple[Column, list[str]]:
    ids: list[Any] = index.tolist()
    wrong = [] if _all_clean(ids) else [value for value in ids if not _all_clean([value])]
    wrong += index[index.duplicated()].tolist()
    if wrong or isinstance(index, pd.MultiIndex):
        raise StoreError("ids-invalid", ids=listed(map(repr, wrong)))
    column, values = encode_column(pd.Series(index, name="id"))
    named = None if index.name is None else str(index.name)
    return Column("id", column.dtype, column.codec, column.storage, {**column.options, "index_name": named}), values


def _all_clean(ids: Sequence[Any]) -> bool:
    """Tell whether every id is a text that is not empty and that every database takes as it is."""
    if set(map(type, ids)) != {str}:  # one by one only where a type is unusual: subclasses of str are texts too
        return all(isinstance(value, str) and value for value in ids) and is_clean("".join(ids))
    return all(ids) and is_clean("".join(ids))


def _wkb(shapes: "np.ndarray[Any, Any]", ids: Sequence[str]) -> list[bytes | None]:
    """Write shapes as little-endian WKB; x or y that are infinite or missing are refused: no index could find them."""
    doubtful = np.flatnonzero(~are_surely_finite(shapes))
    coordinates, rows = shapely.get_coordinates(shapes[doubtful], return_index=True)
    wrong = np.unique(rows[~np.isfinite(coordinates).all(axis=1)])
    if len(wrong):
        raise StoreError("shape-not-finite", ids=listed(ids[row] for row in doubtful[wrong]))
    blobs: list[bytes | None] = shapely.to_wkb(shapes, byte_order=1, flavor="iso").tolist()
    return blobs


def _summary(shapes: "np.ndarray[Any, Any]", boxes: "np.ndarray[Any, Any]") -> Summary:
    known = boxes[~np.isnan(boxes[:, 0])]
    bounds = (*known[:, :2].min(axis=0).tolist(), *known[:, 2:].max(axis=0).tolist()) if len(known) else None
    examples = shapes[np.unique(shapely.get_type_id(shapes), return_index=True)[1]]
    kinds = {shape.geom_type.upper().replace("LINEARRING", "LINESTRING") for shape in examples if shape is not None}
    return Summary(
        bounds,
        kinds.pop() if len(kinds) == 1 else "GEOMETRY",
        has_z=bool(shapely.has_z(shapes).any()),
        has_m=bool(shapely.has_m(shapes).any()),
    )
