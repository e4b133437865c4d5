"""A project as one archive and back, on both backends; archives that lie are refused and leave nothing."""

import json
import os
import zipfile

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from gis.backup import export_project, restore_project
from gis.errors import GisError, ProjectError, StoreError, WriteError
from gis.project import LayerSettings, Project
from gis.store import verify_store

WHO = {"author": "王工", "reason": "test"}


def filled(folder, layer, *, database=None):
    """A project with a history, an outside layer's settings, and files of its own."""
    project = Project.create(folder, name="示例县城", crs="EPSG:4547", database=database)
    project.store.save_layer("社区", layer, kind="communities", **WHO)
    project.store.save_layer("社区", layer.iloc[:1], kind="communities", **WHO)
    plan = pd.Series(["1", "2"], index=pd.Index(["a", "b"], name="id"), name="community")
    project.store.save_plan("plan-1", plan, document={"name": "方案一"}, **WHO)
    project.settings.layers["社区"] = LayerSettings(path="source/社区.csv", kind="communities")
    project.save_settings()
    (folder / "source").mkdir()
    (folder / "source" / "社区.csv").write_text("户数\n1\n", encoding="gb18030")
    (folder / "empty.txt").touch()
    return project


@pytest.fixture
def project(tmp_path, two_squares):
    with filled(tmp_path / "town", two_squares) as made:
        yield made


@pytest.fixture
def archive(project, tmp_path):
    return export_project(project, tmp_path / "town.zip")


def files(folder):
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def history(project):
    return project.store.history("社区"), project.store.history("plan-1", entity="plan"), project.store.items()


def test_a_restored_project_is_the_same(project, archive, tmp_path, two_squares):
    with restore_project(archive, tmp_path / "again") as again:
        assert again.settings == project.settings
        assert history(again) == history(project)
        assert verify_store(again.store) == 3
        assert_geodataframe_equal(again.store.load_layer("社区", version=1), two_squares)
        assert files(again.folder) == files(project.folder)
        assert (again.folder / "source" / "社区.csv").read_bytes() == (
            project.folder / "source" / "社区.csv"
        ).read_bytes()
        assert again.store.save_layer("社区", two_squares, kind="communities", **WHO).number == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again", "town", "town.zip"], "nothing else is left"


def test_a_project_on_postgis_goes_through_an_archive_to_a_file_and_back(tmp_path, postgis_url, two_squares):
    there = f"{postgis_url}&schema=archive_from"
    with filled(tmp_path / "town", two_squares, database=there) as project:
        archive = export_project(project, tmp_path / "town.zip")
        with restore_project(archive, tmp_path / "file") as on_file:
            assert on_file.settings.project.database == "project.gpkg"
            assert history(on_file) == history(project)
            archive = export_project(on_file, archive)
        with restore_project(archive, tmp_path / "back", database=f"{postgis_url}&schema=archive_to") as back:
            assert history(back) == history(project)
            assert "project.gpkg" not in files(back.folder)
        with pytest.raises(StoreError) as caught:
            restore_project(archive, tmp_path / "twice", database=there)
        assert caught.value.code == "store-not-empty"
        assert not (tmp_path / "twice").exists()


def test_an_archive_inside_the_project_does_not_hold_itself(project):
    first = export_project(project, project.folder / "backup.zip")
    second = export_project(project, first)
    with zipfile.ZipFile(second) as packed:
        assert "files/backup.zip" not in packed.namelist()


