"""From shared-out amounts to what the caller gets: figures on targets, the crosswalk by ids, and the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.amounts import (
    AREA_WEIGHTED,
    COUNTED,
    DASYMETRIC,
    basis_by_target,
    share_rows,
    with_amounts,
)
from boundaries.crosswalk.ancillary import Ancillary, spread_over
from boundaries.crosswalk.double_counts import find_double_counts
from boundaries.crosswalk.ground import Places, Targets, share_ground
from boundaries.crosswalk.report import PlacementReport
from boundaries.crosswalk.settling import OUTSIDE, settle

__all__ = ["Outcome", "shared_out"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """All that is known once amounts are shared out, by positions in the order of ids.

    ``counts`` are the figures of the sources as read; ``why_not`` says why a source could not be spread.
    """

    people: Places
    ground: Targets
    rows: pd.DataFrame
    counts: dict[str, Floats]
    contested: Mask
    why_not: dict[int, str]
    whole: bool

    @property
    def figures(self) -> list[str]:
        """The columns that were placed."""
        return list(self.counts)

    @property
    def inside(self) -> pd.DataFrame:
        """The rows that reach a target."""
        return self.rows[self.rows["target"] != OUTSIDE]

    @property
    def lost(self) -> pd.DataFrame:
        """The rows that reach none."""
        return self.rows[self.rows["target"] == OUTSIDE]

    def on_targets(self, targets: gpd.GeoDataFrame, *, empty: float) -> gpd.GeoDataFrame:
        """Give a copy of the targets with figures and basis; ``empty`` is for those that no source touches."""
        count = len(self.ground.ids)
        touched = np.isin(np.arange(count), self.inside["target"])
        sums = self.inside.groupby("target")[self.figures].sum(min_count=1).reindex(range(count)).astype(np.float64)
        sums.loc[~touched] = empty
        sums["figures_basis"] = basis_by_target(self.rows, self.figures, count=count)
        sums.index = self.ground.ids
        placed = targets.copy()
        for column in sums.columns:
            placed[column] = sums[column].reindex(targets.index)
        return placed

    def crosswalk(self) -> pd.DataFrame:
        """Give the pairs by their ids."""
        table = self._named(self.inside)
        table.insert(1, "target_id", self.ground.ids[self.inside["target"].to_numpy(dtype=np.int64)])
        return table

    def report(self) -> PlacementReport:
        """Give totals and doubts."""
        unknown = {figure: np.asarray(np.isnan(count)) for figure, count in self.counts.items()}
        return PlacementReport(
            totals=self._totals(unknown),
            outside=self._named(self.lost)[["source_id", "share", "area_m2", *self.figures]],
            unknown=self._marked(unknown),
            rounded=self._marked({figure: self._is_fraction(count) for figure, count in self.counts.items()}),
            estimated=self._estimated(),
            contested_source_ids=tuple(self.people.ids[self.contested]),
            incomplete_target_ids=self._incomplete(unknown),
            empty_target_ids=tuple(self.ground.ids.difference(self.ground.ids[self.inside["target"].unique()])),
            double_counts=find_double_counts({"sources": self.people.layer}, figures=self.figures),
        )

    def _named(self, rows: pd.DataFrame) -> pd.DataFrame:
        named = rows.drop(columns=["source", "target"]).reset_index(drop=True)
        named.insert(0, "source_id", self.people.ids[rows["source"].to_numpy(dtype=np.int64)])
        return named

    def _totals(self, unknown: dict[str, Mask]) -> pd.DataFrame:
        by_basis = self.inside.groupby("basis")[self.figures].sum()
        table = pd.DataFrame(index=pd.Index(self.figures, name="figure"))
        table["given"] = [float(np.nansum(count)) for count in self.counts.values()]
        table["placed"] = self.inside[self.figures].sum()
        table["outside"] = self.lost[self.figures].sum()
        for basis in (COUNTED, DASYMETRIC, AREA_WEIGHTED):
            table[basis] = by_basis.loc[basis] if basis in by_basis.index else 0.0
        blind = [bool(len(mask) and mask.all()) for mask in unknown.values()]
        table.loc[blind] = np.nan
        table["unknown_sources"] = [int(mask.sum()) for mask in unknown.values()]
        return table

    def _is_fraction(self, count: Floats) -> Mask:
        return np.asarray(self.whole & ~np.isnan(count) & (count != np.floor(count)))

    def _incomplete(self, unknown: dict[str, Mask]) -> tuple[str, ...]:
        blind = np.flatnonzero(np.logical_or.reduce(list(unknown.values())))
        touching = self.inside["source"].isin(blind) & (self.inside["share"] > 0)
        return tuple(self.ground.ids[np.unique(self.inside.loc[touching, "target"])])

    def _marked(self, masks: dict[str, Mask]) -> pd.DataFrame:
        pairs = [(figure, source) for figure, mask in masks.items() for source in self.people.ids[mask]]
        return pd.DataFrame(pairs, columns=["figure", "source_id"])

    def _estimated(self) -> pd.DataFrame:
        placed = self.inside.loc[self.inside["basis"] == AREA_WEIGHTED, "source"].unique().tolist()
        pairs = [(self.people.ids[source], self.why_not[source]) for source in placed]
        return pd.DataFrame(pairs, columns=["source_id", "reason"])


def shared_out(
    people: Places,
    ground: Targets,
    counts: dict[str, Floats],
    *,
    ancillary: Sequence[Ancillary],
    order: Sequence[str],
    limits: float | Floats,
    whole: bool,
) -> Outcome:
    """Share the counts out among the targets: whole sources first, then over ancillary features, then by area."""
    shares = share_ground(people.shapes, ground)
    settled = settle(shares, points=shapely.get_type_id(people.shapes) == 0, counted_share=limits)
    divided = np.flatnonzero(~settled.counted)
    spread = spread_over(people, divided, ground, ancillary=ancillary, order=order)
    rows = with_amounts(share_rows(settled, spread, areas_m2=people.areas_m2), counts, whole=whole)
    return Outcome(people, ground, rows, counts, shares.contested, spread.why_not, whole)
