"""What no rule can settle is left unless asked, and told; accepted exceptions stay, with their reason."""

import geopandas as gpd
import pytest
import shapely

from boundaries import audit_layers, repair_layer
from boundaries.errors import RepairError
from boundaries.repair import RepairRules
from tests.boundaries.audit.layers import SQUARES, communities, layer_of

HOUSEHOLDS = {"households": [100, 200, 300, 400, 50]}


def with_fifth(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return communities({**SQUARES, "z": shape}, **HOUSEHOLDS)


def audited(layer: gpd.GeoDataFrame) -> set[str]:
    return set(audit_layers({"communities": layer})["kind"]) & {"overlap", "gap", "duplicate", "containment"}


def test_a_duplicate_stays_unless_its_later_row_is_to_be_dropped():
    layer = with_fifth(SQUARES["se"])
    left = repair_layer(layer)
    assert left.changes.empty
    assert left.remaining["kind"].tolist() == ["duplicate"]
    assert left.layer.geometry.geom_equals_exact(layer.geometry, 0).all()
    repair = repair_layer(layer, rules=RepairRules(duplicates="drop_later"))
    assert list(repair.layer.index) == list(SQUARES)
    change = repair.changes.iloc[0]
    assert (change["kind"], change["rule"]) == ("duplicate", "drop_later")
    assert (change["from_ids"], change["to_ids"]) == (("z",), ("se",))
    assert (change["households"], change["people_basis"]) == (50, "own_figure")
    assert audited(repair.layer) == set()


@pytest.mark.parametrize(("decision", "areas"), [("cut_out", [10000, 9600, 400]), ("drop_inner", [10000, 10000, None])])
def test_a_contained_polygon_stays_unless_a_decision_is_made(decision, areas):
    layer = with_fifth(shapely.box(140, 40, 160, 60))
    assert repair_layer(layer).remaining["kind"].tolist() == ["containment"]
    repair = repair_layer(layer, rules=RepairRules(containments=decision))
    assert [repair.layer.area.get(one) for one in ("sw", "se", "z")] == areas
    assert repair.changes["rule"].tolist() == [decision]
    assert audited(repair.layer) == set()


def test_an_outer_polygon_that_would_keep_nothing_is_left_with_those_inside_it():
    halves = {"west": shapely.box(0, 0, 50, 100), "east": shapely.box(50, 0, 100, 100)}
    layer = layer_of({"all": shapely.box(0, 0, 100, 100), **halves})
    repair = repair_layer(layer, rules=RepairRules(containments="cut_out"))
    assert list(repair.layer.index) == ["all", "west", "east"]
    assert set(repair.remaining["kind"]) == {"containment"}


def ring_of_four(width_m: float) -> gpd.GeoDataFrame:
    """Squares around a square of nobody."""
    w = width_m
    shapes = {
        "s": shapely.box(0, 0, 100, 50 - w / 2),
        "n": shapely.box(0, 50 + w / 2, 100, 100),
        "w": shapely.box(0, 50 - w / 2, 50 - w / 2, 50 + w / 2),
        "e": shapely.box(50 + w / 2, 50 - w / 2, 100, 50 + w / 2),
    }
    return layer_of(shapes)


def test_wide_gaps_are_filled_only_when_asked():
    assert repair_layer(ring_of_four(9.9)).remaining.empty
    wide = ring_of_four(20)
    left = repair_layer(wide)
    assert left.changes.empty
    assert left.remaining["kind"].tolist() == ["gap"]
    repair = repair_layer(wide, rules=RepairRules(wide_gaps="fill"))
    assert repair.changes[["kind", "rule"]].to_numpy().tolist() == [["gap", "fill"]]
    assert audited(repair.layer) == set()


def test_enclaves_have_a_decision_of_their_own():
    layer = layer_of({"a": shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))})
    assert len(repair_layer(layer, rules=RepairRules(wide_gaps="fill")).remaining) == 1
    repair = repair_layer(layer, rules=RepairRules(enclaves="fill"))
    assert repair.layer.geometry["a"].equals(shapely.box(0, 0, 100, 100))


def test_accepted_exceptions_stay_with_their_reason_while_the_rest_is_repaired():
    layer = communities({**SQUARES, "sw": shapely.box(0, 0, 105, 100), "nw": shapely.box(0, 100, 103, 200)})
    found = audit_layers({"communities": layer})
    shared = found.index[
        [kind == "overlap" and "sw" in ids for kind, ids in zip(found["kind"], found["ids"], strict=True)]
    ]
    repair = repair_layer(layer, accept={shared[0]: "历史争议,县里另行裁决", "gap-000000000000": "早已修好"})
    assert repair.accepted["reason"].to_dict() == {shared[0]: "历史争议,县里另行裁决"}
    assert repair.remaining.empty
    assert repair.layer.area.loc[["sw", "se"]].tolist() == [10500, 10000]
    assert repair.changes["claim_ids"].tolist() == [("ne", "nw")]
    assert shared[0] in audit_layers({"communities": repair.layer}).index
    again = repair_layer(repair.layer, accept={shared[0]: "历史争议,县里另行裁决"})
    assert again.changes.empty
    assert len(again.accepted) == 1


def test_an_accepted_gap_stays():
    layer = ring_of_four(4)
    gap = audit_layers({"communities": layer}).query("kind == 'gap'").index[0]
    assert repair_layer(layer, accept={gap: "公园"}).changes.empty
    assert len(repair_layer(layer).changes) == 1


def test_a_reason_is_needed():
    with pytest.raises(RepairError) as caught:
        repair_layer(communities(), accept={"gap-1": " "})
    assert caught.value.code == "reason-needed"


def test_three_claims_with_an_undecided_pair_end_with_that_pair_or_the_third():
    layer = with_fifth(SQUARES["se"])
    layer.loc["sw", "geometry"] = shapely.box(0, 0, 104, 100)
    repair = repair_layer(layer)
    assert set(repair.remaining["kind"]) == {"duplicate"}
    assert repair.layer.geometry["se"].equals(repair.layer.geometry["z"])
    assert repair.layer.union_all().area == pytest.approx(40000)
