"""Where a plan under way stands, by its log alone: what can be taken back, what is locked, whether it is submitted.

The log is only ever added to, so all of this survives a restart. A deed is one of ``DEEDS``; ``save`` (kept whole) and
``delete`` come from the store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from boundaries.errors import DraftError
from gis.i18n import listed

__all__ = ["DEEDS", "MOVING_DEEDS", "Line", "Standing", "require_editable", "standing_of"]

MOVING_DEEDS = ("stroke", "merge", "restore")
DEEDS = (*MOVING_DEEDS, "undo", "redo", "lock", "unlock", "submit", "reopen", "name", "settle")


@dataclass(frozen=True)
class Line:
    """A line of the log, as far as the rules go; ``details`` are those of the deed (what is locked, which name)."""

    number: int
    deed: str
    target: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What the log of a plan adds up to.

    ``undo`` and ``redo`` hold the numbers of the versions to take back or to do again, the next one last.
    ``names`` gives the version that bears a name.
    """

    undo: tuple[int, ...] = ()
    redo: tuple[int, ...] = ()
    locked_units: frozenset[str] = frozenset()
    locked_communities: frozenset[str] = frozenset()
    plan_locked: bool = False
    submitted: bool = False
    names: Mapping[str, int] = field(default_factory=dict)

    def after(self, line: Line) -> "Standing":
        """Give the standing after one more line of the log.

        A version kept whole (a new search, a restored version) starts anew: nothing of before can be taken back, no
        lock is left; names stay, as they name versions of before.
        """
        if line.deed in {"lock", "unlock"}:
            return self._with_locks(line.details, is_on=line.deed == "lock")
        if line.deed in {"submit", "reopen"}:
            return replace(self, submitted=line.deed == "submit")
        if line.deed == "name":
            names = {**self.names, str(line.details["name"]): int(line.details["version"])}
            return replace(self, names=names)
        if line.deed in {*MOVING_DEEDS, "undo", "redo"}:
            return self._with_moves(line)
        if line.deed == "settle":
            return self
        return Standing(names=self.names)

    def _with_moves(self, line: Line) -> "Standing":
        if line.target is None:
            return replace(self, undo=(*self.undo, line.number), redo=())
        if line.deed == "undo":
            return replace(self, undo=self.undo[:-1], redo=(*self.redo, line.target))
        return replace(self, undo=(*self.undo, line.target), redo=self.redo[:-1])

    def _with_locks(self, details: Mapping[str, Any], *, is_on: bool) -> "Standing":
        units = frozenset(details.get("units", ()))
        communities = frozenset(details.get("communities", ()))
        return replace(
            self,
            locked_units=self.locked_units | units if is_on else self.locked_units - units,
            locked_communities=(
                self.locked_communities | communities if is_on else self.locked_communities - communities
            ),
            plan_locked=is_on if details.get("plan") else self.plan_locked,
        )


def standing_of(log: Iterable[Line]) -> Standing:
    """Add up a log, oldest line first.

    Examples
    --------
    >>> log = [Line(1, "save"), Line(2, "stroke"), Line(3, "stroke"), Line(4, "undo", target=3)]
    >>> standing_of(log).undo, standing_of(log).redo
    ((2,), (3,))
    """
    standing = Standing()
    for line in log:
        standing = standing.after(line)
    return standing


def require_editable(
    standing: Standing, moved_from: Mapping[str, str | None], moved_to: Mapping[str, str | None]
) -> None:
    """Refuse what a lock forbids: a locked unit stays where it is; nobody enters or leaves a locked community.

    Parameters
    ----------
    standing
        Where the plan stands.
    moved_from, moved_to
        Unit id -> community id, for the units that would move; both empty asks only whether the plan may be edited.

    Raises
    ------
    DraftError
        ``plan-submitted``, ``plan-locked``, ``units-locked``, ``communities-locked``.
    """
    if standing.submitted:
        raise DraftError("plan-submitted")
    if standing.plan_locked:
        raise DraftError("plan-locked")
    held = sorted(standing.locked_units & set(moved_to))
    if held:
        raise DraftError("units-locked", count=len(held), ids=listed(held))
    touched = {community for community in (*moved_from.values(), *moved_to.values()) if community is not None}
    closed = sorted(standing.locked_communities & touched)
    if closed:
        raise DraftError("communities-locked", ids=listed(closed))
