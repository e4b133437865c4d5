"""A layer in web-map coordinates is reported with its shift and the way out; layers in place are left in peace."""

import geopandas as gpd
import pytest

import gis
from boundaries import audit_layers
from boundaries.audit.context import AuditContext
from boundaries.audit.offsets import find_shifted_layers
from boundaries.audit.tolerances import Tolerances
from boundaries.standards import load_standard
from gis.samples import make_county

Layers = dict[str, gpd.GeoDataFrame]


@pytest.fixture(scope="module")
def county() -> Layers:
    return make_county().layers


def shifts(layers: Layers) -> list[tuple[str, str, str]]:
    context = AuditContext(layers, load_standard("national_2026"), Tolerances())
    return [(found.layer, found.other_layer, found.variant) for found in find_shifted_layers(context)]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("kind", ["communities", "grids", "urban_villages", "compounds", "roads", "units", "extent"])
def test_one_layer_from_a_web_map_is_the_one_reported(county: Layers, kind: str, datum: str) -> None:
    moved = gis.convert_datum(county[kind], source="wgs84", target=datum)
    (found,) = shifts(county | {kind: moved})
    assert found[0] == kind
    assert found[2] == ""


def test_the_finding_tells_metres_layers_and_the_option(county: Layers) -> None:
    layers = {kind: county[kind] for kind in ("communities", "units", "roads")}
    moved = gis.convert_datum(layers["communities"], source="wgs84", target="gcj02")
    truth = moved.geometry.iloc[0].centroid.distance(layers["communities"].geometry.iloc[0].centroid)
    findings = audit_layers(layers | {"communities": moved})
    (row,) = findings[findings["kind"] == "layer_shifted"].itertuples()
    assert (row.severity, row.layer, row.ids, row.other_layer, row.other_ids) == (
        "high",
        "communities",
        (),
        "units",
        (),
    )
    assert f"整体偏移 {truth:,.0f} 米（偏" in row.message
    assert "请重新导入该图层，并注明 --datum gcj02" in row.message
    assert "import it again with --datum gcj02" in row.message_en
    assert row.Index == findings.index[0]  # above all else: it touches everybody
    assert row.resident_population == pytest.approx(layers["communities"]["resident_population"].sum())


def test_a_layer_corrected_once_too_often_is_told_so(county: Layers) -> None:
    moved = gis.convert_datum(county["grids"], source="gcj02", target="wgs84")
    (found,) = shifts(county | {"grids": moved})
    assert (found[0], found[2]) == ("grids", "twice")


def test_any_other_shift_asks_for_the_crs(county: Layers) -> None:
    grids = county["grids"]
    (found,) = shifts(county | {"grids": grids.set_geometry(grids.translate(150, -80))})
    assert (found[0], found[2]) == ("grids", "unexplained")


def test_two_layers_from_the_web_map_are_both_reported(county: Layers) -> None:
    moved = {
        kind: gis.convert_datum(county[kind], source="wgs84", target="gcj02") for kind in ("grids", "urban_villages")
    }
    assert {found[0] for found in shifts(county | moved)} == {"grids", "urban_villages"}


def test_layers_in_place_raise_no_alarm(county: Layers) -> None:
    assert shifts(county) == []
    assert shifts({"communities": county["communities"]}) == []
    assert shifts({"communities": county["communities"], "grids": county["grids"].iloc[:0]}) == []
