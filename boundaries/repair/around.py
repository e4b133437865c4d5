"""What surrounds a layer in repair: the extent, the rules, exceptions, and the other layers."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from boundaries.repair.rules import RepairRules

__all__ = ["Around"]


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
