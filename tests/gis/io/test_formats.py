"""Each format as others write it: encodings, CRS, layers, nested members, closed lines, labels, unknown cells."""

import json
import secrets
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
import sqlalchemy as sa
from shapely import Point, box

import gis
from gis.errors import CrsError, ReadError, WriteError
from gis.io.dbf import read_dbf_header
from gis.io.report import LoadReport
from tests.gis.io.layers import assert_same


@pytest.fixture
def town() -> gpd.GeoDataFrame:
    """Two communities side by side in EPSG:4547, columns as an office names them: [东门|西门]."""
    return gpd.GeoDataFrame(
        {"社区名称": ["东门社区", "西门社区"], "户数": [1200, 800]},
        geometry=[box(500_000, 3_650_000, 500_100, 3_650_100), box(500_100, 3_650_000, 500_200, 3_650_100)],
        crs=4547,
    )


def _report(layer: gpd.GeoDataFrame) -> LoadReport:
    report: LoadReport = layer.attrs["load_report"]
    return report


def _is_town(layer: gpd.GeoDataFrame) -> None:
    assert layer["name"].tolist() == ["东门社区", "西门社区"]
    assert layer["households"].tolist() == [1200, 800]
    assert layer.area.round(3).tolist() == [10_000, 10_000]
    assert layer.crs.to_epsg() == 4547


# --- Shapefile


