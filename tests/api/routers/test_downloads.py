"""Collections as files: each format is read back by another program with the same rows, values, places and CRS."""

import io
import zipfile

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from tests.api import squares

_TYPES = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/flatgeobuf",
    "csv": "text/csv",
    "shp": "application/zip",
}


def _read(client, tmp_path, collection: str, form: str, **query: str) -> gpd.GeoDataFrame:
    answer = client.get(f"/collections/{collection}/download", params={"f": form, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == _TYPES[form]
    if form == "csv":
        table = pd.read_csv(io.BytesIO(answer.content), encoding="utf-8-sig")
        return gpd.GeoDataFrame(
            table.drop(columns="WKT"), geometry=shapely.from_wkt(table["WKT"]), crs=query.get("crs", 4326)
        )
    path = tmp_path / f"file.{'zip' if form == 'shp' else form}"
    path.write_bytes(answer.content)
    return pyogrio.read_dataframe(f"/vsizip/{path}" if form == "shp" else path)


@pytest.mark.parametrize("form", _TYPES)
def test_units_come_back_as_they_were_stored(client, tmp_path, form):
    read = _read(client, tmp_path, "units", form)
    stored = squares.units()
    in_degrees = form in {"geojson", "csv"}
    assert read.crs.to_epsg() == (4326 if in_degrees else 4547)
    assert read["id"].tolist() == list(stored.index)
    assert read["households"].tolist() == stored["households"].tolist()
    people = next(name for name in read.columns if name.startswith("resident_p"))
    assert read[people].isna().tolist() == [False] * 7 + [True]
    for got, wanted in zip(read.to_crs(4547).geometry, stored.geometry, strict=True):
        assert shapely.hausdorff_distance(got, wanted) < 0.01


@pytest.mark.parametrize("form", _TYPES)
def test_only_what_was_chosen_comes(client, tmp_path, form):
    query = {"filter": "id > 'u5'", "sortby": "-id", "properties": "households", "crs": "EPSG:4526"}
    read = _read(client, tmp_path, "units", form, **query)
    if form == "geojson":  # its coordinates stand in the order of axes, which its CRS member would not tell
        assert sorted(read["id"]) == ["u6", "u7", "u8"]
        return
    assert sorted(read["id"]) == ["u6", "u7", "u8"]
    if form != "fgb":
        assert read["id"].tolist() == ["u8", "u7", "u6"]
    assert set(read.columns) == {"id", "households", "geometry"}
    assert read.crs.to_epsg() == 4526
    moved = squares.units().to_crs(4526).geometry
    for name, got in zip(read["id"], read.geometry, strict=True):
        assert shapely.hausdorff_distance(got, moved[name]) < 0.01


def test_a_shapefile_is_in_gbk_and_says_so(client):
    answer = client.get("/collections/communities/download", params={"f": "shp", "properties": "备注"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("communities.cpg").strip().upper() in {b"GBK", b"936", b"CP936"}
        assert "老城区".encode("gbk") in archive.read("communities.dbf")
        assert {name.rsplit(".", 1)[1] for name in archive.namelist()} >= {"shp", "shx", "dbf", "prj", "cpg"}
    other = client.get(
        "/collections/communities/download", params={"f": "shp", "properties": "备注", "encoding": "utf-8"}
    )
    with zipfile.ZipFile(io.BytesIO(other.content)) as archive:
        assert "老城区".encode() in archive.read("communities.dbf")


@pytest.mark.parametrize("form", _TYPES)
def test_the_header_accept_names_the_format_too(client, form):
    answer = client.get("/collections/units/download", headers={"accept": f"{_TYPES[form]}, */*;q=0.1"})
    assert answer.headers["content-type"].split(";")[0] == _TYPES[form]
    again = client.get(
        "/collections/units/download", headers={"accept": _TYPES[form], "if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_every_collection_goes_into_every_format_that_it_offers(client, tmp_path):
    for collection in client.get("/collections").json()["collections"]:
        offered = [link for link in collection["links"] if link["rel"] == "enclosure"]
        assert {link["type"] for link in offered} >= {
            "application/geo+json",
            "application/geopackage+sqlite3",
            "text/csv",
        }
        for link in offered:
            form = link["href"].rsplit("=", 1)[1]
            if collection["id"] == "plans.comparison" and form == "csv":
                assert client.get(link["href"]).status_code == 200
                continue
            assert len(_read(client, tmp_path, collection["id"], form)) == collection["count"], link


def test_lists_become_json_texts(client, tmp_path):
    read = _read(client, tmp_path, "findings", "gpkg")
    assert read["ids"].tolist() == ['["东街","西/街"]']


def test_what_a_format_cannot_hold_is_told_and_no_folder_is_left(client, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    answer = client.get("/collections/findings/download", params={"f": "shp"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-encodable")
    assert client.get("/collections/units/download", params={"f": "gpkg"}).status_code == 200
    assert not list(tmp_path.glob("quhua-*"))
