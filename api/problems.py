"""Every error as RFC 9457 problem details, its sentence in the reader's language; a page for people in a browser."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import NotFoundError, UsageError, status_of
from api.language import preferred_language
from api.pages import render_page
from api.security import HEADERS
from gis.errors import GisError
from gis.i18n import LANGUAGES, Lang, Text, listed
from gis.schema import joined

__all__ = ["PROBLEM_TYPE", "refuse_host", "register_problems", "wants_html"]

PROBLEM_TYPE = "application/problem+json"
_METHOD_NOT_ALLOWED = 405
_INTERNAL = Text(
    "服务内部出错，已写入日志；请重试，如仍出错请联系维护人员",
    "the service failed and wrote it to its log; try again, and tell its keeper if it fails again",
)
_NEEDED = {  # by pydantic's name of the fault
    "int_parsing": Text("整数", "a whole number"),
    "greater_than_equal": Text("不小于 {ge} 的整数", "a number of at least {ge}"),
    "literal_error": Text(" {expected} 之一", "one of {expected}"),
}
_LOG = logging.getLogger("quhua.api")


def register_problems(app: FastAPI) -> None:
    """Teach an app to answer every error as a problem."""
    handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        GisError: _refused,
        RequestValidationError: _invalid,
        HTTPException: _not_found,
        Exception: _failed,
    }
    for cls, handler in handlers.items():
        app.add_exception_handler(cls, handler)


async def _refused(request: Request, error: GisError) -> Response:
    return _answer(request, status_of(error), error.code, error.text)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return await _refused(request, UsageError("parameter-invalid", reason=joined(map(_fault, error.errors()))))


def _fault(fault: Mapping[str, Any]) -> Text:
    """Say in words what pydantic found wrong with one parameter."""
    needed = _NEEDED.get(fault["type"], Text(fault["msg"], fault["msg"]))
    facts = {key: str(value) for key, value in fault.get("ctx", {}).items()}
    zh = needed.in_language("zh", **{key: value.replace(" or ", "、") for key, value in facts.items()})
    name, value = fault["loc"][-1], fault["input"]
    return Text(f"{name}={value}；应为{zh}", f"{name}={value}; {needed.in_language('en', **facts)} is needed")


async def _not_found(request: Request, error: HTTPException) -> Response:
    if error.status_code == _METHOD_NOT_ALLOWED:
        return await _refused(request, UsageError("method-not-allowed", method=request.method))
    return await _refused(request, NotFoundError("page-not-found", path=request.url.path))


async def refuse_host(request: Request, *, known: tuple[str, ...]) -> Response:
    """Answer a request that came under a name that is not this service's."""
    host = request.headers.get("host", "")
    return await _refused(request, UsageError("host-refused", host=repr(host), known=listed(known)))


async def _failed(request: Request, error: Exception) -> Response:
    _LOG.error("request %s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(request, 500, "internal-error", _INTERNAL.in_language)


def _answer(request: Request, status: int, code: str, sentence: Callable[[Lang], str]) -> Response:
    asked = request.query_params.get("lang")
    lang = next((lang for lang in LANGUAGES if lang == asked), None) or preferred_language(
        request.headers.get("accept-language")
    )
    headers = {"Content-Language": lang, "Cache-Control": "no-store"}
    headers |= HEADERS  # an internal error is answered outside of every middleware
    if wants_html(request):
        page = render_page("error.html", lang=lang, status=status, code=code, sentence=sentence(lang))
        return HTMLResponse(page, status_code=status, headers=headers)
    body = {
        "type": "about:blank",
        "title": code.replace("-", " "),
        "status": status,
        "code": code,
        "detail": sentence(lang),
        "instance": request.url.path,
    }
    return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def wants_html(request: Request) -> bool:
    """Say whether a browser asks: HTML stands in its ``Accept`` before JSON."""
    accept = request.headers.get("accept", "")
    html, json = accept.find("text/html"), accept.find("json")
    return html >= 0 and (json < 0 or html < json)