@pytest.mark.parametrize("cpg", [None, "936", "GBK", "UTF-8", "BIG5"])
def test_a_gbk_shapefile_whatever_its_cpg_says(town, tmp_path, cpg):
    town.to_file(tmp_path / "town.shp", encoding="CP936")
    (tmp_path / "town.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (tmp_path / "town.cpg").write_text(cpg)
    layer = gis.read_layer(tmp_path / "town.shp", "communities")
    _is_town(layer)
    assert _report(layer).encoding.value == "GB18030"


@pytest.mark.parametrize("how", ["folder", "zip", "zip with gbk names", "upper case"])
def test_a_shapefile_in_a_folder_or_archive(town, tmp_path, how):
    (tmp_path / "in").mkdir()
    path = gis.write_layer(town, tmp_path / "in" / "社区.shp", encoding="gbk")
    if how == "upper case":
        for file in path.parent.iterdir():
            file.rename(file.with_suffix(file.suffix.upper()))
        _is_town(gis.read_layer(tmp_path / "in" / "社区.SHP", "communities"))
        return
    if how != "folder":
        with zipfile.ZipFile(tmp_path / "town.zip", "w") as archive:
            for file in path.parent.iterdir():
                info = _OldZipInfo(f"数据/{file.name}") if "gbk" in how else zipfile.ZipInfo(f"数据/{file.name}")
                archive.writestr(info, file.read_bytes())
    layer = gis.read_layer(path.parent if how == "folder" else tmp_path / "town.zip", "communities")
    _is_town(layer)
    assert _report(layer).layer == "社区"


class _OldZipInfo(zipfile.ZipInfo):
    """A member whose name is written in GBK without saying so, as old programs on Chinese Windows do."""

    def _encodeFilenameFlags(self):  # noqa: N802
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def test_rows_marked_as_deleted_are_passed_over_with_a_note(town, tmp_path):
    path = gis.write_layer(town, tmp_path / "town.shp")
    header = read_dbf_header(tmp_path / "town.dbf")
    raw = bytearray((tmp_path / "town.dbf").read_bytes())
    raw[header.header_bytes] = ord("*")
    (tmp_path / "town.dbf").write_bytes(bytes(raw))
    layer = gis.read_layer(path, "communities")
    assert layer["name"].tolist() == ["西门社区"]
    assert any("1 rows are marked as deleted" in note.en for note in _report(layer).notes)


def test_several_layers_must_be_named(town, tmp_path):
    for name in ("东", "西"):
        gis.write_layer(town, tmp_path / f"{name}.shp")
    assert gis.list_layers(tmp_path) == ["东", "西"]
    with pytest.raises(ReadError, match="several layers"):
        gis.read_layer(tmp_path)
    assert len(gis.read_layer(tmp_path, layer="西")) == 2


def test_column_names_cut_to_ten_bytes_come_back_by_the_crosswalk_or_by_recognition(town, tmp_path):
    layer = town.rename(columns={"社区名称": "name"}).assign(
        resident_population=[1.0, 2.0], 综合服务设施面积=[3.0, 4.0]
    )
    path = gis.write_layer(layer, tmp_path / "town.shp", encoding="gbk")
    crosswalk = tmp_path / "town.columns.csv"
    assert "resident_p,resident_population" in crosswalk.read_text(encoding="utf-8-sig")
    assert {"resident_population", "综合服务设施面积"} <= set(gis.read_layer(path).columns)
    crosswalk.unlink()
    again = gis.read_layer(path, "communities")
    assert again["resident_population"].tolist() == [1, 2]
    assert again["service_floor_area_m2"].tolist() == [3, 4]


def test_text_cut_in_the_middle_of_a_character_is_told(tmp_path, town):
    path = gis.write_layer(town.assign(备注=["东" * 10, "x"]), tmp_path / "town.shp", encoding="gbk")
    dbf = tmp_path / "town.dbf"
    raw = bytearray(dbf.read_bytes())
    start = raw.index("东".encode("gbk") * 10)
    raw[start + 19] = 0x20  # the last byte of the tenth character
    dbf.write_bytes(bytes(raw))
    layer = gis.read_layer(path)
    assert layer["备注"].iloc[0] == "东" * 9
    assert [(one.row, one.code) for one in _report(layer).faults] == [(1, "text-cut")]


def test_writing_what_a_shapefile_cannot_hold_is_refused(town, tmp_path):
    for code, layer, encoding in (
        ("not-encodable", town.assign(名=["𠮷", "x"]), "gbk"),
        ("text-too-long", town.assign(名=["东" * 200, "x"]), "gbk"),
        ("mixed-types", town.set_geometry([Point(0, 0), box(0, 0, 1, 1)]), None),
        ("encoding-fixed", town, "gbk"),
        ("format-unknown", town, None),
        ("folder-missing", town, None),
    ):
        name = {"encoding-fixed": "a.gpkg", "format-unknown": "a.docx", "folder-missing": "none/a.shp"}.get(
            code, "a.shp"
        )
        with pytest.raises(WriteError) as caught:
            gis.write_layer(layer, tmp_path / name, encoding=encoding)
        assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []  # no half file is left
    with pytest.raises(CrsError, match="has no CRS"):
        gis.write_layer(town.set_crs(None, allow_override=True), tmp_path / "a.gpkg")


# --- GeoPackage


def test_a_geopackage_keeps_its_other_layers_and_replaces_its_own(town, tmp_path):
    path = gis.write_layer(town, tmp_path / "a.gpkg", layer_name="one")
    gis.write_layer(town.iloc[:1], path, layer_name="two")
    gis.write_layer(town.iloc[1:], path, layer_name="one")
    assert sorted(gis.list_layers(path)) == ["one", "two"]
    assert gis.read_layer(path, layer="one")["户数"].tolist() == [800]
    assert [file.name for file in tmp_path.iterdir()] == ["a.gpkg"]


def test_curves_become_lines_of_short_steps(town, tmp_path):
    path = tmp_path / "round.gpkg"
    pyogrio.write_dataframe(town, path, geometry_type="Unknown")
    corners = [
        (500_100, 3_650_000),
        (500_000, 3_650_100),
        (499_900, 3_650_000),
        (500_000, 3_649_900),
        (500_100, 3_650_000),
    ]
    arcs = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *corner) for corner in corners)
    blob = b"GP\0\1" + struct.pack("<i", 4547) + struct.pack("<BII", 1, 10, 1) + arcs  # a CURVEPOLYGON
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE round SET geom = ? WHERE 户数 = 800", [blob])
    layer = gis.read_layer(path, "communities")
    assert layer.area.tolist() == pytest.approx([10_000, np.pi * 100**2], rel=2e-3)
    assert layer["name"].tolist() == ["东门社区", "西门社区"]


