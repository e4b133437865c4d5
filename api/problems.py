"""Every error as RFC 9457 problem details, its sentence in the reader's language; a page for people in a browser."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import NotFoundError, UsageError, status_of
from api.language import reader_language
from api.pages import render_page
from api.quoting import quoted
from api.security import HEADERS
from gis.errors import GisError
from gis.i18n import Lang, Text, listed
from gis.needs import what_is_needed
from gis.schema import joined

__all__ = ["PROBLEM_TYPE", "refuse_host", "refuse_origin", "register_problems", "wants_html"]

PROBLEM_TYPE = "application/problem+json"
_BAD_REQUEST, _METHOD_NOT_ALLOWED = 400, 405
_INSTANCE = re.compile(r"/([^/].{0,200})?")  # a path of this service; a longer address is not repeated
_INTERNAL = Text(
    "服务内部出错，已写入日志；请重试，如仍出错请联系维护人员",
    "the service failed and wrote it to its log; try again, and tell its keeper if it fails again",
)
_NAMES = {
    "missing": Text("缺少 {name}", "{name} is missing"),
    "extra_forbidden": Text("不认识 {name}", "{name} is unknown"),
}
_UNREADABLE = Text("不是 UTF-8 编码的 JSON", "it is no JSON in UTF-8")
_LOG = logging.getLogger("quhua.api")


def register_problems(app: FastAPI) -> None:
    """Teach an app to answer every error as a problem."""
    handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        GisError: _refused,
        RequestValidationError: _invalid,
        HTTPException: _refused_by_framework,
        Exception: _failed,
    }
    for cls, handler in handlers.items():
        app.add_exception_handler(cls, handler)


async def _refused(request: Request, error: GisError) -> Response:
    return _answer(request, status_of(error), error.code, error.text)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    faults = dict.fromkeys(map(_fault, error.errors()))  # once each: routes share parameters
    in_body = error.errors()[0]["loc"][0] == "body"
    return await _refused(
        request, UsageError("body-invalid" if in_body else "parameter-invalid", reason=joined(faults))
    )


def _fault(fault: Mapping[str, Any]) -> Text:
    """Say in words what pydantic found wrong with one parameter."""
    name, value = fault["loc"][-1], quoted(fault["input"])
    if fault["type"] in _NAMES:
        label = _NAMES[fault["type"]]
        return Text(label.in_language("zh", name=name), label.in_language("en", name=name))
    needed = what_is_needed(fault)
    return Text(f"{name}={value}；应为{needed.zh}", f"{name}={value}; {needed.en} is needed")


async def _refused_by_framework(request: Request, error: HTTPException) -> Response:
    if error.status_code == _METHOD_NOT_ALLOWED:
        answer = await _refused(request, UsageError("method-not-allowed", method=quoted(request.method)))
        answer.headers["Allow"] = _allowed(error.headers or {})
        return answer
    if error.status_code == _BAD_REQUEST:  # raised by FastAPI alone, where a body cannot be read
        return await _refused(request, UsageError("body-invalid", reason=_UNREADABLE))
    return await _refused(request, NotFoundError("page-not-found", path=quoted(request.scope["path"])))


def _allowed(headers: Mapping[str, str]) -> str:
    """Name the methods that an address takes; where GET is, HEAD is too (RFC 9110, 15.5.6)."""
    methods = headers.get("Allow", "").split(", ")
    return ", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods))


async def refuse_host(request: Request, *, known: tuple[str, ...]) -> Response:
    """Answer a request that came under a name that is not this service's."""
    host = request.headers.get("host", "")
    return await _refused(request, UsageError("host-refused", host=repr(quoted(host)), known=listed(known)))


async def refuse_origin(request: Request) -> Response:
    """Answer a request that would change something and is not this service's own."""
    return await _refused(request, UsageError("origin-refused"))


async def _failed(request: Request, error: Exception) -> Response:
    _LOG.error("request %s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(request, 500, "internal-error", _INTERNAL.in_language)


def _answer(request: Request, status: int, code: str, sentence: Callable[[Lang], str]) -> Response:
    lang = reader_language(request)
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
    }
    if _INSTANCE.fullmatch(request.scope["path"]):
        body["instance"] = request.url.path
    return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def wants_html(request: Request) -> bool:
    """Say whether a browser asks: HTML stands in its ``Accept`` before JSON."""
    accept = request.headers.get("accept", "")
    html, json = accept.find("text/html"), accept.find("json")
    return html >= 0 and (json < 0 or html < json)
