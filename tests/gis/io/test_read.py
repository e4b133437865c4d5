"""The main path of loading: real and written files become layers; every refusal is one sentence with a code."""

import json
import pickle
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely import Point, Polygon, box

import gis
from gis.errors import CrsError, GisError, ReadError, SchemaError
from gis.io.report import LoadReport


@pytest.fixture
def town() -> gpd.GeoDataFrame:
    """Two communities side by side, as a mainland office would name the columns: [东门|西门] in EPSG:4547."""
    return gpd.GeoDataFrame(
        {"社区名称": ["东门社区", "西门社区"], "社区代码": ["410105001001", "410105001002"], "户数": [1200, 800]},
        geometry=[box(500_000, 3_650_000, 500_100, 3_650_100), box(500_100, 3_650_000, 500_200, 3_650_100)],
        crs=4547,
    )


def _write(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    frame.to_file(path, **options)
    return path


def _report(layer: gpd.GeoDataFrame) -> LoadReport:
    report = layer.attrs["load_report"]
    assert isinstance(report, LoadReport)
    return report


def test_the_gbk_shapefile_without_cpg_is_read_right(shared_data):
    layer = gis.read_layer(shared_data / "SYNTH_cgcs2000_gbk" / "社区边界.shp", "communities")
    truth = gpd.read_file(shared_data / "tainan_westcentral" / "tainan_westcentral.gpkg", layer="villages_li")
    assert layer["name"].tolist() == truth["VILLNAME"].tolist()
    assert layer.index.tolist() == truth["VILLCODE"].tolist()
    assert layer["households"].tolist() == truth["households"].tolist()
    assert layer.crs.to_epsg() == 4549
    report = _report(layer)
    assert (report.encoding.value, report.encoding.how) == ("GB18030", "detected")
    assert [question.column for question in report.questions] == ["人口数"]
    assert report.kept_columns == ("街道名称", "人口数")


def test_scenario_1_units_with_a_stated_mapping(scenario1):
    layer = gis.read_layer(
        scenario1,
        "units",
        layer="units_bsa",
        columns={"households": "H_CNT", "id": "CODEBASE", "resident_population": "P_CNT"},
    )
    assert len(layer) == 522
    assert layer.index.name == "id"
    assert layer.index[0] == "A6737-0002-00"
    assert layer["households"].sum() == 30_673
    assert layer["resident_population"].sum() == 76_876
    assert layer["households"].isna().sum() == 23
    assert layer.crs.to_epsg() == 3826
    assert "CODEBASE" in layer.columns
    assert _report(layer).questions == ()


def test_villages_take_their_code_as_id_and_ask_about_the_bare_population(scenario1):
    layer = gis.read_layer(scenario1, "communities", layer="villages_li")
    assert layer.index.tolist() == layer["code"].tolist()
    assert layer["households"].notna().all()
    assert "resident_population" not in layer.columns
    (question,) = _report(layer).questions
    assert question.options == ("resident_population", "registered_population", "actual_population")


def test_ids_are_made_from_layer_name_and_row_where_there_is_no_code(scenario1):
    layer = gis.read_layer(scenario1, "urban_villages", layer="SYNTH_urban_villages")
    assert layer.index[[0, 16]].tolist() == ["SYNTH_urban_villages-01", "SYNTH_urban_villages-17"]
    assert _report(layer).ids.how == "made"


def test_without_a_kind_columns_stay_as_they_are(town, tmp_path):
    layer = gis.read_layer(_write(town, tmp_path / "town.gpkg"))
    assert layer.columns.tolist() == ["社区名称", "社区代码", "户数", "geometry"]
    assert layer.index.tolist() == ["town-1", "town-2"]


def test_the_input_columns_can_be_stated_away(town, tmp_path):
    layer = gis.read_layer(_write(town, tmp_path / "town.gpkg"), "communities", columns={"households": ""})
    assert "households" not in layer.columns
    assert layer["户数"].tolist() == [1200, 800]


def test_a_standard_name_that_is_stated_away_is_no_standard_column(town, tmp_path):
    path = _write(town.rename(columns={"户数": "households"}), tmp_path / "town.gpkg")
    layer = gis.read_layer(path, "communities", columns={"households": ""})
    assert "households" not in layer.columns
    assert layer["households_original"].tolist() == [1200, 800]


def test_a_column_that_bears_the_standard_name_moves_aside(town, tmp_path):
    town["name"] = ["甲", "乙"]
    layer = gis.read_layer(_write(town, tmp_path / "town.gpkg"), "communities", columns={"name": "社区名称"})
    assert layer["name"].tolist() == ["东门社区", "西门社区"]
    assert layer["name_original"].tolist() == ["甲", "乙"]
    assert any("name_original" in note.en for note in _report(layer).notes)


def test_one_column_can_be_id_and_code(town, tmp_path):
    path = _write(town, tmp_path / "town.gpkg")
    layer = gis.read_layer(path, "communities", columns={"id": "社区代码", "code": "社区代码"})
    assert layer.index.tolist() == layer["code"].tolist() == town["社区代码"].tolist()


def test_the_report_survives_pandas_pickle_and_parquet(town, tmp_path):
    layer = gis.read_layer(_write(town, tmp_path / "town.gpkg"), "communities")
    report = _report(layer)
    assert layer.copy().iloc[:1].attrs["load_report"] is report
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.columns == report.columns
    layer.to_parquet(tmp_path / "town.parquet")  # pandas writes attrs as JSON
    assert json.loads(json.dumps(report))["rows_read"] == 2
    assert report.lines("zh")[0] == "读取 2 行，保留 2 行"
    assert report.in_language("en")["crs"]["reason"] == "CRS: EPSG:4547, declared by the file"


def test_rows_without_geometry_are_left_out_and_listed(town, tmp_path):
    town.loc[2] = ["北门社区", "410105001003", 5, None]
    town.loc[3] = ["南门社区", "410105001004", 5, Polygon()]
    layer = gis.read_layer(_write(town, tmp_path / "town.gpkg"), "communities")
    assert len(layer) == 2
    found = [(fault.row, fault.id, fault.code) for fault in _report(layer).faults]
    assert found == [(3, "410105001003", "geometry-missing"), (4, "410105001004", "geometry-empty")]
    assert (_report(layer).rows_read, _report(layer).rows_kept) == (4, 2)


def test_an_invalid_ring_is_mended_with_a_record_or_left_if_asked(town, tmp_path):
    bowtie = Polygon([(500_000, 3_650_000), (500_100, 3_650_100), (500_100, 3_650_000), (500_000, 3_650_100)])
    town.loc[0, "geometry"] = bowtie
    path = _write(town, tmp_path / "town.gpkg")
    layer = gis.read_layer(path, "communities")
    assert layer.is_valid.all()
    (repair,) = _report(layer).repairs
    assert (repair.row, repair.id, repair.code) == (1, "410105001001", "ring-mended")
    left = gis.read_layer(path, "communities", mend_rings=False)
    assert left.is_valid.tolist() == [False, True]


def test_web_map_coordinates_are_moved_when_the_datum_is_stated(tmp_path):
    true = gpd.GeoDataFrame({"name": ["站"]}, geometry=[Point(113.65, 34.76)], crs=4326)
    copied = gis.convert_datum(true, source="wgs84", target="gcj02")
    layer = gis.read_layer(_write(copied, tmp_path / "stops.geojson"), "facilities", datum="gcj02")
    assert shapely.distance(layer.geometry.iloc[0], true.geometry.iloc[0]) < 1e-7
    assert any("gcj02" in note.en for note in _report(layer).notes)


def _refusals(tmp_path: Path, town: gpd.GeoDataFrame) -> dict[str, tuple[Path, dict[str, object]]]:
    (tmp_path / "words.shp").write_text("not a shapefile")
    (tmp_path / "notes.docx").write_text("x")
    two = _write(town, tmp_path / "two.gpkg", layer="a")
    _write(town, two, layer="b")
    bare = town.set_crs(None, allow_override=True)
    words = town.assign(户数=["1200", "很多"])
    lost = town.assign(社区代码=["4.6E+11", "460105001001"])
    with np.errstate(invalid="ignore"):
        nan = town.set_geometry([Point(0, 0).buffer(1), Polygon([(0, 0), (1, np.nan), (1, 1), (0, 0)])])
    return {
        "file-not-found": (tmp_path / "none.shp", {}),
        "content-unlike-suffix": (tmp_path / "words.shp", {}),
        "format-not-read": (tmp_path / "notes.docx", {}),
        "layer-not-named": (two, {}),
        "layer-not-found": (two, {"layer": "c'; DROP TABLE a; --"}),
        "crs-missing": (_write(bare, tmp_path / "bare.shp", encoding="CP936"), {}),
        "layer-empty": (_write(town.iloc[:0], tmp_path / "empty.gpkg"), {}),
        "ids-duplicate": (_write(town.assign(no=["1", "1"]), tmp_path / "twice.gpkg"), {"columns": {"id": "no"}}),
        "ids-missing": (_write(town.assign(no=["1", None]), tmp_path / "gap.gpkg"), {"columns": {"id": "no"}}),
        "not-a-number": (_write(words, tmp_path / "words.gpkg"), {}),
        "code-lost": (_write(lost, tmp_path / "lost.gpkg"), {}),
        "column-missing": (two, {"layer": "a", "columns": {"households": "HOUSES"}}),
        "column-unknown": (two, {"layer": "a", "columns": {"capacity": "户数"}}),
        "kind-unknown": (two, {"layer": "a", "kind": "villages"}),
        "crs-unknown": (two, {"layer": "a", "crs": "EPSG:999999"}),
        "datum-unknown": (two, {"layer": "a", "datum": "mars"}),
        "crs-contradicted": (two, {"layer": "a", "crs": "EPSG:4490"}),
        "coordinates-not-finite": (_write(nan, tmp_path / "nan.gpkg"), {}),
        "path-not-local": (Path("/vsizip/x.zip/a.shp"), {}),
    }


@pytest.mark.filterwarnings("ignore:.*crs.*:UserWarning")  # writing a file without CRS is what the case is about
def test_each_refusal_is_one_sentence_under_its_code_in_both_languages(town, tmp_path):
    for code, (path, options) in _refusals(tmp_path, town).items():
        with pytest.raises(GisError) as caught:
            gis.read_layer(path, options.pop("kind", "communities"), **options)
        assert caught.value.code == code
        for lang in ("zh", "en"):
            sentence = caught.value.text(lang)
            assert sentence
            assert "\n" not in sentence
            assert "Traceback" not in sentence


def test_text_where_households_should_be_names_rows_and_values(town, tmp_path):
    words = _write(town.assign(户数=["1200", "很多"]), tmp_path / "words.gpkg")
    with pytest.raises(SchemaError, match="rows 2 hold 很多") as caught:
        gis.read_layer(words, "communities")
    assert caught.value.facts["rows"] == [2]
    assert caught.value.facts["values"] == ["很多"]


@pytest.mark.filterwarnings("ignore:.*crs.*:UserWarning")
def test_a_missing_crs_names_candidates_and_takes_a_stated_one(town, tmp_path):
    path = _write(town.set_crs(None, allow_override=True), tmp_path / "bare.shp", encoding="CP936")
    with pytest.raises(CrsError) as caught:
        gis.read_layer(path, "communities")
    assert "EPSG:4547" in caught.value.facts["candidates"]  # the province code 41 leaves three meridians
    assert len(caught.value.facts["candidates"]) == 3
    assert "EPSG:4547" in caught.value.text("zh")
    layer = gis.read_layer(path, "communities", crs="EPSG:4547")
    assert layer.crs.to_epsg() == 4547
    assert _report(layer).crs.how == "stated"


def test_a_wrong_layer_beside_the_shapefile_is_noticed(town, tmp_path, shared_data):
    path = _write(town, tmp_path / "town.shp", encoding="CP936")
    shutil.copyfile(shared_data / "SYNTH_cgcs2000_gbk" / "社区边界.dbf", tmp_path / "town.dbf")
    with pytest.raises(ReadError) as caught:
        gis.read_layer(path)
    assert caught.value.code == "sidecar-unlike"


def test_reading_what_was_read_and_written_changes_nothing(scenario1, tmp_path):
    first = gis.read_layer(scenario1, "communities", layer="villages_li")
    again = gis.read_layer(gis.write_layer(first, tmp_path / "villages.gpkg"), "communities")
    assert_geodataframe_equal(again, first)


def test_unknown_figures_stay_unknown(town, tmp_path):
    layer = gis.read_layer(_write(town.assign(户数=["1,200户", "不详"]), tmp_path / "town.gpkg"), "communities")
    assert layer["households"].iloc[0] == 1200
    assert np.isnan(layer["households"].iloc[1])
    assert pd.api.types.is_float_dtype(layer["households"])
