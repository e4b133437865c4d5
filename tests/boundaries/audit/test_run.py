"""The whole audit: people, rank, ids, report, refusals."""

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from string import Formatter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from boundaries import FINDING_KINDS, audit_layers, summarise_findings
from boundaries.audit.checks import CHECKS
from boundaries.audit.findings import COLUMNS
from gis.errors import CrsError, SchemaError
from tests.boundaries.audit.layers import SQUARES, communities, layer_of, of_kind

OVERLAPPING = SQUARES | {"se": shapely.box(90, 0, 200, 100)}


def test_columns_are_those_of_the_page_even_when_nothing_is_wrong() -> None:
    for findings in (
        audit_layers({"communities": communities()}),
        audit_layers({"communities": communities(OVERLAPPING)}),
    ):
        assert list(findings.columns) == [*COLUMNS, "geometry"]
        assert findings.index.name == "id"
        assert findings.crs.to_epsg() == 4547
        assert findings.index.is_unique


def test_every_kind_has_sentences_with_the_same_fields_in_both_languages() -> None:
    for kind in FINDING_KINDS.values():
        for template in (kind.sentence, *kind.variants.values()):
            assert template.fields("zh") == template.fields("en") != frozenset()
            assert all(name for text in template for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_the_registry_finds_every_kind_and_no_other() -> None:
    assert {kind for check in CHECKS for kind in check.finds} == set(FINDING_KINDS)


def test_every_kind_stands_on_the_page_of_kinds(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "findings.md").read_text(encoding="utf-8")
    assert [kind for kind in FINDING_KINDS if f"`{kind}`" not in page] == []


@pytest.mark.parametrize(
    ("source", "households", "basis"),
    [
        ({"units": {"u": shapely.box(80, 0, 120, 100)}}, 10.0, "units"),
        ({"buildings": {"b": shapely.box(92, 10, 98, 20)}}, 40.0, "buildings"),
        ({"compounds": {"c": shapely.box(80, 0, 100, 50)}}, 20.0, "compounds"),
    ],
)
def test_people_of_an_overlap_come_from_the_best_source(
    source: dict[str, dict[str, shapely.Geometry]], households: float, basis: str
) -> None:
    ((kind, shapes),) = source.items()
    layers = {"communities": communities(OVERLAPPING), kind: layer_of(shapes, households=[40])}
    row = audit_layers(layers).query("kind == 'overlap'").iloc[0]
    assert row["households"] == pytest.approx(households)
    assert np.isnan(row["resident_population"])
    assert row["people_basis"] == basis


def test_units_come_before_buildings_and_buildings_before_compounds() -> None:
    ground = {"x": shapely.box(90, 0, 100, 100)}
    sources = {
        kind: layer_of(ground, households=[number])
        for kind, number in [("compounds", 1), ("buildings", 2), ("units", 3)]
    }
    layers = {"communities": communities(OVERLAPPING), **sources}
    for expected in (3, 2, 1):
        row = audit_layers(layers).query("kind == 'overlap' and layer == 'communities'").iloc[0]
        assert row["households"] == expected
        layers.popitem()


def test_a_source_counts_doubled_compounds_once() -> None:
    ground = shapely.box(90, 0, 100, 100)
    compounds = layer_of({"a": ground, "b": ground, "c": shapely.box(92, 0, 94, 10)}, households=[30, 30, 5])
    findings = audit_layers({"communities": communities(OVERLAPPING), "compounds": compounds})
    row = findings[(findings["kind"] == "overlap") & (findings["layer"] == "communities")].iloc[0]
    assert row["households"] == pytest.approx(30)


def test_without_a_source_two_claims_to_the_same_ground_are_averaged() -> None:
    layer = communities(OVERLAPPING, households=[1000, 2200, 1500, 1500])
    row = audit_layers({"communities": layer}).query("kind == 'overlap'").iloc[0]
    assert row["households"] == pytest.approx((1000 * 0.1 + 2200 * 1000 / 11000) / 2)
    assert row["people_basis"] == "area_weighted"
    assert "约 150 户" in row["message"]


def test_unknown_is_not_zero() -> None:
    units = layer_of({"u": shapely.box(0, 0, 200, 200)}, households=[np.nan], resident_population=[1.0])
    row = audit_layers({"communities": communities(OVERLAPPING), "units": units}).query("kind == 'overlap'").iloc[0]
    assert np.isnan(row["households"])
    row = audit_layers({"communities": communities(OVERLAPPING)}).query("kind == 'overlap'").iloc[0]
    assert np.isnan(row["households"])
    assert row["people_basis"] == ""
    assert row["message"] == "东南社区与西南社区重叠 1,000 ㎡"


def test_findings_are_ranked_by_people_then_area_with_the_unknown_last() -> None:
    shapes = {"a": shapely.box(0, 0, 100, 100), "b": shapely.box(95, 0, 200, 100), "c": shapely.box(170, 0, 300, 100)}
    units = layer_of({"u": shapely.box(95, 0, 100, 100)}, households=[10], resident_population=[25])
    findings = audit_layers(
        {
            "communities": communities(shapes),
            "units": units,
            "buildings": layer_of(
                {"x": shapely.box(0, 0, 9, 9), "y": shapely.box(500, 0, 509, 9)}, households=[np.nan, 1]
            ),
        }
    )
    chosen = findings[findings["kind"].isin(["overlap", "unknown_count"])]
    assert [(row.kind, row.ids) for row in chosen.itertuples()] == [
        ("overlap", ("a", "b")),
        ("overlap", ("b", "c")),
        ("unknown_count", ("x",)),
    ]


def test_ids_of_findings_survive_a_new_audit_with_other_rows_added() -> None:
    layer = communities(OVERLAPPING)
    before = audit_layers({"communities": layer})
    more = pd.concat([layer, communities({"x": shapely.box(500, 0, 600, 100), "y": shapely.box(590, 0, 700, 100)})])
    after = audit_layers({"communities": more.iloc[::-1]})
    assert set(before.index) < set(after.index)


def test_the_report_is_json_and_tells_every_check() -> None:
    report = audit_layers({"communities": communities()}).attrs["audit_report"]
    assert json.loads(json.dumps(report)) == report
    assert len(report["checks"]) == len(CHECKS)
    for row in report["checks"]:
        assert row["status"] in {"ran", "skipped"}
        assert (row["status"] == "skipped") <= bool(row["reason"] and row["reason_en"])
    skipped = {row["check"] for row in report["checks"] if row["status"] == "skipped"}
    assert {"shared-villages", "crossing-grids"} <= skipped
    assert report["crs"] == "EPSG:4547"
    assert report["standard"] == "national_2026"


def test_layers_of_different_crs_are_refused() -> None:
    layers = {"communities": communities(), "grids": layer_of(SQUARES).set_crs(4548, allow_override=True)}
    with pytest.raises(CrsError) as caught:
        audit_layers(layers)
    assert caught.value.code == "crs-mismatch"
    assert "grids" in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "code"),
    [
        ({}, "kind-unknown"),
        ({"community": communities()}, "kind-unknown"),
        ({"communities": communities().reset_index(drop=True)}, "schema-mismatch"),
        ({"communities": communities(households=["many"] * 4)}, "schema-mismatch"),
    ],
)
def test_layers_that_no_check_could_read_are_refused(layers: dict[str, gpd.GeoDataFrame], code: str) -> None:
    with pytest.raises(SchemaError) as caught:
        audit_layers(layers)
    assert caught.value.code == code


