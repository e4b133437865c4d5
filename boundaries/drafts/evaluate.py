"""Live evaluation: what one stroke changes, found from the communities that it touches and no others.

Every number is one that ``score_plan`` gives under the same name; a property test holds both equal after any strokes.
Sums are taken anew over the members of the communities touched, so that no rounding gathers from stroke to stroke.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.drafts.ground import DraftGround, Groups
from boundaries.drafts.kernels import cut_around, parts_and_borders
from boundaries.errors import DraftError
from boundaries.metrics.balance import off_standard
from boundaries.plan import checked_units
from boundaries.scorecard import Violation, find_violations

__all__ = ["DraftState", "Effect", "Tally", "evaluate", "move_units", "tally_told", "totals_of", "violations_of"]

Ints: TypeAlias = NDArray[np.int64]
_NOBODY = -1


class Tally(NamedTuple):
    """The numbers of one community; a figure is NaN where it is unknown of every unit.

    ``ways`` counts the parts when barriers may not be crossed; equal to ``parts`` where the ground has no barriers.
    """

    unit_count: int
    units_without_figure: int
    figures: Mapping[str, float]
    area_m2: float
    perimeter_m: float
    parts: int
    ways: int

    @property
    def polsby_popper(self) -> float:
        """Give 4 pi area / perimeter^2."""
        return 4 * np.pi * self.area_m2 / self.perimeter_m**2 if self.perimeter_m else 0.0


@dataclass(frozen=True, eq=False)
class DraftState:
    """A plan under way, evaluated. ``labels`` are positions in ``communities``, -1 for a unit without one.

    ``tallies`` has the communities with units only. ``spread`` counts, by kind, the communities that hold part of each
    village or compound.
    """

    labels: Ints
    communities: tuple[str, ...]
    tallies: Mapping[int, Tally]
    cut_edges: int
    internal_perimeter_m: float
    spread: tuple[Ints, ...]
    unassigned: int

    def assignment(self, ground: DraftGround) -> "pd.Series[str]":
        """Give the plan as unit id -> community id."""
        names = np.array([*self.communities, None], dtype=object)
        return pd.Series(names[self.labels], index=ground.ids, dtype="str", name="community_id")


@dataclass(frozen=True, eq=False)
class Effect:
    """What a stroke does: the units that move, the state after it, and the communities that it touches."""

    moved_from: Mapping[str, str | None]
    moved_to: Mapping[str, str | None]
    before: DraftState
    after: DraftState
    touched: tuple[str, ...]

    def tallies(self, ground: DraftGround) -> list[dict[str, Any]]:
        """Give the numbers of each community touched, before and after; None where it has no units."""
        return [
            {
                "id": community,
                "before": tally_told(self.before, ground, community),
                "after": tally_told(self.after, ground, community),
            }
            for community in self.touched
        ]

    def violations(self, ground: DraftGround) -> tuple[tuple[Violation, ...], tuple[Violation, ...]]:
        """Give the rules that the communities touched break, before and after."""
        return violations_of(self.before, ground, self.touched), violations_of(self.after, ground, self.touched)


def evaluate(assignment: "pd.Series[str]", ground: DraftGround) -> DraftState:
    """Evaluate a whole plan; units whose community is missing count as not assigned yet.

    Parameters
    ----------
    assignment
        Unit id -> community id, a row for every unit of the ground.

    Raises
    ------
    PlanError
        ``units-unknown`` or ``units-unassigned``: not a plan of these units.

    Notes
    -----
    Time linear in units and borders.
    """
    codes, names = pd.factorize(checked_units(ground.ids, assignment), sort=True)
    labels = codes.astype(np.int64)
    communities = tuple(map(str, names))
    left = np.repeat(np.arange(len(labels)), np.diff(ground.contact.indptr))
    right = ground.contact.adjacent
    is_cut = (left < right) & (labels[left] >= 0) & (labels[right] >= 0) & (labels[left] != labels[right])
    tallies = _tallies(ground, labels, np.arange(len(communities)), len(communities))
    return DraftState(
        labels=labels,
        communities=communities,
        tallies=tallies,
        cut_edges=int(is_cut.sum()),
        internal_perimeter_m=float(ground.contact.length_m[is_cut].sum()),
        spread=tuple(_spread(groups, labels, np.arange(len(groups.ids))) for groups in ground.groups),
        unassigned=int((labels == _NOBODY).sum()),
    )


def move_units(state: DraftState, ground: DraftGround, moves: Mapping[str, str | None]) -> Effect:
    """Tell what moving units would do; the state given stays as it is.

    Parameters
    ----------
    state, ground
        A plan evaluated on its ground.
    moves
        Unit id -> community id, a new one if it is not in use; None takes the unit out of every community. Units that
        are there already are left out.

    Raises
    ------
    DraftError
        ``stroke-units-unknown``; ``stroke-empty``: no unit would change community.

    Notes
    -----
    Time linear in the members and borders of the communities touched.
    """
    index = pd.Index(list(moves), dtype="str")
    at = ground.positions(index)
    known = {name: code for code, name in enumerate(state.communities)}
    fresh = sorted({name for name in moves.values() if name is not None and name not in known})
    known |= {name: len(known) + place for place, name in enumerate(fresh)}
    communities = (*state.communities, *fresh)
    wanted = np.array([_NOBODY if name is None else known[name] for name in moves.values()], dtype=np.int64)
    is_move = state.labels[at] != wanted
    at, wanted = at[is_move], wanted[is_move]
    if not len(at):
        raise DraftError("stroke-empty")
    labels = state.labels.copy()
    labels[at] = wanted
    touched = np.setdiff1d(np.concatenate([state.labels[at], wanted]), [_NOBODY])
    cut_edges, metres = _cut_after(state, ground, labels, at)
    names = np.array([*communities, None], dtype=object)
    moved = ground.ids[at].tolist()
    after = DraftState(
        labels=labels,
        communities=communities,
        tallies={
            **{code: tally for code, tally in state.tallies.items() if code not in touched},
            **_tallies(ground, labels, touched, len(communities)),
        },
        cut_edges=cut_edges,
        internal_perimeter_m=metres,
        spread=tuple(
            _spread_after(groups, before, labels, at)
            for groups, before in zip(ground.groups, state.spread, strict=True)
        ),
        unassigned=int((labels == _NOBODY).sum()),
    )
    return Effect(
        moved_from=dict(zip(moved, names[state.labels[at]].tolist(), strict=True)),
        moved_to=dict(zip(moved, names[wanted].tolist(), strict=True)),
        before=state,
        after=after,
        touched=tuple(sorted(communities[code] for code in touched.tolist())),
    )


def totals_of(state: DraftState, ground: DraftGround) -> dict[str, float]:
    """Give the measures of the whole plan, under the names of ``METRICS``; what cannot be had is left out."""
    tallies = list(state.tallies.values())
    totals: dict[str, float] = {
        "n_communities": len(tallies),
        "in_parts": sum(tally.parts > 1 for tally in tallies),
        "cut_edges": state.cut_edges,
        "internal_perimeter_m": state.internal_perimeter_m,
        "units_unassigned": state.unassigned,
    }
    if tallies:
        shapes = [tally.polsby_popper for tally in tallies]
        totals |= {"mean_polsby_popper": float(np.mean(shapes)), "min_polsby_popper": min(shapes)}
    for groups, spread in zip(ground.groups, state.spread, strict=True):
        totals[_SPLITS[groups.kind]] = int((spread > 1).sum())
    counted = _loads(tallies, ground.standard.column)
    off = None if counted is None else off_standard(counted, ground.standard)
    if off is not None:
        totals["out_of_standard"] = int((np.abs(off) > 0).sum())
    loads = _loads(tallies, ground.balance)
    if loads is not None and np.nansum(loads) > 0:
        deviation = np.abs(loads / np.nanmean(loads) - 1)
        deviation = deviation[~np.isnan(deviation)]
        totals |= {"max_deviation": float(deviation.max()), "mean_deviation": float(deviation.mean())}
    return totals


def tally_told(state: DraftState, ground: DraftGround, community: str) -> dict[str, Any] | None:
    """Give the numbers of one community under the names of the scorecard; None where it has no units."""
    code = state.communities.index(community) if community in state.communities else _NOBODY
    tally = state.tallies.get(code)
    if tally is None:
        return None
    off = _off(tally, ground)
    return {
        "name": ground.names.get(community, community),
        "unit_count": tally.unit_count,
        "units_without_figure": tally.units_without_figure,
        "figures": {name: None if np.isnan(value) else value for name, value in tally.figures.items()},
        "area_km2": tally.area_m2 / 1e6,
        "perimeter_m": tally.perimeter_m,
        "polsby_popper": tally.polsby_popper,
        "parts": tally.parts,
        "off_standard": None if off is None or np.isnan(off) else float(off),
    }


def violations_of(state: DraftState, ground: DraftGround, communities: tuple[str, ...]) -> tuple[Violation, ...]:
    """Tell which rules some communities break, as the scorecard tells it."""
    codes = {name: code for code, name in enumerate(state.communities)}
    rows: dict[str, dict[str, Any]] = {}
    for name in communities:
        tally = state.tallies.get(codes.get(name, _NOBODY))
        if tally is None:
            continue
        rows[name] = {"name": ground.names.get(name, name), "parts": float(tally.parts)}
        off = _off(tally, ground)
        if off is not None:
            rows[name]["off_standard"] = off
    return tuple(find_violations(rows, ground.standard))


_SPLITS = {"urban_villages": "villages_split", "compounds": "compounds_split"}


def _loads(tallies: list[Tally], column: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]] | None":
    if any(column not in tally.figures for tally in tallies):
        return None
    return np.array([tally.figures[column] for tally in tallies], dtype=np.float64)


def _off(tally: Tally, ground: DraftGround) -> float | None:
    column = ground.standard.column
    return off_standard(tally.figures[column], ground.standard) if column in tally.figures else None


def _tallies(ground: DraftGround, labels: Ints, codes: Ints, size: int) -> dict[int, Tally]:
    """Count the communities of some codes over their members; those without units are left out."""
    wanted = np.zeros(size + 1, dtype=np.bool_)  # the last place stands for units without a community
    wanted[codes] = True
    members = np.flatnonzero(wanted[labels])
    own = labels[members]

    def summed(values: Any) -> "NDArray[np.float64]":
        return np.bincount(own, weights=values[members], minlength=size).astype(np.float64)

    count = np.bincount(own, minlength=size)
    parts, inside_m = np.zeros(size, dtype=np.int64), np.zeros(size)
    parts_and_borders(members, labels, *ground.contact, parts, inside_m)
    ways = parts
    if ground.ways is not None:
        ways = np.zeros(size, dtype=np.int64)
        parts_and_borders(members, labels, *ground.ways, ways, np.zeros(size))
    sums = {}
    for name, values in ground.figures.items():
        unknown = np.isnan(values)
        total, known = summed(np.where(unknown, 0.0, values)), summed(~unknown)
        sums[name] = np.where(known > 0, total, np.nan)
    without, area = summed(ground.without_figure), summed(ground.area_m2)
    perimeter = summed(ground.outline_m) - 2 * inside_m
    return {
        code: Tally(
            unit_count=int(count[code]),
            units_without_figure=int(without[code]),
            figures={name: float(values[code]) for name, values in sums.items()},
            area_m2=float(area[code]),
            perimeter_m=float(perimeter[code]),
            parts=int(parts[code]),
            ways=int(ways[code]),
        )
        for code in codes.tolist()
        if count[code]
    }


def _cut_after(state: DraftState, ground: DraftGround, labels: Ints, at: Ints) -> tuple[int, float]:
    is_moved = np.zeros(len(labels), dtype=np.bool_)
    is_moved[at] = True
    count_before, metres_before = cut_around(at, is_moved, state.labels, *ground.contact)
    count, metres = cut_around(at, is_moved, labels, *ground.contact)
    return state.cut_edges - count_before + count, state.internal_perimeter_m - metres_before + metres


def _spread(groups: Groups, labels: Ints, which: Ints) -> Ints:
    """Count for some groups the communities that hold part of each."""
    size = groups.start[which + 1] - groups.start[which]
    if not size.sum():
        return np.zeros(len(which), dtype=np.int64)
    place = np.repeat(np.arange(len(which)), size)
    entry = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(groups.start[which], size)
    label = labels[groups.unit[entry]]
    counted = label >= 0
    keys, back = np.unique(np.column_stack([place[counted], label[counted]]), axis=0, return_inverse=True)
    weight = np.bincount(back.ravel(), weights=groups.weight[entry[counted]], minlength=len(keys))
    holds = (weight > groups.above) & (weight >= groups.share[which[keys[:, 0]]])
    return np.bincount(keys[holds, 0], minlength=len(which))


def _spread_after(groups: Groups, before: Ints, labels: Ints, at: Ints) -> Ints:
    first, group = groups.of_unit
    touched = np.unique(np.concatenate([group[:0], *(group[first[unit] : first[unit + 1]] for unit in at.tolist())]))
    if not len(touched):
        return before
    after = before.copy()
    after[touched] = _spread(groups, labels, touched)
    return after
