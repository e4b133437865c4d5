"""Edits of an open plan: strokes, undo and redo, locks, submission, names of versions, restoring an older version.

Each takes the version that its author has seen, and is refused when somebody edited since.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.errors import UsageError
from api.workflow.drafts.desk import Desk, OpenPlan
from boundaries.drafts import Breach, Effect, Line, find_breaches, move_units, require_editable
from boundaries.drafts.merging import diff_plans
from boundaries.errors import DraftError
from gis.errors import StoreError
from gis.i18n import listed
from gis.project import Project
from gis.store import Edit, Entity, Version, append_edit, load_moves

__all__ = [
    "Author",
    "Done",
    "check_stroke",
    "delete_plan",
    "draw_stroke",
    "moves_of",
    "name_version",
    "redo",
    "restore_version",
    "seen",
    "set_locks",
    "set_submitted",
    "store_deed",
    "store_moves",
    "undo",
]


@dataclass(frozen=True)
class Author:
    """Who edits, why, and which version of the plan they have seen; ``found`` is that version where it is at hand."""

    name: str
    reason: str
    expected: int
    found: Version | None = None


@dataclass(frozen=True, eq=False)
class Done:
    """An edit that was made: the plan as it is now, and what moved (None for a deed that moves no unit)."""

    plan: OpenPlan
    effect: Effect | None
    breaches: tuple[Breach, ...] = ()


def moves_of(units: Iterable[str], to: str | None) -> dict[str, str | None]:
    """Write a stroke as moves: these units, to one community."""
    return dict.fromkeys(units, to)


def check_stroke(
    desk: Desk, project: Project, name: str, moves: Mapping[str, str | None], *, version: int | None = None
) -> tuple[OpenPlan, Effect, list[Breach]]:
    """Tell what a stroke would do and break, and make nothing of it.

    Raises
    ------
    DraftError
        ``stroke-empty``, ``stroke-units-unknown``.
    PlanError, StoreError
        As :meth:`Desk.open`.
    """
    opened = desk.open(project, name, version=version)
    effect = move_units(opened.state, opened.ground, moves)
    return opened, effect, find_breaches(effect, opened.ground, opened.standing)


def draw_stroke(desk: Desk, project: Project, name: str, moves: Mapping[str, str | None], *, author: Author) -> Done:
    """Move units to a community, as one stroke.

    Raises
    ------
    DraftError
        ``stroke-empty``, ``stroke-units-unknown``; ``plan-submitted``, ``plan-locked``, ``units-locked``,
        ``communities-locked``.
    UsageError
        ``plan-changed``: somebody edited the plan since.
    PlanError, StoreError
        As :meth:`Desk.open`.
    """
    return store_moves(desk, project, seen(desk, project, name, author), moves, author=author, deed="stroke")


def undo(desk: Desk, project: Project, name: str, *, author: Author) -> Done:
    """Take back the newest stroke that still stands; also after a restart, as the log alone decides.

    Raises
    ------
    DraftError
        ``nothing-to-take-back``, and what :func:`draw_stroke` raises.
    """
    opened = seen(desk, project, name, author)
    require_editable(opened.standing, {}, {})
    if not opened.standing.undo:
        raise DraftError("nothing-to-take-back")
    target = opened.standing.undo[-1]
    back, _ = load_moves(project.store, name, target)
    return store_moves(desk, project, opened, back, author=author, deed="undo", target=target)


def redo(desk: Desk, project: Project, name: str, *, author: Author) -> Done:
    """Do again what was taken back last.

    Raises
    ------
    DraftError
        ``nothing-to-redo``, and what :func:`draw_stroke` raises.
    """
    opened = seen(desk, project, name, author)
    require_editable(opened.standing, {}, {})
    if not opened.standing.redo:
        raise DraftError("nothing-to-redo")
    target = opened.standing.redo[-1]
    _, again = load_moves(project.store, name, target)
    return store_moves(desk, project, opened, again, author=author, deed="redo", target=target)


def restore_version(desk: Desk, project: Project, name: str, number: int, *, author: Author) -> Done:
    """Bring the plan back to what an older version said, as one stroke that can be taken back.

    Raises
    ------
    StoreError
        ``version-not-found``, ``item-deleted``.
    DraftError
        As :func:`draw_stroke`.
    """
    opened = seen(desk, project, name, author)
    older = project.store.load_plan(name, version=number)[0]
    after = diff_plans(opened.state.assignment(opened.ground), older)["after"]
    moves = {str(unit): to for unit, to in after.items()}
    return store_moves(desk, project, opened, moves, author=author, deed="restore", parameters={"restored": number})


def set_locks(
    desk: Desk,
    project: Project,
    name: str,
    *,
    author: Author,
    locked: bool,
    units: Iterable[str] = (),
    communities: Iterable[str] = (),
    plan: bool = False,
) -> Done:
    """Lock units, communities or the whole plan, or unlock them.

    Raises
    ------
    DraftError
        ``lock-empty``, ``lock-unknown``, ``plan-submitted``.
    """
    opened = seen(desk, project, name, author)
    require_editable(replace(opened.standing, plan_locked=False), {}, {})
    asked_units, asked_communities = sorted(set(units)), sorted(set(communities))
    if not (asked_units or asked_communities or plan):
        raise DraftError("lock-empty")
    known = {opened.state.communities[code] for code in opened.state.tallies}
    unknown = sorted(set(asked_units) - set(opened.ground.ids))
    if locked:
        unknown += sorted(set(asked_communities) - known)
    if unknown:
        raise DraftError("lock-unknown", ids=listed(unknown))
    parameters = {"units": asked_units, "communities": asked_communities, "plan": plan}
    return store_deed(desk, project, opened, "lock" if locked else "unlock", author=author, parameters=parameters)


def set_submitted(desk: Desk, project: Project, name: str, *, author: Author, submitted: bool) -> Done:
    """Submit a plan, which freezes it, or reopen it.

    Raises
    ------
    DraftError
        ``plan-submitted``, ``plan-not-submitted``.
    """
    opened = seen(desk, project, name, author)
    if opened.standing.submitted == submitted:
        raise DraftError("plan-submitted" if submitted else "plan-not-submitted")
    return store_deed(desk, project, opened, "submit" if submitted else "reopen", author=author)


def name_version(
    desk: Desk, project: Project, name: str, *, author: Author, called: str, number: int | None = None
) -> Done:
    """Give a version of a plan a name, the newest one by default.

    Raises
    ------
    DraftError
        ``version-name-taken``.
    StoreError
        ``version-not-found``, ``item-deleted``.
    """
    opened = seen(desk, project, name, author)
    if called in opened.standing.names:
        raise DraftError("version-name-taken", name=called, version=opened.standing.names[called])
    if number is not None:
        project.store.load_plan(name, version=number)
    parameters = {"name": called, "version": number or opened.version.number}
    return store_deed(desk, project, opened, "name", author=author, parameters=parameters)


def delete_plan(desk: Desk, project: Project, name: str, *, author: Author) -> Version:
    """Delete a plan, as a version: its history stays, and it can be brought back.

    Raises
    ------
    DraftError
        ``plan-submitted``, ``plan-locked``.
    UsageError
        ``plan-changed``.
    """
    opened = seen(desk, project, name, author)
    require_editable(opened.standing, {}, {})
    return _kept(
        name,
        author,
        lambda: project.store.delete(
            name, author=author.name, reason=author.reason, entity=Entity.PLAN, expected=author.expected
        ),
    )


def seen(desk: Desk, project: Project, name: str, author: Author) -> OpenPlan:
    """Open a plan for an edit, if its newest version is the one that the author has seen.

    Raises
    ------
    UsageError
        ``plan-changed``; where the version is at hand, storing the edit tells it.
    """
    opened = desk.open(project, name) if author.found is None else desk.open_found(project, author.found)
    if opened.version.number != author.expected:
        raise UsageError("plan-changed", name=name, expected=author.expected, latest=opened.version.number)
    return opened


def store_moves(
    desk: Desk,
    project: Project,
    opened: OpenPlan,
    moves: Mapping[str, str | None],
    *,
    author: Author,
    deed: str,
    target: int | None = None,
    parameters: dict[str, Any] | None = None,
) -> Done:
    """Make moves of units an edit of the plan: evaluated, held against the locks, stored, and open on the desk."""
    effect = move_units(opened.state, opened.ground, moves)
    breaches = find_breaches(effect, opened.ground, opened.standing)
    require_editable(opened.standing, effect.moved_from, effect.moved_to)
    edit = Edit(deed, effect.moved_from, effect.moved_to, target)
    line = Line(opened.version.number + 1, deed, target)
    return _append(
        desk, project, opened, edit, line, author=author, parameters=parameters, outcome=(effect, tuple(breaches))
    )


def store_deed(
    desk: Desk,
    project: Project,
    opened: OpenPlan,
    deed: str,
    *,
    author: Author,
    parameters: dict[str, Any] | None = None,
) -> Done:
    """Make a deed that moves no unit an edit of the plan."""
    line = Line(opened.version.number + 1, deed, None, parameters or {})
    return _append(desk, project, opened, Edit(deed), line, author=author, parameters=parameters)


def _append(
    desk: Desk,
    project: Project,
    opened: OpenPlan,
    edit: Edit,
    line: Line,
    *,
    author: Author,
    parameters: dict[str, Any] | None,
    outcome: tuple[Effect | None, tuple[Breach, ...]] = (None, ()),
) -> Done:
    effect, breaches = outcome
    version = _kept(
        opened.version.name,
        author,
        lambda: append_edit(
            project.store,
            opened.version.name,
            edit,
            author=author.name,
            reason=author.reason,
            parameters=parameters,
            expected=author.expected,
        ),
    )
    plan = replace(
        opened,
        version=version,
        state=opened.state if effect is None else effect.after,
        standing=opened.standing.after(line),
    )
    return Done(desk.put(plan), effect, breaches)


def _kept(name: str, author: Author, write: Callable[[], Version]) -> Version:
    """Write a version; that somebody was faster is told as what it is to the author of an edit."""
    try:
        return write()
    except StoreError as error:
        if error.code != "version-conflict":
            raise
        latest = error.facts["latest"]
        raise UsageError("plan-changed", name=name, expected=author.expected, latest=latest) from error
