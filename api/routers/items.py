"""Features: by page and one by one (OGC API - Features, Parts 1 to 3), and whole collections as files."""

import shutil
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api import VERSION
from api.caching import answer, entity_tag, unchanged
from api.catalogue import Collection, find_collection
from api.deps import CatalogueDep, LangDep, ServiceDep
from api.errors import NotFoundError
from api.exports import export_file
from api.formats import FILE_FORMATS, FormatName, PageOrJson, file_format, is_page_wanted
from api.links import GEOJSON, HTML, link
from api.models import Feature, FeatureCollection, FeatureFile, Problem, Responses
from api.pages import page_answer
from api.pages.collections import item_context, items_context
from api.quoting import quoted
from api.references import Reference, find_reference
from api.routers.collections import NOT_FOUND, CollectionId
from api.selection import Selected, Selection, SelectionDep, select, table_of
from gis.plain import to_json

__all__ = ["router"]

router = APIRouter(tags=["collections"])

_FORMS: Responses = {200: {"content": {GEOJSON: {}, HTML: {}}}}
_PAGE_ROWS = 50  # of a table for people


@router.get(
    "/collections/{collection_id}/items",
    summary="要素 · Features",
    response_model=FeatureCollection,
    responses={**_FORMS, **NOT_FOUND},
)
def items(  # noqa: PLR0913, PLR0917 - what a query may hold
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    lang: LangDep,
    collection_id: CollectionId,
    asked: SelectionDep,
    limit: Annotated[int | None, Query(ge=1, description="每页最多几个 · features per page")] = None,
    offset: Annotated[int, Query(ge=0, description="跳过前几个 · features to skip")] = 0,
    f: PageOrJson = None,
) -> Response:
    """分页给出要素：按范围、时间、CQL2 筛选，排序，选属性和坐标系 · features by page, chosen, sorted, in a CRS."""
    found = find_collection(catalogue, collection_id)
    is_page = is_page_wanted(request, f)
    default = _PAGE_ROWS if is_page else service.settings.default_limit
    size = min(limit or default, service.settings.max_limit)
    selected = select(service, found, asked)
    page = _Page(request, found, asked, size=size, offset=offset, matched=len(selected.rows))
    if is_page:
        return page_answer(request, "items.html", lang=lang, **items_context(selected, page.offset, size, page.query))
    headers = _crs_header(selected.reference)
    tag = entity_tag(VERSION, selected.found.id, selected.found.content_hash, asked, size, offset, request.base_url)
    return unchanged(request, tag, headers) or answer(
        request, _written(selected, page), media_type=GEOJSON, tag=tag, headers=headers
    )


@router.get(
    "/collections/{collection_id}/items/{feature_id:path}",  # an id may hold a slash
    summary="一个要素 · One feature",
    response_model=Feature,
    responses={**_FORMS, **NOT_FOUND},
)
def item(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    lang: LangDep,
    collection_id: CollectionId,
    feature_id: Annotated[str, Path(description="要素标识 · feature id")],
    crs: Annotated[str | None, Query(description="答复的坐标系 · the CRS of the answer")] = None,
    f: PageOrJson = None,
) -> Response:
    """按标识给出一个要素 · one feature by its id."""
    found = find_collection(catalogue, collection_id)
    reference = find_reference(crs, found, parameter="crs")
    table = table_of(service, found)
    row = table.position(feature_id)
    if row is None:
        raise NotFoundError("feature-not-found", collection=collection_id, feature=quoted(feature_id))
    if is_page_wanted(request, f):
        return page_answer(request, "item.html", lang=lang, **item_context(found, table, row))
    base = f"/collections/{found.id}"
    query = {} if crs is None else {"crs": crs}
    links = [
        link(request, f"{base}/items/{feature_id}", rel="self", media_type=GEOJSON, query=query),
        link(request, f"{base}/items/{feature_id}", rel="alternate", media_type=HTML, query={"f": "html"}),
        link(request, base, rel="collection"),
    ]
    plain = [known.model_dump(exclude_none=True) for known in links]
    body = table.features([row], reference=reference)[0][:-1] + f',"links":{to_json(plain)}}}'
    tag = entity_tag(VERSION, found.id, found.content_hash, feature_id, reference.uri, request.base_url)
    return answer(request, body, media_type=GEOJSON, tag=tag, headers=_crs_header(reference))


