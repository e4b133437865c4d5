"""The plans of a project: list, make, read, delete; their edits, branches and comments are in rooms of their own."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import LangDep, ProjectDep, ServiceDep
from api.links import link
from api.models import Problem, Responses
from api.plan_models import (
    Assignment,
    CommunityTally,
    LogLine,
    PlanCreated,
    PlanFileReport,
    PlanInfo,
    PlanList,
    PlanLog,
    PlanRequest,
    PlanState,
    ProjectInfo,
    ProjectList,
)
from api.quoting import quoted
from api.receiving import RAW, received
from api.routers import plan_branches, plan_comments, plan_edits
from api.routers.plan_parts import (
    CHANGED,
    MISSING,
    ROOT,
    NewestDep,
    PlanName,
    PlanProjectDep,
    created_told,
    plan_links,
    tag_of,
    violations_told,
)
from api.workflow.common import author as account
from api.workflow.drafts.creating import create_plan
from api.workflow.drafts.desk import OpenPlan
from api.workflow.drafts.editing import Author, delete_plan
from api.workflow.drafts.files import FileRequest, plan_from_file
from api.workflow.previewing import named_only
from boundaries.drafts.evaluate import tally_told, totals_of, violations_of
from boundaries.plan import fresh_ids
from gis.i18n import Lang, Text
from gis.project import Project
from gis.store import Entity, Version, read_log

__all__ = ["router"]

router = APIRouter(tags=["plans"])
plans = APIRouter(prefix=ROOT)

VersionQuery = Annotated[int | None, Query(ge=1, description="第几版，默认最新 · which version; the newest by default")]
_UPLOAD: Responses = {
    **{status: CHANGED[status] for status in (403, 404, 409, 422)},
    408: {"model": Problem, "description": "传得太慢 · it came too slowly"},
    413: {"model": Problem, "description": "文件太大 · the file is too large"},
    415: {"model": Problem, "description": "内容类型不对 · wrong media type"},
    429: {"model": Problem, "description": "同时上传的太多 · too many at once"},
    507: {"model": Problem, "description": "磁盘已满 · the disk is full"},
}
_MADE: Responses = {status: CHANGED[status] for status in (403, 404, 409, 422)}
_BODY = {"required": True, "content": {RAW: {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/projects", summary="项目 · List projects")
def projects(request: Request, project: ProjectDep) -> ProjectList:
    """本服务的项目（一个）及其标识 · the one project of this service, and its id."""
    name = project.folder.name
    links = [link(request, f"/projects/{name}/plans", rel="plans"), link(request, "/collections", rel="data")]
    return ProjectList(projects=[ProjectInfo(id=name, title=project.settings.project.name, links=links)])


@plans.get("", summary="方案目录 · List plans", responses={404: MISSING[404]})
def list_plans(request: Request, project: PlanProjectDep, lang: LangDep) -> PlanList:
    """各方案的最新一版；已删除的不列 · the newest version of each plan that is not deleted."""
    told = []
    for entry in project.store.items(Entity.PLAN):
        _, document, version = project.store.load_plan(entry.name)
        told.append(
            PlanInfo(
                name=version.name,
                title=_title(document, lang),
                kind=version.kind,
                version=version.number,
                etag=tag_of(version),
                updated=version.created_at,
                author=version.author,
                reason=version.reason,
                edits=document.get("edited", {}).get("edits", 0),
                links=plan_links(request, project, version.name),
            )
        )
    return PlanList(plans=told)


@plans.post("", summary="新建方案 · Make a plan", status_code=201, responses=_MADE)
def create(request: Request, response: Response, project: PlanProjectDep, asked: PlanRequest) -> PlanCreated:
    """自现状、空白或已有方案（分支）· from today's division, from nothing, or as a branch of a plan."""
    version = create_plan(
        project,
        asked.name,
        source=asked.source,
        of=asked.of,
        version=asked.version,
        title=asked.title,
        author=asked.author or account(),
        reason=asked.reason or "create",
    )
    return _made(request, response, project, version)


@plans.post(
    "/files",
    summary="由文件新建方案 · Make a plan of a file",
    status_code=201,
    responses=_UPLOAD,
    openapi_extra={"requestBody": _BODY},
)
async def create_from_file(  # noqa: PLR0913, PLR0917 - each option of a file is a parameter
    request: Request,
    response: Response,
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    name: Annotated[str, Query(description="方案名称 · plan name", examples=["draft_1"])],
    filename: Annotated[
        str, Query(description="文件名，含扩展名 · file name with its extension", examples=["方案.csv"])
    ],
    unit_column: Annotated[str | None, Query(description="规划单元所在的列 · column of the units")] = None,
    community_column: Annotated[str | None, Query(description="社区所在的列 · column of the communities")] = None,
    crs: Annotated[str | None, Query(description="坐标参考系 · CRS", examples=["EPSG:4547"])] = None,
    encoding: Annotated[str | None, Query(description="文字编码 · text encoding", examples=["GB18030"])] = None,
    title: Annotated[str | None, Query(description="标题，默认为文件名 · a title; the file's name by default")] = None,
    author: Annotated[str | None, Query(description="操作人 · who")] = None,
    dry_run: Annotated[bool, Query(description="只看不存 · only look")] = False,  # noqa: FBT002 - a query parameter
) -> PlanFileReport:
    """正文就是文件：单元与社区的表格（.csv、.xlsx），或画好的面 · a table of units and communities, or polygons.

    答复逐项说明读取结果。The answer accounts for what was understood.
    """
    async with received(request, service, filename) as upload:
        asked = FileRequest(upload.path, unit_column, community_column, crs, encoding)

        def work() -> PlanFileReport:
            with named_only(upload.path.parent):
                report, version = plan_from_file(
                    project, name, asked, author=author or account(), reason="import", title=title, store=not dry_run
                )
            told = {**asdict(report), "notes": [note.in_language(lang) for note in report.notes]}
            created = None if version is None else _made(request, response, project, version)
            return PlanFileReport.model_validate({**told, "created": created})

        told = await run_in_threadpool(work)
    service.uploads.discard(upload)
    return told


