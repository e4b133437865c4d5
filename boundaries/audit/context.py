"""What every check of one audit shares: sound layers, thresholds, coverages, names, and who lives where."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.audit.people import PeopleSource, best_source, figures_of
from boundaries.audit.tolerances import Tolerances
from boundaries.audit.words import row_label
from boundaries.coverage.engine import Coverage
from boundaries.coverage.gaps import extent_ground
from boundaries.standards import Standard
from gis.i18n import Text
from gis.kinds import LAYER_KINDS, Kind

__all__ = ["AuditContext", "PolygonPair", "Touched"]

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Touched:
    """Households and residents that a finding touches, and where the figures come from."""

    households: float = nan
    resident_population: float = nan
    people_basis: str = ""

    def columns(self) -> dict[str, Any]:
        """Give the figures as the fields of a finding."""
        return {
            "households": self.households,
            "resident_population": self.resident_population,
            "people_basis": self.people_basis,
        }


@dataclass(frozen=True)
class PolygonPair:
    """Two rows of one layer that share ground, and the shares of each."""

    left: str
    right: str
    shared: BaseGeometry
    left_share: float
    right_share: float


@dataclass(frozen=True)
class AuditContext:
    """The layers as handed in, and everything derived from them, each at most once.

    ``given`` are the layers of one audit by kind. :meth:`layer` gives them with sound polygons, ordered by id.
    """

    given: Mapping[str, gpd.GeoDataFrame]
    standard: Standard
    tolerances: Tolerances
    executor: Executor | None = None

    def has(self, kind: str) -> bool:
        """Whether the layer was handed in."""
        return kind in self.given

    @cached_property
    def coverages(self) -> dict[str, Coverage]:
        """The engine of each polygon layer."""
        return {
            kind: Coverage.of(layer, name=kind, executor=self.executor)
            for kind, layer in self.given.items()
            if LAYER_KINDS[Kind(kind)].geometry == "polygon"
        }

    @cached_property
    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Each polygon layer with invalid rings mended, ordered by id."""
        return {
            kind: self.given[kind].loc[coverage.ids].set_geometry(coverage.polygons, crs=self.given[kind].crs)
            for kind, coverage in self.coverages.items()
        }

    def mended_ids(self, kind: str) -> tuple[str, ...]:
        """Name the rows whose rings were invalid."""
        coverage = self.coverages[kind]
        return tuple(coverage.ids[coverage.mended])

    @cached_property
    def extent(self) -> BaseGeometry | None:
        """The ground that must be covered, when an extent was handed in."""
        return extent_ground(self.given[Kind.EXTENT]) if self.has(Kind.EXTENT) else None

    @cached_property
    def _labels(self) -> dict[str, "pd.Series[Any]"]:
        return {
            kind: layer["name"] if "name" in layer.columns else pd.Series(None, index=layer.index, dtype=object)
            for kind, layer in self.layers.items()
        }

    def label(self, kind: str, row_id: str) -> Text:
        """Name a row for a reader."""
        return row_label(kind, row_id, self._labels[kind].loc[row_id])

    def labels(self, kind: str, row_ids: Sequence[str]) -> list[Text]:
        """Name rows for a reader; rows of the same name are told apart by their ids."""
        names = [self.label(kind, row_id) for row_id in row_ids]
        return [
            Text(f"{name.zh}({row_id})", f"{name.en} ({row_id})") if names.count(name) > 1 else name
            for name, row_id in zip(names, row_ids, strict=True)
        ]

    def pairs(self, kind: str) -> list[PolygonPair]:
        """Give the rows of a layer that share more ground than the threshold, with the shares of each."""
        coverage = self.coverages[kind]
        pairs = coverage.pairs
        areas = shapely.area(coverage.polygons)
        large = np.flatnonzero(pairs.area_m2 > self.tolerances.min_area_m2)
        return [
            PolygonPair(
                coverage.ids[pairs.left[at]],
                coverage.ids[pairs.right[at]],
                pairs.shared[at],
                float(pairs.area_m2[at] / areas[pairs.left[at]]),
                float(pairs.area_m2[at] / areas[pairs.right[at]]),
            )
            for at in large
        ]

    def is_nested(self, pair: PolygonPair) -> bool:
        """Whether one of a pair lies in the other, or both are the same."""
        return max(pair.left_share, pair.right_share) >= self.tolerances.duplicate_share

    @cached_property
    def people(self) -> PeopleSource | None:
        """The best source of people: each person in it once."""
        kinds = [kind for kind in (Kind.BUILDINGS, Kind.COMPOUNDS) if self.has(kind)]
        twice = {str(kind): self.counted_in_another(kind, self.layers[kind].index) for kind in kinds}
        return best_source(self.layers, twice=twice)

    def counted_in_another(self, kind: str, row_ids: Collection[str]) -> frozenset[str]:
        """Name those of the rows that lie in another of them, which counts their people already."""
        among = set(row_ids)
        pairs = (pair for pair in self.nested_pairs(kind) if {pair.left, pair.right} <= among)
        return frozenset(map(self.inner, pairs))

    def nested_pairs(self, kind: str) -> list[PolygonPair]:
        """Give the duplicates and containments of a layer in which both rows carry people."""
        layer = self.layers[kind]
        carries = pd.Series((figures_of(layer) > 0).any(axis=1), index=layer.index)
        return [
            pair for pair in self.pairs(kind) if self.is_nested(pair) and carries[pair.left] and carries[pair.right]
        ]

    def inner(self, pair: PolygonPair) -> str:
        """Name the one of a pair that lies in the other; of two that are the same, the later."""
        return pair.left if pair.left_share > pair.right_share else pair.right

    def touched(self, grounds: Geometries, *, kind: str, owners: Sequence[Sequence[str]] = ()) -> list[Touched]:
        """Count the people on each piece of ground; without a source, from the owners' own figures by area.

        ``owners`` are the rows of ``kind`` that hold each ground; where several claim it, their figures are averaged,
        so that people are counted once.
        """
        if not len(grounds):
            return []
        if self.people is not None:
            return [Touched(float(pair[0]), float(pair[1]), self.people.basis) for pair in self.people.touched(grounds)]
        if not owners or np.isnan(self._figures[kind]).all():
            return [Touched()] * len(grounds)
        return self._by_area(grounds, kind, owners)

    @cached_property
    def _figures(self) -> dict[str, NDArray[np.float64]]:
        return {kind: figures_of(layer) for kind, layer in self.layers.items()}

    def _by_area(self, grounds: Geometries, kind: str, owners: Sequence[Sequence[str]]) -> list[Touched]:
        """Take the share of each owner's figures that the ground is of its area, and the mean over owners."""
        at = np.repeat(np.arange(len(grounds)), [len(ids) for ids in owners])
        row = self.coverages[kind].ids.get_indexer(pd.Index([row_id for ids in owners for row_id in ids]))
        shares = shapely.area(grounds)[at] / shapely.area(self.coverages[kind].polygons)[row]
        means = [_means_of_known(at, shares * self._figures[kind][row, column], len(grounds)) for column in (0, 1)]
        return [
            Touched() if np.isnan(pair).all() else Touched(float(pair[0]), float(pair[1]), "area_weighted")
            for pair in np.column_stack(means)
        ]

    def own_people(self, kind: str, row_ids: Sequence[str]) -> list[Touched]:
        """Count the people of whole rows: their own figures where they carry any, else from the best source."""
        rows = self.layers[kind].loc[list(row_ids)]
        figures = figures_of(rows)
        own = np.asarray(~np.isnan(figures).all(axis=1))
        others = iter(self.touched(rows.geometry.to_numpy()[~own], kind=kind))
        return [
            Touched(float(pair[0]), float(pair[1]), "own_figure") if has_own else next(others)
            for pair, has_own in zip(figures, own, strict=True)
        ]


def _means_of_known(at: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    number = np.bincount(at[known], minlength=count)
    sums = np.bincount(at[known], weights=values[known], minlength=count).astype(np.float64)
    return np.where(number > 0, sums / np.maximum(number, 1), np.nan)
