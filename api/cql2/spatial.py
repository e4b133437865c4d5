"""Shapes in filters, and how they lie to one another (simple features, as GEOS tells it)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape as shape_of

from api.cql2.values import refused
from api.quoting import quoted
from gis.i18n import Text

__all__ = ["SPATIAL", "read_shape"]

_BOX, _TALL_BOX = 4, 6


def read_shape(node: Mapping[str, Any]) -> Any:
    """Read a GeoJSON geometry or a box of a filter.

    Raises
    ------
    UsageError
        ``filter-invalid``.
    """
    try:
        made = _box(node["bbox"]) if "bbox" in node else shape_of(dict(node))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise _wrong(node) from None
    if not (shapely.is_geometry(made) and np.isfinite(shapely.get_coordinates(made)).all()):
        raise _wrong(node)
    return made


def _box(edges: list[float]) -> Any:
    if len(edges) not in {_BOX, _TALL_BOX}:
        raise ValueError(edges)
    west, south = edges[:2]
    east, north = edges[len(edges) // 2 :][:2]
    if west > east:  # across the 180th meridian
        return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])
    return shapely.box(west, south, east, north)


def _told(decide: Callable[..., Any]) -> Callable[[npt.NDArray[Any], npt.NDArray[Any]], npt.NDArray[np.bool_]]:
    """Decide for each row; where one side is the same in every row, it is prepared once."""

    def told(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        for side in (left, right):
            if len(side) and side[0] is not None and side[0] is side[-1]:
                shapely.prepare(side[0])
        return np.asarray(decide(left, right), dtype=bool)

    return told


SPATIAL: Mapping[str, Callable[[npt.NDArray[Any], npt.NDArray[Any]], npt.NDArray[np.bool_]]] = {
    "s_intersects": _told(shapely.intersects),
    "s_disjoint": _told(shapely.disjoint),
    "s_equals": _told(shapely.equals),
    "s_touches": _told(shapely.touches),
    "s_within": _told(shapely.within),
    "s_overlaps": _told(shapely.overlaps),
    "s_crosses": _told(shapely.crosses),
    "s_contains": _told(shapely.contains),
}


def _wrong(node: Mapping[str, Any]) -> Exception:
    shown = quoted(dict(node))
    return refused(Text(f"不是图形：{shown}", f"it is no geometry: {shown}"))
