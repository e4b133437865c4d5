"""What a search is given: the graph of the units, and parts of it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.errors import PlanError
from boundaries.graph import UnitGraph, build_graph

__all__ = ["graph_of", "part_of"]


def graph_of(
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
) -> tuple[UnitGraph, gpd.GeoDataFrame | None]:
    """Give the graph, and the units where these were given; lines come with units only.

    Raises
    ------
    PlanError
        ``option-invalid``: lines beside a graph that is built already.
    """
    if not isinstance(units_or_graph, UnitGraph):
        return build_graph(units_or_graph, barriers=barriers, crossings=crossings, roads=roads), units_or_graph
    for name, layer in (("barriers", barriers), ("crossings", crossings), ("roads", roads)):
        if layer is not None:
            raise PlanError("option-invalid", option=name, value="GeoDataFrame", reason="give it to build_graph")
    return units_or_graph, None


def part_of(graph: UnitGraph, inside: NDArray[np.bool_]) -> UnitGraph:
    """Give the graph of some of the units: their borders with one another, their order kept.

    Examples
    --------
    >>> whole = UnitGraph.from_edges(["a", "b", "c"], [(0, 1), (1, 2)], counts={"households": [5, 6, 7]})
    >>> part = part_of(whole, np.array([True, False, True]))
    >>> list(part.ids), part.n_components
    (['a', 'c'], 2)
    """
    kept = inside[graph.left] & inside[graph.right]
    place = np.cumsum(inside) - 1
    left, right = place[graph.left[kept]], place[graph.right[kept]]
    ids = graph.ids[inside]
    matrix = coo_array((np.ones(len(left)), (left, right)), shape=(len(ids), len(ids)))
    return replace(
        graph,
        ids=ids,
        counts=graph.counts[inside],
        left=left,
        right=right,
        shared_perimeter_m=graph.shared_perimeter_m[kept],
        at_crossing=graph.at_crossing[kept],
        road_share=graph.road_share[kept],
        component=connected_components(matrix, directed=False)[1].astype(np.int64),
        barred=graph.barred[graph.barred["left_id"].isin(ids) & graph.barred["right_id"].isin(ids)],
        xy=None if graph.xy is None else graph.xy[inside],
        area_m2=None if graph.area_m2 is None else graph.area_m2[inside],
    )
