"""What can be read but hardly be meant: impossible figures, places outside China, an encoding that does not apply."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

import gis
from gis.errors import ReadError, SchemaError


def _town(crs=4547, west=500_000, south=3_650_000, **columns):
    shapes = [box(west + at * 0.001, south, west + (at + 1) * 0.001, south + 0.001) for at in range(3)]
    return gpd.GeoDataFrame({"code": ["A", "B", "C"], **columns}, geometry=shapes, crs=crs)


@pytest.mark.parametrize(
    ("figure", "told"), [(-1.0, "-1"), (1e300, "1e+300"), (10_000_001.0, "1e+07"), (-9999, "-9999")]
)
@pytest.mark.parametrize("column", ["households", "resident_population", "service_floor_area_m2"])
def test_an_impossible_figure_is_refused_with_its_row(tmp_path, figure, told, column):
    path = tmp_path / "town.gpkg"
    _town(**{column: [1200.0, 900.0, figure]}).to_file(path)
    with pytest.raises(SchemaError) as caught:
        gis.read_layer(path, "communities")
    assert caught.value.code == "figure-impossible"
    assert caught.value.facts["rows"] == [3]
    assert told in caught.value.text("zh")
    assert column in caught.value.text("en")


def test_a_preview_tells_impossible_figures_of_every_column(tmp_path):
    path = tmp_path / "town.gpkg"
    _town(households=[-1.0, 1.0, 2.0], dwellings=[1e300, 1.0, 2.0]).to_file(path)
    problems = gis.preview(path, "communities").problems
    assert [(one.code, one.column) for one in problems] == [
        ("figure-impossible", "households"),
        ("figure-impossible", "dwellings"),
    ]


def test_the_largest_figure_and_zero_are_possible(tmp_path):
    path = tmp_path / "town.gpkg"
    _town(households=[0.0, 10_000_000.0, None]).to_file(path)
    layer = gis.read_layer(path, "communities")
    assert layer["households"].tolist()[:2] == [0, 10_000_000]
    assert layer["households"].isna().tolist() == [False, False, True]


def test_a_join_refuses_impossible_figures_too(tmp_path):
    _town().to_file(tmp_path / "town.gpkg")
    layer = gis.read_layer(tmp_path / "town.gpkg", "communities")
    table = pd.DataFrame({"code": ["A", "B"], "户数": [-3.0, 5.0]})
    with pytest.raises(SchemaError) as caught:
        gis.join_table(layer, table, kind="communities")
    assert caught.value.code == "figure-impossible"
    assert caught.value.facts["rows"] == [1]


def test_fractions_of_households_are_told_with_their_rows_and_kept(tmp_path):
    path = tmp_path / "town.gpkg"
    _town(households=[10.5, 20.0, 30.25], service_floor_area_m2=[10.5, 20.0, 30.0]).to_file(path)
    layer = gis.read_layer(path, "communities")
    assert layer["households"].tolist() == [10.5, 20, 30.25]
    told = [note.zh for note in layer.attrs["load_report"].notes if "不是整数" in note.zh]
    assert len(told) == 1, "square metres may be fractions"
    assert "households" in told[0]
    assert "1、3" in told[0]


@pytest.mark.parametrize(
    ("crs", "west", "south", "asked"),
    [(4326, 2.35, 48.85, True), (4490, 114.0, 33.0, False), (4326, 0.0, 0.0, True), (3857, 260_000, 6_250_000, True)],
)
def test_a_layer_outside_china_is_asked_about_and_read(tmp_path, crs, west, south, asked):
    path = tmp_path / "town.gpkg"
    _town(crs, west, south).to_file(path)
    report = gis.read_layer(path, "communities").attrs["load_report"]
    assert ("place-outside-china" in {one.code for one in report.questions}) == asked
    assert any("China" in line for line in report.lines("en")) == asked
    assert report.rows_kept == 3


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".csv", ".xlsx", ".geojson", ".parquet", ".kml", ".fgb"])
def test_an_encoding_that_does_not_exist_is_refused_whatever_the_format(tmp_path, suffix):
    layer = _town(4490, 114, 33).set_index("code").rename_axis("id")
    path = gis.write_layer(layer, tmp_path / f"town{suffix}")
    with pytest.raises(ReadError) as caught:
        gis.read_layer(path, encoding="nope")
    assert caught.value.code == "encoding-unknown"


@pytest.mark.parametrize("suffix", [".gpkg", ".xlsx", ".parquet", ".fgb"])
def test_an_encoding_for_a_format_that_fixes_its_own_is_told_to_be_unused(tmp_path, suffix):
    layer = _town(4490, 114, 33, name=["东", "西", "南"]).set_index("code").rename_axis("id")
    path = gis.write_layer(layer, tmp_path / f"town{suffix}")
    read = gis.read_layer(path, encoding="gbk")
    assert read["name"].tolist() == ["东", "西", "南"]
    assert any("gbk" in note.zh and "固定" in note.zh for note in read.attrs["load_report"].notes)
    plain = gis.read_layer(path)
    assert not any("固定" in note.zh for note in plain.attrs["load_report"].notes)


def test_a_table_refuses_an_encoding_that_does_not_exist(tmp_path):
    pd.DataFrame({"代码": ["A"]}).to_excel(tmp_path / "town.xlsx", index=False)
    with pytest.raises(ReadError, match="nope"):
        gis.read_table(tmp_path / "town.xlsx", encoding="nope")
