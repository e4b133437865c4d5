"""What the plan routes share: the project's id, the version that a request builds on, and how a plan is told."""

from typing import Annotated

from fastapi import Depends, Header, Path, Request

from api.deps import ServiceDep
from api.errors import NotFoundError, UsageError
from api.links import link
from api.models import Link, Problem, Responses
from api.plan_models import (
    BreachInfo,
    CommunityChange,
    EditRequest,
    EffectInfo,
    PlanCreated,
    ViolationInfo,
)
from api.quoting import quoted
from api.workflow.common import author as account
from api.workflow.drafts.editing import Author, Done
from boundaries import Violation
from boundaries.drafts import Breach
from boundaries.drafts.evaluate import totals_of
from gis.i18n import Lang
from gis.project import Project
from gis.store import Entity, Version

__all__ = [
    "CHANGED",
    "MISSING",
    "ROOT",
    "NewestDep",
    "PlanName",
    "PlanProjectDep",
    "author_of",
    "breaches_told",
    "changes_told",
    "created_told",
    "effect_told",
    "plan_links",
    "tag_of",
    "violations_told",
]

ROOT = "/projects/{project_id}/plans"  # whole in each router: the route of a request knows its own prefix only
PlanName = Annotated[str, Path(description="方案名称 · plan name", examples=["draft_1"])]
MISSING: Responses = {
    404: {"model": Problem, "description": "没有此项目、方案或版本 · no such project, plan or version"},
    409: {"model": Problem, "description": "以项目目前的数据无法回答 · the project as it stands cannot answer"},
}
CHANGED: Responses = {
    **MISSING,
    403: {"model": Problem, "description": "来自其他机器或其他网站 · from another machine or another site's page"},
    409: {"model": Problem, "description": "已锁定、已提交，或有冲突 · locked, submitted, or in conflict"},
    412: {"model": Problem, "description": "方案已被他人修改 · somebody has edited the plan since"},
    422: {"model": Problem, "description": "内容不能用 · what was sent does not serve"},
    428: {"model": Problem, "description": "缺少 If-Match · If-Match is missing"},
}


def served_project(
    service: ServiceDep,
    project_id: Annotated[str, Path(description="项目标识 · id of the project (see /projects)", examples=["town"])],
) -> Project:
    """Give the project of the address.

    Raises
    ------
    NotFoundError
        ``project-unknown``.
    """
    project = service.project
    if project_id != project.folder.name:
        raise NotFoundError("project-unknown", name=quoted(project_id), found=project.folder.name)
    return project


PlanProjectDep = Annotated[Project, Depends(served_project)]


def newest(
    project: PlanProjectDep,
    name: PlanName,
    if_match: Annotated[
        str | None,
        Header(description="方案的 ETag：所依据的版本 · the plan's ETag: the version that the edit builds on"),
    ] = None,
) -> Version:
    """Give the newest version of a plan, if it is the one that the request says it has seen.

    Raises
    ------
    UsageError
        ``if-match-missing`` (428), also for ``*``, which would build on whatever is there; ``if-match-unknown`` (412).
    """
    version = project.store.latest(quoted(name), entity=Entity.PLAN)
    tags = [] if if_match is None else [tag.strip() for tag in if_match.split(",") if tag.strip()]
    if not tags or "*" in tags:
        raise UsageError("if-match-missing")
    if tag_of(version) not in tags:
        raise UsageError("if-match-unknown", value=quoted(if_match), name=version.name, tag=tag_of(version))
    return version


NewestDep = Annotated[Version, Depends(newest)]


def tag_of(version: Version) -> str:
    """Give the entity tag of a version of a plan: its number, and the beginning of its hash."""
    return f'"{version.number}-{version.content_hash[:12]}"'


def author_of(asked: EditRequest, version: Version, *, deed: str) -> Author:
    """Give who edits, why, and what they have seen."""
    return Author(asked.author or account(), asked.reason or deed, version.number, version)


def plan_links(request: Request, project: Project, name: str) -> list[Link]:
    """Give the links of a plan."""
    base = f"/projects/{project.folder.name}/plans/{name}"
    return [
        link(request, base, rel="self"),
        link(request, f"{base}/assignment", rel="assignment"),
        link(request, f"{base}/log", rel="version-history"),
        link(request, f"{base}/comments", rel="comments"),
    ]


def created_told(request: Request, project: Project, version: Version) -> PlanCreated:
    """Tell of a plan that was just made."""
    return PlanCreated(
        name=version.name,
        version=version.number,
        etag=tag_of(version),
        links=plan_links(request, project, version.name),
    )


def effect_told(done: Done, *, deed: str, lang: Lang) -> EffectInfo:
    """Tell what an edit did."""
    plan, effect = done.plan, done.effect
    return EffectInfo(
        version=plan.version.number,
        etag=tag_of(plan.version),
        deed=deed,
        moved=0 if effect is None else len(effect.moved_to),
        communities=[] if effect is None else changes_told(effect.tallies(plan.ground)),
        totals=totals_of(plan.state, plan.ground),
        violations=[] if effect is None else violations_told(effect.violations(plan.ground)[1], lang),
        breaches=breaches_told(done.breaches, lang),
        can_undo=bool(plan.standing.undo),
        can_redo=bool(plan.standing.redo),
    )


def changes_told(tallies: list[dict[str, object]]) -> list[CommunityChange]:
    """Tell the numbers of communities before and after."""
    return [CommunityChange.model_validate(tally) for tally in tallies]


def violations_told(violations: tuple[Violation, ...], lang: Lang) -> list[ViolationInfo]:
    """Tell broken rules in the reader's language."""
    return [
        ViolationInfo(code=one.code, community_id=one.community_id, message=one.message.in_language(lang))
        for one in violations
    ]


def breaches_told(breaches: "tuple[Breach, ...] | list[Breach]", lang: Lang) -> list[BreachInfo]:
    """Tell what a stroke breaks in the reader's language."""
    return [
        BreachInfo(code=one.code, ids=list(one.ids), message=one.message.in_language(lang), blocks=one.blocks)
        for one in breaches
    ]
