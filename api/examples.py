"""What the service answers, by example: the description of the API shows these (a test holds them to the models)."""

from collections.abc import Mapping
from typing import Any

from api.plan_examples import PLAN_EXAMPLES

__all__ = ["EXAMPLES"]

_BASE = "http://127.0.0.1:8000"
_JSON, _GEOJSON = "application/json", "application/geo+json"


def _link(path: str, rel: str, media_type: str = _JSON) -> dict[str, str]:
    return {"href": _BASE + path, "rel": rel, "type": media_type}


_COLLECTION = {
    "id": "communities",
    "title": "社区（communities）",
    "description": "图层，类型：社区",
    "itemType": "feature",
    "crs": [
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
        "http://www.opengis.net/def/crs/EPSG/0/4490",
        "http://www.opengis.net/def/crs/EPSG/0/4547",
    ],
    "storageCrs": "http://www.opengis.net/def/crs/EPSG/0/4547",
    "extent": {
        "spatial": {
            "bbox": [[114.013, 33.008, 114.057, 33.043]],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "temporal": {"interval": [["2026-03-01T09:00:00+00:00", None]]},
    },
    "entity": "layer",
    "kind": "communities",
    "version": 2,
    "updated": "2026-03-02T08:15:00+00:00",
    "count": 9,
    "links": [
        _link("/collections/communities", "self"),
        _link("/collections/communities/items", "items", _GEOJSON),
        _link("/collections/communities/download", "enclosure", _GEOJSON),
    ],
}
_FEATURE = {
    "type": "Feature",
    "id": "411399100001",
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[114.02, 33.01], [114.03, 33.01], [114.03, 33.02], [114.02, 33.02], [114.02, 33.01]]],
    },
    "properties": {"name": "东街社区", "households": 4954.0, "resident_population": 13222.0},
}

_QUAD_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_TILES = "/collections/communities/tiles/WebMercatorQuad"
_TILE_SET = {
    "title": "社区（communities）",
    "dataType": "vector",
    "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
    "tileMatrixSetURI": _QUAD_URI,
    "links": [
        _link(_TILES, "self"),
        {
            "href": f"{_BASE}{_TILES}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
            "rel": "item",
            "type": "application/vnd.mapbox-vector-tile",
            "templated": True,
        },
    ],
}

# By the name of the model.
EXAMPLES: Mapping[str, Any] = {
    **PLAN_EXAMPLES,
    "LandingPage": {
        "title": "汝川县城关镇",
        "description": "社区边界与网格规划项目：图层、检查结果和划分方案",
        "links": [_link("/", "self"), _link("/docs", "service-doc", "text/html"), _link("/collections", "data")],
    },
    "Conformance": {"conformsTo": ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"]},
    "Health": {"status": "ok", "project": "汝川县城关镇", "version": "0.1.0"},
    "CollectionList": {"collections": [_COLLECTION], "links": [_link("/collections", "self")]},
    "CollectionInfo": _COLLECTION,
    "FeatureCollection": {
        "type": "FeatureCollection",
        "features": [_FEATURE],
        "numberMatched": 9,
        "numberReturned": 1,
        "timeStamp": "2026-03-02T08:20:00Z",
        "links": [
            _link("/collections/communities/items?limit=1&offset=0", "self", _GEOJSON),
            _link("/collections/communities/items?limit=1&offset=1", "next", _GEOJSON),
        ],
    },
    "FeatureFile": {"type": "FeatureCollection", "features": [_FEATURE]},
    "Feature": {**_FEATURE, "links": [_link("/collections/communities/items/411399100001", "self", _GEOJSON)]},
    "Queryables": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{_BASE}/collections/communities/queryables",
        "type": "object",
        "title": "社区（communities）",
        "properties": {
            "geometry": {"title": "geometry", "format": "geometry-any", "x-ogc-role": "primary-geometry"},
            "households": {"title": "households", "type": "number"},
        },
        "additionalProperties": False,
    },
    "TileMatrixSetList": {
        "tileMatrixSets": [
            {
                "id": "WebMercatorQuad",
                "title": "Google Maps Compatible for the World",
                "uri": _QUAD_URI,
                "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
                "links": [_link("/tileMatrixSets/WebMercatorQuad", _SCHEME)],
            }
        ]
    },
    "TileMatrixSet": {
        "id": "WebMercatorQuad",
        "title": "Google Maps Compatible for the World",
        "uri": _QUAD_URI,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": "0",
                "scaleDenominator": 559082264.0287178,
                "cellSize": 156543.03392804097,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-20037508.342789244, 20037508.342789244],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 1,
                "matrixHeight": 1,
            }
        ],
    },
    "TileSetList": {"tilesets": [_TILE_SET], "links": [_link("/collections/communities/tiles", "self")]},
    "TileSet": {
        **_TILE_SET,
        "tileMatrixSetLimits": [
            {"tileMatrix": "14", "minTileRow": 6571, "maxTileRow": 6573, "minTileCol": 13380, "maxTileCol": 13382}
        ],
        "layers": [
            {
                "id": "communities",
                "dataType": "vector",
                "propertiesSchema": {"type": "object", "properties": {"households": {"type": "number"}}},
            }
        ],
    },
    "MapList": {
        "maps": [
            {"title": "社区边界问题图", "kind": "findings", "href": f"{_BASE}/maps/findings"},
            {"title": "规模最均衡（16 个社区）", "kind": "plan", "href": f"{_BASE}/maps/plans/alternative_3"},
        ]
    },
    "ImportPreview": {
        "token": "u3vZ0cV9b1Yw6e2kQmJf8sTn4xLh7aRd",
        "keep_s": 3600,
        "filename": "社区.csv",
        "size_bytes": 18_432,
        "kind": "communities",
        "ready": False,
        "columns": {"name": "社区名称", "households": "户数"},
        "crs_candidates": ["EPSG:4547"],
        "problems": [
            {
                "code": "crs-missing",
                "text": "图层 社区 没有坐标参考系；请用 --crs 指明（例如 --crs EPSG:4547）；按坐标范围可能是 EPSG:4547",
                "options": ["EPSG:4547"],
            }
        ],
        "rows": [{"name": "东街社区", "households": "4954"}],
        "report": {"path": "社区.csv", "rows_read": 9, "rows_kept": 9},
    },
    "ImportResult": {
        "name": "communities",
        "kind": "communities",
        "version": 2,
        "count": 9,
        "report": {"path": "inbox/9f2c1a7d5e3b8046/社区.csv", "rows_read": 9, "rows_kept": 9},
        "links": [
            _link("/collections/communities", "collection"),
            _link("/collections/communities/items", "items", _GEOJSON),
        ],
    },
    "Problem": {
        "type": "about:blank",
        "title": "collection not found",
        "status": 404,
        "code": "collection-not-found",
        "detail": "没有数据集 castles；现有：communities、units",
        "instance": "/collections/castles",
    },
}
