"""Scenario 1: the audit reports the known truth of the real villages."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import gis
from boundaries import audit_layers, summarise_findings
from tests.boundaries.audit.layers import of_kind

pytestmark = pytest.mark.scenario1


@pytest.fixture(scope="module")
def layers(scenario1: Path) -> dict[str, gpd.GeoDataFrame]:
    def read(name: str, id_column: str, /, **columns: str) -> gpd.GeoDataFrame:
        layer = gpd.read_file(scenario1, layer=name)
        layer = layer.set_index(pd.Index(layer[id_column].astype(str), name="id"))
        return layer[[*columns, "geometry"]].rename(columns=columns)

    return {
        "communities": read("villages_li", "VILLCODE", VILLNAME="name"),
        "urban_villages": read("SYNTH_urban_villages", "name", name="name"),
        "units": read("units_bsa", "CODEBASE", H_CNT="households", P_CNT="resident_population"),
    }


@pytest.fixture(scope="module")
def findings(layers: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return audit_layers(layers)


def test_villages_overlap_and_gape_as_known(findings: gpd.GeoDataFrame) -> None:
    told = findings[findings["layer"] == "communities"].groupby("kind")["area_m2"].agg(["count", "sum"])
    assert told.loc["overlap"].tolist() == [36, pytest.approx(1156.48, abs=0.01)]
    assert told.loc["gap"].tolist() == [19, pytest.approx(745.15, abs=0.01)]


def test_units_are_sound(findings: gpd.GeoDataFrame) -> None:
    assert findings.loc[findings["layer"] == "units", "kind"].tolist() == ["unknown_count"]
    assert len(findings.loc[findings["layer"] == "units", "ids"].item()) == 23


def test_thirteen_urban_villages_straddle(findings: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame]) -> None:
    shared = {ids[0]: set(others) for _, ids, others, _ in of_kind(findings, "urban_village_shared")}
    assert len(shared) == 13
    for name, village in layers["urban_villages"].geometry.items():
        parts = layers["communities"].geometry.intersection(village).area
        holders = set(parts.index[(parts > 1) & (parts >= 0.001 * village.area)])
        assert shared.get(name, holders if len(holders) == 1 else None) == holders


def test_people_of_shared_villages_come_from_the_units(
    findings: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    row = findings[findings["kind"] == "urban_village_shared"].iloc[0]
    units = layers["units"]
    share = units.geometry.intersection(row["geometry"]).area / units.area
    assert row["people_basis"] == "units"
    assert row["households"] == pytest.approx((share * units["households"]).sum())
    assert row["resident_population"] == pytest.approx((share * units["resident_population"]).sum())


def test_every_message_names_its_villages_in_both_languages(findings: gpd.GeoDataFrame) -> None:
    overlap = findings[findings["kind"] == "overlap"].iloc[0]
    assert "里与" in overlap["message"]
    assert " and " in overlap["message_en"]
    assert findings["message"].str.len().gt(5).all()
    assert not findings["message"].str.contains("nan|None|Text").any()
    assert not findings["message_en"].str.contains("nan|None|Text").any()


def test_the_summary_counts_each_kind(findings: gpd.GeoDataFrame) -> None:
    summary = summarise_findings(findings)
    assert summary["count"].sum() == len(findings)
    assert summary.loc["overlap", "area_m2"] <= 1156.49


def test_a_real_layer_from_a_web_map_is_reported_and_no_other(
    layers: dict[str, gpd.GeoDataFrame], findings: gpd.GeoDataFrame
) -> None:
    assert "layer_shifted" not in set(findings["kind"])
    moved = gis.convert_datum(layers["units"], source="wgs84", target="gcj02")
    found = audit_layers(layers | {"units": moved})
    (row,) = found[found["kind"] == "layer_shifted"].itertuples()
    assert row.layer in {"units", "communities"}
    assert "GCJ-02" in row.message
