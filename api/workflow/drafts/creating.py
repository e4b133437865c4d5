"""Make a plan to draw on: from today's division, from nothing, or as a branch of another plan."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from api.errors import UsageError
from api.workflow.common import layers_of, needed
from api.workflow.proposing import current_of
from boundaries import build_units
from gis.errors import ProjectError, StoreError
from gis.i18n import Text
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Entity, Version

__all__ = ["Source", "create_plan", "store_draft"]

Source = Literal["today", "blank", "plan"]
_TITLES = {"today": Text("自现状起草", "draft from today"), "blank": Text("空白方案", "blank plan")}


def create_plan(
    project: Project,
    name: str,
    *,
    source: Source,
    author: str,
    reason: str,
    of: str | None = None,
    version: int | None = None,
    title: str | None = None,
) -> Version:
    """Make a plan to draw on.

    Parameters
    ----------
    name
        Its name in the project.
    source
        ``today``: the communities of today; ``blank``: no unit has a community; ``plan``: a branch of plan ``of``, a
        proposal or any other, at its newest or an older ``version``.
    title
        A title for readers; by default it follows from the source.

    Raises
    ------
    UsageError
        ``plan-exists``; ``source-plan-needed``: a branch without saying of which plan.
    ProjectError
        ``layer-needed``: no units, or no communities to begin with.
    StoreError
        ``item-not-found``, ``version-not-found``, ``item-deleted``, ``name-invalid``, ``name-reserved``.
    """
    if source == "plan":
        return _branch(project, name, of, version, author=author, reason=reason, title=title)
    if of is not None or version is not None:
        raise UsageError("source-plan-needed")
    layers = layers_of(project)
    needed(layers, Kind.UNITS)
    units = build_units(layers)
    nobody = pd.Series(None, index=pd.Index(units.index, name="id", dtype="str"), dtype="str", name="community_id")
    assignment = nobody if source == "blank" else current_of(layers, units)
    if assignment is None:
        raise ProjectError("layer-needed", kind=schema_of(Kind.COMMUNITIES).label)
    return store_draft(
        project,
        name,
        assignment,
        title=_TITLES[source] if title is None else Text(title, title),
        provenance={"source": "draft", "from": source, "balance": project.settings.proposals.balance},
        author=author,
        reason=reason,
        parameters={"created_from": source},
    )


def store_draft(
    project: Project,
    name: str,
    assignment: "pd.Series[str]",
    *,
    title: Text,
    provenance: Mapping[str, Any],
    author: str,
    reason: str,
    parameters: Mapping[str, Any],
) -> Version:
    """Store a plan under a name that no plan bears (a deleted one's may be used again).

    Raises
    ------
    UsageError
        ``plan-exists``.
    """
    plain = pd.Series(
        assignment.to_numpy(dtype=object),
        index=pd.Index(assignment.index, name="id", dtype="str"),
        dtype="str",
        name="community_id",
    )
    try:
        return project.store.save_plan(
            name,
            plain,
            document={"title": {"zh": title.zh, "en": title.en}, "provenance": dict(provenance)},
            author=author,
            reason=reason,
            parameters=parameters,
            expected=_last_number(project, name),
        )
    except StoreError as error:
        if error.code != "version-conflict":
            raise
        raise UsageError("plan-exists", name=name) from error


def _last_number(project: Project, name: str) -> int:
    """Give the number that the store must stand at: 0, or that of the plan's deletion."""
    try:
        last = project.store.history(name, entity=Entity.PLAN)[-1]
    except StoreError as error:
        if error.code != "item-not-found":
            raise
        return 0
    if not last.deleted:
        raise UsageError("plan-exists", name=name)
    return last.number


def _branch(
    project: Project, name: str, of: str | None, version: int | None, *, author: str, reason: str, title: str | None
) -> Version:
    if of is None:
        raise UsageError("source-plan-needed")
    assignment, document, found = project.store.load_plan(of, version=version)
    was = Text(document["title"]["zh"], document["title"]["en"])
    return store_draft(
        project,
        name,
        assignment,
        title=Text(f"{was.zh}（分支）", f"{was.en} (branch)") if title is None else Text(title, title),
        provenance={**document["provenance"], "source": "draft", "from": "plan"},
        author=author,
        reason=reason,
        parameters={"branched_from": {"plan": found.name, "version": found.number}},
    )
