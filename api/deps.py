"""What routes ask for: the open project, the reader's language, and query parameters that are all known.

What only looks at the request is ``async``: FastAPI sends every other dependency to a thread and waits for it, which
costs more than the work.
"""

from typing import Annotated

from fastapi import Depends, Query, Request

from api.catalogue import Collection, list_collections, project_state
from api.errors import UsageError
from api.language import reader_language
from api.quoting import quoted
from api.service import Service
from gis.i18n import Lang, listed
from gis.project import Project

__all__ = ["CatalogueDep", "LangDep", "ProjectDep", "ServiceDep", "refuse_unknown_parameters"]


async def get_service(request: Request) -> Service:  # async: what does not wait needs no thread
    """Give the state of the running service."""
    service: Service = request.app.state.service
    return service


def get_project(service: "ServiceDep") -> Project:
    """Give the open project, its settings of the moment."""
    return service.project


def get_catalogue(service: "ServiceDep") -> list[Collection]:
    """Give what the project offers at the moment."""
    project = service.project
    return service.memory.recall(("catalogue", project_state(project)), lambda: list_collections(project))


async def get_language(
    request: Request,
    _lang: Annotated[
        Lang | None, Query(alias="lang", description="语言，默认按浏览器设置 · language; the browser's by default")
    ] = None,
) -> Lang:
    """Give the reader's language; the parameter is checked here."""
    return reader_language(request)


async def refuse_unknown_parameters(request: Request, _lang: "LangDep") -> None:
    """Take ``lang`` on every address, and refuse a query parameter that the route does not know.

    Raises
    ------
    UsageError
        ``parameter-unknown``.

    Notes
    -----
    Source: OGC 17-069r4, /req/core/query-param-unknown.
    """
    known = _documented_parameters(request) | {"lang"}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UsageError("parameter-unknown", names=listed(map(quoted, unknown)), known=listed(sorted(known), limit=20))


def _documented_parameters(request: Request) -> set[str]:
    """Name the query parameters that the description of the API gives to the route; none for a page's own files."""
    path: str = request.scope["route"].path_format
    operation = request.app.openapi()["paths"].get(path, {}).get(request.method.lower(), {})
    return {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}


ServiceDep = Annotated[Service, Depends(get_service)]
CatalogueDep = Annotated[list[Collection], Depends(get_catalogue)]
ProjectDep = Annotated[Project, Depends(get_project)]
LangDep = Annotated[Lang, Depends(get_language)]
