"""Take the body of a request into a file, without holding the event loop: it may be large, and come slowly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.errors import UsageError
from api.service import Service
from api.uploads import Upload
from api.workflow.previewing import storage_faults

__all__ = ["RAW", "received"]

RAW = "application/octet-stream"
_RECEIVE_WITHIN_S = 600.0


@asynccontextmanager
async def received(request: Request, service: Service, filename: str) -> AsyncIterator[Upload]:
    """Take the body of a request into a file; it is forgotten when it does not come whole, or what follows fails.

    Raises
    ------
    UsageError
        ``upload-type``, ``upload-too-large``, ``upload-too-slow``, ``upload-cut``, and those of ``Uploads.begin``.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != RAW:
        raise UsageError("upload-type", needed=RAW)
    limit = service.settings.max_upload_mb * 1024**2
    if _said_length(request) > limit:
        raise _too_large(service)
    upload = service.uploads.begin(filename)
    try:
        try:
            async with asyncio.timeout(_RECEIVE_WITHIN_S):
                await _write(request, upload, service)
        except TimeoutError:
            raise UsageError("upload-too-slow", seconds=int(_RECEIVE_WITHIN_S)) from None
        except ClientDisconnect:
            raise UsageError("upload-cut") from None
        yield upload
    except BaseException:
        service.uploads.discard(upload)
        raise


async def _write(request: Request, upload: Upload, service: Service) -> None:
    left = service.settings.max_upload_mb * 1024**2
    with storage_faults(), upload.path.open("wb") as file:
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                raise _too_large(service)
            await run_in_threadpool(file.write, chunk)


def _said_length(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def _too_large(service: Service) -> UsageError:
    return UsageError("upload-too-large", limit=service.settings.max_upload_mb)