def test_links_are_left_out(project, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (project.folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (project.folder / "folder").symlink_to(tmp_path)
    with zipfile.ZipFile(export_project(project, tmp_path / "town.zip")) as packed:
        assert not [name for name in packed.namelist() if "link" in name or "secret" in name]


def test_a_damaged_store_is_not_exported(project, tmp_path, monkeypatch):
    import gis.store.copying

    monkeypatch.setattr(gis.store.copying, "frame_hash", lambda _: "0")
    with pytest.raises(StoreError) as caught:
        export_project(project, tmp_path / "town.zip")
    assert caught.value.code == "content-damaged"
    assert [file.name for file in tmp_path.iterdir()] == ["town"]


def test_only_a_new_or_empty_folder_is_filled(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    restore_project(archive, tmp_path / "empty").close()
    with pytest.raises(ProjectError) as caught:
        restore_project(archive, tmp_path / "empty")
    assert caught.value.code == "folder-not-empty"


def repacked(archive, target, change):
    """A copy of an archive, each member as ``change(name, content)`` gives it; None leaves it out."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                copy.writestr(name, content)
    return target


def without(left_out):
    return lambda name, content: None if name == left_out else content


def replacing(replaced, new):
    return lambda name, content: new if name == replaced else content


CHANGES = {
    "no manifest": without("quhua-archive.json"),
    "no settings": without("quhua.toml"),
    "no store": without("store.gpkg"),
    "a manifest that is no JSON": replacing("quhua-archive.json", b"{"),
    "a newer format": replacing("quhua-archive.json", b'{"format": 99, "versions": 3}'),
    "another number of versions": replacing("quhua-archive.json", b'{"format": 1, "versions": 4}'),
    "settings that are wrong": replacing("quhua.toml", b"[project]\ncolour = 1"),
    "a store that is none": replacing("store.gpkg", b"SQLite format 3\0" + b"\xff" * 5000),
    "an empty store": replacing("store.gpkg", b""),
    "a text as store": replacing("store.gpkg", b"hello" * 100),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_archive_that_is_not_whole_is_refused_and_leaves_nothing(archive, tmp_path, change):
    wrong = repacked(archive, tmp_path / "wrong.zip", CHANGES[change])
    before = sorted(file.name for file in tmp_path.iterdir())
    with pytest.raises(GisError):
        restore_project(wrong, tmp_path / "again")
    assert sorted(file.name for file in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil.txt", "files/../../evil.txt", "files\\..\\..\\evil.txt", "C:\\evil.txt"]
)
def test_a_member_that_leaves_the_folder_is_refused(archive, tmp_path, name):
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr(name, "evil")
    with pytest.raises(GisError, match="evil"):
        restore_project(archive, tmp_path / "inner" / "again")
    assert list(tmp_path.rglob("evil*")) == []
    assert not (tmp_path / "inner" / "again").exists()


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_a_cut_archive_is_refused(archive, tmp_path, kept):
    size = archive.stat().st_size
    os.truncate(archive, int(size * kept) if kept < 1 else kept)
    with pytest.raises(GisError):
        restore_project(archive, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_an_archive_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(GisError):
        restore_project(tmp_path / "none.zip", tmp_path / "again")


def test_settings_cannot_bring_a_second_settings_file(archive, tmp_path):
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("files/quhua.toml", "[project]")
    with pytest.raises(ProjectError) as caught:
        restore_project(archive, tmp_path / "again")
    assert caught.value.code == "archive-invalid"


def test_the_manifest_says_what_is_inside(archive):
    with zipfile.ZipFile(archive) as packed:
        assert json.loads(packed.read("quhua-archive.json")) == {"format": 1, "name": "示例县城", "versions": 3}
        assert packed.testzip() is None


@pytest.mark.parametrize("name", ["project.gpkg", "project.gpkg-wal", "quhua.toml", "source/社区.csv"])
def test_an_export_never_replaces_a_file_of_the_project(project, name):
    target = project.folder / name
    target.touch()
    before = target.read_bytes()
    with pytest.raises(WriteError) as caught:
        export_project(project, target)
    assert caught.value.code == "target-not-archive"
    assert target.read_bytes() == before


def test_an_export_never_replaces_a_foreign_archive(project, tmp_path):
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        packed.writestr("社区.geojson", "{}")
    with pytest.raises(WriteError, match="no archive"):
        export_project(project, tmp_path / "data.zip")
    assert zipfile.ZipFile(tmp_path / "data.zip").namelist() == ["社区.geojson"]


@pytest.mark.usefixtures("at_once")
def test_an_export_into_a_pipe_a_device_or_a_folder_is_refused_at_once(project, tmp_path):
    os.mkfifo(tmp_path / "pipe.zip")
    for target in (tmp_path / "pipe.zip", "/dev/null", tmp_path):
        with pytest.raises(WriteError) as caught:
            export_project(project, target)
        assert caught.value.code == "target-not-archive"


@pytest.mark.parametrize(("target", "code"), [("none/x.zip", "folder-missing"), ("x" * 300 + ".zip", "not-writable")])
def test_an_export_to_a_place_that_cannot_be_written_gives_a_sentence(project, tmp_path, target, code):
    with pytest.raises(WriteError) as caught:
        export_project(project, tmp_path / target)
    assert caught.value.code == code


@pytest.mark.parametrize("folder", ["/proc/town", "/dev/null/town", "x" * 300])
def test_a_restore_into_an_impossible_folder_gives_a_sentence(archive, tmp_path, folder):
    with pytest.raises(ProjectError) as caught:
        restore_project(archive, tmp_path / folder)
    assert caught.value.code == "folder-unusable"
