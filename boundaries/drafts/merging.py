"""Two branches of a plan: what differs, unit by unit, and how they come together (three-way merge)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from boundaries.errors import DraftError, PlanError
from boundaries.plan import fresh_ids
from gis.i18n import listed

__all__ = ["Choice", "Merge", "common_base", "diff_plans", "merge_plans"]

Choice = Literal["mine", "theirs"]
_Labels: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.object_]]"
_NOWHERE = ""  # stands for "no community" while labels are compared; no community has an empty id


@dataclass(frozen=True, eq=False)
class Merge:
    """The outcome of a three-way merge.

    ``assignment`` is mine with what only they changed, and the conflicts as chosen (mine where nothing was chosen).
    ``conflicts`` has a row for each unit that both changed, and to different communities: ``base``, ``mine``,
    ``theirs``, ``choice`` (None where open). ``taken`` are the units that changed to theirs. ``renamed`` tells which
    new communities of theirs took another id, because mine has a new one of the same id elsewhere.
    """

    assignment: "pd.Series[str]"
    conflicts: pd.DataFrame
    taken: tuple[str, ...]
    renamed: Mapping[str, str]

    @property
    def open_conflicts(self) -> list[str]:
        """The units that nobody has decided about."""
        return [str(unit) for unit in self.conflicts.index[self.conflicts["choice"].isna()]]


def diff_plans(one: "pd.Series[str]", two: "pd.Series[str]") -> pd.DataFrame:
    """List the units that two assignments give to different communities.

    Parameters
    ----------
    one, two
        Unit id -> community id over the same units; missing where a unit has no community.

    Returns
    -------
    DataFrame
        Index unit id, columns ``before`` and ``after`` (None for no community), in the order of ``one``.

    Raises
    ------
    PlanError
        ``units-unknown`` or ``units-unassigned``: the two are not of the same units.

    Examples
    --------
    >>> diff_plans(pd.Series({"u1": "a", "u2": "a"}), pd.Series({"u1": "a", "u2": "b"})).to_dict("index")
    {'u2': {'before': 'a', 'after': 'b'}}
    """
    before, after = _labels(one), _labels(_as_units_of(one, two))
    differs = before != after
    table = pd.DataFrame(
        {"before": _plain(before[differs]), "after": _plain(after[differs])}, index=one.index[differs], dtype=object
    )
    return table.rename_axis("id")


def merge_plans(
    base: "pd.Series[str]",
    mine: "pd.Series[str]",
    theirs: "pd.Series[str]",
    *,
    choices: Mapping[str, Choice] | None = None,
    otherwise: Choice | None = None,
) -> Merge:
    """Bring two branches together, unit by unit.

    Parameters
    ----------
    base
        The assignment that both branches come from.
    mine, theirs
        The two branches, over the same units.
    choices
        For units in conflict: keep ``mine`` or take ``theirs``.
    otherwise
        The choice for conflicts that ``choices`` does not name; None leaves them open.

    Raises
    ------
    PlanError
        The three are not of the same units.
    DraftError
        ``choices-unknown``: a choice for a unit that is not in conflict.

    Notes
    -----
    A unit that only one of us changed goes where it was moved to; one that both changed to the same community is no
    conflict. A community that is new in both under one id, and shares no unit, is two communities: theirs is renamed.
    """
    b, m = _labels(base), _labels(_as_units_of(base, mine))
    t, renamed = _renamed(b, m, _labels(_as_units_of(base, theirs)))
    only_theirs = (t != b) & (m == b)
    in_conflict = (t != b) & (m != b) & (t != m)
    units = base.index[in_conflict]
    asked = dict(choices or {})
    unknown = sorted(set(asked) - set(units))
    if unknown:
        raise DraftError("choices-unknown", count=len(unknown), ids=listed(unknown))
    chosen = np.array([asked.get(str(unit), otherwise) for unit in units], dtype=object)
    taken = only_theirs.copy()
    taken[np.flatnonzero(in_conflict)[chosen == "theirs"]] = True
    conflicts = pd.DataFrame(
        {
            "base": _plain(b[in_conflict]),
            "mine": _plain(m[in_conflict]),
            "theirs": _plain(t[in_conflict]),
            "choice": chosen,
        },
        index=units,
        dtype=object,
    )
    merged = pd.Series(_plain(np.where(taken, t, m)), index=base.index, dtype=base.dtype, name=base.name)
    return Merge(merged, conflicts.rename_axis("id"), tuple(map(str, base.index[taken])), renamed)


def common_base(
    one: Mapping[str, int], two: Mapping[str, int], *, made: Mapping[tuple[str, int], int]
) -> tuple[str, int]:
    """Find the version that two branches both hold: the newest one.

    Parameters
    ----------
    one, two
        For every plan that went into a branch (itself, what it was branched from, what was merged into it, and so on
        back), the newest version of it that did.
    made
        (plan, version) -> a number that grows with the time at which the version was made.

    Raises
    ------
    DraftError
        ``no-common-base``.

    Examples
    --------
    >>> made = {("town", 3): 3, ("town", 5): 9}
    >>> common_base({"a": 7, "town": 3}, {"town": 5}, made=made)
    ('town', 3)
    """
    shared = [(plan, min(number, two[plan])) for plan, number in one.items() if plan in two]
    if not shared:
        raise DraftError("no-common-base")
    return max(shared, key=lambda version: made[version])


def _as_units_of(one: "pd.Series[str]", two: "pd.Series[str]") -> "pd.Series[str]":
    unknown, missing = two.index.difference(one.index), one.index.difference(two.index)
    if len(unknown):
        raise PlanError("units-unknown", count=len(unknown), ids=list(unknown))
    if len(missing):
        raise PlanError("units-unassigned", count=len(missing), ids=list(missing))
    return two.reindex(one.index)


def _labels(assignment: "pd.Series[str]") -> _Labels:
    values = np.asarray(assignment.to_numpy(), dtype=object)
    return np.where(assignment.isna().to_numpy(), _NOWHERE, values)


def _plain(labels: Iterable[str]) -> list[str | None]:
    return [None if label == _NOWHERE else label for label in labels]


def _renamed(
    b: _Labels,
    m: _Labels,
    t: _Labels,
) -> tuple[_Labels, dict[str, str]]:
    """Give theirs with new names for communities that are new in both, under one id, without a unit in common."""
    new_in_both = (set(m) & set(t)) - set(b) - {_NOWHERE}
    clashing = sorted(name for name in new_in_both if not ((m == name) & (t == name)).any())
    if not clashing:
        return t, {}
    names = fresh_ids({*b, *m, *t})
    renamed = {name: next(names) for name in clashing}
    return np.array([renamed.get(label, label) for label in t], dtype=object), renamed
