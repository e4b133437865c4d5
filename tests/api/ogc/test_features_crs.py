"""OGC API - Features, Part 2: CRS by Reference (18-058r1): tests named by the requirements of the standard."""

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from tests.api import squares

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_CODES = [4326, 4490, 4546, 4547, 4548, 4525, 4526, 4527]


def _expected(code: int) -> np.ndarray:
    """Move the town by PROJ, which keeps the order of axes that the authority defines."""
    move = pyproj.Transformer.from_crs(4547, code, always_xy=False)

    def moved(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(move.transform(xy[:, 1], xy[:, 0]))  # EPSG:4547 has its northing first

    return shapely.transform(squares.units().geometry.to_numpy(), moved)


def test_conformance(client):
    assert (
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in client.get("/conformance").json()["conformsTo"]
    )


def test_req_crs_fc_md_crs_list__the_offered_ones_are_listed(client):
    offered = client.get("/collections/units").json()["crs"]
    assert offered[0] == _CRS84
    assert {f"{_EPSG}{code}" for code in (4326, 4490, 4547, 4546, 4548, 4526)} <= set(offered)
    assert len(offered) == len(set(offered))
    for uri in offered:
        assert client.get("/collections/units/items", params={"crs": uri, "limit": 1}).status_code == 200


def test_req_crs_fc_md_storagecrs_valid_value__it_is_one_of_them(client):
    for collection in client.get("/collections").json()["collections"]:
        if "storageCrs" in collection:
            assert collection["storageCrs"] in collection["crs"]
    assert client.get("/collections/units").json()["storageCrs"] == f"{_EPSG}4547"


def test_req_crs_fc_crs_default_value__crs84(client):
    answer = client.get("/collections/units/items")
    assert answer.headers["content-crs"] == f"<{_CRS84}>"
    x, y = answer.json()["features"][0]["geometry"]["coordinates"][0][0]
    assert 113 < x < 115
    assert 33 < y < 34


@pytest.mark.parametrize("code", _CODES)
def test_req_crs_fc_crs_action__coordinates_stand_in_the_order_of_axes(client, code):
    uri = f"{_EPSG}{code}"
    answer = client.get("/collections/units/items", params={"crs": uri})
    assert answer.headers["content-crs"] == f"<{uri}>"
    tolerance = 2e-8 if code in {4326, 4490} else 2e-4
    for feature, wanted in zip(answer.json()["features"], _expected(code), strict=True):
        assert shape(feature["geometry"]).hausdorff_distance(wanted) < tolerance


@pytest.mark.parametrize("code", _CODES)
def test_req_crs_fc_crs_action__one_feature_too(client, code):
    uri = f"{_EPSG}{code}"
    answer = client.get("/collections/units/items/u5", params={"crs": uri})
    assert answer.headers["content-crs"] == f"<{uri}>"
    assert shape(answer.json()["geometry"]).hausdorff_distance(_expected(code)[4]) < 2e-4


@pytest.mark.parametrize("code", _CODES)
def test_req_crs_fc_bbox_crs_action__the_box_is_read_in_its_crs(client, code):
    for at, wanted in enumerate(_expected(code), start=1):
        x, y = shapely.get_coordinates(wanted.centroid)[0]
        reach = 1e-5 if code in {4326, 4490} else 1
        query = {"bbox": f"{x - reach},{y - reach},{x + reach},{y + reach}", "bbox-crs": f"{_EPSG}{code}"}
        found = client.get("/collections/units/items", params=query).json()["features"]
        assert [feature["id"] for feature in found] == [f"u{at}"]


def test_a_box_the_wrong_way_round_is_refused(client):
    for box, code in (("33,114,32,115", 4490), ("100,100,0,0", 4547), ("114,33,115,34", 4326)):
        answer = client.get("/collections/units/items", params={"bbox": box, "bbox-crs": f"EPSG:{code}"})
        assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")


@pytest.mark.parametrize(
    "name", ["EPSG:4490", "[EPSG:4490]", "urn:ogc:def:crs:EPSG::4490", f"{_EPSG}4490", "epsg:4490"]
)
def test_short_names_of_crs_are_taken_too(client, name):
    answer = client.get("/collections/units/items", params={"crs": name, "limit": 1})
    assert answer.headers["content-crs"] == f"<{_EPSG}4490>"


def test_req_crs_fc_crs_valid_value__others_are_refused(client):
    for parameter in ("crs", "bbox-crs", "filter-crs"):
        query = {parameter: f"{_EPSG}3857", "bbox": "1,2,3,4", "filter": "TRUE"}
        answer = client.get("/collections/units/items", params=query)
        assert (answer.status_code, answer.json()["code"]) == (400, "crs-not-offered")
        assert _CRS84 in answer.json()["detail"]
