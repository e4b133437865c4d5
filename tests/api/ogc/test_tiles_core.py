"""OGC API - Tiles, Part 1: Core (20-057): tests named by the requirements, and how the tiles are kept and sent."""

import gzip

import mapbox_vector_tile
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import shape

from gis.project import Project
from gis.tiles import Tile, covering_range
from tests.api import squares
from tests.api.conftest import client_of

_MVT = "application/vnd.mapbox-vector-tile"
_BASE = "/collections/{}/tiles/WebMercatorQuad"


def _tiles(client: TestClient, collection: str, zoom: int) -> dict[Tile, bytes]:
    box = client.get(f"/collections/{collection}").json()["extent"]["spatial"]["bbox"][0]
    answers = {
        tile: client.get(f"{_BASE.format(collection)}/{tile.z}/{tile.y}/{tile.x}")
        for tile in covering_range(tuple(box), zoom)
    }
    assert all(answer.status_code in {200, 204} for answer in answers.values())
    return {tile: answer.content for tile, answer in answers.items() if answer.status_code == 200}


def test_conformance_names_the_classes(client):
    kept = client.get("/conformance").json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "mvt", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in kept


def test_req_core_tc_op__a_tile_is_found_at_its_template(client):
    document = client.get(_BASE.format("units")).json()
    (item,) = [link for link in document["links"] if link["rel"] == "item"]
    assert item["templated"] is True
    assert item["type"] == _MVT
    limits = document["tileMatrixSetLimits"][16]
    filled = item["href"].format(tileMatrix="16", tileRow=limits["minTileRow"], tileCol=limits["minTileCol"])
    answer = client.get(filled)
    assert (answer.status_code, answer.headers["content-type"]) == (200, _MVT)


def test_req_core_tc_success__the_tile_holds_the_features(client):
    found = {}
    for content in _tiles(client, "units", 18).values():
        (layer,) = mapbox_vector_tile.decode(content).values()
        found |= {feature["properties"]["id"]: feature for feature in layer["features"]}
    assert set(found) == {f"u{n}" for n in range(1, 9)}
    assert found["u1"]["properties"] == {"id": "u1", "households": 400.0, "resident_population": 1000.0}
    assert "resident_population" not in found["u8"]["properties"]
    assert found["u3"]["id"] == 3


def test_every_collection_has_tiles_of_its_own_name(client):
    for collection in client.get("/collections").json()["collections"]:
        if "spatial" not in collection["extent"]:
            assert collection["id"] == "plans.comparison"
            continue
        tiles = _tiles(client, collection["id"], 16)
        assert tiles, collection["id"]
        features = [
            feature
            for content in tiles.values()
            for name, layer in mapbox_vector_tile.decode(content).items()
            for feature in layer["features"]
            if name == collection["id"]
        ]
        assert len({feature["properties"]["id"] for feature in features}) == collection["count"]
        assert all(shapely.is_valid(shape(feature["geometry"])) for feature in features)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("WebMercatorQuad/23/0/0", 404, "tile-not-found"),
        ("WebMercatorQuad/-1/0/0", 404, "tile-not-found"),
        ("WebMercatorQuad/3/8/0", 404, "tile-not-found"),
        ("WebMercatorQuad/3/0/9999999999999999999999", 404, "tile-not-found"),
        ("WebMercatorQuad/a/0/0", 400, "parameter-invalid"),
        ("WebMercatorQuad/3/0/0?f=png", 400, "parameter-invalid"),
        ("WebMercatorQuad/3/0/0?style=x", 400, "parameter-unknown"),
        ("WorldCRS84Quad/3/0/0", 404, "tile-set-not-found"),
        ("WorldCRS84Quad", 404, "tile-set-not-found"),
        ("WebMercatorQuad?f=xml", 400, "parameter-invalid"),
    ],
)
def test_req_core_tc_error__what_is_not_there_is_told(client, path, status, code):
    for lang in ("zh", "en"):
        answer = client.get(f"/collections/units/tiles/{path}", headers={"accept-language": lang})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/collections/castles/tiles").json()["code"] == "collection-not-found"
    assert client.get("/collections/castles/tiles/WebMercatorQuad/0/0/0").status_code == 404


def test_permission_core_tc_empty__where_nothing_lies_there_is_no_content(client):
    answer = client.get(f"{_BASE.format('units')}/10/0/0")
    assert (answer.status_code, answer.content) == (204, b"")


