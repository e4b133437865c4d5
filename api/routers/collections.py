"""Layers, findings and plans as collections of GeoJSON features (the paths of OGC API - Features, Part 1)."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api import VERSION
from api.caching import answer, entity_tag
from api.catalogue import Bounds, Collection, find_collection
from api.deps import CatalogueDep, LangDep, ServiceDep
from api.errors import NotFoundError, UsageError
from api.geojson import FeatureTable
from api.links import GEOJSON, link
from api.models import (
    CollectionInfo,
    CollectionList,
    Extent,
    Feature,
    FeatureCollection,
    FeatureFile,
    Problem,
    Responses,
    SpatialExtent,
)
from api.quoting import quoted
from api.service import Service
from api.times import check_datetime
from gis.i18n import Lang, Text
from gis.plain import to_json

__all__ = ["router"]

router = APIRouter(tags=["collections"])

CollectionId = Annotated[str, Path(description="数据集名称 · collection id", examples=["communities"])]
_NOT_FOUND: Responses = {404: {"model": Problem, "description": "没有此数据集或要素 · no such collection or feature"}}
_BOX_SIZES = (4, 6)


@router.get("/collections", summary="数据集目录 · List collections")
def collections(request: Request, catalogue: CatalogueDep, lang: LangDep) -> CollectionList:
    """列出项目的全部图层、问题清单和方案 · list every layer, set of findings and plan of the project."""
    return CollectionList(
        collections=[_describe(request, collection, lang) for collection in catalogue],
        links=[link(request, "/collections", rel="self")],
    )


@router.get(
    "/collections/{collection_id}",
    summary="数据集说明 · Describe a collection",
    responses=_NOT_FOUND,
)
def collection(request: Request, catalogue: CatalogueDep, lang: LangDep, collection_id: CollectionId) -> CollectionInfo:
    """给出名称、范围、版本和链接 · give title, extent, version and links."""
    return _describe(request, find_collection(catalogue, collection_id), lang)


@router.get(
    "/collections/{collection_id}/items",
    summary="要素 · Features",
    response_model=FeatureCollection,
    responses={200: {"content": {GEOJSON: {}}}, **_NOT_FOUND},
)
def items(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    collection_id: CollectionId,
    limit: Annotated[int | None, Query(ge=1, description="每页最多几个 · features per page")] = None,
    offset: Annotated[int, Query(ge=0, description="跳过前几个 · features to skip")] = 0,
    bbox: Annotated[
        str | None,
        Query(
            description="范围：西，南，东，北（经纬度） · west,south,east,north in degrees", examples=["114,33,115,34"]
        ),
    ] = None,
    datetime_: Annotated[
        str | None,
        Query(
            alias="datetime",
            description="时刻或时间段；要素没有时间，均符合 · moment or interval; features have no time: all match",
            examples=["2026-01-01T00:00:00Z/.."],
        ),
    ] = None,
) -> Response:
    """分页给出 GeoJSON 要素，坐标为经纬度（CRS84） · features as GeoJSON in longitude and latitude, page by page."""
    found = find_collection(catalogue, collection_id)
    box = None if bbox is None else _read_box(bbox)
    if datetime_ is not None:
        check_datetime(datetime_)
    size = min(limit or service.settings.default_limit, service.settings.max_limit)
    table = _table(service, found)
    rows = list(range(len(table))) if box is None else table.rows_in(box)
    page = rows[offset : offset + size]
    asked = {name: value for name, value in (("bbox", bbox), ("datetime", datetime_)) if value is not None}
    links = _page_links(request, found, asked, size=size, offset=offset, matched=len(rows))
    head = to_json(
        {
            "type": "FeatureCollection",
            "numberMatched": len(rows),
            "numberReturned": len(page),
            "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "links": links,
        }
    )
    body = head[:-1] + ',"features":[' + ",".join(table.features(page)) + "]}"
    tag = entity_tag(VERSION, found.id, found.content_hash, asked, size, offset, request.base_url)
    return answer(request, body, media_type=GEOJSON, tag=tag)


@router.get(
    "/collections/{collection_id}/items/{feature_id:path}",  # an id may hold a slash
    summary="一个要素 · One feature",
    response_model=Feature,
    responses={200: {"content": {GEOJSON: {}}}, **_NOT_FOUND},
)
def item(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    collection_id: CollectionId,
    feature_id: Annotated[str, Path(description="要素标识 · feature id")],
) -> Response:
    """按标识给出一个要素 · one feature by its id."""
    found = find_collection(catalogue, collection_id)
    table = _table(service, found)
    row = table.position(feature_id)
    if row is None:
        raise NotFoundError("feature-not-found", collection=collection_id, feature=quoted(feature_id))
    base = f"/collections/{found.id}"
    links = [
        link(request, f"{base}/items/{feature_id}", rel="self", media_type=GEOJSON),
        link(request, base, rel="collection"),
    ]
    plain = [known.model_dump(exclude_none=True) for known in links]
    body = table.features([row])[0][:-1] + f',"links":{to_json(plain)}}}'
    return answer(
        request,
        body,
        media_type=GEOJSON,
        tag=entity_tag(VERSION, found.id, found.content_hash, feature_id, request.base_url),
    )


@router.get(
    "/collections/{collection_id}/download",
    summary="下载 · Download",
    response_class=Response,
    responses={
        200: {"model": FeatureFile, "content": {GEOJSON: {}}, "description": "一个文件 · one file"},
        **_NOT_FOUND,
    },
)
def download(request: Request, service: ServiceDep, catalogue: CatalogueDep, collection_id: CollectionId) -> Response:
    """整个数据集存为一个 GeoJSON 文件 · the whole collection as one GeoJSON file."""
    found = find_collection(catalogue, collection_id)
    tag = entity_tag(VERSION, found.id, found.content_hash, "download")
    table = _table(service, found)
    name = f"{found.id}_v{found.version}.geojson"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return answer(request, table.chunks(), media_type=GEOJSON, tag=tag, headers=headers)


def _describe(request: Request, found: Collection, lang: Lang) -> CollectionInfo:
    base = f"/collections/{found.id}"
    return CollectionInfo(
        id=found.id,
        title=found.title.in_language(lang),
        description=found.description.in_language(lang),
        extent=None if found.bounds is None else Extent(spatial=SpatialExtent(bbox=[list(found.bounds)])),
        entity=found.entity.value,
        kind=found.kind,
        version=found.version,
        updated=found.updated,
        count=found.rows,
        links=[
            link(request, base, rel="self"),
            link(request, f"{base}/items", rel="items", media_type=GEOJSON, title=found.title.in_language(lang)),
            link(request, f"{base}/download", rel="enclosure", media_type=GEOJSON),
            link(request, f"{base}/tiles", rel="http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"),
        ],
    )


def _table(service: Service, found: Collection) -> FeatureTable:
    return service.memory.recall(("table", found.id, found.content_hash), lambda: FeatureTable.of(found.load()))


def _page_links(
    request: Request, found: Collection, asked: dict[str, str], *, size: int, offset: int, matched: int
) -> list[dict[str, str]]:
    base = f"/collections/{found.id}"

    def page(rel: str, start: int, count: int = size) -> dict[str, str]:
        query = {**asked, "limit": count, "offset": start}
        made: dict[str, str] = link(request, f"{base}/items", rel=rel, media_type=GEOJSON, query=query).model_dump(
            exclude_none=True
        )
        return made

    links = [page("self", offset)]
    if offset + size < matched:
        links.append(page("next", offset + size))
    if offset > 0:
        links.append(page("prev", max(0, offset - size), min(size, offset)))
    links.append(link(request, base, rel="collection").model_dump(exclude_none=True))
    return links


def _read_box(text: str) -> Bounds:
    """Read ``bbox``: four numbers, or six of which the heights are left aside.

    Raises
    ------
    UsageError
        ``parameter-invalid``.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise _box_error(text) from None
    if len(numbers) not in _BOX_SIZES:
        raise _box_error(text)
    west, south, east, north = numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]]  # noqa: PLR2004
    in_range = all(-180 <= x <= 180 for x in (west, east)) and -90 <= south <= north <= 90  # noqa: PLR2004
    if not in_range:  # also for NaN
        raise _box_error(text)
    return (west, south, east, north)


def _box_error(text: str) -> UsageError:
    shown = quoted(text)
    reason = Text(
        f"bbox={shown}；应为 西，南，东，北 四个经纬度",
        f"bbox={shown}; west,south,east,north are needed, in degrees of longitude and latitude",
    )
    return UsageError("parameter-invalid", reason=reason)
