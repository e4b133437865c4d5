"""The transfers of a plan: which units go from a community of today to another one, and what each transfer buys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.explain.ground import Planned
from gis.i18n import Text, listed

__all__ = ["Transfer", "find_transfers"]

_SHORTER_M = 1.0


@dataclass(frozen=True)
class Transfer:
    """Units that leave a community of today for a planned one in which it does not go on.

    ``load`` counts in ``figure``; ``households`` and ``residents`` are None where the units do not tell. ``bought``
    says what would be worse if these units stayed; it is empty when nothing that is measured would.
    """

    source: str
    target: str
    source_name: str
    target_name: Text
    units: tuple[str, ...]
    load: float
    figure: Text
    households: float | None
    residents: float | None
    bought: tuple[Text, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the transfer as JSON can hold it."""
        return {
            "source": self.source,
            "target": self.target,
            "source_name": self.source_name,
            "target_name": {"zh": self.target_name.zh, "en": self.target_name.en},
            "units": list(self.units),
            "households": self.households,
            "resident_population": self.residents,
            "bought": [{"zh": text.zh, "en": text.en} for text in self.bought],
        }


def find_transfers(planned: Planned) -> list[Transfer]:
    """List the transfers, the largest first. Cost: linear in borders for each transfer."""
    if planned.current is None:
        return []
    current = planned.current.dropna()
    expected = current.map(planned.continues)
    moved = current[(expected.isna() | (expected != planned.labels[current.index])).to_numpy()]
    table = pd.DataFrame({"source": moved, "target": planned.labels[moved.index]})
    transfers = [
        _transfer(planned, str(source), str(target), members.index)
        for (source, target), members in table.groupby(["source", "target"], sort=True)
    ]
    return sorted(transfers, key=lambda transfer: (-transfer.load, transfer.source, transfer.target))


def _transfer(planned: Planned, source: str, target: str, units: "pd.Index[str]") -> Transfer:
    return Transfer(
        source=source,
        target=target,
        source_name=planned.name_today(source),
        target_name=planned.name_planned(target),
        units=tuple(str(unit) for unit in units),
        load=float(planned.load[units].sum()),
        figure=planned.figure,
        households=_summed(planned, "households", units),
        residents=_summed(planned, "resident_population", units),
        bought=tuple(_bought(planned, source, target, units)),
    )


def _summed(planned: Planned, column: str, units: "pd.Index[str]") -> float | None:
    if column not in planned.graph.counts.columns:
        return None
    total = planned.graph.counts.loc[units, column].sum(min_count=1)
    return None if np.isnan(total) else float(total)


def _bought(planned: Planned, source: str, target: str, units: "pd.Index[str]") -> Iterator[Text]:
    """Compare the plan with the same plan in which these units stay with their community of today."""
    home = planned.continues.get(source)
    if home is None:
        name, joined = planned.name_today(source), planned.name_planned(target)
        yield Text(f"{name}不再单独设立，这部分并入{joined.zh}", f"{name} does not go on; this part joins {joined.en}")
        return
    stayed = planned.labels.copy()
    stayed[units] = home
    yield from _size(planned, home, target, float(planned.load[units].sum()))
    yield from _ground(planned, stayed, home, target)
    longer = planned.line_m(stayed) - planned.line_m(planned.labels)
    if longer > _SHORTER_M:
        yield Text(f"界线缩短 {longer:,.0f} 米", f"the lines are {longer:,.0f} m shorter")


def _size(planned: Planned, home: str, target: str, load: float) -> Iterator[Text]:
    """Say what the transfer does for the sizes of both communities."""
    here, there = float(planned.loads[home]), float(planned.loads[target])
    home_name, target_name = planned.name_planned(home), planned.name_planned(target)
    figure = planned.figure
    needed = False
    if here + load > planned.maximum >= here:
        needed = True
        yield Text(
            f"若不作此调整，{home_name.zh}有 {here + load:,.0f} {figure.zh}，超过上限 {planned.maximum:,.0f}",
            f"without it {home_name.en} would have {here + load:,.0f} {figure.en}, above the maximum of "
            f"{planned.maximum:,.0f}",
        )
    if there - load < planned.minimum <= there:
        needed = True
        yield Text(
            f"若不作此调整，{target_name.zh}只有 {there - load:,.0f} {figure.zh}，低于下限 {planned.minimum:,.0f}",
            f"without it {target_name.en} would have {there - load:,.0f} {figure.en}, below the minimum of "
            f"{planned.minimum:,.0f}",
        )
    before, after = abs(here - there + 2 * load), abs(here - there)
    if not needed and after < before:
        yield Text(
            f"{home_name.zh}与{target_name.zh}相差 {after:,.0f} {figure.zh}，若不作此调整相差 {before:,.0f}",
            f"{home_name.en} and {target_name.en} differ by {after:,.0f} {figure.en}, without it by {before:,.0f}",
        )


def _ground(planned: Planned, stayed: "pd.Series[str]", home: str, target: str) -> Iterator[Text]:
    """Say what the transfer joins that would lie apart."""
    for community in (home, target):
        if not (stayed == community).any():
            continue
        apart, now = planned.parts(stayed, community), planned.parts(planned.labels, community)
        if apart > now:
            name = planned.name_planned(community)
            yield Text(f"{name.zh}连成 {now} 片而不是 {apart} 片", f"{name.en} is in {now} part(s) instead of {apart}")
    groups = sorted(planned.split_groups(stayed) - planned.split_groups(planned.labels))
    if groups:
        ids = listed(groups)
        yield Text(f"{ids.zh}保持完整", f"{ids.en} stay(s) whole")
