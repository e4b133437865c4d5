"""What a stroke would break, told before it is made."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from boundaries.drafts.evaluate import DraftState, Effect, Tally
from boundaries.drafts.ground import DraftGround
from boundaries.drafts.standing import Standing, require_editable
from boundaries.errors import DraftError
from gis.i18n import Text, listed

__all__ = ["Breach", "find_breaches"]

_SPLIT = {
    "urban_villages": ("village-split", Text("城中村被分割：{ids}", "urban villages are split: {ids}")),
    "compounds": ("compound-split", Text("小区被分割：{ids}", "compounds are split: {ids}")),
}


@dataclass(frozen=True)
class Breach:
    """A rule that a stroke breaks, or breaks further. ``ids`` are communities, villages, compounds or units, by code.

    ``blocks`` says that the stroke would be refused; other breaches are for the planner to weigh.
    """

    code: str
    ids: tuple[str, ...]
    message: Text
    blocks: bool = False


def find_breaches(effect: Effect, ground: DraftGround, standing: Standing) -> list[Breach]:
    """Tell what a stroke breaks: locks, parts, barriers, sizes, villages and compounds, communities left empty.

    Only what the stroke makes worse is told, not what was so before.

    Notes
    -----
    Time linear in the communities and groups touched.
    """
    return [
        *_locks(effect, standing),
        *_parts(effect, ground),
        *_sizes(effect, ground),
        *_splits(effect, ground),
        *_emptied(effect, ground),
    ]


def _locks(effect: Effect, standing: Standing) -> Iterable[Breach]:
    try:
        require_editable(standing, effect.moved_from, effect.moved_to)
    except DraftError as error:
        held = sorted(standing.locked_units & set(effect.moved_to)) if error.code == "units-locked" else ()
        closed = sorted(standing.locked_communities & set(effect.touched)) if error.code == "communities-locked" else ()
        yield Breach(error.code, (*held, *closed), Text(error.text("zh"), error.text("en")), blocks=True)


def _parts(effect: Effect, ground: DraftGround) -> Iterable[Breach]:
    for community in effect.touched:
        before, after = _of(effect.before, community), _of(effect.after, community)
        if after is None:
            continue
        name = ground.names.get(community, community)
        if after.parts > max(1, before.parts if before else 1):
            message = Text(f"{name} 将分成 {after.parts} 片", f"{name} would be in {after.parts} parts")
            yield Breach("in-parts", (community,), message)
        crossed = after.ways - after.parts
        if crossed > (before.ways - before.parts if before else 0):
            message = Text(
                f"{name} 将跨越刚性界线（河流、铁路等），两侧之间没有桥梁或道口",
                f"{name} would reach across a rigid line (a river, a railway) without a bridge or crossing",
            )
            yield Breach("barrier-crossed", (community,), message)


def _sizes(effect: Effect, ground: DraftGround) -> Iterable[Breach]:
    before, after = effect.violations(ground)
    known = {(violation.code, violation.community_id) for violation in before}
    loads = {
        community: (_load(effect.before, community, ground), _load(effect.after, community, ground))
        for community in effect.touched
    }
    for violation in after:
        if violation.code == "in_parts":
            continue
        was, now = loads[violation.community_id]
        is_new = (violation.code, violation.community_id) not in known
        is_worse = (violation.code == "above_standard" and now > was) or (
            violation.code == "below_standard" and now < was
        )
        if is_new or is_worse:
            yield Breach(violation.code.replace("_", "-"), (violation.community_id,), violation.message)


def _splits(effect: Effect, ground: DraftGround) -> Iterable[Breach]:
    for groups, before, after in zip(ground.groups, effect.before.spread, effect.after.spread, strict=True):
        worse = np.flatnonzero((after > 1) & (after > before))
        if len(worse):
            ids = tuple(groups.ids[at] for at in worse.tolist())
            code, text = _SPLIT[groups.kind]
            named = listed(ids)
            yield Breach(code, ids, Text(text.in_language("zh", ids=named), text.in_language("en", ids=named)))


def _emptied(effect: Effect, ground: DraftGround) -> Iterable[Breach]:
    gone = tuple(community for community in effect.touched if _of(effect.after, community) is None)
    if gone:
        ids = listed(ground.names.get(community, community) for community in gone)
        yield Breach(
            "community-emptied",
            gone,
            Text(f"社区不再有任何单元：{ids.zh}", f"communities lose all their units: {ids.en}"),
        )


def _load(state: DraftState, community: str, ground: DraftGround) -> float:
    tally = _of(state, community)
    value = np.nan if tally is None else tally.figures.get(ground.standard.column, np.nan)
    return 0.0 if np.isnan(value) else float(value)


def _of(state: DraftState, community: str) -> Tally | None:
    return state.tallies.get(state.communities.index(community)) if community in state.communities else None