def test_text_in_gbk_where_utf8_is_the_rule_is_still_read(town, tmp_path):
    path = gis.write_layer(town.rename(columns={"社区名称": "name", "户数": "households"}), tmp_path / "a.fgb")
    raw = path.read_bytes()
    utf8, gbk = "东门社区".encode(), "东门社区".encode("gbk")
    raw = raw.replace("西门社区".encode(), b"x" * 12)
    path.write_bytes(raw.replace(utf8, gbk + b" " * (len(utf8) - len(gbk))))
    layer = gis.read_layer(path, "communities")
    assert layer["name"].tolist()[0] == "东门社区"
    assert _report(layer).encoding.how == "detected"


def test_text_garbled_before_writing_is_asked_about(town, tmp_path):
    garbled = town.assign(社区名称=[name.encode("gbk").decode("latin-1") for name in town["社区名称"]])
    layer = gis.read_layer(gis.write_layer(garbled, tmp_path / "a.gpkg"), "communities")
    (question,) = [one for one in _report(layer).questions if one.code == "text-garbled"]
    assert question.options == ("东门社区", "西门社区")
    assert layer["name"].iloc[0].startswith("¶«")  # nothing is replaced in silence


# --- GeoJSON, TopoJSON


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "big5hkscs"])
def test_geojson_with_nested_and_foreign_members_in_any_encoding(tmp_path, codec):
    name = "東門社區" if codec == "big5hkscs" else "东门社区"
    feature = {
        "type": "Feature", "id": "x7", "other": 1, "geometry": {"type": "Point", "coordinates": [114, 33, 5]},
        "properties": {"名": name, "人": {"常住": 5}, "列": ["甲", "乙"], "n": 3},
    }  # fmt: skip
    path = tmp_path / "a.geojson"
    path.write_bytes(
        json.dumps({"type": "FeatureCollection", "foo": {"x": 1}, "features": [feature]}, ensure_ascii=False).encode(
            codec
        )
    )
    layer = gis.read_layer(path)
    assert layer.index.tolist() == ["x7"]
    assert layer["名"].tolist() == [name]
    assert json.loads(layer["人"].iloc[0]) == {"常住": 5}
    assert json.loads(layer["列"].iloc[0]) == ["甲", "乙"]
    assert layer.crs.to_epsg() == 4326
    assert not layer.has_z.any()


