"""The dual graph of planning units: who borders whom, along how many metres, and where no community may cross."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.adjacency import Geometries, shared_borders
from boundaries.barriers import along_barriers, linked_pairs, share_along
from boundaries.errors import PlanError
from gis.crs import require_metric_crs, same_crs
from gis.kinds import FIGURES

__all__ = ["UnitGraph", "build_graph"]


@dataclass(frozen=True, eq=False)
class UnitGraph:
    """Units as nodes and shared borders as edges, each edge once with ``left < right`` (positions in ``ids``).

    ``counts`` holds the figures of each unit (NaN where unknown); ``xy`` a point inside each unit, in metres, and
    ``area_m2`` its area, where the graph has geometry. ``barred`` lists the borders
    that a barrier closes, which are no edges; ``at_crossing`` marks the edges over a barrier that a crossing keeps
    open, and declared links; ``road_share`` tells how much of each border runs along a road. ``component`` numbers the
    connected parts from 0.
    """

    ids: "pd.Index[str]"
    counts: pd.DataFrame
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    shared_perimeter_m: NDArray[np.float64]
    at_crossing: NDArray[np.bool_]
    road_share: NDArray[np.float64]
    component: NDArray[np.int64]
    barred: pd.DataFrame
    xy: NDArray[np.float64] | None = None
    area_m2: NDArray[np.float64] | None = None

    @classmethod
    def from_edges(
        cls,
        ids: Iterable[str],
        edges: Iterable[Sequence[Any]],
        *,
        counts: Mapping[str, Iterable[float]],
        shared_perimeter_m: Iterable[float] | None = None,
        xy: Any = None,
    ) -> "UnitGraph":
        """Make a graph without geometry.

        Parameters
        ----------
        ids
            Text ids of the units, unique.
        edges
            Pairs of positions in ``ids`` (numbers) or of ids (text); each pair once or in both directions.
        counts
            Figures by column, one value for each unit; NaN where unknown.
        shared_perimeter_m
            Metres of border for each edge; 1 for all when not given.
        xy
            A point for each unit, in metres.

        Raises
        ------
        PlanError
            ``graph-invalid``: ids that repeat, an edge to a unit that does not exist or to itself, lengths that differ.

        Examples
        --------
        >>> graph = UnitGraph.from_edges(["a", "b", "c"], [(0, 1), (1, 2)], counts={"households": [5, 6, 7]})
        >>> graph.neighbours("b")
        ['a', 'c']
        """
        index = pd.Index(list(ids), name="id", dtype="str")
        frame = _counts_frame(index, counts)
        checked = _checked_edges(index, list(edges), shared_perimeter_m)
        points = None if xy is None else np.asarray(xy, dtype=np.float64)
        if points is not None and points.shape != (len(index), 2):
            raise PlanError("graph-invalid", fault=f"xy {points.shape}")
        return _assemble(
            index,
            frame,
            checked,
            barred=_barred_frame(index, checked.left[:0], checked.right[:0], checked.length_m[:0]),
            xy=points,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def n_components(self) -> int:
        """How many connected parts the graph has."""
        return int(self.component.max()) + 1 if len(self.component) else 0

    def neighbours(self, unit_id: str) -> list[str]:
        """Give the ids of the units that border one unit, sorted."""
        position = self.ids.get_loc(unit_id)
        found = np.concatenate([self.right[self.left == position], self.left[self.right == position]])
        return sorted(self.ids[found])


def build_graph(
    units: gpd.GeoDataFrame,
    *,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    links: Iterable[tuple[str, str]] = (),
    barrier_tolerance_m: float = 6.0,
    crossing_reach_m: float = 40.0,
    road_tolerance_m: float = 12.0,
) -> UnitGraph:
    """Build the rook graph of units that form a coverage.

    Parameters
    ----------
    units
        Polygons that meet along shared borders, in a projected CRS with metres, indexed by unique text ids.
    barriers
        Lines (rivers, railways) that no community may cross; where the layer has a column ``rigidity``, only rows that
        say ``rigid`` or nothing count. A border is closed when more than half of it lies within ``barrier_tolerance_m``
        of a barrier.
    crossings
        Bridges and level crossings, points or lines: a closed border within ``crossing_reach_m`` of one stays open,
        and units on either end of a crossing line become neighbours even where water lies between them.
    roads
        Lines that communities' lines had better follow; a border follows a road where it lies within
        ``road_tolerance_m`` of it.
    links
        Pairs of ids declared to be neighbours although no border is shared (an island and its ferry landing).
    barrier_tolerance_m, crossing_reach_m, road_tolerance_m
        Metres.

    Returns
    -------
    UnitGraph
        Edges sorted by position; ``barred`` lists the borders that barriers close.

    Raises
    ------
    CrsError
        The CRS is missing, not in metres, or differs between the layers.
    PlanError
        ``graph-invalid``: a link names a unit that does not exist.

    Notes
    -----
    Rook contiguity: a border of positive length, found by hashing the segments of the outlines; where neighbours carry
    different vertices, the rest by intersection on a 1 mm grid. Time close to linear in the number of vertices.
    """
    require_metric_crs(units, name="units")
    for layer, name in ((barriers, "barriers"), (crossings, "crossings"), (roads, "roads")):
        if layer is not None and len(layer):
            same_crs(units, layer, names=("units", name))
    borders = shared_borders(units.geometry.array)
    closed, crossed = along_barriers(
        borders, barriers, crossings, tolerance_m=barrier_tolerance_m, reach_m=crossing_reach_m
    )
    ids = pd.Index(units.index, name="id")
    barred = _barred_frame(ids, borders.left[closed], borders.right[closed], borders.length_m[closed])
    road_lines: Geometries = (
        np.empty(0, dtype=object) if roads is None else np.asarray(roads.geometry.array, dtype=object)
    )
    along = share_along(borders.line[~closed], road_lines, tolerance_m=road_tolerance_m)
    open_edges = _Edges(
        borders.left[~closed], borders.right[~closed], borders.length_m[~closed], crossed[~closed], along
    )
    extra = [*_positions(ids, links), *linked_pairs(units.geometry.array, crossings, borders)]
    edges = _with_links(open_edges, extra)
    points = units.geometry.centroid
    figures = [column for column in units.columns if column in FIGURES or column == "workload"]
    counts = pd.DataFrame(units[figures]).astype(np.float64)
    return _assemble(
        ids,
        counts,
        edges,
        barred=barred,
        xy=np.column_stack([points.x.to_numpy(), points.y.to_numpy()]),
        area_m2=units.geometry.area.to_numpy(),
    )


class _Edges(NamedTuple):
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    length_m: NDArray[np.float64]
    crossed: NDArray[np.bool_]
    along_road: NDArray[np.float64]


def _assemble(
    ids: "pd.Index[str]",
    counts: pd.DataFrame,
    edges: _Edges,
    *,
    barred: pd.DataFrame,
    xy: NDArray[np.float64] | None,
    area_m2: NDArray[np.float64] | None = None,
) -> UnitGraph:
    order = np.lexsort((edges.right, edges.left))
    left, right = edges.left[order], edges.right[order]
    matrix = coo_array((np.ones(len(left)), (left, right)), shape=(len(ids), len(ids)))
    component = connected_components(matrix, directed=False)[1].astype(np.int64)
    return UnitGraph(
        ids=ids,
        counts=counts,
        left=left,
        right=right,
        shared_perimeter_m=edges.length_m[order],
        at_crossing=edges.crossed[order],
        road_share=edges.along_road[order],
        component=component,
        barred=barred,
        xy=xy,
        area_m2=area_m2,
    )


def _counts_frame(index: "pd.Index[str]", counts: Mapping[str, Iterable[float]]) -> pd.DataFrame:
    if not index.is_unique:
        raise PlanError("graph-invalid", fault=f"ids {sorted(set(index[index.duplicated()]))}")
    columns = {name: np.asarray(list(values), dtype=np.float64) for name, values in counts.items()}
    for name, values in columns.items():
        if len(values) != len(index):
            raise PlanError("graph-invalid", fault=f"{name}: {len(values)} != {len(index)}")
    return pd.DataFrame(columns, index=index)


def _checked_edges(
    index: "pd.Index[str]", edges: list[Sequence[Any]], shared_perimeter_m: Iterable[float] | None
) -> _Edges:
    lengths = np.ones(len(edges)) if shared_perimeter_m is None else np.asarray(list(shared_perimeter_m), dtype=float)
    if len(lengths) != len(edges):
        raise PlanError("graph-invalid", fault=f"shared_perimeter_m: {len(lengths)} != {len(edges)}")
    pairs = np.asarray(_numbered(index, edges), dtype=np.int64).reshape(-1, 2)
    faulty = (pairs < 0).any(axis=1) | (pairs >= len(index)).any(axis=1) | (pairs[:, 0] == pairs[:, 1])
    if faulty.any():
        raise PlanError("graph-invalid", fault=f"edges {[tuple(edges[at]) for at in np.flatnonzero(faulty)[:3]]}")
    pairs.sort(axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    return _Edges(
        pairs[first, 0], pairs[first, 1], lengths[first], np.zeros(len(first), dtype=bool), np.zeros(len(first))
    )


def _numbered(index: "pd.Index[str]", edges: list[Sequence[Any]]) -> Any:
    if edges and isinstance(edges[0][0], str):
        flat = index.get_indexer(pd.Index([str(end) for edge in edges for end in edge]))
        return flat.reshape(-1, 2)
    return edges


def _positions(ids: "pd.Index[str]", links: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
    pairs = list(links)
    unknown = sorted({end for pair in pairs for end in pair} - set(ids))
    if unknown:
        raise PlanError("graph-invalid", fault=f"links {unknown}")
    ends = ids.get_indexer(pd.Index([end for pair in pairs for end in pair])).tolist()
    return list(zip(ends[::2], ends[1::2], strict=True))


def _with_links(edges: _Edges, links: list[tuple[int, int]]) -> _Edges:
    present = set(zip(edges.left.tolist(), edges.right.tolist(), strict=True))
    added = sorted({(min(pair), max(pair)) for pair in links} - present)
    if not added:
        return edges
    pairs = np.asarray(added, dtype=np.int64)
    return _Edges(
        np.concatenate([edges.left, pairs[:, 0]]),
        np.concatenate([edges.right, pairs[:, 1]]),
        np.concatenate([edges.length_m, np.zeros(len(pairs))]),
        np.concatenate([edges.crossed, np.ones(len(pairs), dtype=bool)]),
        np.concatenate([edges.along_road, np.zeros(len(pairs))]),
    )


def _barred_frame(
    ids: "pd.Index[str]", left: NDArray[np.int64], right: NDArray[np.int64], length: NDArray[np.float64]
) -> pd.DataFrame:
    return pd.DataFrame({"left_id": ids[left], "right_id": ids[right], "shared_perimeter_m": length})
