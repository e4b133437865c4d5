"""How far people live from the centre of their community: straight, and along roads."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from boundaries.metrics.case import Case, Metric
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["DISTANCE_METRICS"]

Floats = NDArray[np.float64]

_SERVICE_CENTRE = "service_centre"
_STEP_M = 10.0  # between points along a road where one can step onto it: the error at either end
_SAME_NODE_M = 0.001
_TAIL = 0.95


@dataclass(frozen=True, eq=False)
class _Network:
    """The roads as a graph of points, only its greatest connected part."""

    matrix: csr_array
    tree: cKDTree


@dataclass(frozen=True, eq=False)
class _Distances:
    """Metres from each unit to its community's centre; ``road`` is None where there are no roads."""

    straight: Floats
    road: Floats | None
    weight: Floats


_MEASURED: "WeakKeyDictionary[Case, _Distances]" = WeakKeyDictionary()


def _distances(case: Case) -> _Distances:
    if case not in _MEASURED:
        _MEASURED[case] = _measure(case)
    return _MEASURED[case]


def _measure(case: Case) -> _Distances:
    centroids = shapely.centroid(np.asarray(case.units.geometry.array, dtype=object))
    xy = np.column_stack([shapely.get_x(centroids), shapely.get_y(centroids)])
    weight = _weights(case)
    number = case.communities.index.get_indexer(pd.Index(case.labels.to_numpy()))
    centres = _centres(case, xy, weight, number)
    straight = np.hypot(*(xy - centres[number]).T)
    network = _network(case)
    return _Distances(straight, None if network is None else _along(network, xy, centres, number), weight)


def _weights(case: Case) -> Floats:
    column = case.balance if case.balance in case.units.columns else None
    weight = np.ones(len(case.units)) if column is None else case.units[column].fillna(0.0).to_numpy(dtype=np.float64)
    return weight if weight.sum() > 0 else np.ones(len(case.units))


def _centres(case: Case, xy: Floats, weight: Floats, number: NDArray[np.int64]) -> Floats:
    """Give the middle of each community's people, or the service centre inside it that lies nearest to that middle."""
    count = len(case.communities)
    lived_in = np.bincount(number, weights=weight, minlength=count) > 0
    counted = np.where(lived_in[number], weight, 1.0)
    total = np.bincount(number, weights=counted, minlength=count)
    sums = [np.bincount(number, weights=counted * axis, minlength=count) for axis in xy.T]
    centres = np.column_stack(sums) / total[:, None]
    points = _service_centres(case)
    ground, point = shapely.STRtree(points).query(
        np.asarray(case.communities.geometry.array, dtype=object), predicate="contains"
    )
    places = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    away = np.hypot(*(places[point] - centres[ground]).T)
    for rank in np.argsort(-away, kind="stable"):
        centres[ground[rank]] = places[point[rank]]
    return centres


def _service_centres(case: Case) -> NDArray[np.object_]:
    layer = case.layers.get(Kind.FACILITIES)
    if layer is None or "facility_type" not in layer.columns:
        return np.empty(0, dtype=object)
    return np.asarray(layer.geometry[(layer["facility_type"] == _SERVICE_CENTRE).to_numpy()].array, dtype=object)


def _network(case: Case) -> _Network | None:
    """Node the roads where they cross or meet, and set points along them."""
    roads = case.layers.get(Kind.ROADS)
    if roads is None or not len(roads):
        return None
    lines = shapely.union_all(np.asarray(roads.geometry.array, dtype=object), grid_size=_SAME_NODE_M)
    coordinates, line = shapely.get_coordinates(
        shapely.get_parts(shapely.segmentize(lines, _STEP_M)), return_index=True
    )
    if not len(coordinates):
        return None
    places, node = np.unique(np.round(coordinates / _SAME_NODE_M) * _SAME_NODE_M, axis=0, return_inverse=True)
    node = node.ravel()
    follows = line[1:] == line[:-1]
    one, two = node[:-1][follows], node[1:][follows]
    length = np.hypot(*(places[one] - places[two]).T)
    matrix = coo_array((length, (one, two)), shape=(len(places),) * 2).tocsr()
    part = connected_components(matrix, directed=False)[1]
    greatest = part == np.bincount(part).argmax()
    return _Network(matrix[greatest][:, greatest], cKDTree(places[greatest]))


