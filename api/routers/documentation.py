"""The description of the API as a page, with every file that it needs from this service itself."""

import json
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.caching import answer, entity_tag
from api.deps import LangDep
from api.errors import NotFoundError
from api.links import OPENAPI, OPENAPI_30
from api.openapi30 import as_openapi_30
from api.pages import render_page
from api.quoting import quoted
from gis.assets import read_asset

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_LIBRARIES = frozenset({"swagger-ui-bundle.js", "swagger-ui.css"})
_OWN = frozenset({"start.css", "docs.js"})
_MEDIA_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}


@router.get("/openapi.json")
def description(request: Request) -> Response:
    """Give the description of the API (OpenAPI 3.1)."""
    text = json.dumps(request.app.openapi(), ensure_ascii=False)
    return answer(request, text, media_type=OPENAPI, tag=entity_tag(text))


@router.get("/openapi-3.0.json")
def description_30(request: Request) -> Response:
    """Give the description of the API in OpenAPI 3.0, for clients that the OGC standards have in mind."""
    text = json.dumps(as_openapi_30(request.app.openapi()), ensure_ascii=False)
    return answer(request, text, media_type=OPENAPI_30, tag=entity_tag(text))


@router.get("/docs")
def docs(request: Request, lang: LangDep) -> Response:
    """Show the description of the API to people."""
    page = render_page("docs.html", lang=lang)
    return answer(request, page, media_type="text/html", tag=entity_tag(page))


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """Give a style sheet or script of the pages."""
    text = _asset_text(name)
    return answer(request, text, media_type=_MEDIA_TYPES[name.rsplit(".", 1)[-1]], tag=entity_tag(text))


@cache
def _asset_text(name: str) -> str:
    if name in _LIBRARIES:
        return read_asset(name)
    if name in _OWN:
        return (files("api.pages") / "static" / name).read_text(encoding="utf-8")
    raise NotFoundError("page-not-found", path=quoted(f"/assets/{name}"))
