"""Versions from the command line: nothing is lost, and what was deleted or exported comes back."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell


@pytest.fixture
def project(tmp_path: Path, quhua: Shell) -> Path:
    folder = tmp_path / "town"
    quhua("init", folder)
    for number, width in enumerate((100, 90), start=1):
        path = tmp_path / f"v{number}.gpkg"
        shapes = [shapely.box(0, 0, width, 100), shapely.box(100, 0, 200, 100)]
        gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=shapes, crs=4547).to_file(path)
        assert quhua("import", folder, path, "--kind", "communities").status == 0
    return folder


def _area(project: Path) -> float:
    with Project.open(project) as opened:
        return float(opened.store.load_layer("communities").area.sum())


def test_history_lists_every_version(quhua, project):
    versions = quhua("history", project, "communities", "--json").document["versions"]
    assert [version["number"] for version in versions] == [1, 2]
    assert all(version["author"] and version["content_hash"] for version in versions)
    assert "communities" in quhua("history", project).out


def test_revert_and_delete_are_versions_too(quhua, project):
    assert _area(project) == 19_000
    assert quhua("revert", project, "communities", 1).status == 0
    assert _area(project) == 20_000
    assert quhua("delete", project, "communities", "--reason", "重来").status == 0
    assert "layer-needed" in quhua("audit", project).err
    assert quhua("revert", project, "layer:communities", 2).status == 0
    assert _area(project) == 19_000
    reasons = [v["reason"] for v in quhua("history", project, "communities", "--json").document["versions"]]
    assert reasons == ["import", "import", "revert", "重来", "revert"]


def test_a_project_survives_export_and_restore(quhua, project, tmp_path):
    before = quhua("history", project, "communities", "--json").document
    assert quhua("export", project, tmp_path / "town.zip").status == 0
    assert quhua("restore", tmp_path / "town.zip", tmp_path / "again").status == 0
    assert quhua("history", tmp_path / "again", "communities", "--json").document == before
    assert quhua("restore", tmp_path / "town.zip", tmp_path / "again").err.startswith("quhua: [folder-not-empty]")


def test_a_store_moves_to_another_file_with_all_versions(quhua, project):
    before = quhua("history", project, "communities", "--json").document
    assert quhua("move", project, "second.gpkg", "--json").document == {"versions": 2, "database": "second.gpkg"}
    assert quhua("history", project, "communities", "--json").document == before
    assert quhua("verify", project, "--json").document == {"sound_versions": 2}


def test_a_name_that_is_not_there(quhua, project):
    ran = quhua("history", project, "grids", "--lang", "en")
    assert ran.status == 2
    assert ran.err.startswith("quhua: [item-unclear] grids")
    assert "layer:communities" in ran.err


def test_an_export_never_writes_over_a_file(quhua, project):
    for target in ("project.gpkg", "quhua.toml", "new.txt"):
        before = (project / "project.gpkg").read_bytes()
        assert quhua("export", project, project / target).err.startswith("quhua: [archive-target]")
        assert (project / "project.gpkg").read_bytes() == before


@pytest.mark.parametrize(
    ("database", "code"),
    [
        ("none/second.gpkg", "folder-missing"),
        ("project.gpkg/second.gpkg", "folder-missing"),
        ("..", "file-refused"),
        ("mysql://root@localhost/x", "url-invalid"),
    ],
)
def test_a_place_where_no_store_can_be_made(quhua, project, database, code):
    before = (project / "quhua.toml").read_bytes()
    for lang in ("zh", "en"):
        ran = quhua("move", project, database, "--lang", lang)
        assert ran.status == 2
        assert ran.err.startswith(f"quhua: [{code}] ")
    assert (project / "quhua.toml").read_bytes() == before


def test_an_archive_that_is_none(quhua, project, tmp_path):
    assert quhua("restore", tmp_path / "no.zip", tmp_path / "new").err.startswith("quhua: [file-not-found]")
    assert quhua("restore", project, tmp_path / "new").err.startswith("quhua: [file-not-regular]")
    assert quhua("export", project, tmp_path / "town.zip").status == 0
    for database in ("../stray.gpkg", "a/b.gpkg", "/tmp/stray.gpkg"):
        ran = quhua("restore", tmp_path / "town.zip", tmp_path / "new", "--database", database)
        assert ran.status == 2
        assert ran.err.startswith("quhua: [database-elsewhere]")
    assert not (tmp_path / "new").exists()
