"""Files into the project, in two steps: a preview of how a file would be understood, then its confirmation."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.deps import LangDep, ServiceDep
from api.links import GEOJSON, link
from api.models import ImportChoices, ImportPreview, ImportResult, Problem, Responses
from api.receiving import RAW, received
from api.uploads import Upload
from api.workflow import ImportRequest
from api.workflow.previewing import confirm_import, crs_candidates, preview_import, proposed_columns
from gis.datum import Datum
from gis.i18n import Lang
from gis.io.preview import Preview

__all__ = ["router"]

router = APIRouter(tags=["imports"])

_REFUSED: Responses = {
    403: {"model": Problem, "description": "来自其他机器或其他网站 · from another machine or another site's page"},
    422: {"model": Problem, "description": "文件不能用 · the file does not serve"},
}
_NOT_TAKEN: Responses = {
    408: {"model": Problem, "description": "传得太慢 · it came too slowly"},
    413: {"model": Problem, "description": "文件太大 · the file is too large"},
    415: {"model": Problem, "description": "内容类型不对 · wrong media type"},
    429: {"model": Problem, "description": "同时上传的太多 · too many at once"},
    507: {"model": Problem, "description": "磁盘已满 · the disk is full"},
}
_GONE: Responses = {404: {"model": Problem, "description": "没有此凭证，或已用过 · no such token, or used already"}}
_BODY = {"required": True, "content": {RAW: {"schema": {"type": "string", "format": "binary"}}}}


@router.post(
    "/imports/preview",
    summary="上传并预览 · Upload and preview",
    responses={**_REFUSED, **_NOT_TAKEN},
    openapi_extra={"requestBody": _BODY},
)
async def preview(  # noqa: PLR0913, PLR0917 - each option of a preview is a parameter
    request: Request,
    service: ServiceDep,
    lang: LangDep,
    filename: Annotated[
        str, Query(description="文件名，含扩展名 · file name with its extension", examples=["社区.zip"])
    ],
    kind: Annotated[str, Query(description="图层类型 · layer kind", examples=["communities"])],
    layer: Annotated[str | None, Query(description="文件中的图层 · layer within the file")] = None,
    crs: Annotated[str | None, Query(description="坐标参考系 · CRS", examples=["EPSG:4547"])] = None,
    datum: Annotated[Datum | None, Query(description="坐标基准 · datum")] = None,
    swap_xy: Annotated[bool | None, Query(description="x、y 写反了 · x and y are exchanged")] = None,
    encoding: Annotated[str | None, Query(description="文字编码 · text encoding", examples=["GB18030"])] = None,
) -> ImportPreview:
    """正文就是文件本身；不写入项目 · the body is the file itself; nothing is stored.

    答复给出建议的列对应、候选坐标系和全部问题。The answer proposes columns, names the CRS that would fit, and lists
    every problem.
    """
    async with received(request, service, filename) as upload:
        asked = ImportRequest(
            path=str(upload.path),
            kind=kind,
            name=kind,
            layer=layer,
            crs=crs,
            datum=datum,
            encoding=encoding,
            swap_xy=swap_xy,
        )
        seen = await run_in_threadpool(preview_import, service.project, asked)
    service.uploads.hold(upload, replace(asked, columns=proposed_columns(seen)))
    return _describe(upload, seen, asked, lang, keep_s=service.uploads.keep_s)


@router.post(
    "/imports/{token}/confirm",
    summary="确认导入 · Confirm",
    status_code=201,
    responses={
        **_REFUSED,
        **_GONE,
        409: {"model": Problem, "description": "与项目不符 · does not fit the project"},
        507: _NOT_TAKEN[507],
    },
)
def confirm(
    request: Request,
    response: Response,
    service: ServiceDep,
    lang: LangDep,
    token: Annotated[str, Path(description="预览给出的凭证，只能用一次 · the preview's token, good for once")],
    choices: ImportChoices,
) -> ImportResult:
    """按确认的列对应存为新版本；未写的沿用预览 · store it as a new version; what is left out is as in the preview."""
    with service.uploads.claimed(token) as upload, service.writing:
        assert upload.request is not None
        chosen = {name: value for name, value in choices.model_dump().items() if value is not None}
        done = confirm_import(service.settings.project, replace(upload.request, **chosen))
    made = link(request, f"/collections/{done.name}", rel="collection")
    response.headers["Location"] = made.href
    return ImportResult(
        name=done.name,
        kind=done.kind,
        version=done.version.number,
        count=done.version.rows,
        report=done.report.in_language(lang),
        links=[made, link(request, f"/collections/{done.name}/items", rel="items", media_type=GEOJSON)],
    )


def _describe(upload: Upload, seen: Preview, asked: ImportRequest, lang: Lang, *, keep_s: float) -> ImportPreview:
    told = seen.in_language(lang)
    return ImportPreview(
        token=upload.token,
        keep_s=int(keep_s),
        filename=upload.path.name,
        size_bytes=upload.path.stat().st_size,
        kind=asked.kind,
        columns=proposed_columns(seen),
        crs_candidates=crs_candidates(seen),
        **told,
    )
