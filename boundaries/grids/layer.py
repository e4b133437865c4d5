"""Grids as a layer: drawn, named, coded, with their figures and the workers that they need."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import PlanError
from boundaries.grids.propose import grid_standard
from boundaries.plan import Plan, checked_labels, dissolve
from boundaries.standards import Standard

__all__ = ["build_grids"]


def build_grids(
    plan: Plan,
    grids: Plan,
    units: gpd.GeoDataFrame,
    *,
    standard: Standard | str | None = None,
    codes: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """Give the grids of a plan as a layer of kind ``grids``.

    Parameters
    ----------
    plan, grids
        A plan of the units, and its grids as :func:`boundaries.propose_grids` gives them.
    units
        The layer that both assign: polygons of a coverage, indexed by id.
    standard
        The grid profile or its key; default ``grid_basic``.
    codes
        Community id -> 12-digit division code, where it is known.

    Returns
    -------
    GeoDataFrame
        Index ``id`` (grid ids); ``name``, ``code`` (15 digits: the community's code and the order; provisional, None
        where the community has no code), ``community_id``, ``community_code``, the figures of the units, ``grid_type``,
        ``grid_workers`` (as many as the profile asks for in each grid), ``unit_count``, ``geometry``; CRS of ``units``.
        Sorted by id.

    Raises
    ------
    PlanError
        ``grids-not-nested``: a grid reaches into two communities; ``units-unassigned`` or ``units-unknown``.
    StandardError
        ``standard-not-grid``.
    """
    profile = grid_standard(standard)
    home = _communities_of(plan, grids, units)
    names = dissolve(units, plan.assignment)["name"]
    layer = dissolve(units, grids.assignment).drop(columns="units_without_figure").sort_index()
    order = _orders(layer.index, home)
    community = home[layer.index]
    known = community.map(dict(codes or {}))
    layer["name"] = [f"{names[own]}第{number}网格" for own, number in zip(community, order, strict=True)]
    layer.insert(1, "code", _codes(known, order))
    layer.insert(2, "community_id", community.to_numpy())
    layer.insert(3, "community_code", known.astype(object).where(known.notna(), None).to_numpy())
    layer.insert(4, "grid_type", profile.label.zh)
    workers = profile.grid_workers_minimum
    layer.insert(5, "grid_workers", np.nan if workers is None else workers)
    return layer


def _communities_of(plan: Plan, grids: Plan, units: gpd.GeoDataFrame) -> "pd.Series[str]":
    """Give the community of each grid."""
    community = checked_labels(units, plan.assignment)
    grid = checked_labels(units, grids.assignment)
    spread = community.groupby(grid.to_numpy()).nunique()
    torn = list(spread.index[spread > 1])
    if torn:
        raise PlanError("grids-not-nested", ids=torn)
    return community.groupby(grid.to_numpy()).first()


def _orders(ids: "pd.Index[str]", home: "pd.Series[str]") -> list[int]:
    """Read the order within the community off the ids, which :func:`propose_grids` numbered."""
    return [int(str(grid).removeprefix(f"{home[grid]}-")) for grid in ids]


def _codes(community_codes: "pd.Series[str]", order: list[int]) -> list[str | None]:
    known = community_codes.notna().tolist()
    return [
        f"{code}{number:03d}" if has_code else None
        for code, number, has_code in zip(community_codes, order, known, strict=True)
    ]
