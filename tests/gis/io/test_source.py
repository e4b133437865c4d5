"""What may stand behind a path: regular files of known formats, in the folder that was named and not below it."""

import os
import socket
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely import box

import gis
from gis.errors import ReadError

pytestmark = pytest.mark.usefixtures("at_once")  # the faults held here used to hang


@pytest.fixture
def town():
    return gpd.GeoDataFrame({"name": ["东门社区"]}, geometry=[box(500_000, 3_650_000, 500_100, 3_650_100)], crs=4547)


def _refused(path, code):
    with pytest.raises(ReadError) as caught:
        gis.read_layer(path)
    assert caught.value.code == code
    return caught.value


@pytest.mark.parametrize("name", ["pipe.shp", "pipe.gpkg", "pipe.zip", "pipe.csv", "pipe.xlsx", "pipe.geojson"])
def test_a_pipe_is_refused_at_once(tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert name in _refused(tmp_path / name, "file-not-regular").text("zh")


def test_a_socket_and_a_device_are_refused_at_once(tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "town.gpkg"))
        _refused(tmp_path / "town.gpkg", "file-not-regular")
    (tmp_path / "zero.geojson").symlink_to("/dev/zero")
    _refused(tmp_path / "zero.geojson", "file-not-regular")


@pytest.mark.parametrize("suffix", [".dbf", ".shx", ".prj", ".cpg"])
def test_a_pipe_in_the_place_of_a_companion_is_refused(town, tmp_path, suffix):
    path = gis.write_layer(town, tmp_path / "town.shp")
    path.with_suffix(suffix).unlink()
    os.mkfifo(path.with_suffix(suffix))
    _refused(path, "file-not-regular")


def test_a_pipe_inside_a_geodatabase_is_refused(town, tmp_path):
    pyogrio.write_dataframe(town, tmp_path / "town.gdb", driver="OpenFileGDB")
    os.mkfifo(tmp_path / "town.gdb" / "a00000099.gdbtable")
    _refused(tmp_path / "town.gdb", "file-not-regular")


def test_folders_below_the_named_one_are_not_searched(town, tmp_path):
    (tmp_path / "town" / "below").mkdir(parents=True)
    gis.write_layer(town, tmp_path / "town" / "below" / "town.gpkg")
    sentence = _refused(tmp_path / "town", "nothing-to-read")
    assert ".gpkg" in sentence.text("zh")
    assert ".shp" in sentence.text("en")
    gis.write_layer(town, tmp_path / "town" / "own.gpkg")
    assert gis.list_layers(tmp_path / "town") == ["own"]


def test_the_root_of_the_file_system_is_refused():
    assert ".gpkg" in _refused("/", "folder-is-root").text("en")


@pytest.mark.parametrize("folder", ["/proc", "/sys", "/dev"])
def test_a_folder_of_the_system_holds_no_layers(folder):
    _refused(folder, "nothing-to-read")


def test_a_geodatabase_in_a_folder_is_one_source(town, tmp_path):
    pyogrio.write_dataframe(town, tmp_path / "town.gdb", layer="社区", driver="OpenFileGDB")
    assert gis.list_layers(tmp_path) == ["社区"]


def test_a_file_that_vanishes_while_it_is_looked_at_gives_a_sentence(town, tmp_path, monkeypatch):
    path = gis.write_layer(town, tmp_path / "town.gpkg")

    def gone(_path: Path) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("gis.io.source.head_of", gone)
    assert "town.gpkg" in _refused(path, "file-unreadable").text("en")


def test_a_shapefile_without_a_single_shape_is_empty(town, tmp_path):
    town.iloc[:0].to_file(tmp_path / "none.shp", geometry_type="Polygon")
    _refused(tmp_path / "none.shp", "layer-empty")