def test_req_tileset_success__the_tile_set_tells_its_limits_box_and_layer(client):
    document = client.get(_BASE.format("units")).json()
    assert document["dataType"] == "vector"
    assert document["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    assert [limit["tileMatrix"] for limit in document["tileMatrixSetLimits"]] == [str(zoom) for zoom in range(23)]
    (layer,) = document["layers"]
    assert layer["id"] == "units"
    assert layer["propertiesSchema"]["properties"] == {
        "id": {"type": "string"},
        "households": {"type": "number"},
        "resident_population": {"type": "number"},
    }
    assert {"self", "item", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"} <= {
        link["rel"] for link in document["links"]
    }
    low, high = document["boundingBox"]["lowerLeft"], document["boundingBox"]["upperRight"]
    assert [*low, *high] == client.get("/collections/units").json()["extent"]["spatial"]["bbox"][0]


def test_req_tilesets_list__from_the_collection_to_its_tiles(client):
    collection = client.get("/collections/units").json()
    (to_tiles,) = [
        link["href"]
        for link in collection["links"]
        if link["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
    ]
    document = client.get(to_tiles).json()
    (listed,) = document["tilesets"]
    assert (listed["dataType"], listed["crs"]) == ("vector", "http://www.opengis.net/def/crs/EPSG/0/3857")
    (own,) = [link["href"] for link in listed["links"] if link["rel"] == "self"]
    assert client.get(own).status_code == 200


def test_req_tilematrixset__the_set_is_listed_and_written_out(client):
    (item,) = client.get("/tileMatrixSets").json()["tileMatrixSets"]
    assert item["id"] == "WebMercatorQuad"
    whole = client.get(item["links"][0]["href"]).json()
    assert whole["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
    assert whole["tileMatrices"][18]["cellSize"] == pytest.approx(0.5971642834779395)
    for zoom, matrix in enumerate(whole["tileMatrices"]):
        assert matrix["matrixWidth"] == matrix["matrixHeight"] == 2**zoom
        assert matrix["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
    assert "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes" in {
        link["rel"] for link in client.get("/", headers={"accept": "application/json"}).json()["links"]
    }


@pytest.mark.parametrize(
    "ask", [{"params": {"f": "tilejson"}}, {"headers": {"accept": "application/vnd.mapbox.tile+json"}}]
)
def test_tilejson_leads_to_the_tiles(client, ask):
    answer = client.get(_BASE.format("units"), **ask)
    assert answer.headers["content-type"] == "application/vnd.mapbox.tile+json"
    document = answer.json()
    assert (document["tilejson"], document["minzoom"], document["maxzoom"]) == ("3.0.0", 0, 22)
    (layer,) = document["vector_layers"]
    assert layer["fields"] == {"id": "String", "households": "Number", "resident_population": "Number"}
    tile = next(iter(covering_range(tuple(document["bounds"]), 15)))
    assert client.get(document["tiles"][0].format(z=tile.z, x=tile.x, y=tile.y)).status_code == 200


def test_a_tile_is_compressed_for_whoever_takes_it(client):
    (tile,) = _tiles(client, "units", 14)
    address = f"{_BASE.format('units')}/{tile.z}/{tile.y}/{tile.x}"
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 5, mtime=0))
    assert "Accept-Encoding" in packed.headers["vary"]


def test_a_tile_is_sent_again_only_when_the_layer_changes(fresh):
    fresh.store.save_layer("units", squares.units(), kind="units", author="planner", reason="import")
    with client_of(fresh.folder) as client:
        (tile,) = _tiles(client, "units", 14)
        address = f"{_BASE.format('units')}/{tile.z}/{tile.y}/{tile.x}"
        first = client.get(address)
        known = {"if-none-match": first.headers["etag"]}
        again = client.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        fresh.store.save_layer("units", squares.units().iloc[:3], kind="units", author="planner", reason="cut")
        changed = client.get(address, headers=known)
        assert changed.status_code == 200
        assert len(mapbox_vector_tile.decode(changed.content)["units"]["features"]) == 3


def test_a_layer_in_postgis_is_encoded_there(tmp_path, postgis_url, monkeypatch):
    from gis.tiles.postgis import PostGisTiles

    made = []
    encode = PostGisTiles.encode
    monkeypatch.setattr(PostGisTiles, "encode", lambda self, tile: made.append(tile) or encode(self, tile))
    with Project.create(
        tmp_path / "town", name="镇", crs=squares.CRS, database=f"{postgis_url}&schema=tiles_town"
    ) as project:
        squares.fill(project)
    with client_of(tmp_path / "town") as client:
        found = {}
        for content in _tiles(client, "units", 18).values():
            found |= {
                feature["properties"]["id"]: feature["properties"]
                for feature in mapbox_vector_tile.decode(content)["units"]["features"]
            }
        assert found == {
            f"u{n}": {"id": f"u{n}", "households": 400.0, **({} if n == 8 else {"resident_population": 1000.0})}
            for n in range(1, 9)
        }
        assert made
        made.clear()
        assert _tiles(client, "units", 14)
        assert _tiles(client, "plan_alternative_1", 18)
        assert made == []
