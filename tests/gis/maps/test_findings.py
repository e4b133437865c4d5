import geopandas as gpd
import numpy as np
import pytest

from gis.i18n import Text
from gis.maps.colours import MARKS
from gis.maps.findings import MARK_SHAPES, draw_findings
from tests.gis.maps.towns import LABELS, communities, findings


def drawn(rows: gpd.GeoDataFrame | None = None, **options: object) -> dict:
    layers = {"communities": communities()}
    asked = {"kind_labels": LABELS, "max_findings": 10} | options
    return draw_findings(findings() if rows is None else rows, layers, **asked)


def test_those_that_touch_most_people_come_first_and_the_unknown_last():
    assert [row["id"] for row in drawn()["rows"]] == ["f-overlap", "f-gap", "f-unknown"]


def test_kinds_keep_their_mark_from_map_to_map():
    marks = {kind["key"]: (kind["colour"], kind["mark"]) for kind in drawn()["kinds"]}
    only_gap = drawn(findings().loc[["f-gap"]])["kinds"]
    assert [(kind["key"], kind["colour"], kind["mark"]) for kind in only_gap] == [("gap", *marks["gap"])]


def test_twenty_kinds_have_twenty_different_marks():
    labels = {f"kind_{number}": Text(str(number), str(number)) for number in range(20)}
    assert len(MARKS) * len(MARK_SHAPES) >= len(labels)
    rows = gpd.GeoDataFrame(
        {"kind": list(labels), "message": ["x"] * 20}, geometry=gpd.points_from_xy(range(20), range(20)), crs=4326
    )
    kinds = draw_findings(rows, {}, kind_labels=labels, max_findings=99)["kinds"]
    assert len({(kind["colour"], kind["mark"]) for kind in kinds}) == 20


def test_a_kind_without_a_label_is_shown_under_its_code():
    kinds = drawn(kind_labels={})["kinds"]
    assert [kind["label"] for kind in kinds] == [
        ["gap", "gap"],
        ["overlap", "overlap"],
        ["unknown_count", "unknown_count"],
    ]


def test_a_finding_without_a_place_is_listed_only():
    unknown = next(row for row in drawn()["rows"] if row["id"] == "f-unknown")
    assert "at" not in unknown
    assert unknown["people"] == ["", ""]
    assert [["户数", "households"], ["不详", "unknown"]] in unknown["lines"]


def test_estimates_are_labelled_as_such():
    gap = next(row for row in drawn()["rows"] if row["id"] == "f-gap")
    assert [["人数依据", "people counted from"], ["按面积估算", "estimate by area"]] in gap["lines"]


@pytest.mark.parametrize(("ids", "whole"), [(("c3",), True), (("c3", "c4"), False), (("c4",), True), ((), False)])
def test_a_finding_about_a_whole_row_is_told_from_one_about_a_place(ids: tuple[str, ...], whole: bool):
    row = findings().loc[["f-overlap"]]
    row["geometry"] = [communities().geometry["c3"]]
    row["ids"] = [ids]
    assert drawn(row)["rows"][0]["whole"] == whole


def test_several_whole_rows_count_as_whole():
    row = findings().loc[["f-overlap"]]
    shapes = communities().geometry
    row["geometry"] = [shapes["c3"].union(shapes["c4"])]
    row["ids"] = [("c3", "c4")]
    assert drawn(row)["rows"][0]["whole"]


def test_the_cut_keeps_those_that_touch_most_people_and_tells_the_total():
    section = drawn(max_findings=1)
    assert [row["id"] for row in section["rows"]] == ["f-overlap"]
    assert section["total"] == 3
    assert sum(kind["count"] for kind in section["kinds"]) == 3


def test_no_findings_are_fine():
    section = drawn(findings().iloc[:0])
    assert section == {"kinds": [], "rows": [], "total": 0}


def test_only_kind_and_message_are_needed():
    bare = findings()[["kind", "message", "geometry"]]
    rows = drawn(bare)["rows"]
    assert len(rows) == 3
    assert np.isfinite([row["severity"] for row in rows]).all()
