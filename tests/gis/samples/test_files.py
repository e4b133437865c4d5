"""The county as an office would send it: Shapefiles in GBK, one without .cpg, and the list of faults."""

import csv

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gis import read_layer, samples


@pytest.fixture(scope="module")
def folder(county, tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    return folder, samples.write_county(county, folder)


def test_one_file_has_no_cpg_and_the_others_say_gbk(folder):
    _, paths = folder
    assert set(paths) == set(samples.make_county().layers)
    for kind, path in paths.items():
        cpg = path.with_suffix(".cpg")
        assert cpg.exists() == (kind != "communities")
        if cpg.exists():
            assert cpg.read_text("ascii").strip() in {"GBK", "CP936", "936"}


def test_attributes_are_gbk_bytes_and_names_fit_dbf(folder, county):
    _, paths = folder
    for kind, path in paths.items():
        raw = path.with_suffix(".dbf").read_bytes()
        names = raw[32 : raw.index(b"\r", 32)]
        fields = [names[at : at + 11].split(b"\0")[0].decode("gbk") for at in range(0, len(names), 32)]
        assert set(samples.SOURCE_COLUMNS[kind]) <= set(fields)
        assert all(len(name.encode("gbk")) <= 10 for name in fields)
    raw = paths["communities"].with_suffix(".dbf").read_bytes()
    for name in county.layers["communities"]["name"]:
        assert name.encode("gbk") in raw


def test_files_read_back_as_they_were(folder, county):
    _, paths = folder
    for kind, path in paths.items():
        columns = {target: source for source, target in samples.SOURCE_COLUMNS[kind].items()}
        plain = pyogrio.read_dataframe(path, encoding="GBK")
        made = county.layers[kind]
        assert plain["编号"].tolist() == made.index.tolist()
        assert plain.crs.equals(made.crs)
        order = np.asarray(shapely.normalize(plain.geometry.to_numpy()))
        assert shapely.equals_exact(order, shapely.normalize(made.geometry.to_numpy()), tolerance=1e-9).all(), kind
        for target, source in columns.items():
            if target not in ("id", "geometry"):
                same = [
                    pd.isna(found) if pd.isna(wanted) else found == wanted
                    for found, wanted in zip(plain[source], made[target], strict=True)
                ]
                assert all(same), (kind, target)


def test_the_reader_knows_the_columns_and_guesses_the_encoding(folder, county):
    _, paths = folder
    for kind, path in paths.items():
        columns = {target: source for source, target in samples.SOURCE_COLUMNS[kind].items()}
        layer = read_layer(path, kind, columns=columns)
        assert list(layer.index) == list(county.layers[kind].index), kind
        if "name" in layer.columns:
            assert list(layer["name"]) == list(county.layers[kind]["name"]), kind
    guessed = read_layer(paths["communities"], "communities")
    assert "北关社区" in set(guessed["name"])
    assert guessed["households"].sum() == 45_000


def test_bridges_are_written_as_zero_and_one(folder, county):
    _, paths = folder
    roads = pyogrio.read_dataframe(paths["roads"])
    assert roads["桥梁"].astype(bool).tolist() == county.layers["roads"]["bridge"].tolist()


def test_the_list_of_faults_opens_in_a_spreadsheet(folder, county):
    path = folder[0] / "faults.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == county.faults["kind"].tolist()
    assert [tuple(row["ids"].split()) for row in rows] == county.faults["ids"].tolist()
