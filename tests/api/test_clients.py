"""Other programs' clients read the service: OWSLib's for OGC API, and GDAL's driver of vector tiles."""

import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features

from gis.tiles import covering_range
from tests.api import squares
from tests.api.serving import serving


@pytest.fixture(scope="module")
def served(town):
    with serving(town) as address:
        yield address


def test_owslib_finds_collections_and_features(served):
    client = Features(served)
    names = client.feature_collections()
    assert {"communities", "units", "findings", "plan_alternative_1.units", "plans.comparison"} <= set(names)
    for name in names:
        described = client.collection(name)
        page = client.collection_items(name, limit=3)
        assert page["numberMatched"] == described["count"]
        assert page["numberReturned"] == min(3, described["count"])
        one = page["features"][0]["id"].replace("/", "%2F")
        assert client.collection_item(name, one)["properties"] == page["features"][0]["properties"]
    assert "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter" in client.conformance()["conformsTo"]
    queryables = client.collection_queryables("units")
    assert "households" in queryables["properties"]
    found = client.collection_items("units", filter="id IN ('u2','u5')")
    assert [feature["id"] for feature in found["features"]] == ["u2", "u5"]
    assert client.api()["openapi"].startswith("3.")


@pytest.mark.skipif("MVT" not in pyogrio.list_drivers(), reason="this GDAL has no driver of vector tiles")
def test_gdal_reads_the_tiles_as_they_are_served(served, tmp_path):
    import urllib.request

    layer = squares.units()
    (tile,) = covering_range(tuple(layer.to_crs(4326).total_bounds), 15)
    path = tmp_path / "tile.pbf"
    address = f"{served}/collections/units/tiles/WebMercatorQuad/{tile.z}/{tile.y}/{tile.x}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        path.write_bytes(answer.read())
    read = pyogrio.read_dataframe(path, layer="units", X=str(tile.x), Y=str(tile.y), Z=str(tile.z), CLIP="NO")
    assert sorted(read["id"]) == [f"u{n}" for n in range(1, 9)]
    moved = dict(zip(read["id"], read.to_crs(squares.CRS).geometry, strict=True))
    for name, wanted in layer.geometry.items():
        assert shapely.hausdorff_distance(moved[name], wanted) < 1.5, name
