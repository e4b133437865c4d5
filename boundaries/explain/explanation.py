"""The explanation of one plan: summary, transfers, and the strongest objection, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.explain.ground import Planned
from boundaries.explain.objections import strongest_objection
from boundaries.explain.transfers import Transfer, find_transfers
from boundaries.graph import UnitGraph
from boundaries.plan import Plan, checked_labels
from boundaries.proposals.inputs import graph_of
from boundaries.standards import Standard, load_standard
from boundaries.standards.estimate import COLUMN_WORDS
from gis.i18n import Text
from gis.kinds import schema_of

__all__ = ["Explanation", "explain_plan"]

_DEFAULT_STANDARD = "national_2026"


@dataclass(frozen=True)
class Explanation:
    """What a plan does to today's division. ``ended`` names today's communities that go on in none of the plan's."""

    summary: Text
    transfers: tuple[Transfer, ...]
    continues: Mapping[str, str]
    created: tuple[str, ...]
    ended: tuple[str, ...]
    objection: Text

    def to_dict(self) -> dict[str, Any]:
        """Give the explanation as JSON can hold it."""
        return {
            "summary": {"zh": self.summary.zh, "en": self.summary.en},
            "transfers": [transfer.to_dict() for transfer in self.transfers],
            "continues": dict(self.continues),
            "created": list(self.created),
            "ended": list(self.ended),
            "objection": {"zh": self.objection.zh, "en": self.objection.en},
        }


def explain_plan(
    plan: Plan,
    units_or_graph: gpd.GeoDataFrame | UnitGraph,
    *,
    current: "pd.Series[str] | None" = None,
    standard: Standard | str | None = None,
    keep_whole: "pd.Series[str] | None" = None,
    names: Mapping[str, str] | None = None,
    planned_names: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain a plan: what moves from where to where, what each transfer buys, and what speaks against the plan most.

    Parameters
    ----------
    plan
        A plan of these units.
    units_or_graph
        Polygons of a coverage in a CRS with metres, or a graph of units (with the barriers that count).
    current
        Unit id -> community id of today; without it there is nothing to compare with, and no transfers.
    standard
        The profile whose bounds count where the plan's provenance has none; default ``national_2026``.
    keep_whole
        Unit id -> group id, for what stays whole and what is split.
    names
        Names of today's communities by id.
    planned_names
        Names of the plan's communities by id, as :meth:`Plan.communities` gives them.

    Returns
    -------
    Explanation
        What a transfer buys is found by comparing the plan with itself less that transfer, one at a time: bounds kept,
        parts joined, groups whole, sizes nearer, lines shorter.

    Raises
    ------
    PlanError
        The plan is not one of these units.
    CrsError
        The units are not in metres.
    """
    graph, _ = graph_of(units_or_graph)
    planned = _planned(plan, graph, current, standard, keep_whole, names or {}, planned_names or {})
    transfers = tuple(find_transfers(planned))
    today = set() if planned.current is None else set(planned.current.dropna())
    created = tuple(sorted(set(planned.loads.index) - set(planned.predecessor))) if today else ()
    ended = tuple(sorted(today - set(planned.continues)))
    return Explanation(
        summary=_summary(planned, transfers, created, ended),
        transfers=transfers,
        continues=planned.continues,
        created=created,
        ended=ended,
        objection=strongest_objection(planned, transfers),
    )


def _planned(
    plan: Plan,
    graph: UnitGraph,
    current: "pd.Series[str] | None",
    standard: Standard | str | None,
    keep_whole: "pd.Series[str] | None",
    names: Mapping[str, str],
    planned_names: Mapping[str, str],
) -> Planned:
    profile = standard if isinstance(standard, Standard) else load_standard(standard or _DEFAULT_STANDARD)
    balance = str(plan.provenance.get("balance", profile.column))
    minimum, maximum = (plan.provenance.get(key, getattr(profile, key)) for key in ("minimum", "maximum"))
    field = schema_of("units").field(balance)
    return Planned(
        graph=graph,
        labels=checked_labels(graph.counts, plan.assignment),
        current=None if current is None else current.reindex(graph.ids),
        keep_whole=None if keep_whole is None else keep_whole.reindex(graph.ids),
        balance=balance,
        figure=COLUMN_WORDS.get(balance) or (field.label if field else Text(balance, balance)),
        minimum=0.0 if minimum is None else float(minimum),
        maximum=np.inf if maximum is None else float(maximum),
        names=names,
        planned_names=planned_names,
    )


def _summary(
    planned: Planned, transfers: tuple[Transfer, ...], created: tuple[str, ...], ended: tuple[str, ...]
) -> Text:
    if planned.current is None:
        count = len(planned.loads)
        return Text(
            f"共 {count} 个社区；没有现状可比", f"{count} communities; there is no division of today to compare"
        )
    if not transfers:
        return Text("与现状相同，没有居民变动", "as today: nobody moves")
    moved = sum(transfer.load for transfer in transfers)
    share = moved / max(float(planned.load.sum()), 1e-9)
    changed = _communities_changed(len(created), len(ended))
    return Text(
        f"{changed.zh}；调整 {len(transfers)} 处，涉及 {moved:,.0f} {planned.figure.zh}（{share:.1%}）",
        f"{changed.en}; {len(transfers)} transfers with {moved:,.0f} {planned.figure.en} ({share:.1%})",
    )


def _communities_changed(created: int, ended: int) -> Text:
    if not created and not ended:
        return Text("社区数不变", "no community is new or ends")
    zh = [
        word for count, word in ((created, f"新设 {created} 个社区"), (ended, f"不再单独设立 {ended} 个社区")) if count
    ]
    en = [word for count, word in ((created, f"{created} new"), (ended, f"{ended} ended")) if count]
    return Text("，".join(zh), f"communities: {', '.join(en)}")
