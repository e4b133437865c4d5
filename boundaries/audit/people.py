"""How many people a piece of ground touches, counted once, from the best source at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.geometry import shared_ground
from gis.kinds import Kind

__all__ = ["PEOPLE_COLUMNS", "PeopleSource", "best_source", "figures_of"]

PEOPLE_COLUMNS = ("households", "resident_population")
_IN_ORDER = (Kind.UNITS, Kind.BUILDINGS, Kind.COMPOUNDS)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PeopleSource:
    """Small polygons with figures; ``figures`` has a column for households and one for residents, NaN unknown."""

    basis: str
    polygons: NDArray[np.object_]
    figures: Floats

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.polygons)

    def touched(self, grounds: NDArray[np.object_]) -> Floats:
        """Give households and residents on each piece of ground, ``(n, 2)``.

        A polygon of the source that lies only partly on the ground counts by the share of its area. Polygons without a
        figure count as nothing beside others, and make the answer NaN when no other is touched.
        """
        at, source = self._tree.query(grounds, predicate="intersects")
        shared = shapely.area(shared_ground(grounds[at], self.polygons[source]))
        real = shared > 0
        at, source = at[real], source[real]
        weight = np.minimum(shared[real] / shapely.area(self.polygons[source]), 1.0)
        return np.column_stack([_sums(at, weight * self.figures[source, column], len(grounds)) for column in (0, 1)])


def best_source(layers: Mapping[str, gpd.GeoDataFrame], *, twice: Mapping[str, frozenset[str]]) -> PeopleSource | None:
    """Choose units, else buildings, else compounds: the first that carries any figure.

    ``twice`` names rows by kind whose people other rows of that kind count already; they are left out.
    """
    for kind in _IN_ORDER:
        layer = layers.get(kind)
        if layer is None:
            continue
        layer = layer[~layer.index.isin(list(twice.get(kind, frozenset())))]
        figures = figures_of(layer)
        if not np.isnan(figures).all():
            return PeopleSource(str(kind), layer.geometry.to_numpy(), figures)
    return None


def figures_of(layer: gpd.GeoDataFrame) -> Floats:
    """Give households and residents of each row, ``(n, 2)``; NaN where the layer has no such column."""
    unknown = pd.Series(np.nan, index=layer.index)
    columns = [layer[name] if name in layer.columns else unknown for name in PEOPLE_COLUMNS]
    return np.column_stack([pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan) for column in columns])


def _sums(at: NDArray[np.int64], values: Floats, count: int) -> Floats:
    known = ~np.isnan(values)
    sums = np.bincount(at[known], weights=values[known], minlength=count).astype(np.float64)
    only_unknown = (np.bincount(at, minlength=count) > 0) & (np.bincount(at[known], minlength=count) == 0)
    sums[only_unknown] = np.nan
    return sums
