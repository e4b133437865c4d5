"""Entity tags: a browser asks again only for what has changed since it asked last."""

import hashlib
from collections.abc import Iterator, Mapping

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

__all__ = ["answer", "entity_tag", "unchanged"]

_NOT_MODIFIED = 304


def entity_tag(*parts: object) -> str:
    """Name a state of an answer by what it is made of. Weak: bytes may differ by compression and by time stamps.

    Examples
    --------
    >>> entity_tag("roads", 3) == entity_tag("roads", 3), entity_tag("roads", 3) == entity_tag("roads", 4)
    (True, False)
    """
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def unchanged(request: Request, tag: str, headers: Mapping[str, str] | None = None) -> Response | None:
    """Answer that the reader's copy still holds (304; RFC 9110, 13.1.2), before the work is done; None when not."""
    if _is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=_NOT_MODIFIED, headers=_kept(tag, headers))
    return None


def answer(
    request: Request,
    body: str | bytes | Iterator[str],
    *,
    media_type: str,
    tag: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a body under its tag, or that the reader's copy still holds.

    A body in pieces is sent as it is made.
    """
    same = unchanged(request, tag, headers)
    if same is not None:
        return same
    kept = _kept(tag, headers)
    if isinstance(body, str | bytes):
        return Response(body, media_type=media_type, headers=kept)
    return StreamingResponse(body, media_type=media_type, headers=kept)


def _kept(tag: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}


def _is_known(header: str, tag: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in known or tag.removeprefix("W/") in known
