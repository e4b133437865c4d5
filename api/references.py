"""Coordinate reference systems by their URIs, with the order of axes that each has (OGC 18-058r1)."""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from api.catalogue import Bounds, Collection
from api.errors import UsageError
from api.quoting import quoted
from gis.crs import recognise_crs
from gis.i18n import listed

__all__ = ["CRS84", "Reference", "find_reference", "offered_references", "storage_uri"]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_SHORT = re.compile(r"(?:\[(EPSG|OGC):(\w+)\]|urn:ogc:def:crs:(EPSG|OGC):[\d.]*:(\w+)|(EPSG|OGC):(\w+))", re.IGNORECASE)
_WORLD = (4326, 4490)
_FIRST_ZONE, _WITH_NUMBER, _WITHOUT_NUMBER = 25, 4513, 4534  # zone 25 has its meridian at 75 degrees east
_LAST_ZONE = 45
_LONLAT = 4326
_DENSE = 32  # pieces of each side of a box that is moved to another CRS


class Reference:
    """A CRS under its URI: how coordinates of the service come to stand in it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.crs = pyproj.CRS.from_user_input("OGC:CRS84" if uri == CRS84 else int(uri.removeprefix(_EPSG)))
        self.is_swapped = self.crs.axis_info[0].direction == "north"
        self.is_metric = self.crs.is_projected

    def from_xy(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Bring x and y into the order of the axes of this CRS, or back again."""
        return xy[:, ::-1] if self.is_swapped else xy

    def to_lonlat(self, shape: Any) -> Any:
        """Move a shape that is written in this CRS, with its order of axes, to longitude and latitude."""
        if self.uri == CRS84:
            return shape
        if self.crs.is_geographic:
            return shapely.transform(shape, self.from_xy)
        move = _transformer(self.uri)

        def moved(written: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            xy = self.from_xy(written)
            return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))

        return shapely.transform(shape, moved)

    def box_to_lonlat(self, box: Bounds) -> Any:
        """Give a box, its corners in the order of axes of this CRS, as a shape in longitude and latitude."""
        first, second, third, fourth = box
        shape = shapely.box(first, second, third, fourth)
        if not self.is_metric:
            return self.to_lonlat(shape)
        side = max(third - first, fourth - second) / _DENSE
        return self.to_lonlat(shapely.segmentize(shape, side) if side > 0 else shape)


@lru_cache
def _transformer(uri: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(Reference(uri).crs, _LONLAT, always_xy=True)


@lru_cache(maxsize=128)
def _reference(uri: str) -> Reference:
    return Reference(uri)


def storage_uri(found: Collection) -> str | None:
    """Name the CRS in which a collection is stored; None where it has no EPSG code."""
    if found.crs is None:
        return None
    code = _code_of(found.crs)
    return None if code is None else f"{_EPSG}{code}"


@lru_cache
def _code_of(crs: str) -> int | None:
    return recognise_crs(crs).to_epsg()


def offered_references(found: Collection) -> list[str]:
    """List the CRS in which a collection can be had: CRS84, 4326, 4490, its own, and the zones that it lies in.

    Of the CGCS2000 3-degree zones each is offered with and without its number before the easting.
    """
    own = storage_uri(found)
    zones = [] if found.bounds is None else _zones(found.bounds)
    codes = [*_WORLD, *(_WITHOUT_NUMBER + zone for zone in zones), *(_WITH_NUMBER + zone for zone in zones)]
    uris = [CRS84, *(f"{_EPSG}{code}" for code in codes)]
    return uris if own is None or own in uris else [*uris, own]


def find_reference(text: str | None, found: Collection, *, parameter: str) -> Reference:
    """Find the CRS that a query names, by its URI or as ``EPSG:4490`` or ``[EPSG:4490]``; CRS84 by default.

    Raises
    ------
    UsageError
        ``crs-not-offered``, with those that are.
    """
    if text is None:
        return _reference(CRS84)
    known = offered_references(found)
    uri = _as_uri(text)
    if uri not in known:
        raise UsageError("crs-not-offered", parameter=parameter, found=quoted(text), known=listed(known, limit=20))
    return _reference(uri)


def _as_uri(text: str) -> str:
    match = _SHORT.fullmatch(text.strip())
    if match is None:
        return text
    authority, code = [part for part in match.groups() if part is not None]
    if authority.upper() == "OGC":
        return CRS84 if code.upper() == "CRS84" else text
    return _EPSG + code


def _zones(bounds: Bounds) -> list[int]:
    """List the zones that a box meets, and one more on either side; 0 is zone 25."""
    first, last = round(bounds[0] / 3) - 1, round(bounds[2] / 3) + 1
    return [zone - _FIRST_ZONE for zone in range(first, last + 1) if _FIRST_ZONE <= zone <= _LAST_ZONE]