def test_layers_stay_untouched() -> None:
    layers = {"communities": communities(OVERLAPPING, households=[1.0] * 4), "grids": layer_of(SQUARES)}
    before = {kind: layer.copy(deep=True) for kind, layer in layers.items()}
    audit_layers(layers)
    for kind, layer in layers.items():
        assert_geodataframe_equal(layer, before[kind])


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_changes_nothing(pool: type[ThreadPoolExecutor] | type[ProcessPoolExecutor]) -> None:
    layers = {"communities": communities(OVERLAPPING)}
    with pool(2) as executor:
        assert_geodataframe_equal(audit_layers(layers, executor=executor), audit_layers(layers))


def test_a_summary_counts_people_once_where_findings_of_a_kind_share_ground() -> None:
    ground = shapely.box(0, 0, 100, 100)
    layer = communities(dict.fromkeys("abc", ground))
    units = layer_of({"u": ground}, households=[60], resident_population=[150])
    findings = audit_layers({"communities": layer, "units": units})
    assert len(of_kind(findings, "duplicate")) == 3
    summary = summarise_findings(findings)
    told = summary.loc["duplicate", ["label", "count", "area_m2", "households", "resident_population"]]
    assert told.tolist() == ["重复", 3, 10_000.0, 60.0, 150.0]


def test_own_figures_of_communities_that_overlap_are_added_whole_but_of_one_drawn_twice_once() -> None:
    one, other = shapely.box(0, 0, 1000, 1000), shapely.box(900, 0, 2000, 1000)
    counts = {"households": [3500, 4000], "resident_population": [9000, 10_000]}
    summary = summarise_findings(audit_layers({"communities": layer_of({"a": one, "b": other}, **counts)}))
    told = summary.loc["community_too_large", ["count", "households", "resident_population"]]
    assert told.tolist() == [2, 7500.0, 19_000.0]
    twice = summarise_findings(audit_layers({"communities": layer_of({"a": one, "b": one}, **counts)}))
    assert twice.loc["community_too_large", "households"] == 4000.0


def test_a_code_carried_by_two_drawings_of_one_grid_counts_its_people_once() -> None:
    ground = shapely.box(0, 0, 100, 100)
    apart = shapely.box(500, 0, 600, 100)
    layer = layer_of({"a": ground, "b": ground, "c": apart}, code=["410100001001"] * 3, households=[60, 60, 25])
    findings = audit_layers({"communities": layer})
    assert findings.loc[findings["kind"] == "code_duplicate", "households"].tolist() == [85.0]


def test_a_summary_of_nothing_is_empty() -> None:
    assert summarise_findings(audit_layers({"communities": communities()})).empty