def test_geojson_with_coordinates_as_text_says_so(tmp_path):
    ring = [[str(x), str(y)] for x, y in ((120.1, 23.0), (120.2, 23.0), (120.2, 23.1), (120.1, 23.0))]
    feature = {"type": "Feature", "properties": {"id": "A"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "quoted.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(ReadError, match="written as text") as caught:
        gis.read_layer(file, "communities")
    assert caught.value.code == "file-damaged"


def test_geojson_that_only_says_degrees_by_rule_is_refused_in_metres(shared_data):
    with pytest.raises(CrsError) as caught:
        gis.read_layer(shared_data / "mapshaper" / "clean" / "ex7_britain.json")
    assert caught.value.code == "crs-contradicted"
    assert len(gis.read_layer(shared_data / "mapshaper" / "clean" / "ex7_britain.json", crs=27700)) == 3


@pytest.mark.parametrize("suffix", [".topojson", ".json"])
def test_topojson_objects_are_layers_without_crs(tmp_path, suffix):
    geometry = {"type": "Polygon", "arcs": [[0]], "properties": {"名称": "东"}}
    objects = {name: {"type": "GeometryCollection", "geometries": [geometry]} for name in ("a", "b")}
    topology = {"type": "Topology", "objects": objects, "arcs": [[[114, 33], [1, 0], [0, 1], [-1, 0], [0, -1]]]}
    topology["transform"] = {"scale": [1, 1], "translate": [0, 0]}
    path = tmp_path / f"town{suffix}"
    path.write_text(json.dumps(topology))
    assert gis.list_layers(path) == ["a", "b"]
    with pytest.raises(CrsError, match="EPSG:4490"):
        gis.read_layer(path, layer="a")
    layer = gis.read_layer(path, "communities", layer="a", crs=4490)
    assert (layer["name"].tolist(), shapely.area(layer.geometry.to_numpy()).tolist()) == (["东"], [1.0])


# --- KML


_KML = (
    '<?xml version="1.0" encoding="{codec}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>县</name>'
    "<Folder><name>社区</name><Placemark><name>东门社区</name><description>老城</description><ExtendedData>"
    '<Data name="户数"><value>120</value></Data></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>'
    "114,33,0 114.1,33,0\n 114.1,33.1,0 114,33,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    "</Folder><Folder><name>空</name></Folder>{more}</Document></kml>"
)


@pytest.mark.parametrize("codec", ["utf-8", "gb2312", "gbk", "utf-8 that says gbk"])
def test_kml_with_chinese_columns_in_any_encoding(tmp_path, codec):
    path = tmp_path / "a.kml"
    said, _, _ = codec.partition(" ")
    said = "gbk" if "says" in codec else said
    path.write_bytes(_KML.format(codec=said, more="").encode("utf-8" if "says" in codec else said))
    layer = gis.read_layer(path, "communities")
    assert layer["name"].tolist() == ["东门社区"]
    assert layer["households"].tolist() == [120]
    assert layer["description"].tolist() == ["老城"]
    assert _report(layer).layer == "社区"


def test_kml_folders_are_layers_and_kmz_is_an_archive(tmp_path):
    more = "<Folder><name>站点</name><Placemark><Point><coordinates>114,33</coordinates></Point></Placemark></Folder>"
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", _KML.format(codec="UTF-8", more=more).encode())
    assert gis.list_layers(tmp_path / "a.kmz") == ["社区", "站点"]
    assert gis.read_layer(tmp_path / "a.kmz", layer="站点").geometry.iloc[0] == Point(114, 33)


# --- DXF


def _dxf(version: str, page: str, text: str) -> str:
    header = f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\n{page}\n0\nENDSEC\n"
    corners = "".join(
        f"10\n{x}\n20\n{y}\n" for x, y in ((500000, 3650000), (500100, 3650000), (500100, 3650100), (500000, 3650100))
    )
    closed = f"0\nLWPOLYLINE\n5\nA1\n8\n社区界线\n90\n4\n70\n1\n{corners}"
    label = f"0\nTEXT\n5\nA2\n8\n注记\n10\n500050\n20\n3650050\n40\n2.5\n1\n{text}\n"
    line = "0\nLINE\n5\nA3\n8\n0\n10\n500000\n20\n3650000\n11\n500001\n21\n3650001\n"
    return f"{header}0\nSECTION\n2\nENTITIES\n{closed}{label}{line}0\nENDSEC\n0\nEOF\n"


@pytest.mark.parametrize(
    ("version", "page", "codec"),
    [
        ("AC1015", "ANSI_936", "gbk"),
        ("AC1015", "ANSI_1252", "gbk"),
        ("AC1024", "ANSI_936", "utf-8"),
        ("AC1015", "ANSI_936", "utf-8"),
    ],
)
def test_dxf_closed_lines_become_labelled_polygons(tmp_path, version, page, codec):
    path = tmp_path / "town.dxf"
    path.write_bytes(_dxf(version, page, "东门社区").encode(codec))
    layer = gis.read_layer(path, "communities", crs=4547)
    assert layer.area.tolist() == [10_000]
    assert layer["name"].tolist() == ["东门社区"]
    assert layer["Layer"].tolist() == ["社区界线"]
    assert [one.code for one in _report(layer).faults] == ["geometry-other-type"] * 2
    lines = gis.read_layer(path, "roads", crs=4547)
    assert len(lines) == 2
    with pytest.raises(CrsError, match="has no CRS"):
        gis.read_layer(path, "communities")


# --- MapInfo


@pytest.mark.parametrize("suffix", [".tab", ".mif"])
def test_mapinfo_without_charset_or_prj(town, tmp_path, suffix):
    path = gis.write_layer(town, tmp_path / f"town{suffix}", encoding="gbk")
    path.write_bytes(path.read_bytes().replace(b"WindowsSimpChinese", b"Neutral"))
    path.with_suffix(".prj").unlink()
    layer = gis.read_layer(path, "communities")
    assert layer["name"].tolist() == ["东门社区", "西门社区"]
    assert _report(layer).encoding.how == "detected"
    assert "crs-unnamed" in [one.code for one in _report(layer).questions]
    stated = gis.read_layer(path, "communities", crs=4547, encoding="gbk")
    assert shapely.hausdorff_distance(stated.geometry.to_numpy(), town.geometry.to_numpy()).max() < 1e-3


def test_mapinfo_with_a_wrong_charset_can_be_told_the_right_one(town, tmp_path):
    path = gis.write_layer(town, tmp_path / "town.tab", encoding="gbk")
    path.write_bytes(path.read_bytes().replace(b"WindowsSimpChinese", b"WindowsTradChinese"))
    layer = gis.read_layer(path, "communities", encoding="gbk")
    _is_town(layer)


def test_mapinfo_never_turns_unknown_into_zero(town, tmp_path):
    path = gis.write_layer(town.assign(户数=[np.nan, 5.0]), tmp_path / "town.tab")
    layer = gis.read_layer(path, "communities")
    assert np.isnan(layer["households"].iloc[0])
    zeros = gis.read_layer(gis.write_layer(town.assign(户数=[0, 5]), tmp_path / "zeros.tab"), "communities")
    assert any("may be unknown" in note.en for note in _report(zeros).notes)


# --- File Geodatabase, GeoParquet


def test_a_file_geodatabase_folder_or_archive(town, tmp_path):
    layer = town.rename(columns={"社区名称": "SQMC"}).astype({"户数": float})  # else GDAL warns about long integers
    pyogrio.write_dataframe(layer, tmp_path / "town.gdb", driver="OpenFileGDB", layer="社区")
    layer = gis.read_layer(tmp_path / "town.gdb", "communities")
    _is_town(layer)
    shutil.make_archive(str(tmp_path / "town.gdb"), "zip", tmp_path, "town.gdb")
    _is_town(gis.read_layer(tmp_path / "town.gdb.zip", "communities"))


def test_a_parquet_file_without_geometry_is_refused(town, tmp_path):
    town.drop(columns="geometry").to_parquet(tmp_path / "a.parquet")
    with pytest.raises(ReadError, match="Missing geo metadata"):
        gis.read_layer(tmp_path / "a.parquet")


# --- Tables


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimited_text_in_any_encoding(tmp_path, codec, delimiter):
    rows = [
        "某县社区统计表",
        "社区名称;社区代码;户数;经度;纬度",
        "东门社区;460105001001;1234户;110.35;20.02",
        "西门社区;460105001002;不详;110°21′00″E;20度1.2分",
    ]
    path = tmp_path / "town.csv"
    path.write_bytes("\r\n".join(row.replace(";", delimiter) for row in rows).encode(codec))
    layer = gis.read_layer(path, "facilities", crs=4490)
    assert layer["name"].tolist() == ["东门社区", "西门社区"] if "name" in layer else True
    assert layer["社区名称"].tolist() == ["东门社区", "西门社区"]
    assert layer.geometry.iloc[1].x == pytest.approx(110.35)
    assert layer.geometry.iloc[1].y == pytest.approx(20.02)
    assert any("heading is row 2" in note.en for note in _report(layer).notes)


def test_big5_text_with_projected_coordinates(tmp_path):
    path = tmp_path / "town.csv"
    path.write_bytes("村里,X,Y\n赤嵌里,168900.5,2543800\n法華里,169000,2543900\n".encode("big5"))
    with pytest.raises(CrsError, match="has no CRS"):
        gis.read_layer(path)
    layer = gis.read_layer(path, crs=3826)
    assert layer["村里"].tolist() == ["赤嵌里", "法華里"]
    assert layer.geometry.iloc[0] == Point(168900.5, 2543800)


def test_gcj02_columns_need_no_crs_when_the_datum_is_stated(tmp_path):
    true = gpd.GeoDataFrame(geometry=[Point(113.65, 34.76)], crs=4490)
    copied = gis.convert_datum(true, source="cgcs2000", target="gcj02").geometry.iloc[0]
    path = tmp_path / "stops.csv"
    path.write_text(f"name,lng,lat\n站,{copied.x!r},{copied.y!r}\n", encoding="utf-8")
    layer = gis.read_layer(path, "facilities", datum="gcj02")
    assert layer.crs.to_epsg() == 4490
    assert shapely.distance(layer.geometry.iloc[0], true.geometry.iloc[0]) < 1e-9


def test_columns_of_places_can_be_stated(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("n,a,b,shape\nx,114,33,POINT (1 2)\n", encoding="utf-8")
    assert gis.read_layer(path, crs=4490, columns={"longitude": "a", "latitude": "b"}).geometry.iloc[0] == Point(
        114, 33
    )
    assert gis.read_layer(path, crs=4547, columns={"wkt": "shape"}).geometry.iloc[0] == Point(1, 2)


def test_codes_from_text_files_keep_their_zeros_and_none_is_guessed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('代号,WKT\n00123,"SRID=4490;POINT (114 33)"\n', encoding="utf-8")
    layer = gis.read_layer(path)
    assert layer["代号"].tolist() == ["00123"]
    assert layer.crs.to_epsg() == 4490


def test_an_excel_sheet_as_offices_keep_it(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "社区"
    for row in (
        ["2026年社区情况"],
        [],
        ["名 称", "代码", "户数", "X", "Y", None],
        ["东门", 460105001001, "1,200户", 500000, 3650000],
        [],
        ["西门", 460105001002, "=SUM(C4)", 500100, 3650000, "多余"],
    ):
        sheet.append(row)
    book.create_sheet("说明")
    book.save(tmp_path / "a.xlsx")
    layer = gis.read_layer(tmp_path / "a.xlsx", "facilities", crs=4547)
    assert layer.index.tolist() == ["460105001001", "460105001002"]
    assert layer["name"].tolist() == ["东门", "西门"]
    assert [(one.row, one.code) for one in _report(layer).faults] == [
        (2, "row-too-long"),
        (2, "formula-without-result"),
    ]
    table = gis.read_table(tmp_path / "a.xlsx")
    assert table["代码"].tolist() == [460105001001, 460105001002]


def test_cells_that_would_calculate_are_written_as_text(town, tmp_path):
    hostile = town.assign(社区名称=["=1+1", "'@x"])
    book = openpyxl.load_workbook(gis.write_layer(hostile, tmp_path / "a.xlsx"))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}
    assert book.active["B2"].value == "'=1+1"
    text = gis.write_layer(hostile, tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in text
    for suffix in (".xlsx", ".csv"):
        assert gis.read_layer(tmp_path / f"a{suffix}")["社区名称"].tolist() == ["=1+1", "'@x"]


def test_a_shape_longer_than_a_cell_is_refused(town, tmp_path):
    round_town = town.set_geometry(town.buffer(50, quad_segs=2000))
    with pytest.raises(WriteError) as caught:
        gis.write_layer(round_town, tmp_path / "a.xlsx")
    assert caught.value.code == "text-too-long"


# --- CRS and axes


def test_exchanged_axes_are_refused_until_exchanged_back(town, tmp_path):
    turned = town.set_geometry(shapely.transform(town.geometry.to_numpy(), lambda xy: xy[:, ::-1]))
    path = gis.write_layer(turned.set_crs(4547, allow_override=True), tmp_path / "a.gpkg")
    with pytest.raises(CrsError) as caught:
        gis.read_layer(path, "communities")
    assert caught.value.code == "axes-swapped"
    assert "EPSG:4547" in caught.value.facts["candidates"]
    _is_town(gis.read_layer(path, "communities", swap_xy=True))


@pytest.mark.parametrize(("epsg", "note"), [(2435, "Beijing 1954"), (2383, "Xian 1980")])
def test_old_datums_are_kept_with_a_warning_about_their_conversion(town, tmp_path, epsg, note):
    layer = gis.read_layer(gis.write_layer(town.set_crs(epsg, allow_override=True), tmp_path / "a.shp"))
    assert layer.crs.to_epsg() == epsg
    assert any(note in one.en for one in _report(layer).notes)


def test_a_zone_number_before_the_easting_contradicts_a_crs_without_it(town, tmp_path):
    zoned = town.to_crs(4526).set_crs(4547, allow_override=True)
    with pytest.raises(CrsError, match="EPSG:4526"):
        gis.read_layer(gis.write_layer(zoned, tmp_path / "a.gpkg"))


def test_a_stated_crs_replaces_a_declared_one_and_says_so(town, tmp_path):
    layer = gis.read_layer(gis.write_layer(town, tmp_path / "a.gpkg"), crs="EPSG:4548")
    assert layer.crs.to_epsg() == 4548
    assert "in place of EPSG:4547" in _report(layer).crs.reason.en


# --- PostGIS


@pytest.fixture
def database_url(postgis_url):
    """The URL of a database that nobody else writes to."""
    engine = sa.create_engine(postgis_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    name = f"town_{secrets.token_hex(4)}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return postgis_url.replace("/postgres?", f"/{name}?")


def test_a_table_name_in_several_schemas_must_be_told_apart(town, database_url):
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in ("CREATE EXTENSION postgis", "CREATE SCHEMA east", "CREATE SCHEMA west"):
            connection.execute(sa.text(statement))
    for schema in ("east", "west"):
        gis.write_layer(town, database_url, layer_name=f"{schema}.town")
    with pytest.raises(ReadError, match=r"east\.town, west\.town"):
        gis.read_layer(database_url, layer="town")
    assert len(gis.read_layer(database_url, layer="west.town")) == 2


def test_a_postgis_table_by_url(town, tmp_path, database_url):
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    hostile = 'x"; DROP TABLE "社区"; --'
    columns = "gid serial PRIMARY KEY, 社区名称 text, 户数 numeric, flag boolean, geom geometry(Polygon, 4547)"
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
        for table in ("社区", hostile):
            name = '"' + table.replace('"', '""') + '"'
            connection.execute(sa.text(f"CREATE TABLE {name} ({columns})"))
            insert = sa.text(f"INSERT INTO {name} (社区名称, 户数, geom) VALUES (:n, :h, ST_GeomFromText(:g, 4547))")
            rows = [{"n": row.社区名称, "h": row.户数, "g": row.geometry.wkt} for row in town.itertuples()]
            connection.execute(insert, rows)
    assert set(gis.list_layers(database_url)) == {"public.社区", f"public.{hostile}"}
    _is_town(gis.read_layer(database_url, "communities", layer="社区"))
    _is_town(gis.read_layer(database_url, "communities", layer=f"public.{hostile}"))
    assert len(gis.list_layers(database_url)) == 2
    with pytest.raises(ReadError, match="several layers"):
        gis.read_layer(database_url)
    with pytest.raises(ReadError, match="has no layer none"):
        gis.read_layer(database_url, layer="none")


def test_a_layer_written_to_postgis_comes_back_and_is_never_overwritten(town, postgis_url):
    engine = sa.create_engine(postgis_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
        connection.execute(sa.text("CREATE SCHEMA office"))
    layer = town.assign(checked=[True, False], share=[0.1, np.nan], 备注=["x'; --", None])
    layer = layer.set_axis(["a", "b"], axis="index").rename_axis("id")
    gis.write_layer(layer, postgis_url, layer_name="office.a-b")
    again = gis.read_layer(postgis_url, layer="office.a-b")
    assert_same(again, layer.astype({"备注": "str"})[[*layer.columns.drop("geometry"), "geometry"]])
    with pytest.raises(WriteError, match="not overwritten"):
        gis.write_layer(layer, postgis_url, layer_name="office.a-b")
    with pytest.raises(WriteError) as caught:
        gis.write_layer(layer, postgis_url, layer_name="nowhere.a")
    assert caught.value.code == "not-writable"


def test_a_database_that_is_not_there_is_told_without_the_password():
    with pytest.raises(ReadError) as caught:
        gis.read_layer("postgresql://planner:secret@127.0.0.1:1/county")
    assert caught.value.code == "database-unreachable"
    assert "secret" not in caught.value.text("zh")
    assert "secret" not in str(caught.value.facts)


def test_written_files_appear_whole_or_not_at_all(town, tmp_path, monkeypatch):
    gis.write_layer(town, tmp_path / "a.gpkg")
    before = (tmp_path / "a.gpkg").read_bytes()

    def broken(*_arguments, **_options):
        msg = "disk full"
        raise pyogrio.errors.DataSourceError(msg)

    monkeypatch.setattr(pyogrio, "write_dataframe", broken)
    with pytest.raises(WriteError, match="disk full"):
        gis.write_layer(town.iloc[:1], tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == before
    assert [file.name for file in Path(tmp_path).iterdir()] == ["a.gpkg"]
