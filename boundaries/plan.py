"""A plan: which unit belongs to which community, under a name in words, with all that tells how it came about."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.errors import PlanError
from gis.i18n import Text
from gis.kinds import FIGURES

__all__ = ["Plan", "dissolve", "fresh_ids", "reading_order"]

_SAME_AREA = 1e-6
_MAY_BE_INCOMPLETE = ("current", "draft")


@dataclass(frozen=True, eq=False)
class Plan:
    """A division of units into communities.

    ``assignment`` maps unit id to community id, both text, index named ``id``. ``provenance`` holds only what JSON can
    hold: settings, seed, version, steps, bounds and where they came from, units without a figure.
    """

    assignment: "pd.Series[str]"
    name: Text
    provenance: Mapping[str, Any]

    @property
    def n_communities(self) -> int:
        """How many communities the plan has."""
        return int(self.assignment.nunique())

    def communities(self, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Give the communities as a layer: dissolved, figures summed, provisional names in reading order.

        Parameters
        ----------
        units
            The layer the plan assigns: polygons of a coverage, indexed by id.

        Returns
        -------
        GeoDataFrame
            Index ``id`` (community ids), ``name``, the figures that the units carry (unknown counts as nothing; NaN
            where all are unknown), ``unit_count``, ``units_without_figure``, ``geometry``; CRS of ``units``; in reading
            order, row by row from the north, each from west to east.

        Raises
        ------
        PlanError
            ``units-unassigned`` or ``units-unknown``: the plan is not one of these units.
        """
        return dissolve(*self.assigned(units))

    def assigned(self, units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, "pd.Series[str]"]:
        """Give the units that have a community, and their communities: all of them, save in plans not complete yet.

        Today's division and a plan that is still being drawn may leave units without a community.

        Raises
        ------
        PlanError
            ``units-unknown`` or ``units-unassigned``: the plan is not one of these units.
        """
        if self.provenance.get("source") not in _MAY_BE_INCOMPLETE:
            return units, checked_labels(units, self.assignment)
        labels = checked_units(units.index, self.assignment).dropna()
        return (units if len(labels) == len(units) else units.loc[labels.index]), labels

    def to_dict(self) -> dict[str, Any]:
        """Give the plan as JSON can hold it."""
        return {
            "name": {"zh": self.name.zh, "en": self.name.en},
            "assignment": {str(unit): str(community) for unit, community in self.assignment.items()},
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Plan":
        """Make the plan that :meth:`to_dict` wrote."""
        assignment = document["assignment"]
        series = pd.Series(
            list(assignment.values()), index=pd.Index(list(assignment), name="id", dtype="str"), dtype="str"
        )
        name = Text(document["name"]["zh"], document["name"]["en"])
        return cls(series.rename("community_id"), name, dict(document["provenance"]))

    @classmethod
    def of_today(cls, current: "pd.Series[str]") -> "Plan":
        """Give today's division as a plan, so that it can be scored beside the alternatives.

        Examples
        --------
        >>> Plan.of_today(pd.Series({"u1": "a", "u2": "b"})).name.en
        'as today'
        """
        series = pd.Series(current.to_numpy(), index=pd.Index(current.index, name="id"), name="community_id")
        return cls(series, Text("现状", "as today"), {"source": "current"})


def fresh_ids(taken: Collection[str]) -> Iterator[str]:
    """Give ids for new communities, one after another: ``c01``, ``c02`` ..., those in use left out."""
    return (name for name in (f"c{number:02d}" for number in itertools.count(1)) if name not in taken)


def dissolve(units: gpd.GeoDataFrame, assignment: "pd.Series[str]") -> gpd.GeoDataFrame:
    """Join the units of each community; see :meth:`Plan.communities`."""
    labels = checked_labels(units, assignment)
    figures = [column for column in units.columns if column in FIGURES]
    grouped = units.groupby(labels.to_numpy(), sort=True)
    table = grouped[figures].sum(min_count=1) if figures else pd.DataFrame(index=sorted(labels.unique()))
    table["unit_count"] = grouped.size()
    table["units_without_figure"] = units[figures].isna().any(axis=1).groupby(labels.to_numpy()).sum() if figures else 0
    geometries = np.asarray(units.geometry.array, dtype=object)
    members = {key: geometries[positions] for key, positions in grouped.indices.items()}
    shapes = [_joined(members[key]) for key in table.index]
    layer = gpd.GeoDataFrame(table, geometry=shapes, crs=units.crs)
    layer.index = pd.Index(layer.index.astype("str"), name="id")
    centres = shapely.centroid(np.asarray(shapes, dtype=object))
    order = reading_order(np.column_stack([shapely.get_x(centres), shapely.get_y(centres)]))
    layer = layer.iloc[order].copy()
    layer.insert(0, "name", [f"社区{number}" for number in range(1, len(layer) + 1)])
    return layer


def checked_labels(units: pd.DataFrame, assignment: "pd.Series[str]") -> "pd.Series[str]":
    """Give the community of each unit in the units' order, and refuse an assignment of other units.

    Raises
    ------
    PlanError
        ``units-unknown`` or ``units-unassigned``.
    """
    labels = checked_units(units.index, assignment)
    if labels.isna().any():
        missing = list(labels.index[labels.isna()])
        raise PlanError("units-unassigned", count=len(missing), ids=missing)
    return labels


def checked_units(units: "pd.Index[str]", assignment: "pd.Series[str]") -> "pd.Series[str]":
    """Give the community of each unit in the units' order, missing where the assignment says that it has none.

    Raises
    ------
    PlanError
        ``units-unknown`` or ``units-unassigned``: the assignment is not one of these units.
    """
    unknown, missing = assignment.index.difference(units), units.difference(assignment.index)
    if len(unknown):
        raise PlanError("units-unknown", count=len(unknown), ids=list(unknown))
    if len(missing):
        raise PlanError("units-unassigned", count=len(missing), ids=list(missing))
    return assignment.reindex(units)


def reading_order(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order points as one reads: bands from north to south, each from west to east.

    The bands are as many as a square arrangement of so many points has rows.

    Examples
    --------
    >>> reading_order(np.array([[5.0, 9.0], [0.0, 0.0], [1.0, 9.5], [6.0, 1.0]])).tolist()
    [2, 0, 1, 3]
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    width, height = max(east - west, 1e-9), max(north - south, 1e-9)
    bands = max(1, round(float(np.sqrt(len(points) * height / width))))
    band = np.minimum(((north - points[:, 1]) / height * bands).astype(np.int64), bands - 1)
    return np.lexsort((-points[:, 1], points[:, 0], band))


def _joined(polygons: NDArray[np.object_]) -> Any:
    joined = shapely.coverage_union_all(polygons)
    area = shapely.area(polygons).sum()
    if abs(joined.area - area) > _SAME_AREA * area or not joined.is_valid:
        return shapely.union_all(polygons)  # the units overlap or lack shared vertices: the slow way is exact there
    return joined
