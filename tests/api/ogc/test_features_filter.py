"""OGC API - Features, Part 3: Filtering (19-079r2), by the requirements; CQL2 itself: ``test_cql2.py``."""

import json

import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import shape

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def _ids(client: TestClient, collection: str = "units", **query: str) -> list[str]:
    answer = client.get(
        f"/collections/{collection}/items", params={name.replace("_", "-"): value for name, value in query.items()}
    )
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def test_req_queryables_op__from_the_collection_to_its_schema(client):
    for collection in client.get("/collections").json()["collections"]:
        (way,) = [link for link in collection["links"] if link["rel"].endswith("/queryables")]
        answer = client.get(way["href"])
        assert answer.headers["content-type"] == "application/schema+json"
        document = answer.json()
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["$id"] == way["href"]
        assert (document["type"], document["additionalProperties"]) == ("object", False)
        features = client.get(f"/collections/{collection['id']}/items").json()["features"]
        assert set(document["properties"]) == {"id", "geometry", *features[0]["properties"]}


def test_req_queryables_response__kinds_are_those_of_the_values(client):
    properties = client.get("/collections/units/queryables").json()["properties"]
    assert properties["households"]["type"] == "number"
    assert properties["geometry"]["format"] == "geometry-any"
    findings = client.get("/collections/findings/queryables").json()["properties"]
    assert (findings["ids"]["type"], findings["sliver"]["type"]) == ("array", "boolean")


def test_every_queryable_may_stand_in_a_filter(client):
    for collection in client.get("/collections").json()["collections"]:
        base = f"/collections/{collection['id']}"
        for name in client.get(f"{base}/queryables").json()["properties"]:
            answer = client.get(f"{base}/items", params={"filter": f'"{name}" IS NOT NULL'})
            assert answer.status_code == 200, (name, answer.text)


def test_req_filter_filter_param__text_is_the_default(client):
    assert _ids(client, filter="id IN ('u2','u5')") == ["u2", "u5"]
    assert _ids(client, filter="id IN ('u2','u5')", filter_lang="cql2-text") == ["u2", "u5"]
    tree = {"op": "in", "args": [{"property": "id"}, ["u2", "u5"]]}
    assert _ids(client, filter=json.dumps(tree), filter_lang="cql2-json") == ["u2", "u5"]


def test_req_filter_mixing_expressions__all_conditions_hold(client):
    features = client.get("/collections/units/items").json()["features"]
    box = shapely.union_all([shape(feature["geometry"]) for feature in features[:2]]).buffer(-1e-5).bounds
    assert _ids(client, filter="id IN ('u2','u5')", bbox=",".join(map(str, box))) == ["u2"]
    assert _ids(client, filter="id IN ('u2','u5')", datetime="2020-01-01T00:00:00Z") == []


@pytest.mark.parametrize("code", [None, 4326, 4490, 4547, 4526])
def test_req_filter_filter_crs__shapes_of_the_filter_are_read_in_their_crs(client, code):
    query = {} if code is None else {"crs": f"{_EPSG}{code}"}
    features = client.get("/collections/units/items", params=query).json()["features"]
    for feature in features:
        middle = shape(feature["geometry"]).centroid
        asked = {"filter": f"S_INTERSECTS(geometry, {middle.wkt})"}
        if code is not None:
            asked["filter_crs"] = f"{_EPSG}{code}"
        assert _ids(client, **asked) == [feature["id"]]


def test_numbers_matched_pages_and_downloads_know_the_filter(client):
    query = {"filter": "id > 'u3'", "limit": 2}
    document = client.get("/collections/units/items", params=query).json()
    assert document["numberMatched"] == 5
    seen, after = [], document
    while True:
        seen += [feature["id"] for feature in after["features"]]
        ways = [link["href"] for link in after["links"] if link["rel"] == "next"]
        if not ways:
            break
        after = client.get(ways[0]).json()
    assert seen == ["u4", "u5", "u6", "u7", "u8"]
    whole = client.get("/collections/units/download", params={"filter": "id > 'u3'"}).json()
    assert [feature["id"] for feature in whole["features"]] == seen


def test_a_filter_that_no_parser_should_see_is_refused(client):
    deep = "(" * 60 + "id = 'u1'" + ")" * 60
    for text in (
        deep,
        "NOT " * 60 + "TRUE",
        "id = 'u1' OR " * 2000 + "TRUE",
        "-" * 60 + "1 = 1",
        "id = 'x' ; DROP TABLE",
    ):
        answer = client.get("/collections/units/items", params={"filter": text})
        assert (answer.status_code, answer.json()["code"]) == (400, "filter-invalid"), text[:30]
    tree: object = {"op": "=", "args": [1, 1]}
    for _ in range(200):
        tree = {"op": "not", "args": [tree]}
    for text in (json.dumps(tree), "[" * 5000, "{}", "3", '{"op": "=", "args": [NaN, 1]}', "null", '{"op": 3}'):
        answer = client.get("/collections/units/items", params={"filter": text, "filter-lang": "cql2-json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "filter-invalid"), text[:30]


def test_a_long_filter_is_judged_in_linear_steps(client):
    """Blanks between signs can be shared out in more ways than there are atoms, if a pattern is careless."""
    for text in ("-      " * 49 + "x", "NOT   (  " * 40 + "x", "'" * 4001, "(" * 8000, "(" * 8 + "id" + ")" * 8, ")("):
        answer = client.get("/collections/units/items", params={"filter": text})
        assert (answer.status_code, answer.json()["code"]) == (400, "filter-invalid"), text[:30]


def test_a_quoted_bracket_is_no_nesting(client):
    assert _ids(client, filter="id <> '" + "(" * 500 + "'") == [f"u{n}" for n in range(1, 9)]