@plans.get("/{name}", summary="方案现状 · State of a plan", responses=MISSING)
def state(
    request: Request,
    response: Response,
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    name: PlanName,
    version: VersionQuery = None,
) -> PlanState:
    """锁定、提交、可否撤销，各社区的数字与违规；ETag 用于修改 · standing, numbers, violations; ETag is for edits."""
    opened = service.desk.open(project, quoted(name), version=version)
    newest = project.store.latest(opened.version.name, entity=Entity.PLAN)
    response.headers["ETag"] = tag_of(opened.version)  # of the version; the numbers follow the layers, too: no 304
    return _state_told(request, project, opened, lang, is_newest=newest.number == opened.version.number)


@plans.get("/{name}/assignment", summary="单元归属 · Which unit belongs where", responses={404: MISSING[404]})
def assignment(response: Response, project: PlanProjectDep, name: PlanName, version: VersionQuery = None) -> Assignment:
    """每个规划单元的社区，null 为未分配 · the community of each unit, null for none."""
    found, _, at = project.store.load_plan(quoted(name), version=version)
    response.headers["ETag"] = tag_of(at)
    plain = found.astype(object).where(found.notna(), None)
    return Assignment(name=at.name, version=at.number, assignment={str(unit): to for unit, to in plain.items()})


@plans.get("/{name}/log", summary="修改记录 · Log of edits", responses={404: MISSING[404]})
def log(
    request: Request,
    project: PlanProjectDep,
    name: PlanName,
    after: Annotated[int, Query(ge=0, description="只列此版之后的 · only what came after this version")] = 0,
) -> PlanLog:
    """每次修改一行：单元数、操作人、原因、时间；只增不改 · a line an edit; only ever added to."""
    lines = [
        LogLine(
            version=edit.version.number,
            deed=edit.deed,
            target=edit.target,
            units=edit.unit_count,
            author=edit.version.author,
            reason=edit.version.reason,
            time=edit.version.created_at,
            details=edit.version.parameters,
        )
        for edit in read_log(project.store, quoted(name), after=after)
    ]
    return PlanLog(name=name, log=lines, links=plan_links(request, project, name))


@plans.delete("/{name}", summary="删除方案 · Delete a plan", responses=CHANGED)
def delete(
    request: Request,
    service: ServiceDep,
    project: PlanProjectDep,
    seen: NewestDep,
    author: Annotated[str | None, Query(description="操作人 · who", max_length=200)] = None,
    reason: Annotated[str | None, Query(description="原因 · why", max_length=200)] = None,
) -> PlanCreated:
    """删除也是一版：历史保留，可恢复 · a deletion is a version; the history stays, and can be brought back."""
    by = Author(author or account(), reason or "delete", seen.number)
    return created_told(request, project, delete_plan(service.desk, project, seen.name, author=by))


def _made(request: Request, response: Response, project: Project, version: Version) -> PlanCreated:
    told = created_told(request, project, version)
    response.headers["ETag"] = told.etag
    response.headers["Location"] = told.links[0].href
    return told


def _title(document: dict[str, dict[str, str]], lang: Lang) -> str:
    return Text(document["title"]["zh"], document["title"]["en"]).in_language(lang)


def _state_told(request: Request, project: Project, opened: OpenPlan, lang: Lang, *, is_newest: bool) -> PlanState:
    here, ground, standing = opened.state, opened.ground, opened.standing
    ids = tuple(sorted(here.communities[code] for code in here.tallies))
    return PlanState(
        name=opened.version.name,
        title=_title(opened.document, lang),
        version=opened.version.number,
        etag=tag_of(opened.version),
        is_newest=is_newest,
        submitted=standing.submitted,
        locks={
            "plan": standing.plan_locked,
            "units": sorted(standing.locked_units),
            "communities": sorted(standing.locked_communities),
        },
        can_undo=bool(standing.undo),
        can_redo=bool(standing.redo),
        names=dict(standing.names),
        next_community_id=next(fresh_ids({*here.communities, *ground.names})),
        communities={
            community: CommunityTally.model_validate(tally_told(here, ground, community)) for community in ids
        },
        totals=totals_of(here, ground),
        violations=violations_told(violations_of(here, ground, ids), lang),
        links=plan_links(request, project, opened.version.name),
    )


for _room in (plans, plan_edits.router, plan_branches.router, plan_comments.router):
    router.include_router(_room)
