"""What the service tells of its tiles: the tile matrix set, tile sets and TileJSON, as models and as it fills them."""

from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from api.catalogue import Collection
from api.links import JSON, MVT, TILEJSON, address, link
from api.models import Link
from gis.i18n import Lang
from gis.tiles import MAX_ZOOM, TileSource, covering_range
from gis.tiles.matrix import HALF_WORLD_M, MERCATOR

__all__ = [
    "WEB_MERCATOR_QUAD",
    "TileJson",
    "TileMatrixSet",
    "TileMatrixSetList",
    "TileSet",
    "TileSetList",
    "brief_tile_set",
    "describe_tile_set",
    "matrix_set_item",
    "tile_json",
    "web_mercator_quad",
]

WEB_MERCATOR_QUAD = "WebMercatorQuad"
_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_CRS = f"http://www.opengis.net/def/crs/EPSG/0/{MERCATOR}"
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_PIXELS = 256
_PIXEL_M = 0.00028  # the size of a pixel that scales are told for (OGC 17-083r4, 6.1.1.1)
_TYPES = {"Number": "number", "Boolean": "boolean", "String": "string"}


class _Model(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


class TileMatrix(_Model):
    """One zoom of the tile matrix set."""

    id: str
    scale_denominator: float = Field(alias="scaleDenominator")
    cell_size: float = Field(alias="cellSize")
    corner_of_origin: Literal["topLeft"] = Field(default="topLeft", alias="cornerOfOrigin")
    point_of_origin: list[float] = Field(alias="pointOfOrigin")
    tile_width: int = Field(alias="tileWidth")
    tile_height: int = Field(alias="tileHeight")
    matrix_width: int = Field(alias="matrixWidth")
    matrix_height: int = Field(alias="matrixHeight")


class TileMatrixSet(_Model):
    """How the world is parted into tiles, zoom by zoom."""

    id: str
    title: str
    uri: str
    crs: str
    ordered_axes: list[str] = Field(alias="orderedAxes")
    well_known_scale_set: str = Field(alias="wellKnownScaleSet")
    tile_matrices: list[TileMatrix] = Field(alias="tileMatrices")


class TileMatrixSetItem(_Model):
    """A line of the list of tile matrix sets."""

    id: str
    title: str
    uri: str
    crs: str
    links: list[Link]


class TileMatrixSetList(_Model):
    """The tile matrix sets that tiles are served in."""

    tile_matrix_sets: list[TileMatrixSetItem] = Field(alias="tileMatrixSets")


class TileLimits(_Model):
    """Which tiles of a zoom have something in them."""

    tile_matrix: str = Field(alias="tileMatrix")
    min_tile_row: int = Field(alias="minTileRow")
    max_tile_row: int = Field(alias="maxTileRow")
    min_tile_col: int = Field(alias="minTileCol")
    max_tile_col: int = Field(alias="maxTileCol")


class TileBox(_Model):
    """The box around a tile set, in longitude and latitude."""

    lower_left: list[float] = Field(alias="lowerLeft")
    upper_right: list[float] = Field(alias="upperRight")
    crs: str = _CRS84


class TileLayer(_Model):
    """The layer within the tiles of a tile set, and the properties of its features."""

    id: str
    data_type: Literal["vector"] = Field(default="vector", alias="dataType")
    properties_schema: dict[str, Any] = Field(alias="propertiesSchema")


class TileSet(_Model):
    """The vector tiles of one collection."""

    title: str
    data_type: Literal["vector"] = Field(default="vector", alias="dataType")
    crs: str
    tile_matrix_set_uri: str = Field(alias="tileMatrixSetURI")
    tile_matrix_set_limits: list[TileLimits] | None = Field(default=None, alias="tileMatrixSetLimits")
    bounding_box: TileBox | None = Field(default=None, alias="boundingBox")
    layers: list[TileLayer] | None = None
    links: list[Link]


class TileSetList(_Model):
    """The tile sets of one collection."""

    tilesets: list[TileSet]
    links: list[Link]


class VectorLayer(_Model):
    """A layer within tiles, as TileJSON tells it."""

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str]


class TileJson(_Model):
    """The vector tiles of one collection, as MapLibre, QGIS and others take them (TileJSON 3.0)."""

    tilejson: Literal["3.0.0"] = "3.0.0"
    name: str
    description: str
    version: str
    scheme: Literal["xyz"] = "xyz"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: list[float] | None = None
    center: list[float] | None = None
    vector_layers: list[VectorLayer]


