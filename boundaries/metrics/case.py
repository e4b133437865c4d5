"""What a metric looks at: one plan on its units, with today's division and the layers around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd

from boundaries.graph import UnitGraph
from boundaries.standards import Standard
from gis.i18n import Text

__all__ = ["Case", "Metric", "summed_by_community"]


@dataclass(frozen=True, eq=False)
class Case:
    """One plan to be measured. ``labels`` is in the units' order; ``communities`` is sorted as the plan draws them."""

    labels: "pd.Series[str]"
    units: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    graph: UnitGraph
    balance: str
    standard: Standard
    current: "pd.Series[str] | None"
    layers: Mapping[str, gpd.GeoDataFrame]

    def total_by_community(self, column: str) -> "pd.Series[float]":
        """Sum a figure of the units by community; unknown counts as nothing, but NaN where every one is unknown."""
        return summed_by_community(self, self.units[column])


@dataclass(frozen=True)
class Metric:
    """One measure. ``scope`` tells whether ``compute`` gives one number or one for each community.

    ``compute`` gives None where the case lacks what the measure needs; the measure is then left out, never zero.
    A changed formula takes a new ``version``, so that stored scores tell which one made them.
    """

    key: str
    scope: Literal["community", "total"]
    unit: str
    better: Literal["low", "high", "neither"]
    version: int
    label: Text
    source: str
    compute: Callable[[Case], "float | pd.Series[float] | None"]


def summed_by_community(case: Case, values: "pd.Series[float]") -> "pd.Series[float]":
    """Sum values of the units by community, in the communities' order; NaN where every one is unknown."""
    sums: pd.Series[float] = values.groupby(case.labels.to_numpy()).sum(min_count=1)
    return sums.reindex(case.communities.index).astype(float)
