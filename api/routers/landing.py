"""Where readers and programs begin: the start page, the landing page of the API, and whether the service is well."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api import VERSION
from api.caching import answer, entity_tag
from api.catalogue import project_state
from api.deps import LangDep, ProjectDep, ServiceDep
from api.links import OPENAPI, OPENAPI_30, link
from api.models import Conformance, Health, LandingPage
from api.pages import render_page
from api.pages.start import start_context
from api.problems import wants_html
from gis.i18n import Text

__all__ = ["router"]

router = APIRouter(tags=["start"])

_DESCRIPTION = Text(
    "社区边界与网格规划项目：图层、检查结果和划分方案",
    "a boundary and grid planning project: layers, findings and plans",
)
_SPEC = "http://www.opengis.net/spec/"
_CONFORMANCE = tuple(
    f"{_SPEC}{standard}/conf/{name}"
    for standard, names in (
        ("ogcapi-common-1/1.0", ("core", "landing-page", "json", "html", "oas30")),
        ("ogcapi-common-2/1.0", ("collections", "json", "html")),
        ("ogcapi-features-1/1.0", ("core", "geojson", "html", "oas30")),
        ("ogcapi-features-2/1.0", ("crs",)),
        ("ogcapi-features-3/1.0", ("filter", "features-filter", "queryables")),
        (
            "cql2/1.0",
            (
                "cql2-text",
                "cql2-json",
                "basic-cql2",
                "advanced-comparison-operators",
                "case-insensitive-comparison",
                "accent-insensitive-comparison",
                "basic-spatial-functions",
                "basic-spatial-functions-plus",
                "spatial-functions",
                "temporal-functions",
                "array-functions",
                "property-property",
                "arithmetic",
            ),
        ),
        ("ogcapi-tiles-1/1.0", ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")),
        ("tms/2.0", ("tilematrixset", "json-tilematrixset")),
    )
    for name in names
)


@router.get(
    "/",
    summary="首页 · Start page",
    response_model=LandingPage,
    responses={200: {"content": {"text/html": {}}}},
)
def landing(
    request: Request,
    service: ServiceDep,
    project: ProjectDep,
    lang: LangDep,
    f: Annotated[Literal["html", "json"] | None, Query(description="格式 · format")] = None,
) -> Response:
    """给人看的首页，或给程序的入口链接 · the start page for people, or the entry links for programs."""
    if f == "html" or (f is None and wants_html(request)):
        state = project_state(project)
        context = service.memory.recall(("start", state), lambda: start_context(project))
        page = render_page("start.html", lang=lang, **context)
        return answer(
            request,
            page,
            media_type="text/html",
            tag=entity_tag("start", VERSION, state, lang),
            headers={"Content-Language": lang},
        )
    links = [
        link(request, "/", rel="self"),
        link(request, "/", rel="alternate", media_type="text/html", query={"f": "html"}),
        link(request, "/openapi-3.0.json", rel="service-desc", media_type=OPENAPI_30),
        link(request, "/openapi.json", rel="service-desc", media_type=OPENAPI),
        link(request, "/docs", rel="service-doc", media_type="text/html"),
        link(request, "/conformance", rel="conformance"),
        link(request, "/collections", rel="data"),
        link(request, "/tileMatrixSets", rel="http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"),
    ]
    body = LandingPage(title=project.settings.project.name, description=_DESCRIPTION.in_language(lang), links=links)
    return JSONResponse(body.model_dump(by_alias=True, exclude_none=True), headers={"Content-Language": lang})


@router.get("/conformance", summary="符合的标准 · Standards kept")
def conformance() -> Conformance:
    """列出符合的 OGC API 要求类 · list the OGC API requirement classes that the service keeps."""
    return Conformance(conforms_to=list(_CONFORMANCE))


@router.get("/health", summary="运行状况 · Health")
def health(project: ProjectDep) -> Health:
    """读一次项目库，能答即为正常 · read the project's store once; an answer means that all is well."""
    project.store.state()
    return Health(status="ok", project=project.settings.project.name, version=VERSION)