def _along(network: _Network, xy: Floats, centres: Floats, number: NDArray[np.int64]) -> Floats:
    """Walk straight to the nearest point of a road, along roads, and straight to the centre."""
    reach, at = (np.atleast_1d(found) for found in network.tree.query(xy))
    centre_reach, centre_at = (np.atleast_1d(found) for found in network.tree.query(centres))
    metres = np.empty(len(xy))
    for community in np.unique(number):
        inside = number == community
        walked = dijkstra(network.matrix, directed=False, indices=centre_at[[community]])[0]
        metres[inside] = reach[inside] + walked[at[inside]] + centre_reach[community]
    return metres


def _mean_by_community(case: Case, metres: Floats | None) -> "pd.Series[float] | None":
    if metres is None:
        return None
    weight = pd.Series(_distances(case).weight, index=case.units.index)
    names = case.labels.to_numpy()
    summed = (weight * metres).groupby(names).sum() / weight.groupby(names).sum()
    return summed.reindex(case.communities.index).astype(float)


def _mean(case: Case, metres: Floats | None) -> float | None:
    return None if metres is None else float(np.average(metres, weights=_distances(case).weight))


def _tail(case: Case, metres: Floats | None) -> float | None:
    """Give the distance that 95 % of the people do not exceed."""
    if metres is None:
        return None
    order = np.argsort(metres, kind="stable")
    counted = np.cumsum(_distances(case).weight[order])
    return float(metres[order][np.searchsorted(counted, _TAIL * counted[-1] * (1 - 1e-12))])


def _greatest(case: Case, metres: Floats | None) -> float | None:
    return None if metres is None else float(metres[_distances(case).weight > 0].max())


_HOW = (
    "from the middle of each unit to the service centre in its community that lies nearest to the middle of its "
    "people, else to that middle; weighted by the balanced figure"
)
_BY_ROAD = (
    "as mean_distance_m, along the greatest connected part of the road layer, crossings taken as junctions, to within "
    "20 m"
)

DISTANCE_METRICS: tuple[Metric, ...] = (
    Metric(
        "centre_distance_m", "community", "m", "low", 1,
        Text("到社区中心平均距离（米）", "mean distance to the centre (m)"), _HOW,
        lambda case: _mean_by_community(case, _distances(case).straight),
    ),
    Metric(
        "centre_road_distance_m", "community", "m", "low", 1,
        Text("沿道路到社区中心平均距离（米）", "mean distance to the centre along roads (m)"), _BY_ROAD,
        lambda case: _mean_by_community(case, _distances(case).road),
    ),
    Metric(
        "mean_distance_m", "total", "m", "low", 1,
        Text("居民到中心平均距离（米）", "people's mean distance to the centre (m)"), _HOW,
        lambda case: _mean(case, _distances(case).straight),
    ),
    Metric(
        "p95_distance_m", "total", "m", "low", 1,
        Text("95%居民到中心的距离不超过（米）", "distance that 95 % do not exceed (m)"),
        "as mean_distance_m: weighted 95th percentile", lambda case: _tail(case, _distances(case).straight),
    ),
    Metric(
        "max_distance_m", "total", "m", "low", 1,
        Text("居民到中心最远距离（米）", "greatest distance to the centre (m)"),
        "as mean_distance_m: greatest of units with people", lambda case: _greatest(case, _distances(case).straight),
    ),
    Metric(
        "mean_road_distance_m", "total", "m", "low", 1,
        Text("居民沿道路到中心平均距离（米）", "people's mean distance to the centre along roads (m)"), _BY_ROAD,
        lambda case: _mean(case, _distances(case).road),
    ),
    Metric(
        "p95_road_distance_m", "total", "m", "low", 1,
        Text("95%居民沿道路到中心的距离不超过（米）", "distance along roads that 95 % do not exceed (m)"),
        "as mean_road_distance_m: weighted 95th percentile", lambda case: _tail(case, _distances(case).road),
    ),
    Metric(
        "max_road_distance_m", "total", "m", "low", 1,
        Text("居民沿道路到中心最远距离（米）", "greatest distance to the centre along roads (m)"),
        "as mean_road_distance_m: greatest of units with people", lambda case: _greatest(case, _distances(case).road),
    ),
)  # fmt: skip
