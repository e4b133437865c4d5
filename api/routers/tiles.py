"""Collections as vector tiles (the paths of OGC API - Tiles, Part 1)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api import VERSION
from api.caching import entity_tag, unchanged
from api.catalogue import find_collection
from api.deps import CatalogueDep, LangDep, ServiceDep
from api.errors import NotFoundError
from api.links import MVT, TILEJSON, link
from api.models import Problem, Responses
from api.quoting import quoted
from api.tilesets import (
    WEB_MERCATOR_QUAD,
    TileMatrixSet,
    TileMatrixSetList,
    TileSet,
    TileSetList,
    brief_tile_set,
    describe_tile_set,
    matrix_set_item,
    tile_json,
    web_mercator_quad,
)
from api.tiling import source_of, tile_of
from gis.tiles import MAX_ZOOM, Tile

__all__ = ["router"]

router = APIRouter(tags=["tiles"])

CollectionId = Annotated[str, Path(description="数据集名称 · collection id", examples=["communities"])]
MatrixSetId = Annotated[str, Path(description="瓦片方案 · tile matrix set", examples=[WEB_MERCATOR_QUAD])]
_NOT_FOUND: Responses = {404: {"model": Problem, "description": "没有此数据集、瓦片方案或瓦片 · no such thing"}}


@router.get("/tileMatrixSets", summary="瓦片方案目录 · List tile matrix sets", response_model_exclude_none=True)
def tile_matrix_sets(request: Request) -> TileMatrixSetList:
    """列出瓦片的划分方案，只有 WebMercatorQuad · list how the world is parted into tiles: WebMercatorQuad alone."""
    return TileMatrixSetList(tile_matrix_sets=[matrix_set_item(request)])


@router.get("/tileMatrixSets/{tileMatrixSetId}", summary="瓦片方案 · Tile matrix set", responses=_NOT_FOUND)
def tile_matrix_set(tile_matrix_set_id: Annotated[MatrixSetId, Path(alias="tileMatrixSetId")]) -> TileMatrixSet:
    """给出各级的比例尺和行列数 · give scale, rows and columns of each zoom."""
    _require_known(tile_matrix_set_id)
    return web_mercator_quad()


@router.get(
    "/collections/{collection_id}/tiles",
    summary="瓦片集目录 · List tile sets",
    responses=_NOT_FOUND,
    response_model_exclude_none=True,
)
def tile_sets(request: Request, catalogue: CatalogueDep, lang: LangDep, collection_id: CollectionId) -> TileSetList:
    """列出数据集的瓦片集 · list the tile sets of a collection."""
    found = find_collection(catalogue, collection_id)
    return TileSetList(
        tilesets=[brief_tile_set(request, found, lang)],
        links=[link(request, f"/collections/{found.id}/tiles", rel="self")],
    )


@router.get(
    "/collections/{collection_id}/tiles/{tileMatrixSetId}",
    summary="瓦片集 · Tile set",
    response_model=TileSet,
    responses={200: {"content": {TILEJSON: {}}}, **_NOT_FOUND},
)
def tile_set(
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    lang: LangDep,
    collection_id: CollectionId,
    tile_matrix_set_id: Annotated[MatrixSetId, Path(alias="tileMatrixSetId")],
    f: Annotated[Literal["json", "tilejson"] | None, Query(description="格式 · format")] = None,
) -> Response:
    """瓦片集的范围、属性和地址；`f=tilejson` 给出 TileJSON · extent, properties and address; or as TileJSON."""
    found = find_collection(catalogue, collection_id)
    _require_known(tile_matrix_set_id)
    source = source_of(service, found)
    headers = {"Content-Language": lang}
    if f == "tilejson" or (f is None and TILEJSON in request.headers.get("accept", "")):
        told = tile_json(request, found, source, lang).model_dump(exclude_none=True)
        return JSONResponse(told, media_type=TILEJSON, headers=headers)
    whole = describe_tile_set(request, found, source, lang)
    return JSONResponse(whole.model_dump(by_alias=True, exclude_none=True), headers=headers)


@router.get(
    "/collections/{collection_id}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    summary="瓦片 · Tile",
    response_class=Response,
    responses={
        200: {"content": {MVT: {}}, "description": "一个矢量瓦片 · one vector tile"},
        204: {"description": "此处没有要素 · nothing lies here"},
        **_NOT_FOUND,
    },
)
def tile(  # noqa: PLR0913, PLR0917 - the parts of the address
    request: Request,
    service: ServiceDep,
    catalogue: CatalogueDep,
    collection_id: CollectionId,
    tile_matrix_set_id: Annotated[MatrixSetId, Path(alias="tileMatrixSetId")],
    tile_matrix: Annotated[int, Path(alias="tileMatrix", description="级别 · zoom", examples=[14])],
    tile_row: Annotated[int, Path(alias="tileRow", description="行，从北 · row, from the north", examples=[6571])],
    tile_col: Annotated[int, Path(alias="tileCol", description="列，从西 · column, from the west", examples=[13379])],
    f: Annotated[Literal["mvt"] | None, Query(description="格式 · format")] = None,  # noqa: ARG001 - there is one
) -> Response:
    """一个 Mapbox 矢量瓦片；要素的文本标识为属性 `id` · one vector tile; text ids are the property `id`."""
    found = find_collection(catalogue, collection_id)
    _require_known(tile_matrix_set_id)
    asked = Tile(tile_matrix, tile_col, tile_row)
    if not asked.exists:
        z, y, x = map(quoted, (tile_matrix, tile_row, tile_col))
        raise NotFoundError("tile-not-found", z=z, y=y, x=x, max_zoom=MAX_ZOOM)
    tag = entity_tag(VERSION, found.id, found.content_hash, asked)
    same = unchanged(request, tag)
    if same is not None:
        return same
    made = tile_of(service, found, asked)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if not made.packed:
        return Response(status_code=204, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(made.plain, media_type=MVT, headers={**headers, "Vary": "Accept-Encoding"})
    packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(made.packed, media_type=MVT, headers={**headers, **packed})


def _require_known(name: str) -> None:
    if name != WEB_MERCATOR_QUAD:
        raise NotFoundError("tile-set-not-found", name=quoted(name), found=WEB_MERCATOR_QUAD)
