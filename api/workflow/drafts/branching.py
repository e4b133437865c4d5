"""Two plans beside each other: what differs, and how a branch comes back (three-way merge)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from api.workflow.drafts.desk import Desk, OpenPlan
from api.workflow.drafts.editing import Author, Done, seen, store_deed, store_moves
from boundaries.drafts import Merge, common_base, diff_plans, merge_plans
from boundaries.drafts.merging import Choice
from boundaries.drafts.standing import require_editable
from boundaries.errors import DraftError
from gis.i18n import listed
from gis.project import Project
from gis.store import LoggedEdit, Version, load_moves, read_log

__all__ = ["Merging", "diff_of", "merge_branch", "preview_merge"]


@dataclass(frozen=True, eq=False)
class Merging:
    """A merge worked out: the version that both come from, theirs, the outcome, and who moved what in conflict.

    ``authors`` gives, for each unit in conflict, who moved it last on my side and on theirs.
    """

    base: tuple[str, int]
    theirs: Version
    merge: Merge
    authors: Mapping[str, tuple[str | None, str | None]]


def diff_of(
    project: Project, name: str, other: str, *, version: int | None = None, other_version: int | None = None
) -> tuple[Version, Version, pd.DataFrame]:
    """List the units that two plans, or two versions of one, give to different communities.

    Raises
    ------
    StoreError
        ``item-not-found``, ``version-not-found``, ``item-deleted``.
    PlanError
        The two are not of the same units.
    """
    one, _, mine = project.store.load_plan(name, version=version)
    two, _, theirs = project.store.load_plan(other, version=other_version)
    return mine, theirs, diff_plans(one, two)


def preview_merge(
    project: Project,
    mine: OpenPlan,
    other: str,
    *,
    other_version: int | None = None,
    choices: Mapping[str, Choice] | None = None,
    otherwise: Choice | None = None,
) -> Merging:
    """Work out a merge of another plan into an open one, and store nothing.

    Raises
    ------
    DraftError
        ``merge-with-itself``, ``no-common-base``, ``choices-unknown``.
    StoreError, PlanError
        As :func:`diff_of`.
    """
    theirs, _, version = project.store.load_plan(other, version=other_version)
    if version.name == mine.version.name:
        raise DraftError("merge-with-itself")
    logs: dict[str, list[LoggedEdit]] = {}
    one = _went_into(project, mine.version.name, mine.version.number, logs)
    two = _went_into(project, version.name, version.number, logs)
    made = {(plan, edit.version.number): edit.version.id for plan, log in logs.items() for edit in log}
    base = common_base(one, two, made=made)
    merge = merge_plans(
        project.store.load_plan(base[0], version=base[1])[0],
        mine.state.assignment(mine.ground),
        theirs,
        choices=choices,
        otherwise=otherwise,
    )
    since = made[base]
    movers = [_last_movers(project, merge.conflicts.index, held, logs, since=since) for held in (one, two)]
    authors = {str(unit): (movers[0].get(unit), movers[1].get(unit)) for unit in merge.conflicts.index}
    return Merging(base, version, merge, authors)


def merge_branch(
    desk: Desk,
    project: Project,
    name: str,
    other: str,
    *,
    author: Author,
    other_version: int | None = None,
    choices: Mapping[str, Choice] | None = None,
    otherwise: Choice | None = None,
) -> tuple[Done, Merging]:
    """Merge another plan into this one, as one stroke that can be taken back.

    Raises
    ------
    DraftError
        ``merge-conflicts``: units that both moved and nobody decided about; and what :func:`preview_merge` and
        :func:`api.workflow.drafts.editing.draw_stroke` raise.

    Notes
    -----
    Where nothing is taken over (all is as here, or mine was kept), the log still says that the other plan is settled.
    """
    opened = seen(desk, project, name, author)
    worked = preview_merge(project, opened, other, other_version=other_version, choices=choices, otherwise=otherwise)
    undecided = worked.merge.open_conflicts
    if undecided:
        raise DraftError("merge-conflicts", count=len(undecided), ids=listed(undecided))
    merged = {"plan": worked.theirs.name, "version": worked.theirs.number}
    if not worked.merge.taken:
        require_editable(opened.standing, {}, {})
        return store_deed(desk, project, opened, "settle", author=author, parameters={"merged": merged}), worked
    taken = worked.merge.assignment.loc[list(worked.merge.taken)]
    plain = taken.astype(object).where(taken.notna(), None)
    moves = {str(unit): to for unit, to in plain.items()}
    done = store_moves(desk, project, opened, moves, author=author, deed="merge", parameters={"merged": merged})
    return done, worked


def _went_into(project: Project, name: str, number: int, logs: dict[str, list[LoggedEdit]]) -> dict[str, int]:
    """Give every plan that went into a version, back to the beginning, each with its newest version that did."""
    held: dict[str, int] = {}
    waiting = [(name, number)]
    while waiting:
        plan, upto = waiting.pop()
        if held.get(plan, 0) >= upto:
            continue
        held[plan] = upto
        if plan not in logs:
            logs[plan] = read_log(project.store, plan)
        for edit in logs[plan]:
            origin = edit.version.parameters.get("branched_from") or edit.version.parameters.get("merged")
            if origin and edit.version.number <= upto:
                waiting.append((origin["plan"], origin["version"]))
    return held


def _last_movers(
    project: Project,
    units: "pd.Index[str]",
    held: Mapping[str, int],
    logs: Mapping[str, list[LoggedEdit]],
    *,
    since: int,
) -> dict[str, str]:
    """Tell who moved each unit last, among the edits that went into a version after the common one."""
    if not len(units):
        return {}
    wanted, movers = set(units), {}
    edits = [
        edit
        for plan, upto in held.items()
        for edit in logs[plan]
        if edit.version.number <= upto and edit.version.id > since and edit.deed not in {"save", "delete"}
    ]
    for edit in sorted(edits, key=lambda one: one.version.id):
        if edit.unit_count:
            _, moved = load_moves(project.store, edit.version.name, edit.version.number)
            movers.update(dict.fromkeys(wanted & set(moved), edit.version.author))
    return movers
