"""Overlap, gap, duplicate, containment, exclave, hole, strip and invalid ring."""

import pytest
import shapely

from boundaries import Tolerances, audit_layers
from tests.boundaries.audit.layers import SQUARES, communities, layer_of, of_kind


def test_sound_communities_have_no_findings() -> None:
    assert audit_layers({"communities": communities()}).empty


@pytest.mark.parametrize("kind", ["communities", "grids", "units", "compounds", "buildings", "urban_villages"])
def test_overlaps_are_reported_in_every_polygon_layer(kind: str) -> None:
    shapes = SQUARES | {"se": shapely.box(97.5, 0, 200, 100)}
    findings = audit_layers({kind: layer_of(shapes)})
    assert of_kind(findings, "overlap") == [(kind, ("se", "sw"), (), 250.0)]
    assert findings["width_m"].tolist() == [pytest.approx(2.5, abs=0.02)]
    assert findings["severity"].tolist() == ["high"]


@pytest.mark.parametrize(("west_m", "is_sliver", "severity"), [(98.4, False, "high"), (98.6, True, "low")])
def test_a_narrow_overlap_is_a_sliver(west_m: float, is_sliver: bool, severity: str) -> None:
    findings = audit_layers({"communities": communities(SQUARES | {"se": shapely.box(west_m, 0, 200, 100)})})
    assert findings[["sliver", "severity"]].to_numpy().tolist() == [[is_sliver, severity]]


@pytest.mark.parametrize(
    ("second", "kind", "ids", "other_ids"),
    [
        (shapely.box(0, 0, 100, 99.95), "duplicate", ("a", "b"), ()),
        (shapely.box(0, 0, 100, 99.85), "containment", ("b",), ("a",)),
        (shapely.box(-50, -50, 200, 200), "containment", ("a",), ("b",)),
        (shapely.box(-0.03, 50, 40, 99), "containment", ("b",), ("a",)),
        (shapely.box(-5, 50, 40, 99), "overlap", ("a", "b"), ()),
    ],
)
def test_shares_of_both_tell_duplicate_containment_and_overlap_apart(
    second: shapely.Geometry, kind: str, ids: tuple[str, ...], other_ids: tuple[str, ...]
) -> None:
    findings = audit_layers({"compounds": layer_of({"a": SQUARES["sw"], "b": second})})
    assert of_kind(findings, kind) == [("compounds", ids, other_ids, round(SQUARES["sw"].intersection(second).area, 3))]
    assert len(findings) == 1


def test_a_gap_names_its_neighbours() -> None:
    findings = audit_layers({"communities": communities({**SQUARES, "ne": shapely.box(110, 110, 200, 200)})})
    assert findings.empty  # open to the outside, and no extent is given
    ring = {
        **SQUARES,
        "n": shapely.box(0, 300, 200, 400),
        "w": shapely.box(-100, 0, 0, 400),
        "e": shapely.box(200, 0, 300, 400),
    }
    findings = audit_layers({"communities": communities(ring)})
    assert of_kind(findings, "gap") == [("communities", (), ("e", "n", "ne", "nw", "w"), 20_000.0)]
    assert findings["other_layer"].tolist() == ["communities"]


def test_an_extent_must_be_covered_by_communities_grids_and_units() -> None:
    extent = layer_of({"town": shapely.box(0, 0, 200, 250)})
    layers = {"extent": extent, "communities": communities(), "grids": layer_of(SQUARES), "units": layer_of(SQUARES)}
    told = of_kind(audit_layers(layers), "gap")
    assert told == [(kind, (), ("ne", "nw"), 10_000.0) for kind in ("communities", "grids", "units")]


def test_parts_beyond_the_largest_are_exclaves() -> None:
    small, tiny = shapely.box(20, 20, 40, 40), shapely.box(60, 60, 60.9, 61)
    shapes = SQUARES | {"sw": SQUARES["sw"].difference(small).difference(tiny)}
    shapes["ne"] = shapely.MultiPolygon([SQUARES["ne"], small, tiny])
    findings = audit_layers({"communities": communities(shapes)})
    assert of_kind(findings, "exclave") == [("communities", ("ne",), (), 400.0)]  # the tiny part is below 1 m2
    assert of_kind(findings, "hole") == [("communities", ("sw",), ("ne",), 400.0)]
    assert "西南社区" in findings.loc[findings["kind"] == "exclave", "message"].item()


@pytest.mark.parametrize(
    ("inside", "kind"), [(shapely.box(20, 20, 40, 30), "hole"), (shapely.box(20, 20, 40, 29), None)]
)
def test_a_ring_is_a_hole_when_others_cover_half_of_it(inside: shapely.Geometry, kind: str | None) -> None:
    shapes = SQUARES | {"sw": SQUARES["sw"].difference(shapely.box(20, 20, 40, 40)), "in": inside}
    findings = audit_layers({"communities": communities(shapes)})
    assert of_kind(findings, "hole") == ([("communities", ("sw",), ("in",), 400.0)] if kind else [])
    assert len(of_kind(findings, "gap")) == 1


def _strip(length_m: float, width_m: float) -> dict[str, shapely.Geometry]:
    """A strip of the west community into the middle of the east one.

    +------+------+
    |      +--+   |
    | west    |   |
    |      +--+   |
    +------+------+
    """
    strip = shapely.box(500, 400, 500 + length_m, 400 + width_m)
    west, east = shapely.box(0, 0, 500, 800), shapely.box(500, 0, 1000, 800)
    return {"west": west.union(strip), "east": east.difference(strip)}


def test_a_long_thin_part_that_reaches_into_another_is_a_strip() -> None:
    findings = audit_layers({"communities": communities(_strip(200, 20))})
    assert findings["kind"].tolist() == ["interdigitated_strip"]
    assert findings["ids"].item() == ("west",)
    assert findings["other_ids"].item() == ("east",)
    assert findings["area_m2"].item() == pytest.approx(200 * 20, rel=0.03)  # the disc rounds the mouth
    assert findings["width_m"].item() == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize(("length_m", "width_m"), [(200, 32), (70, 20), (120, 4)], ids=["wide", "short", "small"])
def test_other_parts_are_no_strips(length_m: float, width_m: float) -> None:
    assert audit_layers({"communities": communities(_strip(length_m, width_m))}).empty


def test_a_strip_between_two_communities_reaches_into_neither() -> None:
    shapes = _strip(200, 20)
    north, south = shapely.box(500, 410, 1000, 800), shapely.box(500, 0, 1000, 410)
    parts = {"north": shapes["east"].intersection(north), "south": shapes["east"].intersection(south)}
    assert audit_layers({"communities": communities({"west": shapes["west"], **parts})}).empty


def test_an_invalid_ring_is_named_with_reason_and_place_and_mended_for_the_rest() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    findings = audit_layers({"communities": communities({**SQUARES, "sw": bow_tie})})
    assert of_kind(findings, "invalid_ring") == [("communities", ("sw",), (), 5000.0)]
    assert findings["message"].iloc[0] == "西南社区的边界不合法：边界自相交，位于（50.00，50.00）"
    assert findings.attrs["audit_report"]["mended"] == {"communities": ["sw"]}
    assert of_kind(findings, "exclave") == []
    assert findings.geometry.is_valid.all()


def test_thresholds_are_settings() -> None:
    layers = {"communities": communities(SQUARES | {"se": shapely.box(97.5, 0, 200, 100)})}
    assert audit_layers(layers, tolerances=Tolerances(min_area_m2=250)).empty
    assert audit_layers(layers, tolerances=Tolerances(sliver_width_m=3))["sliver"].tolist() == [True]
