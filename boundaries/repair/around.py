"""What surrounds a layer in repair: the extent, the rules, exceptions, and the other layers."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from boundaries.repair.rules import RepairRules
from gis.kinds import Kind

COVERAGES = (Kind.COMMUNITIES, Kind.GRIDS, Kind.UNITS)

__all__ = ["COVERAGES", "Around"]


@dataclass(frozen=True)
class Around:
    """All that :func:`boundaries.repair_layer` is given beside the layer, checked."""

    kind: str
    extent: BaseGeometry | None
    extent_layer: gpd.GeoDataFrame | None
    rules: RepairRules
    accept: Mapping[str, str]
    layers: Mapping[str, gpd.GeoDataFrame]
    parents: gpd.GeoDataFrame | None
    executor: Executor | None

    @property
    def has_gaps(self) -> bool:
        """Whether the layer ought to cover its ground, so that uncovered ground is a fault."""
        return self.kind in COVERAGES
