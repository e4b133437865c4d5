"""How simple and complete the shapes are."""

import numpy as np
import pandas as pd
import shapely

from boundaries.metrics.case import Case, Metric
from gis.i18n import Text

__all__ = ["COMPACTNESS_METRICS"]


def _shapes(case: Case) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    return np.asarray(case.communities.geometry.array, dtype=object)


def _series(case: Case, values: object) -> "pd.Series[float]":
    return pd.Series(np.asarray(values, dtype=float), index=case.communities.index)


def _area(case: Case) -> "pd.Series[float]":
    return _series(case, shapely.area(_shapes(case)) / 1e6)


def _perimeter(case: Case) -> "pd.Series[float]":
    return _series(case, shapely.length(_shapes(case)))


def polsby_popper(case: Case) -> "pd.Series[float]":
    """Give 4 pi area / perimeter^2 of each community: 1 for a disc."""
    shapes = _shapes(case)
    return _series(case, 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2)


def reock(case: Case) -> "pd.Series[float]":
    """Give the area of each community over that of the least disc around it: 1 for a disc."""
    shapes = _shapes(case)
    return _series(case, shapely.area(shapes) / (np.pi * shapely.minimum_bounding_radius(shapes) ** 2))


def hull_ratio(case: Case) -> "pd.Series[float]":
    """Give the area of each community over that of its convex hull: 1 for a convex shape."""
    shapes = _shapes(case)
    return _series(case, shapely.area(shapes) / shapely.area(shapely.convex_hull(shapes)))


COMPACTNESS_METRICS: tuple[Metric, ...] = (
    Metric("area_km2", "community", "km2", "neither", 1, Text("面积（平方千米）", "area (km2)"), "planar area", _area),
    Metric(
        "perimeter_m", "community", "m", "low", 1, Text("周长（米）", "perimeter (m)"),
        "length of outline and holes", _perimeter
    ),
    Metric(
        "polsby_popper", "community", "ratio", "high", 1, Text("紧凑度", "compactness"),
        "Polsby & Popper 1991: 4 pi A / P^2", polsby_popper,
    ),
    Metric(
        "reock", "community", "ratio", "high", 1, Text("外接圆比", "Reock ratio"),
        "Reock 1961: A / area of the least enclosing disc", reock,
    ),
    Metric(
        "hull_ratio", "community", "ratio", "high", 1, Text("凸包比", "convex hull ratio"),
        "Niemi et al. 1990: A / area of the convex hull", hull_ratio,
    ),
    Metric(
        "mean_polsby_popper", "total", "ratio", "high", 1, Text("平均紧凑度", "mean compactness"),
        "Polsby & Popper 1991", lambda case: float(polsby_popper(case).mean()),
    ),
    Metric(
        "min_polsby_popper", "total", "ratio", "high", 1, Text("最低紧凑度", "least compactness"),
        "Polsby & Popper 1991", lambda case: float(polsby_popper(case).min()),
    ),
    Metric(
        "mean_reock", "total", "ratio", "high", 1, Text("平均外接圆比", "mean Reock ratio"),
        "Reock 1961", lambda case: float(reock(case).mean()),
    ),
    Metric(
        "mean_hull_ratio", "total", "ratio", "high", 1, Text("平均凸包比", "mean convex hull ratio"),
        "Niemi et al. 1990", lambda case: float(hull_ratio(case).mean()),
    ),
)  # fmt: skip
