"""What stays the same while a plan is drawn: units, who borders whom, figures, and what had better stay whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.audit.tolerances import Tolerances
from boundaries.errors import DraftError, PlanError
from boundaries.graph import UnitGraph
from boundaries.standards import Standard
from gis.geometry import shared_ground
from gis.i18n import listed
from gis.kinds import Kind

__all__ = ["DraftGround", "Groups", "Rows", "build_ground"]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


class Rows(NamedTuple):
    """A graph in compressed rows: the neighbours of unit ``i`` are ``adjacent[indptr[i]:indptr[i + 1]]``."""

    indptr: Ints
    adjacent: Ints
    length_m: Floats


@dataclass(frozen=True, eq=False)
class Groups:
    """Villages or compounds, and how much of each lies in each unit.

    Entries ``start[g]:start[g + 1]`` of ``unit`` and ``weight`` are those of group ``g``. A community holds part of a
    group when the weight of its units is more than ``above`` and at least ``share[g]``.
    """

    kind: Kind
    ids: tuple[str, ...]
    start: Ints
    unit: Ints
    weight: Floats
    share: Floats
    above: float
    of_unit: tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class DraftGround:
    """Units as a plan is drawn on them. ``contact`` are borders of any kind, ``ways`` those that no barrier closes."""

    ids: "pd.Index[str]"
    contact: Rows
    ways: Rows | None
    figures: Mapping[str, Floats]
    without_figure: NDArray[np.bool_]
    area_m2: Floats
    outline_m: Floats
    groups: tuple[Groups, ...]
    standard: Standard
    balance: str
    names: Mapping[str, str]

    def positions(self, units: "pd.Index[str]") -> Ints:
        """Give the positions of units.

        Raises
        ------
        DraftError
            ``stroke-units-unknown``.
        """
        at = self.ids.get_indexer(units)
        if (at < 0).any():
            unknown = [str(unit) for unit in units[at < 0]]
            raise DraftError("stroke-units-unknown", count=len(unknown), ids=listed(unknown))
        return at.astype(np.int64)


def build_ground(
    units: gpd.GeoDataFrame,
    graph: UnitGraph,
    *,
    standard: Standard,
    ways: UnitGraph | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    balance: str = "households",
    names: Mapping[str, str] | None = None,
) -> DraftGround:
    """Make the ground of a set of units, once for any number of plans and strokes.

    Parameters
    ----------
    units
        Polygons of a coverage in a CRS with metres, indexed by text ids.
    graph
        The graph of these units without barriers; contiguity and cut edges are counted on it, as ``score_plan`` does.
    standard
        The profile whose bounds count.
    ways
        The graph with barriers: a community whose parts are joined only across a barrier is told as such.
    layers
        Layers by kind: urban villages and compounds, where the units do not name theirs.
    balance
        The figure that communities are balanced by.
    names
        Community id -> name, for sentences.

    Raises
    ------
    PlanError
        ``graph-invalid``: a graph of other units.

    Notes
    -----
    Time linear in units and borders, and an overlay of villages and compounds that the units do not name.
    """
    for one in (graph, ways):
        if one is not None and not one.ids.equals(pd.Index(units.index, name="id")):
            raise PlanError("graph-invalid", fault=f"{len(one)} units, not these {len(units)}")
    shapes = np.asarray(units.geometry.array, dtype=object)
    counts = graph.counts.drop(columns="workload", errors="ignore")
    known = [_groups(units, shapes, kind, layers or {}) for kind in (Kind.URBAN_VILLAGES, Kind.COMPOUNDS)]
    return DraftGround(
        ids=pd.Index(units.index, name="id"),
        contact=_rows(graph),
        ways=None if ways is None else _rows(ways),
        figures={str(name): counts[name].to_numpy(dtype=np.float64) for name in counts.columns},
        without_figure=counts.isna().any(axis=1).to_numpy(),
        area_m2=shapely.area(shapes),
        outline_m=shapely.length(shapes),
        groups=tuple(groups for groups in known if groups is not None),
        standard=standard,
        balance=balance,
        names=dict(names or {}),
    )


def _rows(graph: UnitGraph) -> Rows:
    ends = np.concatenate([graph.left, graph.right])
    order = np.argsort(ends, kind="stable")
    indptr = np.zeros(len(graph) + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=len(graph)), out=indptr[1:])
    others = np.concatenate([graph.right, graph.left])
    return Rows(indptr, others[order], np.concatenate([graph.shared_perimeter_m] * 2)[order])


_COLUMNS = {Kind.URBAN_VILLAGES: "urban_village_id", Kind.COMPOUNDS: "compound_id"}
_SHARES = {Kind.URBAN_VILLAGES: "village_share", Kind.COMPOUNDS: "compound_share"}


def _groups(units: gpd.GeoDataFrame, shapes: Any, kind: Kind, layers: Mapping[str, gpd.GeoDataFrame]) -> Groups | None:
    """Group by the units' own column where there is one, else by the ground of the layer; as ``METRICS`` do."""
    column = _COLUMNS[kind]
    if column in units.columns:
        codes, ids = pd.factorize(units[column], sort=True)
        unit = np.flatnonzero(codes >= 0)
        group, weight = codes[unit].astype(np.int64), np.ones(len(unit))
        share, above = np.zeros(len(ids)), 0.0
    elif kind in layers:
        layer = layers[kind]
        grounds = np.asarray(layer.geometry.array, dtype=object)
        group, unit = shapely.STRtree(shapes).query(grounds, predicate="intersects")
        weight = shapely.area(shared_ground(grounds[group], shapes[unit]))
        ids = layer.index
        share, above = getattr(Tolerances(), _SHARES[kind]) * shapely.area(grounds), Tolerances().min_area_m2
    else:
        return None
    order = np.lexsort((unit, group))
    group, unit, weight = group[order], unit[order].astype(np.int64), weight[order]
    start = np.searchsorted(group, np.arange(len(ids) + 1))
    by_unit = np.argsort(unit, kind="stable")
    first = np.searchsorted(unit[by_unit], np.arange(len(units) + 1))
    return Groups(
        kind, tuple(map(str, ids)), start, unit, weight, share, float(above), (first, group[by_unit].astype(np.int64))
    )
