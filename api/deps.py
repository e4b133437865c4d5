"""What routes ask for: the open project, the reader's language, and query parameters that are all known."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.errors import UsageError
from api.language import preferred_language
from api.service import Service
from gis.i18n import Lang, listed
from gis.project import Project

__all__ = ["LangDep", "ProjectDep", "ServiceDep", "refuse_unknown_parameters"]


def get_service(request: Request) -> Service:
    """Give the state of the running service."""
    service: Service = request.app.state.service
    return service


def get_project(service: "ServiceDep") -> Project:
    """Give the open project, its settings of the moment."""
    return service.project


def get_language(
    request: Request,
    lang: Annotated[
        Lang | None, Query(description="语言,默认按浏览器设置 · language; the browser's by default")
    ] = None,
) -> Lang:
    """Give the reader's language."""
    return lang or preferred_language(request.headers.get("accept-language"))


def refuse_unknown_parameters(request: Request, _lang: "LangDep") -> None:
    """Take ``lang`` on every address, and refuse a query parameter that the route does not know.

    Raises
    ------
    UsageError
        ``parameter-unknown``.

    Notes
    -----
    Source: OGC 17-069r4, /req/core/query-param-unknown.
    """
    known = sorted(set(_parameters(request.scope["route"].dependant)))
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise UsageError("parameter-unknown", names=listed(unknown), known=listed(known, limit=20))


def _parameters(dependant: Any) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for below in dependant.dependencies:
        yield from _parameters(below)


ServiceDep = Annotated[Service, Depends(get_service)]
ProjectDep = Annotated[Project, Depends(get_project)]
LangDep = Annotated[Lang, Depends(get_language)]
