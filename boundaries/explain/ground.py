"""What an explanation looks at: a plan on the graph of its units, today's division, the bounds, and names for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from boundaries.graph import UnitGraph
from boundaries.matching import match_communities
from gis.i18n import Text

__all__ = ["Planned"]


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan beside today: ``labels`` and ``current`` in the graph's order, names of communities by id."""

    graph: UnitGraph
    labels: "pd.Series[str]"
    current: "pd.Series[str] | None"
    keep_whole: "pd.Series[str] | None"
    balance: str
    figure: Text
    minimum: float
    maximum: float
    names: Mapping[str, str]
    planned_names: Mapping[str, str]

    @cached_property
    def load(self) -> "pd.Series[float]":
        """The balanced figure of each unit; unknown counts as nothing."""
        return self.graph.counts[self.balance].fillna(0.0)

    @cached_property
    def loads(self) -> "pd.Series[float]":
        """The balanced figure of each planned community."""
        return self.load.groupby(self.labels.to_numpy()).sum()

    @cached_property
    def continues(self) -> dict[str, str]:
        """Today's community -> the planned one that it goes on in."""
        return {} if self.current is None else match_communities(self.current.dropna(), self.labels, self.load)

    @cached_property
    def predecessor(self) -> dict[str, str]:
        """The planned community -> today's that goes on in it; new communities are left out."""
        return {planned: today for today, planned in self.continues.items()}

    def name_today(self, community: str) -> str:
        """Name a community of today."""
        return self.names.get(community, community)

    def name_planned(self, community: str) -> Text:
        """Name a planned community: by its name, else its id, and by what it was or that it is new."""
        name = self.planned_names.get(community, community)
        if self.current is None:
            return Text(name, name)
        if community not in self.predecessor:
            return Text(f"{name}（新设）", f"{name} (new)")
        before = self.name_today(self.predecessor[community])
        if before == name:
            return Text(name, name)
        return Text(f"{name}（原{before}）", f"{name} (was {before})")

    def parts(self, labels: "pd.Series[str]", community: str) -> int:
        """Count the connected parts of one community under a labelling."""
        inside = (labels == community).to_numpy()
        kept = inside[self.graph.left] & inside[self.graph.right]
        ends = (self.graph.left[kept], self.graph.right[kept])
        matrix = coo_array((np.ones(int(kept.sum())), ends), shape=(len(inside),) * 2)
        part = connected_components(matrix, directed=False)[1]
        return len(np.unique(part[inside]))

    def line_m(self, labels: "pd.Series[str]") -> float:
        """Measure the line between communities under a labelling."""
        names = labels.to_numpy()
        cut = names[self.graph.left] != names[self.graph.right]
        return float(self.graph.shared_perimeter_m[cut].sum())

    def split_groups(self, labels: "pd.Series[str]") -> set[str]:
        """Name the groups that a labelling splits."""
        if self.keep_whole is None:
            return set()
        held = self.keep_whole.dropna()
        spread = labels[held.index].groupby(held.to_numpy()).nunique()
        return set(spread.index[spread > 1])
