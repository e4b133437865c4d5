"""OGC API - Features, Part 1: Core (17-069r4): tests named by the requirements of the standard."""

import json
import re

import openapi_spec_validator
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import shape

from tests.api.conftest import client_of

_BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"


def _links(document: dict, rel: str) -> list[dict]:
    return [link for link in document["links"] if link["rel"] == rel]


def _collections(client: TestClient) -> list[dict]:
    return client.get("/collections").json()["collections"]


def test_req_core_root_success__the_landing_page_leads_to_everything(client):
    document = client.get("/").json()
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert _links(document, rel), rel
    for link in document["links"]:
        assert client.get(link["href"]).status_code == 200, link


@pytest.mark.parametrize(("path", "version"), [("/openapi.json", "3.1"), ("/openapi-3.0.json", "3.0")])
def test_req_oas30_oas_definition__the_description_is_valid(client, path, version):
    answer = client.get(path)
    assert answer.headers["content-type"] == f"application/vnd.oai.openapi+json;version={version}"
    document = answer.json()
    assert document["openapi"].startswith(version)
    openapi_spec_validator.validate(document)


def test_req_core_conformance_success__the_classes_are_named(client):
    kept = client.get("/conformance").json()["conformsTo"]
    for name in ("core", "geojson", "html", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in kept


def test_req_core_fc_md_success__each_collection_has_what_the_list_needs(client):
    document = client.get("/collections").json()
    assert _links(document, "self")
    assert _links(document, "alternate")
    for collection in document["collections"]:
        assert collection["id"]
        assert collection["itemType"] == "feature"
        (geojson,) = [link for link in _links(collection, "items") if link["type"] == "application/geo+json"]
        assert client.get(geojson["href"]).headers["content-type"] == "application/geo+json"
        assert all(link.get("type") for link in collection["links"])


def test_req_core_fc_md_extent__the_extent_holds_every_feature(client):
    for collection in _collections(client):
        features = client.get(f"/collections/{collection['id']}/items").json()["features"]
        placed = [shape(feature["geometry"]) for feature in features if feature["geometry"]]
        if not placed:
            assert "spatial" not in collection["extent"]
            continue
        (box,) = collection["extent"]["spatial"]["bbox"]
        assert shapely.box(*box).buffer(1e-7).contains(shapely.union_all(placed))
        ((since, until),) = collection["extent"]["temporal"]["interval"]
        assert since.endswith("+00:00")
        assert until is None


def test_req_core_sfc_md_success__one_collection_is_as_in_the_list(client):
    for collection in _collections(client):
        assert client.get(f"/collections/{collection['id']}").json() == collection


def test_req_core_fc_limit_response_1__no_more_than_the_limit(town):
    with client_of(town, default_limit=3, max_limit=5) as client:
        for limit, returned in ((1, 1), (5, 5), (8, 5), (None, 3)):
            document = client.get("/collections/units/items", params={} if limit is None else {"limit": limit}).json()
            assert len(document["features"]) == document["numberReturned"] == returned


def test_req_core_fc_bbox_response__what_meets_the_box_and_no_more(client):
    features = client.get("/collections/units/items").json()["features"]
    for feature in features:
        box = shape(feature["geometry"]).buffer(-1e-5).bounds
        found = client.get("/collections/units/items", params={"bbox": ",".join(map(str, box))}).json()
        assert [one["id"] for one in found["features"]] == [feature["id"]]
        assert found["numberMatched"] == 1


def test_req_core_fc_bbox_response__features_without_a_place_meet_every_box(client):
    found = client.get("/collections/plans.comparison/items", params={"bbox": "0,0,1,1"}).json()
    assert found["numberMatched"] == 3


def test_req_core_fc_time_response__the_version_of_the_time(client):
    ((since, _),) = client.get("/collections/units").json()["extent"]["temporal"]["interval"]
    query = {"datetime": since.replace("+00:00", "Z")}
    assert client.get("/collections/units/items", params=query).json()["numberMatched"] == 8
    query = {"datetime": f"../{since.replace('+00:00', 'Z')[:4]}-01-01T00:00:00Z"}
    assert client.get("/collections/units/items", params=query).json()["numberMatched"] == 0


@pytest.mark.parametrize(
    "path",
    ["/", "/conformance", "/collections", "/collections/units", "/collections/units/items",
     "/collections/units/items/u1", "/collections/units/queryables", "/collections/units/download"],
)  # fmt: skip
def test_req_core_query_param_unknown__refused(client, path):
    answer = client.get(path, params={"unknown": "1"})
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-unknown")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "parameter-invalid"),
        ("limit=x", "parameter-invalid"),
        ("bbox=1,2", "parameter-invalid"),
        ("bbox=1,2,3,4,5", "parameter-invalid"),
        ("bbox=inf,2,3,4", "parameter-invalid"),
        ("bbox-crs=EPSG:4490", "parameter-invalid"),
        ("datetime=now", "parameter-invalid"),
        ("f=xml", "parameter-invalid"),
        ("sortby=", "property-unknown"),
        ("sortby=height", "property-unknown"),
        ("sortby=geometry", "property-unknown"),
        ("properties=", "property-unknown"),
        ("properties=households,height", "property-unknown"),
        ("filter=height > 3", "filter-invalid"),
        ("filter=", "filter-invalid"),
        ("filter-lang=cql2-text", "filter-invalid"),
        ("filter-lang=sql&filter=a", "parameter-invalid"),
        ("crs=EPSG:3857", "crs-not-offered"),
        ("crs=", "crs-not-offered"),
        ("bbox=1,2,3,4&bbox-crs=x", "crs-not-offered"),
        ("filter=TRUE&filter-crs=EPSG:9999999", "crs-not-offered"),
    ],
)
def test_req_core_query_param_invalid__refused_in_both_languages(client, query, code):
    for room in ("items", "download"):
        if room == "download" and query.startswith(("limit", "f=")):
            continue
        sentences = set()
        for lang in ("zh", "en"):
            answer = client.get(f"/collections/units/{room}?{query}", headers={"accept-language": lang})
            assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
            sentences.add(answer.json()["detail"])
        assert len(sentences) == 2


