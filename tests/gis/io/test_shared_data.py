"""Every file of real data loads with the right CRS, the right number of features and names free of mojibake."""

from pathlib import Path

import pytest

import gis
from gis.errors import CrsError
from gis.io.encoding import readability

_TAINAN = "tainan_westcentral/tainan_westcentral.gpkg"
_DENVER = "maup_denver/DenverCo_precincts{}.shp"
_FILES = [
    # path, layer, EPSG code, features left out, features
    ("SYNTH_cgcs2000_gbk/社区边界.shp", None, 4549, 38),
    *((_TAINAN, layer, 3826, count) for layer, count in {
        "units_bsa": 522, "grid_code1": 269, "division_code2": 27, "roads": 226, "bus_routes": 1660,
        "narrow_lane_points": 235, "flood_350mm": 2, "wetlands": 1, "historic_street_area": 1, "villages_li": 38,
        "SYNTH_urban_villages": 17,
    }.items()),
    ("maup_denver/DenverCo_blocks.zip", None, 2232, 10_149),
    *((_DENVER.format(name), None, 2232, count) for name, count in {
        "2016_orig": 346, "2016_repaired": 346, "2018_orig": 356, "2018_repaired": 356, "2020_orig": 356,
        "2020_repaired": 356,
    }.items()),
    ("maup_denver/bad_gap_region.shp", None, 2232, 15),
    ("maup_providence/blocks.zip", None, 4269, 3_014), ("maup_providence/districts.zip", None, 4269, 15),
    ("maup_providence/new_precincts.zip", None, 4269, 55), ("maup_providence/precincts.zip", None, 4269, 59),
    ("ri_precincts/RI_precincts.zip", None, 4269, 419),
    ("wuhan_streets/original.parquet", None, 32650, 92_667), ("wuhan_streets/simplified.parquet", None, 32650, 16_408),
    ("mapshaper/six_counties.shp", None, 4326, 6),
]  # fmt: skip


@pytest.mark.parametrize(("path", "layer", "epsg", "count"), _FILES)
def test_files_that_declare_their_crs(shared_data, path, layer, epsg, count):
    read = gis.read_layer(shared_data / path, layer=layer)
    report = read.attrs["load_report"]
    assert (len(read), report.rows_read, read.crs.to_epsg()) == (count, count, epsg)
    assert report.faults == ()
    assert read.index.is_unique
    assert read.is_valid.all()
    _free_of_mojibake(read, report)


def _free_of_mojibake(read, report) -> None:
    assert {one.code for one in report.questions} <= {"place-outside-china"}  # Denver is
    for name in read.columns.drop("geometry"):
        texts = [str(name), *(str(value) for value in read[name].dropna().unique()[:500] if isinstance(value, str))]
        assert all(readability(text) >= 0.2 for text in texts), (name, texts[:3])
        assert not any("\ufffd" in text for text in texts)


def test_names_are_those_that_the_statistics_office_prints(shared_data):
    villages = gis.read_layer(shared_data / "SYNTH_cgcs2000_gbk" / "社区边界.shp", "communities")
    assert {"法華里", "仙草里", "五妃里", "赤嵌里", "藥王里"} <= set(villages["name"])
    roads = gis.read_layer(shared_data / _TAINAN, "roads", layer="roads")
    assert {"西門路二段", "西門圓環二段"} <= set(roads["name"])


@pytest.mark.parametrize("number", range(1, 24))
def test_small_broken_coverages(shared_data, number):
    (path,) = (
        (shared_data / "mapshaper" / "clean").glob(f"ex{number}_*")
        if number not in {3, 4, 6}
        else [shared_data / "mapshaper" / "clean" / f"ex{number}.json"]
    )
    if number in {7, 8}:  # British National Grid in metres, which GeoJSON calls degrees
        with pytest.raises(CrsError, match="cannot be in CRS EPSG:4326"):
            gis.read_layer(path)
    read = gis.read_layer(path, crs=27700 if number in {7, 8} else None)
    report = read.attrs["load_report"]
    assert len(read) == report.rows_read - len(report.faults)
    polygons = read[read.geom_type.isin(["Polygon", "MultiPolygon"])]
    assert polygons.is_valid.all()
    kept = gis.read_layer(path, crs=27700 if number in {7, 8} else None, mend_rings=False)
    mended = {repair.row for repair in report.repairs if repair.code == "ring-mended"}
    assert {row for row, valid in enumerate(kept.is_valid, start=1) if not valid} == mended


def test_big5_with_a_cpg_that_gdal_does_not_know_and_no_prj(shared_data):
    path = shared_data / "mapshaper" / "dbf_enc" / "cpg_big5.shp"
    with pytest.raises(CrsError) as caught:
        gis.read_layer(path)
    assert caught.value.code == "crs-missing"
    read = gis.read_layer(path, crs=3857)
    assert read["NAME"].tolist() == ["國語"]
    assert read.attrs["load_report"].encoding.value == "Big5-HKSCS"


def test_the_table_of_people(shared_data):
    table = gis.read_table(shared_data / "tainan_westcentral" / "population_201812_cunli.csv")
    assert len(table) == 7_760
    assert table.loc[0, "村里代碼"] == "65000010-001"
    assert table.columns[:6].tolist() == ["年月", "村里代碼", "區域", "村里", "戶數", "人口"]


def test_no_file_is_forgotten(shared_data):
    """Whatever lies in the folder is loaded by one of the tests above."""
    known = {Path(path).name for path, *_ in _FILES} | {"cpg_big5.shp", "population_201812_cunli.csv"}
    suffixes = {".shp", ".gpkg", ".zip", ".parquet", ".csv"}
    found = {
        file.name for file in shared_data.rglob("*") if file.suffix in suffixes and "districting" not in file.parts
    }
    assert found == known
