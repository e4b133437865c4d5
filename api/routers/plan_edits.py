"""Edits of a plan: each names the version that it builds on (If-Match), and makes the next one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import LangDep, ServiceDep
from api.plan_models import (
    EditRequest,
    EffectInfo,
    LockRequest,
    NameRequest,
    RestoreRequest,
    StrokeCheck,
    StrokeRequest,
)
from api.quoting import quoted
from api.routers.plan_parts import (
    CHANGED,
    MISSING,
    ROOT,
    NewestDep,
    PlanName,
    PlanProjectDep,
    author_of,
    breaches_told,
    changes_told,
    effect_told,
    violations_told,
)
from api.workflow.drafts import editing
from api.workflow.drafts.editing import Done, moves_of
from boundaries.drafts.evaluate import totals_of
from gis.i18n import Lang

__all__ = ["router"]

router = APIRouter(prefix=ROOT)


@router.post("/{name}/strokes", summary="移动单元 · Move units", status_code=201, responses=CHANGED)
def stroke(
    response: Response,
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    seen: NewestDep,
    asked: StrokeRequest,
) -> EffectInfo:
    """一笔：这些单元调入一个社区；答复即时评估 · one stroke, and what it changed."""
    author = author_of(asked, seen, deed="stroke")
    done = editing.draw_stroke(service.desk, project, seen.name, moves_of(asked.units, asked.to), author=author)
    return _told(response, done, "stroke", lang)


@router.post(
    "/{name}/check", summary="先看后果 · Check a stroke", responses={**MISSING, 403: CHANGED[403], 422: CHANGED[422]}
)
def check(
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    name: PlanName,
    asked: StrokeRequest,
    version: Annotated[int | None, Query(ge=1, description="第几版，默认最新 · which version; the newest")] = None,
) -> StrokeCheck:
    """这一笔会改变什么、违反什么（连片、城中村和小区、规模、锁定、刚性界线）；不保存 · what it would break.

    ``allowed`` 为 false 时，保存会被拒绝。Where ``allowed`` is false, the stroke would be refused.
    """
    opened, effect, breaches = editing.check_stroke(
        service.desk, project, quoted(name), moves_of(asked.units, asked.to), version=version
    )
    return StrokeCheck(
        version=opened.version.number,
        allowed=not any(breach.blocks for breach in breaches),
        moved=len(effect.moved_to),
        communities=changes_told(effect.tallies(opened.ground)),
        totals=totals_of(effect.after, opened.ground),
        violations=violations_told(effect.violations(opened.ground)[1], lang),
        breaches=breaches_told(breaches, lang),
    )


@router.post("/{name}/undo", summary="撤销 · Undo", status_code=201, responses=CHANGED)
def undo(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: EditRequest
) -> EffectInfo:
    """撤销最近一笔（重启后也可）· take the newest stroke back, after a restart too."""
    done = editing.undo(service.desk, project, seen.name, author=author_of(asked, seen, deed="undo"))
    return _told(response, done, "undo", lang)


@router.post("/{name}/redo", summary="重做 · Redo", status_code=201, responses=CHANGED)
def redo(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: EditRequest
) -> EffectInfo:
    """重做最近撤销的一笔 · do again what was taken back last."""
    done = editing.redo(service.desk, project, seen.name, author=author_of(asked, seen, deed="redo"))
    return _told(response, done, "redo", lang)


@router.post("/{name}/restore", summary="回到旧版本 · Go back to a version", status_code=201, responses=CHANGED)
def restore(
    response: Response,
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    seen: NewestDep,
    asked: RestoreRequest,
) -> EffectInfo:
    """作为一笔修改，可撤销 · as one stroke, which can be taken back."""
    author = author_of(asked, seen, deed="restore")
    done = editing.restore_version(service.desk, project, seen.name, asked.version, author=author)
    return _told(response, done, "restore", lang)


@router.post("/{name}/locks", summary="锁定与解锁 · Lock and unlock", status_code=201, responses=CHANGED)
def locks(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: LockRequest
) -> EffectInfo:
    """锁定单元、社区或整个方案；由服务执行 · units, communities or the whole plan; the service holds them."""
    deed = "lock" if asked.locked else "unlock"
    done = editing.set_locks(
        service.desk,
        project,
        seen.name,
        author=author_of(asked, seen, deed=deed),
        locked=asked.locked,
        units=asked.units,
        communities=asked.communities,
        plan=asked.plan,
    )
    return _told(response, done, deed, lang)


@router.post("/{name}/submit", summary="提交 · Submit", status_code=201, responses=CHANGED)
def submit(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: EditRequest
) -> EffectInfo:
    """提交后方案冻结，退回前不能修改 · freezes the plan until it is reopened."""
    author = author_of(asked, seen, deed="submit")
    return _told(
        response, editing.set_submitted(service.desk, project, seen.name, author=author, submitted=True), "submit", lang
    )


@router.post("/{name}/reopen", summary="退回 · Reopen", status_code=201, responses=CHANGED)
def reopen(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: EditRequest
) -> EffectInfo:
    """退回已提交的方案，可再修改 · a submitted plan may be edited again."""
    author = author_of(asked, seen, deed="reopen")
    return _told(
        response,
        editing.set_submitted(service.desk, project, seen.name, author=author, submitted=False),
        "reopen",
        lang,
    )


@router.post("/{name}/names", summary="命名版本 · Name a version", status_code=201, responses=CHANGED)
def name_version(
    response: Response, service: ServiceDep, project: PlanProjectDep, lang: LangDep, seen: NewestDep, asked: NameRequest
) -> EffectInfo:
    """给一个版本起名，例如“报审稿” · a name for a version, by which it is found again."""
    done = editing.name_version(
        service.desk,
        project,
        seen.name,
        author=author_of(asked, seen, deed="name"),
        called=asked.name,
        number=asked.version,
    )
    return _told(response, done, "name", lang)


def _told(response: Response, done: Done, deed: str, lang: Lang) -> EffectInfo:
    told = effect_told(done, deed=deed, lang=lang)
    response.headers["ETag"] = told.etag
    return told
