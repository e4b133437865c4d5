"""Villages, compounds and grids against communities."""

import pytest
import shapely

from boundaries import audit_layers
from tests.boundaries.audit.layers import SQUARES, communities, layer_of, of_kind

CODES = {"sw": "411000001001", "se": "411000001002", "nw": "411000001003", "ne": "411000001004"}


def _coded() -> object:
    return communities(code=list(CODES.values()))


def test_a_village_over_a_community_line_is_shared() -> None:
    village = layer_of({"v": shapely.box(60, 20, 110, 70)}, name=["柳庄"], households=[200], resident_population=[610])
    findings = audit_layers({"urban_villages": village, "communities": communities()})
    assert of_kind(findings, "urban_village_shared") == [("urban_villages", ("v",), ("se", "sw"), 2500.0)]
    row = findings.iloc[0]
    assert (row["households"], row["resident_population"], row["people_basis"]) == (200, 610, "own_figure")
    assert row["message"] == "柳庄分属 2 个社区：西南社区 80%、东南社区 20%，涉及 200 户、610 人"
    assert row["message_en"].startswith("柳庄 is shared by 2 communities: 西南社区 80%, 东南社区 20%")


@pytest.mark.parametrize(
    ("kind", "found", "side_m", "over_m", "is_shared"),
    [
        ("urban_villages", "urban_village_shared", 50, 0.01, False),  # 0.5 m2
        ("urban_villages", "urban_village_shared", 50, 0.051, True),  # 2.6 m2, 0.102 %
        ("urban_villages", "urban_village_shared", 50, 0.049, False),  # 2.5 m2, 0.098 %
        ("compounds", "compound_shared", 50, 0.51, True),
        ("compounds", "compound_shared", 50, 0.49, False),
        ("grids", "grid_crosses_communities", 50, 0.51, True),
        ("grids", "grid_crosses_communities", 50, 0.49, False),
        ("grids", "grid_crosses_communities", 5, 0.19, False),  # 3.8 %, but 0.95 m2
    ],
)
def test_thresholds_of_area_and_share_both_hold(
    kind: str, found: str, side_m: float, over_m: float, is_shared: bool
) -> None:
    part = layer_of({"p": shapely.box(100 + over_m - side_m, 10, 100 + over_m, 10 + side_m)})
    findings = audit_layers({kind: part, "communities": communities()})
    assert bool(of_kind(findings, found)) is is_shared


def test_a_village_mostly_outside_is_unassigned_and_overlapping_communities_cover_ground_once() -> None:
    village = layer_of({"v": shapely.box(160, 20, 300, 70)})
    findings = audit_layers({"urban_villages": village, "communities": communities()})
    assert of_kind(findings, "urban_village_unassigned") == [("urban_villages", ("v",), ("se",), 7000.0)]
    doubled = communities({**SQUARES, "se2": SQUARES["se"]})
    findings = audit_layers({"urban_villages": village, "communities": doubled})
    assert of_kind(findings, "urban_village_unassigned") == [("urban_villages", ("v",), ("se", "se2"), 7000.0)]


def test_half_covered_is_enough() -> None:
    village = layer_of({"v": shapely.box(150, 20, 250, 70)})
    findings = audit_layers({"urban_villages": village, "communities": communities()})
    assert of_kind(findings, "urban_village_unassigned") == []


@pytest.mark.parametrize(
    ("code", "ground", "words"),
    [
        ("411000001001", SQUARES["sw"], None),
        (None, SQUARES["sw"], "没有填写所属社区代码"),
        (" ", SQUARES["sw"], "没有填写所属社区代码"),
        ("411000001999", SQUARES["sw"], "不是任何社区的代码"),
        ("411000001001", SQUARES["se"], "在东南社区"),
        ("411000001001", shapely.box(40, 0, 140, 100), None),  # 60 % in its own
        ("411000001001", shapely.box(60, 0, 160, 100), "60% 的面积在东南社区"),
        ("411000001001", shapely.box(-60, 0, 40, 100), "60% 不在任何社区范围内"),
        ("411000001001", shapely.box(-40, 0, 60, 100), None),
    ],
)
def test_a_grid_needs_the_one_parent_it_names(code: str | None, ground: shapely.Geometry, words: str | None) -> None:
    grids = layer_of({"g": ground}, community_code=[code])
    findings = audit_layers({"grids": grids, "communities": _coded()})
    found = findings[findings["kind"] == "grid_without_parent"]
    assert len(found) == (1 if words else 0)
    if words:
        assert words in found["message"].item()
        assert found["ids"].item() == ("g",)


def test_without_codes_grids_are_checked_by_place_and_the_report_says_so() -> None:
    findings = audit_layers({"grids": layer_of({"g": shapely.box(500, 0, 600, 100)}), "communities": communities()})
    assert of_kind(findings, "grid_without_parent") == [("grids", ("g",), (), 10_000.0)]
    check = next(row for row in findings.attrs["audit_report"]["checks"] if row["check"] == "parentless-grids")
    assert check["status"] == "ran"
    assert "community_code" in check["reason"]


def test_a_precision_grid_on_the_geometries_rounds_no_share() -> None:
    """A polygon that carries a grid of 60 m would have every overlay rounded to it."""
    village = layer_of({"v": shapely.set_precision(shapely.box(60, 0, 120, 60), 60.0)}, name=["柳庄"])
    (row,) = audit_layers({"communities": communities(), "urban_villages": village}).itertuples()
    assert row.message.startswith("柳庄分属 2 个社区：西南社区 67%、东南社区 33%")


def test_shares_that_do_not_add_up_say_why() -> None:
    """A tenth of the village lies beyond the communities, and two of them claim a tenth of it at once."""
    squares = communities(SQUARES | {"se": shapely.box(90, 0, 200, 100)})
    village = layer_of({"v": shapely.box(50, -10, 150, 90)}, name=["柳庄"])
    findings = audit_layers({"communities": squares, "urban_villages": village})
    (message,) = findings.loc[findings["kind"] == "urban_village_shared", "message"]
    assert message == ("柳庄分属 2 个社区：东南社区 54%、西南社区 45%（其中 9.0% 被重复划入），另有 10% 不属于任何社区")