def matrix_set_item(request: Request) -> TileMatrixSetItem:
    """Describe the one tile matrix set for the list."""
    whole = web_mercator_quad()
    links = [
        link(
            request,
            f"/tileMatrixSets/{WEB_MERCATOR_QUAD}",
            rel="http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            title=whole.title,
        )
    ]
    return TileMatrixSetItem(id=whole.id, title=whole.title, uri=whole.uri, crs=whole.crs, links=links)


def web_mercator_quad() -> TileMatrixSet:
    """Write the tile matrix set out (OGC 17-083r4, annex D.1)."""
    return TileMatrixSet(
        id=WEB_MERCATOR_QUAD,
        title="Google Maps Compatible for the World",
        uri=_URI,
        crs=_CRS,
        ordered_axes=["X", "Y"],
        well_known_scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        tile_matrices=[_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    )


def brief_tile_set(request: Request, found: Collection, lang: Lang) -> TileSet:
    """Describe the tiles of a collection for a list."""
    base = _base(found)
    return TileSet(
        title=found.title.in_language(lang),
        crs=_CRS,
        tile_matrix_set_uri=_URI,
        links=[
            link(request, base, rel="self"),
            link(request, base, rel="alternate", media_type=TILEJSON, query={"f": "tilejson"}),
            *_tile_links(request, base),
        ],
    )


def describe_tile_set(request: Request, found: Collection, source: TileSource, lang: Lang) -> TileSet:
    """Describe the tiles of a collection whole: limits, box, layer and properties."""
    properties = {name: {"type": _TYPES[kind]} for name, kind in source.fields.items()}
    return brief_tile_set(request, found, lang).model_copy(
        update={
            "tile_matrix_set_limits": None
            if found.bounds is None
            else [_limits(found, z) for z in range(MAX_ZOOM + 1)],
            "bounding_box": None
            if found.bounds is None
            else TileBox(lower_left=list(found.bounds[:2]), upper_right=list(found.bounds[2:])),
            "layers": [TileLayer(id=source.name, properties_schema={"type": "object", "properties": properties})],
        }
    )


def tile_json(request: Request, found: Collection, source: TileSource, lang: Lang) -> TileJson:
    """Describe the tiles of a collection as TileJSON."""
    box = None if found.bounds is None else [float(edge) for edge in found.bounds]
    description = found.description.in_language(lang)
    return TileJson(
        name=found.title.in_language(lang),
        description=description,
        version=f"{found.version}.0.0",
        tiles=[address(request, _base(found)) + "/{z}/{y}/{x}"],
        minzoom=0,
        maxzoom=MAX_ZOOM,
        bounds=box,
        center=None if box is None else [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, 14],
        vector_layers=[
            VectorLayer(id=source.name, description=description, minzoom=0, maxzoom=MAX_ZOOM, fields=source.fields)
        ],
    )


def _base(found: Collection) -> str:
    return f"/collections/{found.id}/tiles/{WEB_MERCATOR_QUAD}"


def _tile_links(request: Request, base: str) -> list[Link]:
    template = "/{tileMatrix}/{tileRow}/{tileCol}"
    scheme = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
    return [
        link(request, base, rel="item", media_type=MVT, template=template),
        link(request, f"/tileMatrixSets/{WEB_MERCATOR_QUAD}", rel=scheme, media_type=JSON),
    ]


def _matrix(zoom: int) -> TileMatrix:
    cell = 2 * HALF_WORLD_M / (_PIXELS << zoom)
    return TileMatrix(
        id=str(zoom),
        scale_denominator=cell / _PIXEL_M,
        cell_size=cell,
        point_of_origin=[-HALF_WORLD_M, HALF_WORLD_M],
        tile_width=_PIXELS,
        tile_height=_PIXELS,
        matrix_width=1 << zoom,
        matrix_height=1 << zoom,
    )


def _limits(found: Collection, zoom: int) -> TileLimits:
    assert found.bounds is not None
    tiles = covering_range(found.bounds, zoom)
    return TileLimits(
        tile_matrix=str(zoom),
        min_tile_row=tiles.north,
        max_tile_row=tiles.south,
        min_tile_col=tiles.west,
        max_tile_col=tiles.east,
    )
