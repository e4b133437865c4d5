"""A preview shows what loading would do, and every problem at once, without loading."""

import json

import geopandas as gpd
import pytest
from shapely import Point, box

import gis
from gis.errors import ReadError


@pytest.fixture
def messy(tmp_path):
    """No CRS, text where households belong, lost codes, and a bare population."""
    frame = gpd.GeoDataFrame(
        {"社区名称": ["东门", "西门"], "代码": ["4.6E+11", "460105001002"], "户数": ["很多", "12"], "人口": [1, 2]},
        geometry=[box(500_000, 3_650_000, 500_100, 3_650_100), Point(0, 0)],
        crs=4547,
    )
    path = tmp_path / "town.csv"
    frame.assign(WKT=frame.geometry.to_wkt()).drop(columns="geometry").to_csv(path, index=False)
    return path


def test_every_problem_is_told_at_once(messy):
    found = gis.preview(messy, "communities")
    assert not found.is_ready
    assert [one.code for one in found.problems] == ["crs-missing", "code-lost", "not-a-number"]
    assert "EPSG:4547" in found.problems[0].options
    assert [one.column for one in found.problems[1:]] == ["代码", "户数"]
    assert [one.column for one in found.report.questions] == ["人口"]
    assert {one.target: one.source for one in found.report.columns} == {
        "name": "社区名称",
        "code": "代码",
        "households": "户数",
    }
    assert found.rows[0]["name"] == "东门"
    assert [one.code for one in found.report.faults] == ["geometry-other-type"]


def test_it_is_json_in_both_languages(messy):
    for lang in ("zh", "en"):
        record = json.loads(json.dumps(gis.preview(messy, "communities").in_language(lang)))
        assert record["ready"] is False
        assert record["report"]["columns"][0]["samples"] == ["东门", "西门"]
    assert "没有坐标参考系" in gis.preview(messy, "communities").in_language("zh")["problems"][0]["text"]


def test_a_ready_source_loads_as_previewed(scenario1):
    options = {"layer": "units_bsa", "columns": {"id": "CODEBASE"}}
    found = gis.preview(scenario1, "units", **options)
    assert found.is_ready
    layer = gis.read_layer(scenario1, "units", **options)
    assert found.report == layer.attrs["load_report"]
    assert len(found.rows) == 5
    assert found.rows[0]["households"] == "36.0"


def test_what_cannot_be_read_at_all_is_refused(scenario1, tmp_path):
    with pytest.raises(ReadError, match="several layers"):
        gis.preview(scenario1)
    with pytest.raises(ReadError, match="does not exist"):
        gis.preview(tmp_path / "none.shp")
    assert len(gis.list_layers(scenario1)) == 11
