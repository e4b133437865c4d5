"""Maps as self-contained pages: the findings, and each plan."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.caching import answer, entity_tag
from api.catalogue import project_state
from api.deps import CatalogueDep, LangDep, ProjectDep, ServiceDep
from api.links import address
from api.models import MapInfo, MapList, Problem, Responses
from api.quoting import quoted
from api.security import policy_for_page
from api.service import Service
from api.workflow import findings_page, plan_page
from api.workflow.common import FINDINGS
from gis.i18n import Lang, Text
from gis.project import Project
from gis.store import Entity

__all__ = ["router"]

router = APIRouter(tags=["maps"])

PlanName = Annotated[str, Path(description="方案名称 · plan name", examples=["alternative_1"])]
_FINDINGS_TITLE = Text("社区边界问题图", "Findings on community boundaries")
_PAGE: Responses = {
    200: {"content": {"text/html": {}}, "description": "断网可开的网页 · a page that opens with no network"},
    404: {"model": Problem, "description": "没有此图 · no such map"},
}


@router.get("/maps", summary="地图目录 · List maps")
def maps(request: Request, catalogue: CatalogueDep, lang: LangDep) -> MapList:
    """列出问题图和各方案图 · list the map of findings and of each plan."""
    known = []
    for collection in catalogue:
        title = collection.title.in_language(lang)
        if collection.entity == Entity.FINDINGS and collection.name == FINDINGS:
            title = _FINDINGS_TITLE.in_language(lang)
            known.append(MapInfo(title=title, kind="findings", href=address(request, "/maps/findings")))
        elif collection.is_whole_plan:
            known.append(MapInfo(title=title, kind="plan", href=address(request, f"/maps/plans/{collection.name}")))
    return MapList(maps=known)


@router.get("/maps/findings", summary="问题图 · Map of findings", response_class=Response, responses=_PAGE)
def findings(request: Request, service: ServiceDep, project: ProjectDep, lang: LangDep) -> Response:
    """最新一次检查的问题，可筛选、逐个查看 · the newest findings, to filter and step through."""
    return _page(request, service, project, ("findings", lang), lambda: findings_page(project, lang=lang, home="/"))


@router.get("/maps/plans/{name}", summary="方案图 · Map of a plan", response_class=Response, responses=_PAGE)
def plan(request: Request, service: ServiceDep, project: ProjectDep, lang: LangDep, name: PlanName) -> Response:
    """一个划分方案，可与现状对照 · one plan, with today's lines to compare."""
    name = quoted(name)  # no plan's name is longer
    return _page(request, service, project, ("plan", name, lang), lambda: plan_page(project, name, lang=lang, home="/"))


def _page(
    request: Request, service: Service, project: Project, key: tuple[str | Lang, ...], draw: Callable[[], str]
) -> Response:
    def make() -> tuple[str, str]:
        html = draw()
        return html, policy_for_page(html)

    html, policy = service.memory.recall(("map", key, project_state(project)), make)
    headers = {"Content-Security-Policy": policy, "Content-Language": key[-1]}
    return answer(request, html, media_type="text/html", tag=entity_tag(html), headers=headers)
