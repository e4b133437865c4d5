"""Settle one level after another: what each row adds to the rows beneath it that are counted already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.double_counts import INSIDE_SHARE
from boundaries.crosswalk.ground import Places, Targets, ground_areas
from boundaries.crosswalk.levels import Level
from boundaries.crosswalk.outcome import shared_out
from boundaries.crosswalk.settling import OUTSIDE

__all__ = ["Settled", "Tally"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SLIP_SHARE = 0.1  # a smaller part of a row on another is a slip of the drawing


@dataclass(frozen=True)
class Settled:
    """A level with what each row adds, what the rows beneath it add, and which unknown figures a coarser row covers.

    ``adds`` and ``below`` are ``(rows, figures)``, NaN unknown; ``by`` names the layers beneath each row.
    """

    level: Level
    adds: Floats
    below: Floats
    by: list[tuple[str, ...]]
    covered: Mask


@dataclass
class Tally:
    """Levels settled so far, finest first."""

    figures: Sequence[str]
    rest_share: float
    crs: Any
    done: list[Settled] = field(default_factory=list)

    def settle(self, level: Level) -> None:
        """Count a coarser level: of each row what the rows beneath it leave, where that is more than a difference."""
        below, by = self._below(level)
        blind = self._cover_unknown(level)
        deficit = level.own - np.nan_to_num(below, nan=0.0)
        stays = (deficit > 0) & (blind | np.isnan(below) | (deficit > self.rest_share * level.own))
        adds = np.where(stays, deficit, 0.0)
        adds[np.isnan(level.own) & np.isnan(below)] = np.nan
        self.done.append(Settled(level, adds, below, by, np.zeros(adds.shape, dtype=bool)))

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The shapes of all rows settled so far."""
        return np.concatenate([np.empty(0, dtype=object), *(part.level.shapes for part in self.done)])

    @property
    def adds(self) -> Floats:
        """What all rows settled so far add."""
        return np.concatenate([np.empty((0, len(self.figures))), *(part.adds for part in self.done)])

    def _below(self, level: Level) -> tuple[Floats, list[tuple[str, ...]]]:
        """Sum what the rows settled so far add within each row of a coarser level, and name their layers."""
        below = np.full(level.own.shape, np.nan)
        by: list[tuple[str, ...]] = [()] * len(level.ids)
        polygons = np.flatnonzero(shapely.area(level.shapes) > 0)
        if not len(polygons) or not len(self.shapes):
            return below, by
        rows = self._shared_among(level.ids[polygons], level.shapes[polygons], name=level.layer)
        sums = rows.groupby("target")[list(self.figures)].sum(min_count=1)
        below[polygons[sums.index]] = sums.to_numpy()
        layers = np.concatenate([np.full(len(part.level.ids), part.level.layer, dtype=object) for part in self.done])
        adding = rows[(rows[list(self.figures)] > 0).any(axis=1)]
        names = pd.DataFrame({"at": polygons[adding["target"]], "layer": layers[adding["source"]]}).drop_duplicates()
        groups = names.groupby("at")["layer"].agg(tuple)
        for at, group in zip(groups.index.to_numpy(dtype=np.int64).tolist(), groups, strict=True):
            by[at] = group
        return below, by

    def _shared_among(self, ids: NDArray[np.object_], polygons: NDArray[np.object_], *, name: str) -> pd.DataFrame:
        shapes, adds = self.shapes, self.adds
        ground = Targets.of(gpd.GeoDataFrame(index=ids, geometry=polygons, crs=self.crs), name=name)
        people = Places(pd.RangeIndex(len(shapes)).astype(str), shapes, gpd.GeoDataFrame())
        counts = {figure: adds[:, at] for at, figure in enumerate(self.figures)}
        limits, whole = 1 - _SLIP_SHARE, _is_whole(adds)
        rows = shared_out(people, ground, counts, ancillary=(), order=(), limits=limits, whole=whole).rows
        return rows[rows["target"] != OUTSIDE]

    def _cover_unknown(self, level: Level) -> Mask:
        """Mark rows that know a figure of finer rows in them that do not; those add nothing to it."""
        blind = np.zeros(level.own.shape, dtype=bool)
        for part in self.done:
            at, holder, area = ground_areas(part.level.shapes, level.shapes)
            whole = shapely.area(part.level.shapes)[at]
            inside = np.divide(area, whole, out=np.ones(len(area)), where=whole > 0) >= INSIDE_SHARE
            at, holder = at[inside], holder[inside]
            hidden = np.isnan(part.adds[at]) & ~np.isnan(level.own[holder])
            pair, figure = np.nonzero(hidden)
            blind[holder[pair], figure] = True
            part.adds[at[pair], figure] = 0.0
            part.covered[at[pair], figure] = True
        return blind


def _is_whole(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return bool((known == np.floor(known)).all())
