"""Layers, findings and plans as collections: the list, each described, and what filters may ask of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response

from api.catalogue import Collection, find_collection
from api.cql2.values import Kind
from api.deps import CatalogueDep, LangDep, ServiceDep
from api.formats import FILE_FORMATS, PageOrJson, formats_of, is_page_wanted
from api.geojson import SHAPE, FeatureTable
from api.links import GEOJSON, HTML, SCHEMA, address, link
from api.models import (
    CollectionInfo,
    CollectionList,
    Extent,
    Link,
    Problem,
    Queryables,
    Responses,
    SpatialExtent,
    TemporalExtent,
)
from api.pages import page_answer
from api.pages.collections import collection_context, collections_context
from api.references import offered_references, storage_uri
from api.selection import table_of
from gis.i18n import Lang

__all__ = ["NOT_FOUND", "CollectionId", "router"]

router = APIRouter(tags=["collections"])

CollectionId = Annotated[str, Path(description="数据集名称 · collection id", examples=["communities"])]
NOT_FOUND: Responses = {404: {"model": Problem, "description": "没有此数据集或要素 · no such collection or feature"}}
_PAGE: Responses = {200: {"content": {HTML: {}}}}
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_TYPES: dict[Kind, dict[str, Any]] = {
    "number": {"type": "number"},
    "text": {"type": "string"},
    "boolean": {"type": "boolean"},
    "moment": {"type": "string", "format": "date-time"},
    "list": {"type": "array", "items": {"type": "string"}},
    "nothing": {"type": "string"},
    "shape": {"format": "geometry-any"},
}


@router.get("/collections", summary="数据集目录 · List collections", response_model=CollectionList, responses=_PAGE)
def collections(request: Request, catalogue: CatalogueDep, lang: LangDep, f: PageOrJson = None) -> Response:
    """列出项目的全部图层、问题清单、方案和方案比选 · list every layer, set of findings, plan, and the comparison."""
    if is_page_wanted(request, f):
        return page_answer(request, "collections.html", lang=lang, **collections_context(catalogue))
    body = CollectionList(
        collections=[_describe(request, collection, lang) for collection in catalogue],
        links=[
            link(request, "/collections", rel="self"),
            link(request, "/collections", rel="alternate", media_type=HTML, query={"f": "html"}),
        ],
    )
    return _json(body, lang)


@router.get(
    "/collections/{collection_id}",
    summary="数据集说明 · Describe a collection",
    response_model=CollectionInfo,
    responses={**_PAGE, **NOT_FOUND},
)
def collection(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    lang: LangDep,
    collection_id: CollectionId,
    f: PageOrJson = None,
) -> Response:
    """给出名称、范围、坐标系、版本和链接 · give title, extent, CRS, version and links."""
    found = find_collection(catalogue, collection_id)
    if is_page_wanted(request, f):
        context = collection_context(found, table_of(service, found), offered_references(found))
        return page_answer(request, "collection.html", lang=lang, **context)
    return _json(_describe(request, found, lang), lang)


@router.get(
    "/collections/{collection_id}/queryables",
    summary="可筛选的属性 · Queryables",
    response_model=Queryables,
    responses={200: {"content": {SCHEMA: {}}}, **NOT_FOUND},
)
def queryables(
    request: Request, service: ServiceDep, catalogue: CatalogueDep, lang: LangDep, collection_id: CollectionId
) -> Response:
    """筛选条件可用的属性（JSON Schema） · what a filter may ask for, as a JSON Schema."""
    found = find_collection(catalogue, collection_id)
    body = Queryables(
        id=address(request, f"/collections/{found.id}/queryables"),
        title=found.title.in_language(lang),
        properties=_queryable(table_of(service, found)),
    )
    told = body.model_dump(by_alias=True)
    return JSONResponse(told, media_type=SCHEMA, headers={"Content-Language": lang})


def _queryable(table: FeatureTable) -> dict[str, dict[str, Any]]:
    kinds = {name: make().kind for name, make in table.filterable.items()}
    return {
        name: {"title": name, **_TYPES[kind], **({"x-ogc-role": "primary-geometry"} if name == SHAPE else {})}
        for name, kind in kinds.items()
    }


def _json(body: CollectionInfo | CollectionList, lang: Lang) -> Response:
    return JSONResponse(body.model_dump(by_alias=True, exclude_none=True), headers={"Content-Language": lang})


def _describe(request: Request, found: Collection, lang: Lang) -> CollectionInfo:
    spatial = None if found.bounds is None else SpatialExtent(bbox=[list(found.bounds)])
    return CollectionInfo(
        id=found.id,
        title=found.title.in_language(lang),
        description=found.description.in_language(lang),
        crs=offered_references(found),
        storage_crs=storage_uri(found),
        extent=Extent(spatial=spatial, temporal=TemporalExtent(interval=[[found.since, None]])),
        entity="comparison" if found.kind == "comparison" else found.entity.value,
        kind=found.kind,
        version=found.version,
        updated=found.updated,
        count=found.rows,
        links=_links(request, found, lang),
    )


def _links(request: Request, found: Collection, lang: Lang) -> list[Link]:
    base, title = f"/collections/{found.id}", found.title.in_language(lang)
    files = [
        link(
            request,
            f"{base}/download",
            rel="enclosure",
            media_type=FILE_FORMATS[name].media_type,
            title=FILE_FORMATS[name].label.in_language(lang),
            query={"f": name},
        )
        for name in formats_of(found)
    ]
    return [
        link(request, base, rel="self"),
        link(request, base, rel="alternate", media_type=HTML, query={"f": "html"}),
        link(request, f"{base}/items", rel="items", media_type=GEOJSON, title=title),
        link(request, f"{base}/items", rel="items", media_type=HTML, title=title, query={"f": "html"}),
        link(request, f"{base}/queryables", rel=f"{_REL}queryables", media_type=SCHEMA),
        *files,
        *([] if found.bounds is None else [link(request, f"{base}/tiles", rel=f"{_REL}tilesets-vector")]),
    ]
