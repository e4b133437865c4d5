"""Layers copied from web maps are found by their shift against a layer that is not, and nothing else is."""

import geopandas as gpd
import pytest
from shapely import Point, box

import gis
from gis.errors import CrsError
from gis.offset import find_datum_offset


@pytest.fixture(scope="module")
def scenario(scenario1):
    villages = gis.read_layer(scenario1, "communities", layer="villages_li")
    units = gis.read_layer(scenario1, "units", layer="units_bsa", columns={"id": "CODEBASE"})
    roads = gis.read_layer(scenario1, "roads", layer="roads")
    return {"villages": villages, "units": units, "roads": roads}


@pytest.mark.parametrize("reference", ["villages", "units", "roads"])
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_shifted_layer_is_found_against_others(scenario, reference, datum):
    shifted = gis.convert_datum(scenario["villages"], source="wgs84", target=datum)
    truth = shifted.geometry.centroid.x.mean() - scenario["villages"].geometry.centroid.x.mean()
    found = find_datum_offset(shifted, scenario[reference])
    assert (found.is_offset, found.fits, found.shifted) == (True, datum, "layer")
    assert found.east_m == pytest.approx(truth, abs=10)
    assert datum in found.text().zh


def test_the_reference_may_be_the_shifted_one(scenario):
    found = find_datum_offset(
        scenario["villages"], gis.convert_datum(scenario["units"], source="wgs84", target="gcj02")
    )
    assert (found.is_offset, found.fits, found.shifted) == (True, "gcj02", "reference")


@pytest.mark.parametrize(
    ("left", "right"), [("villages", "units"), ("villages", "roads"), ("roads", "units"), ("units", "units")]
)
def test_layers_in_place_are_left_in_peace(scenario, left, right):
    found = find_datum_offset(scenario[left], scenario[right])
    assert not found.is_offset
    assert found.text().en == "no shift as a whole was found"


def test_another_shift_is_no_web_map(scenario):
    villages = scenario["villages"]
    found = find_datum_offset(villages.set_geometry(villages.translate(100, -50)), villages)
    assert found.is_offset
    assert found.fits is None
    assert (found.east_m, found.north_m) == (pytest.approx(100, abs=2), pytest.approx(-50, abs=2))


def test_a_street_network_of_92_667_lines(shared_data):
    original = gis.read_layer(shared_data / "wuhan_streets" / "original.parquet", "roads")
    simplified = gis.read_layer(shared_data / "wuhan_streets" / "simplified.parquet", "roads")
    assert not find_datum_offset(simplified, original).is_offset
    found = find_datum_offset(gis.convert_datum(simplified, source="wgs84", target="gcj02"), original)
    assert (found.is_offset, found.fits, found.shifted) == (True, "gcj02", "layer")


def test_layers_far_apart_or_empty_give_no_answer():
    near = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], crs=4547)
    assert find_datum_offset(near.set_geometry(near.translate(50_000, 0)), near) is None
    assert find_datum_offset(near.iloc[:0], near) is None
    with pytest.raises(CrsError, match="reference has no CRS"):
        find_datum_offset(near, gpd.GeoDataFrame(geometry=[Point(0, 0)]))