@router.get(
    "/collections/{collection_id}/download",
    summary="下载 · Download",
    response_class=Response,
    responses={
        200: {
            "model": FeatureFile,
            "content": {fmt.media_type: {} for fmt in FILE_FORMATS.values()},
            "description": "一个文件 · one file",
        },
        409: {"model": Problem, "description": "此格式存不下 · the format cannot hold it"},
        **NOT_FOUND,
    },
)
def download(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    collection_id: CollectionId,
    asked: SelectionDep,
    f: Annotated[
        FormatName | None, Query(description="格式；不写时按 Accept · format; by Accept when left out")
    ] = None,
    encoding: Annotated[
        Literal["gbk", "utf-8"], Query(description="Shapefile 的编码 · the encoding of a shapefile")
    ] = "gbk",
) -> Response:
    """把数据集或选出的部分存为一个文件 · the collection, or what is chosen of it, as one file.

    GeoPackage、FlatGeobuf、Shapefile 默认用存储的坐标系 · these keep the CRS of the store unless `crs` says otherwise.
    """
    selected = select(service, find_collection(catalogue, collection_id), asked)
    found, name = selected.found, file_format(request, f)
    fmt = FILE_FORMATS[name]
    tag = entity_tag(VERSION, found.id, found.content_hash, "download", name, encoding, asked)
    file_name = quote(f"{found.id}_v{found.version}{fmt.suffix}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{file_name}"}
    same = unchanged(request, tag, headers)
    if same is not None:
        return same
    if name == "geojson":
        chunks = selected.table.chunks(selected.rows, reference=selected.reference, columns=selected.columns)
        return answer(request, chunks, media_type=GEOJSON, tag=tag, headers=headers | _crs_header(selected.reference))
    path = export_file(selected, name, encoding=encoding, in_stored_crs=asked.crs is None and name != "csv")
    gone = BackgroundTask(shutil.rmtree, path.parent)
    kept = {"ETag": tag, "Cache-Control": "no-cache"}
    return FileResponse(path, media_type=fmt.media_type, headers={**headers, **kept}, background=gone)


class _Page:
    """Which part of what was found an answer holds, and the way to the parts before and after it."""

    def __init__(
        self, request: Request, found: Collection, asked: Selection, *, size: int, offset: int, matched: int
    ) -> None:
        self.request, self.found, self.query = request, found, asked.as_query()
        self.size, self.offset, self.matched = size, offset, matched

    def links(self) -> list[dict[str, str]]:
        """Link this page, its neighbours, its form for people, and the collection."""
        made = [self._link("self", self.offset, self.size)]
        if self.offset + self.size < self.matched:
            made.append(self._link("next", self.offset + self.size, self.size))
        if self.offset > 0:
            before = max(0, self.offset - self.size)
            made.append(self._link("prev", before, min(self.size, self.offset)))
        base = f"/collections/{self.found.id}"
        page = link(self.request, f"{base}/items", rel="alternate", media_type=HTML, query={**self.query, "f": "html"})
        return [
            *made,
            *(one.model_dump(exclude_none=True) for one in (page, link(self.request, base, rel="collection"))),
        ]

    def _link(self, rel: str, offset: int, size: int) -> dict[str, str]:
        query = {**self.query, "limit": size, "offset": offset}
        made: dict[str, str] = link(
            self.request, f"/collections/{self.found.id}/items", rel=rel, media_type=GEOJSON, query=query
        ).model_dump(exclude_none=True)
        return made


def _written(selected: Selected, page: _Page) -> str:
    rows = selected.rows[page.offset : page.offset + page.size]
    features = selected.table.features(rows, reference=selected.reference, columns=selected.columns)
    head = to_json(
        {
            "type": "FeatureCollection",
            "numberMatched": page.matched,
            "numberReturned": len(rows),
            "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "links": page.links(),
        }
    )
    return head[:-1] + ',"features":[' + ",".join(features) + "]}"


def _crs_header(reference: Reference) -> dict[str, str]:
    return {"Content-Crs": f"<{reference.uri}>"}
