"""Collections and items: the right features, in longitude and latitude, page by page."""

import json

import pyogrio
import pyproj
import pytest
import shapely
from fastapi.testclient import TestClient

from tests.api import squares
from tests.api.conftest import client_of
from tests.api.squares import EAST, EVIL, NORTH


def _items(client: TestClient, collection: str, **query: object) -> dict:
    answer = client.get(f"/collections/{collection}/items", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


def _degrees(x_m: float, y_m: float) -> tuple[float, float]:
    """Move a point of the town by PROJ itself, CGCS2000 to WGS 84: an independent way to the coordinates."""
    return pyproj.Transformer.from_crs(4547, 4326, always_xy=True).transform(EAST + x_m, NORTH + y_m)


def test_every_layer_findings_set_and_plan_is_a_collection(client):
    document = client.get("/collections", headers={"accept-language": "en"}).json()
    found = {collection["id"]: collection for collection in document["collections"]}
    assert set(found) == {
        "communities",
        "units",
        "findings",
        "plan_alternative_1",
        "plan_alternative_1.units",
        "plan_alternative_2",
        "plan_alternative_2.units",
        "plans.comparison",
    }
    assert found["communities"]["count"] == 2
    assert found["plan_alternative_1"]["count"] == 2
    assert found["plan_alternative_1.units"]["count"] == 8
    assert found["units"]["title"] == "units (units)"
    assert all(collection["itemType"] == "feature" for collection in found.values())


def test_each_count_is_the_number_of_features(client):
    for collection in client.get("/collections").json()["collections"]:
        assert _items(client, collection["id"])["numberMatched"] == collection["count"], collection["id"]


def test_the_links_of_each_collection_lead_somewhere(client):
    for collection in client.get("/collections").json()["collections"]:
        for link in collection["links"]:
            assert client.get(link["href"]).status_code == 200, link
            if "type" in link:
                assert client.get(link["href"]).headers["content-type"].split(";")[0] == link["type"], link


def test_extent_is_the_box_in_degrees(client):
    (box,) = client.get("/collections/units").json()["extent"]["spatial"]["bbox"]
    corners = [_degrees(x, y) for x in (0, 400) for y in (0, 200)]
    shape = shapely.MultiPoint(corners).bounds
    assert box == pytest.approx(shape, abs=1e-7)


def test_shapes_are_in_longitude_and_latitude_counterclockwise(client):
    for feature in _items(client, "units")["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        number = int(feature["id"][1:]) - 1
        west, south = _degrees(100 * (number % 4), 100 * (number // 4))
        assert shape.bounds[:2] == pytest.approx((west, south), abs=1e-6)
        assert shape.exterior.is_ccw


def test_properties_are_as_stored_and_unknown_is_null(client):
    features = {feature["id"]: feature["properties"] for feature in _items(client, "units")["features"]}
    assert features["u1"] == {"households": 400.0, "resident_population": 1000.0}
    assert features["u8"] == {"households": 400.0, "resident_population": None}
    west, east = _items(client, "communities")["features"]
    assert west["properties"]["name"] == f"西街{EVIL}"
    assert (west["properties"]["备注"], east["properties"]["备注"]) == (None, "老城区")


def test_findings_keep_their_tuples_of_ids(client):
    findings = _items(client, "findings")["features"]
    (overlap,) = [feature for feature in findings if feature["properties"]["kind"] == "overlap"]
    assert sorted(overlap["properties"]["ids"]) == sorted(["东街", "西/街"])
    assert overlap["properties"]["area_m2"] == pytest.approx(2000)


def test_plan_communities_are_dissolved_units(client):
    communities = _items(client, "plan_alternative_2")["features"]
    assert {feature["properties"]["households"] for feature in communities} == {1600.0}
    members = _items(client, "plan_alternative_2.units")["features"]
    joined: dict[str, list[shapely.Geometry]] = {}
    for unit in members:
        joined.setdefault(unit["properties"]["community_id"], []).append(shapely.geometry.shape(unit["geometry"]))
    for feature in communities:
        whole = shapely.geometry.shape(feature["geometry"])
        assert whole.symmetric_difference(shapely.union_all(joined[feature["id"]])).area < 1e-12


def test_one_feature_by_id_even_with_a_slash_in_it(client):
    for feature in _items(client, "communities")["features"]:
        answer = client.get(f"/collections/communities/items/{feature['id'].replace('/', '%2F')}")
        assert answer.status_code == 200
        document = answer.json()
        assert {key: document[key] for key in ("id", "geometry", "properties")} == {
            key: feature[key] for key in ("id", "geometry", "properties")
        }
        for link in document["links"]:
            assert client.get(link["href"]).status_code == 200, link


def test_pages_give_every_feature_once(client):
    ids, address, pages = [], "http://127.0.0.1/collections/units/items?limit=3", 0
    while address:
        document = client.get(address).json()
        assert document["numberMatched"] == 8
        assert document["numberReturned"] == len(document["features"]) <= 3
        ids += [feature["id"] for feature in document["features"]]
        links = {link["rel"]: link["href"] for link in document["links"]}
        assert ("prev" in links) == (pages > 0)
        address, pages = links.get("next"), pages + 1
    assert ids == [f"u{number}" for number in range(1, 9)]
    assert pages == 3


def test_the_previous_page_is_the_one_before(client):
    document = _items(client, "units", limit=3, offset=4)
    (before,) = [link["href"] for link in document["links"] if link["rel"] == "prev"]
    assert [feature["id"] for feature in client.get(before).json()["features"]] == ["u2", "u3", "u4"]
    near_start = _items(client, "units", limit=3, offset=2)
    (before,) = [link["href"] for link in near_start["links"] if link["rel"] == "prev"]
    assert [feature["id"] for feature in client.get(before).json()["features"]] == ["u1", "u2"]


def test_a_limit_above_the_greatest_is_cut_to_it(town):
    with client_of(town, max_limit=5) as client:
        document = _items(client, "units", limit=100_000)
        assert document["numberReturned"] == 5
        assert "next" in {link["rel"] for link in document["links"]}


def test_beyond_the_last_feature_there_are_none(client):
    document = _items(client, "units", offset=100)
    assert (document["features"], document["numberMatched"], document["numberReturned"]) == ([], 8, 0)


def test_bbox_finds_what_meets_it(client):
    west, south = _degrees(120, 20)
    east, north = _degrees(280, 80)
    for box in (f"{west},{south},{east},{north}", f"{west},{south},0,{east},{north},100"):
        assert [feature["id"] for feature in _items(client, "units", bbox=box)["features"]] == ["u2", "u3"]
    assert _items(client, "units", bbox="10,10,11,11")["features"] == []


def test_bbox_goes_on_from_page_to_page(client):
    west, south = _degrees(20, 20)
    east, north = _degrees(380, 80)
    document = _items(client, "units", bbox=f"{west},{south},{east},{north}", limit=3)
    (following,) = [link["href"] for link in document["links"] if link["rel"] == "next"]
    assert [feature["id"] for feature in client.get(following).json()["features"]] == ["u4"]


def test_bbox_across_the_180th_meridian(client):
    assert len(_items(client, "units", bbox="170,-80,-170,80")["features"]) == 0
    assert len(_items(client, "units", bbox="113,-80,-170,80")["features"]) == 8


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "1,2,3,4,5", "nan,1,2,3", "1,9,2,3", "-200,0,1,1", ""])
def test_a_wrong_bbox_is_refused(client, box):
    answer = client.get("/collections/units/items", params={"bbox": box})
    assert answer.status_code == 400
    assert answer.json()["code"] == "parameter-invalid"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=many", "offset=-1", "offset=1.5", "lang=fr", "color=red", "limit=1&Bbox=1"]
)
def test_wrong_or_unknown_parameters_are_refused(client, query):
    assert client.get(f"/collections/units/items?{query}").status_code == 400


def test_what_is_not_there_is_404(client):
    for path, code in {
        "/collections/castles": "collection-not-found",
        "/collections/castles/items": "collection-not-found",
        "/collections/units/items/u99": "feature-not-found",
        "/castles": "page-not-found",
    }.items():
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_new_version_is_served_at_once(fresh):
    with client_of(fresh.folder) as client:
        assert client.get("/collections").json()["collections"] == []
        layer = squares.units()
        fresh.store.save_layer("units", layer, kind="units", author="planner", reason="import")
        first = client.get("/collections/units/items")
        assert first.json()["numberMatched"] == 8
        fresh.store.save_layer("units", layer.iloc[:3], kind="units", author="planner", reason="cut")
        again = client.get("/collections/units/items", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 200
        assert again.json()["numberMatched"] == 3
        fresh.store.delete("units", author="planner", reason="gone")
        assert client.get("/collections/units/items").status_code == 404


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/collections/units/items?limit=2")
    tag = first.headers["etag"]
    again = client.get("/collections/units/items?limit=2", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/collections/units/items?limit=3", headers={"if-none-match": tag}).status_code == 200


def test_plans_without_units_are_told_not_hidden(fresh):
    """A plan of units that are gone cannot be drawn; the rest of the project is served all the same."""
    squares.fill(fresh)
    fresh.store.save_layer("units", squares.units().iloc[:4], kind="units", author="planner", reason="cut")
    with client_of(fresh.folder) as client:
        answer = client.get("/collections/plan_alternative_1/items")
        assert (answer.status_code, answer.json()["code"]) == (409, "units-unknown")
        assert len(json.loads(client.get("/collections/units/items").text)["features"]) == 4


def test_a_download_is_the_whole_collection_as_one_file(town):
    with client_of(town, max_limit=3) as client:
        for collection in client.get("/collections").json()["collections"]:
            answer = client.get(f"/collections/{collection['id']}/download")
            assert f"{collection['id']}_v1.geojson" in answer.headers["content-disposition"]
            document = answer.json()
            assert len(document["features"]) == collection["count"]
            first = client.get(f"/collections/{collection['id']}/items").json()["features"]
            assert document["features"][:3] == first


def test_a_download_is_read_by_gdal(client, tmp_path):
    path = tmp_path / "units.geojson"
    path.write_bytes(client.get("/collections/units/download").content)
    layer = pyogrio.read_dataframe(path)
    assert layer.crs.to_epsg() == 4326
    moved = layer.to_crs(squares.CRS)
    expected = squares.units()
    assert moved["households"].tolist() == expected["households"].tolist()
    for got, wanted in zip(moved.geometry, expected.geometry, strict=True):
        assert got.hausdorff_distance(wanted) < 0.01


@pytest.mark.parametrize(
    ("moment", "matched"),
    [
        ("2020-01-01T00:00:00Z", 0),
        ("2020-01-01T08:00:00.5+08:00", 0),
        ("2020-01-01T00:00:00Z/..", 8),
        ("/2020-01-01T00:00:00Z", 0),
        ("2020-01-01T00:00:00Z/2999-01-01T00:00:00Z", 8),
        ("2999-01-01T00:00:00Z", 8),
    ],
)
def test_features_are_there_since_they_were_saved(client, moment, matched):
    for collection in ("units", "plan_alternative_1.units"):
        assert _items(client, collection, datetime=moment)["numberMatched"] == matched


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "..",
        "../..",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2027-01-01T00:00:00Z/2026-01-01T00:00:00Z",
        "yesterday",
        "2026-01-01T00:00:00Z/x",
        "2026-01-01T00:00:00Z/2026-01-01T00:00:00Z/..",
    ],
)
def test_a_wrong_time_is_refused(client, moment):
    answer = client.get("/collections/units/items", params={"datetime": moment})
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")