def test_req_core_fc_links__self_alternate_next_and_prev_keep_the_question(client):
    query = {
        "bbox": "113,32,116,35",
        "filter": "households > 300 AND TRUE",
        "sortby": "-id",
        "properties": "households",
        "crs": "EPSG:4490",
        "limit": 3,
        "offset": 3,
    }
    document = client.get("/collections/units/items", params=query).json()
    assert [feature["id"] for feature in document["features"]] == ["u5", "u4", "u3"]
    (own,), (after,), (before,) = (_links(document, rel) for rel in ("self", "next", "prev"))
    assert client.get(own["href"]).json()["features"] == document["features"]
    assert [feature["id"] for feature in client.get(after["href"]).json()["features"]] == ["u2", "u1"]
    assert [feature["id"] for feature in client.get(before["href"]).json()["features"]] == ["u8", "u7", "u6"]
    assert "next" not in {link["rel"] for link in client.get(after["href"]).json()["links"]}
    (page,) = _links(document, "alternate")
    assert client.get(page["href"]).headers["content-type"].startswith("text/html")


def test_req_core_fc_timestamp_and_numbers(client):
    document = client.get("/collections/units/items", params={"limit": 2}).json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["timeStamp"])
    assert (document["numberMatched"], document["numberReturned"]) == (8, 2)


def test_req_core_f_links__a_feature_leads_to_its_collection(client):
    document = client.get("/collections/units/items/u3").json()
    for rel in ("self", "alternate", "collection"):
        (link,) = _links(document, rel)
        assert client.get(link["href"]).status_code == 200
    assert document["type"] == "Feature"


def test_req_geojson_content__features_are_geojson(client):
    for collection in _collections(client):
        document = client.get(f"/collections/{collection['id']}/items").json()
        assert document["type"] == "FeatureCollection"
        assert {feature["type"] for feature in document["features"]} == {"Feature"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_req_html_definition__every_resource_has_a_page(client, lang):
    pages = ["/", "/collections"]
    for collection in _collections(client):
        base = f"/collections/{collection['id']}"
        first = client.get(f"{base}/items?limit=1").json()["features"][0]["id"].replace("/", "%2F")
        pages += [base, f"{base}/items", f"{base}/items/{first}"]
    for path in pages:
        answer = client.get(path, params={"lang": lang}, headers=_BROWSER)
        assert answer.headers["content-type"].startswith("text/html"), path
        assert answer.headers["content-language"] == lang
        assert "<script>alert" not in answer.text
        places = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
        for place in places:
            assert place.startswith(("/", "#", "?", "data:")), place
        again = client.get(path, params={"lang": lang}, headers={**_BROWSER, "if-none-match": answer.headers["etag"]})
        assert again.status_code == 304


def test_the_pages_lead_on(client):
    html = client.get("/collections/units/items?f=html&limit=3&filter=households%20%3E%2010").text
    (after,) = re.findall(r'rel="next" href="([^"]+)"', html)
    following = client.get(f"/collections/units/items{after.replace('&amp;', '&')}").text
    assert ">u4</a>" in following
    assert ">u1</a>" not in following
    for place in re.findall(r'href="([^"#]+)"', html):
        address = place.replace("&amp;", "&")
        answer = client.get(address if address.startswith("/") else f"/collections/units/items{address}")
        assert address == "data:," or answer.status_code == 200, address


def test_sorting_by_several_properties_puts_the_unknown_last(client):
    def ids(sortby: str) -> list[str]:
        found = client.get("/collections/units/items", params={"sortby": sortby}).json()["features"]
        return [feature["id"] for feature in found]

    assert ids("-id") == [f"u{n}" for n in range(8, 0, -1)]
    assert ids("resident_population,-id") == ["u7", "u6", "u5", "u4", "u3", "u2", "u1", "u8"]
    assert ids("-resident_population,id") == ["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"]
    assert ids("+id") == [f"u{n}" for n in range(1, 9)]


def test_properties_are_those_asked_for(client):
    document = client.get("/collections/communities/items", params={"properties": "households,备注"}).json()
    assert [list(feature["properties"]) for feature in document["features"]] == [["households", "备注"]] * 2
    whole = json.loads(client.get("/collections/communities/download", params={"properties": "name"}).text)
    assert [list(feature["properties"]) for feature in whole["features"]] == [["name"]] * 2
