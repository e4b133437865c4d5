"""Planning units: the indivisible pieces that a plan assigns, and today's community of each."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.errors import UnitsError
from gis.crs import require_metric_crs, same_crs
from gis.kinds import Kind
from gis.schema import check_schema

__all__ = ["assign_by_overlap", "build_units"]

_OVERLAP_M2 = 1.0
_TIE = 1e-6  # share of the unit's area


def build_units(layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Give the planning units of a set of layers: the given ``units``, checked to overlap nowhere.

    Parameters
    ----------
    layers
        Layers by kind; ``units`` must be among them: polygons in a CRS with metres.

    Returns
    -------
    GeoDataFrame
        A copy of the units; index, columns and CRS kept.

    Raises
    ------
    UnitsError
        ``units-missing``, or ``units-overlap``: two units share more than 1 m2, so that people would count twice.
    SchemaError, CrsError
        The layer does not fit its kind, or is not in metres.
    """
    if Kind.UNITS not in layers:
        raise UnitsError("units-missing", found=sorted(layers))
    units = check_schema(layers[Kind.UNITS], Kind.UNITS)
    require_metric_crs(units, name=Kind.UNITS)
    pairs = _overlapping_pairs(units)
    if pairs:
        raise UnitsError("units-overlap", count=len(pairs), pairs=[f"{one}–{two}" for one, two in pairs])
    return units.copy()


def _overlapping_pairs(units: gpd.GeoDataFrame) -> list[tuple[str, str]]:
    geometries = np.asarray(units.geometry.array, dtype=object)
    faulty = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(geometries)))
    tree = shapely.STRtree(geometries)
    one, two = tree.query(geometries[faulty], predicate="intersects")
    one = faulty[one]
    one, two = np.minimum(one, two), np.maximum(one, two)
    pairs = np.unique(np.column_stack([one, two])[one != two], axis=0)
    if not len(pairs):
        return []
    area = shapely.area(shapely.intersection(geometries[pairs[:, 0]], geometries[pairs[:, 1]]))
    return [(str(units.index[left]), str(units.index[right])) for left, right in pairs[area > _OVERLAP_M2]]


def assign_by_overlap(units: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> "pd.Series[str]":
    """Give for each unit the community on whose ground most of it lies.

    Parameters
    ----------
    units, communities
        Polygons in the same CRS with metres, indexed by unique ids.

    Returns
    -------
    Series
        Unit id -> community id, NaN where no community covers any of the unit. ``attrs["straddling"]``: ids of units
        with more than 1 m2 in a second community; ``attrs["ties"]``: ids of units shared evenly, which went to the
        first community by id; ``attrs["unassigned"]``: ids of units outside all communities.

    Raises
    ------
    CrsError
        A CRS is missing, not in metres, or differs.

    Notes
    -----
    Time n log n in units, times the communities that each touches.
    """
    require_metric_crs(units, name="units")
    same_crs(units, communities, names=("units", "communities"))
    own, other = np.asarray(units.geometry.array, dtype=object), np.asarray(communities.geometry.array, dtype=object)
    unit, community = shapely.STRtree(other).query(own, predicate="intersects")
    area = shapely.area(shapely.intersection(own[unit], other[community]))
    shares = pd.DataFrame(
        {"unit": units.index[unit], "community": communities.index[community].astype("str"), "area": area}
    )
    shares = shares[shares["area"] > 0].sort_values(["unit", "area", "community"], ascending=[True, False, True])
    best = shares.drop_duplicates("unit").set_index("unit")
    second = shares[shares["unit"].duplicated()].drop_duplicates("unit").set_index("unit")
    assigned = best["community"].reindex(units.index).rename("community_id")
    assigned.index.name = "id"
    own_area = pd.Series(shapely.area(own), index=units.index)
    margin = best["area"].reindex(second.index) - second["area"]
    assigned.attrs = {
        "straddling": sorted(second.index[second["area"] > _OVERLAP_M2]),
        "ties": sorted(second.index[margin <= _TIE * own_area.reindex(second.index)]),
        "unassigned": sorted(assigned.index[assigned.isna()]),
    }
    return assigned
