"""Whether the lines between communities follow features on the ground, and what they leave on one side."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from boundaries.adjacency import Geometries, shared_borders
from boundaries.barriers import rigid_lines, share_along
from boundaries.metrics.case import Case, Metric
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["LINE_METRICS"]

_ALONG_M = 12.0
_BARRIER_WIDTH_M = 6.0
_CROSSED_M = 50.0


def _lines_of(case: Case, kinds: Iterable[Kind]) -> Geometries:
    layers = [np.asarray(case.layers[kind].geometry.array, dtype=object) for kind in kinds if kind in case.layers]
    return np.concatenate([np.empty(0, dtype=object), *layers])


def _share(case: Case, *kinds: Kind) -> float | None:
    features = _lines_of(case, kinds)
    borders = shared_borders(case.communities.geometry.array)
    if not len(features) or not borders.length_m.sum():
        return None
    share = share_along(borders.line, features, tolerance_m=_ALONG_M)
    return float((share * borders.length_m).sum() / borders.length_m.sum())


def _road_share(case: Case) -> float | None:
    return _share(case, Kind.ROADS)


def _feature_share(case: Case) -> float | None:
    return _share(case, Kind.ROADS, Kind.WATERWAYS, Kind.RAILWAYS)


def _barriers_crossed(case: Case) -> "pd.Series[float] | None":
    """Tell which communities have ground on both sides of a rigid river or railway."""
    layers = [case.layers[kind] for kind in (Kind.WATERWAYS, Kind.RAILWAYS) if kind in case.layers]
    lines = np.concatenate([np.empty(0, dtype=object), *(rigid_lines(layer) for layer in layers)])
    if not len(lines):
        return None
    grounds = np.asarray(case.communities.geometry.array, dtype=object)
    inner = shapely.intersection(shapely.union_all(lines), shapely.buffer(grounds, -_BARRIER_WIDTH_M))
    return pd.Series((shapely.length(inner) > _CROSSED_M).astype(float), index=case.communities.index)


def _crossing_communities(case: Case) -> float | None:
    crossed = _barriers_crossed(case)
    return None if crossed is None else float(crossed.sum())


LINE_METRICS: tuple[Metric, ...] = (
    Metric(
        "barrier_crossed", "community", "yes (1) or no (0)", "low", 1,
        Text("跨越河流或铁路", "lies on both sides of a river or railway"),
        "more than 50 m of a rigid river or railway inside, over 6 m from the outline", _barriers_crossed,
    ),
    Metric(
        "road_line_share", "total", "ratio", "high", 1, Text("沿道路的界线比例", "share of lines along roads"),
        "share of the line between communities within 12 m of a road", _road_share,
    ),
    Metric(
        "feature_line_share", "total", "ratio", "high", 1,
        Text("沿道路、河流、铁路的界线比例", "share of lines along roads, rivers or railways"),
        "share of the line between communities within 12 m of a road, river or railway", _feature_share,
    ),
    Metric(
        "barrier_communities", "total", "communities", "low", 1,
        Text("跨越河流或铁路的社区数", "communities on both sides of a river or railway"),
        "communities with more than 50 m of a rigid river or railway inside", _crossing_communities,
    ),
)  # fmt: skip
