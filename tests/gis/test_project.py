"""A project folder: made, opened, its settings checked and written back."""

import os
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CrsError, GisError, ProjectError, StoreError
from gis.project import SETTINGS_FILE, LayerSettings, Project
from gis.settings import ProjectInfo, ProjectSettings, merged, new_toml, read_settings, updated_toml


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "town", name="示例县城") as made:
        yield made


def write(project, text):
    (project.folder / SETTINGS_FILE).write_text(text, encoding="utf-8")


def test_a_new_project_has_settings_and_an_empty_store(project):
    assert sorted(file.name for file in project.folder.iterdir()) == ["project.gpkg", "quhua.toml"]
    assert project.settings.name == "示例县城"
    assert project.store.items() == []
    assert project.database == str(project.folder / "project.gpkg")


def test_a_project_opens_with_the_settings_it_was_made_with(tmp_path):
    Project.create(tmp_path / "town", crs="EPSG:4547").close()
    with Project.open(tmp_path / "town") as project:
        assert project.settings.project == ProjectInfo(name="town", crs="EPSG:4547", database="project.gpkg")
        assert project.store.items() == []


def test_the_defaults_in_the_file_are_the_defaults_of_the_code(project):
    text = (project.folder / SETTINGS_FILE).read_text(encoding="utf-8")
    assert read_settings(project.folder / SETTINGS_FILE) == ProjectSettings(project=ProjectInfo(name="示例县城"))
    assert set(tomllib.loads(text)) == set(ProjectSettings.model_fields)


def test_every_setting_is_explained_in_the_file(project):
    text = (project.folder / SETTINGS_FILE).read_text(encoding="utf-8")
    for model in ("ProjectInfo", "LayerSettings", "StandardSettings", "AuditSettings", "ProposalSettings"):
        import gis.settings

        for name in getattr(gis.settings, model).model_fields:
            assert f"{name} = " in text, f"{name} is not in the template"


def test_a_project_is_not_made_twice(project):
    with pytest.raises(ProjectError) as caught:
        Project.create(project.folder)
    assert caught.value.code == "project-exists"


def test_a_folder_without_settings_is_no_project(tmp_path):
    with pytest.raises(ProjectError) as caught:
        Project.open(tmp_path)
    assert caught.value.code == "project-not-found"


@pytest.mark.parametrize(("crs", "code"), [("EPSG:4490", "crs-not-metric"), ("EPSG:0", "crs-unknown")])
def test_a_working_crs_must_be_in_metres(tmp_path, crs, code):
    with pytest.raises(CrsError) as caught:
        Project.create(tmp_path / "town", crs=crs)
    assert caught.value.code == code
    assert not (tmp_path / "town").exists()


def test_a_store_that_cannot_be_made_leaves_no_project(tmp_path):
    with pytest.raises(StoreError):
        Project.create(tmp_path / "town", database="no/such/folder/x.gpkg")
    assert not (tmp_path / "town" / SETTINGS_FILE).exists()


def test_a_project_whose_store_is_gone_says_so(project):
    (project.folder / "project.gpkg").unlink()
    with pytest.raises(StoreError) as caught:
        assert project.store
    assert caught.value.code == "store-not-found"
    assert not (project.folder / "project.gpkg").exists()


def test_settings_are_written_and_every_comment_stays(project):
    path = project.folder / SETTINGS_FILE
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if "#" in line]
    project.settings.project.crs = "EPSG:4547"
    project.settings.standard.overrides = {"maximum": 3500}
    project.settings.proposals.n_communities = (10, 12)
    project.settings.audit.tolerances["min_area_m2"] = 5
    project.settings.layers["社区"] = LayerSettings(path="社区.shp", kind="communities", columns={"households": "户数"})
    project.save_settings()
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "#" in line] == comments
    assert Project.open(project.folder).settings == project.settings
    assert tomllib.loads(text)["layers"] == {
        "社区": {"path": "社区.shp", "kind": "communities", "columns": {"households": "户数"}}
    }


def test_a_setting_taken_back_leaves_the_file(project):
    path = project.folder / SETTINGS_FILE
    before = path.read_text(encoding="utf-8")
    project.settings.proposals.n_communities = 12
    project.settings.layers["x"] = LayerSettings(path="x.shp", kind="grids", crs="EPSG:4547")
    project.save_settings()
    project.settings.proposals.n_communities = None
    del project.settings.layers["x"]
    project.save_settings()
    after = path.read_text(encoding="utf-8")
    assert after.split() == before.split()
    assert tomllib.loads(after) == tomllib.loads(before)


def test_what_somebody_else_writes_meanwhile_stays(project):
    write(
        project,
        '[project]\nname = "示例县城"\n[proposals]\nseed = 7 # theirs\n'
        '[layers.roads]\npath = "r.shp"\nkind = "roads"\n',
    )
    project.settings.project.crs = "EPSG:4547"
    project.save_settings()
    assert project.settings.proposals.seed == 7
    assert list(project.settings.layers) == ["roads"]
    text = (project.folder / SETTINGS_FILE).read_text(encoding="utf-8")
    assert "# theirs" in text
    assert "time_limit_s" not in text, "defaults are not added to a short file"
    assert Project.open(project.folder).settings == project.settings


def test_settings_that_became_unreadable_are_left_alone(project):
    write(project, "[project")
    with pytest.raises(ProjectError):
        project.save_settings()
    assert (project.folder / SETTINGS_FILE).read_text() == "[project"


def test_a_failing_write_leaves_the_old_file(project, monkeypatch):
    path = project.folder / SETTINGS_FILE
    before = path.read_text(encoding="utf-8")
    project.settings.project.crs = "EPSG:4547"
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(ProjectError, match="disk full") as caught:
        project.save_settings()
    assert caught.value.code == "settings-unwritable"
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == before
    assert sorted(file.name for file in project.folder.iterdir()) == ["project.gpkg", "quhua.toml"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[project]\nname = "x"\ncolour = 1', "project.colour"),
        ('[project]\nname = "x"\n[palette]', "palette"),
        ('[project]\nname = "x"\n[layers.roads]\nkind = "roads"', "layers.roads.path"),
        ('[project]\nname = "x"\n[layers.roads]\nkind = "roads"\npath = "a"\ndatum = "mars"', "layers.roads.datum"),
        ('[project]\nname = "x"\n[proposals]\nseed = -1', "proposals.seed"),
        ('[project]\nname = "x"\n[proposals]\ntime_limit_s = nan', "proposals.time_limit_s"),
        ('[project]\nname = "x"\n[proposals]\nn_communities = "many"', "proposals.n_communities"),
        ('[project]\nname = "x"\n[proposals]\nn_communities = [12, 10]', "n_communities"),
        ('[project]\nname = "x"\n[proposals]\nminimum = 3000\nmaximum = 1000', "minimum"),
        ('[project]\nname = "x"\n[audit]\ntolerances = { min_area_m2 = "big" }', "audit.tolerances.min_area_m2"),
        ('[project]\nname = "x"\n[audit]\ntolerances = { min_area_m2 = -1 }', "audit.tolerances.min_area_m2"),
        ('[project]\nname = "x"\n[audit]\ntolerances = { min_area_m2 = inf }', "audit.tolerances.min_area_m2"),
        ('[project]\nname = "x"\n[audit]\ntolerances = { min_area_m2 = nan }', "audit.tolerances.min_area_m2"),
        ('[project]\nname = "x"\n[audit]\nminimum = 1', "audit.minimum"),
        ('[project]\nname = "x"\n[standard]\noverrides = { maximum = 1e300 }', "standard.overrides.maximum"),
        ('[project]\nname = "x"\n[standard]\noverrides = { maximum = -3000 }', "standard.overrides.maximum"),
        ('[project]\nname = "x"\n[proposals]\ntime_limit_s = 1e300', "proposals.time_limit_s"),
        ('[project]\nname = "x"\n[proposals]\nmaximum = 1e300', "proposals.maximum"),
        ('[project]\nname = "x"\n[proposals]\nn_communities = 1_000_000_000', "proposals.n_communities"),
        ('[project]\nname = "x"\n[proposals]\nseed = true', "proposals.seed"),
        ('[project]\nname = "x"\n[proposals]\ntime_limit_s = "30"', "proposals.time_limit_s"),
        ('[project]\nname = "x"\ndatabase = "a\\u0000b"', "project.database"),
        ('[project]\nname = "x"\n[layers.a]\nkind = "roads"\npath = "a"\nswap_xy = "no"', "layers.a.swap_xy"),
        ('[project]\nname = "x"\ncrs = "nowhere"', "project.crs"),
        ('[project]\nname = "x"\ncrs = "EPSG:4490"', "project.crs"),
        ('[project]\nname = "x"\n[layers.roads]\nkind = "castles"\npath = "a"', "layers.roads.kind"),
        ('[project]\nname = "x"\n[layers.roads]\nkind = "roads"\npath = "a"\ncrs = "nowhere"', "layers.roads.crs"),
        (
            '[project]\nname = "x"\n[layers.roads]\nkind = "roads"\npath = "a"\nencoding = "nope"',
            "layers.roads.encoding",
        ),
        (
            '[project]\nname = "x"\n[layers.roads]\nkind = "roads"\npath = "a"\ncolumns = { households = "H" }',
            "layers.roads.columns.households",
        ),
        ("[project]", "project.name"),
        ("", "project"),
        ("[project", "TOML"),
        ('[project]\nname = "x"\nname = "y"', "TOML"),
    ],
)
def test_a_wrong_setting_is_named_in_both_languages(project, text, named):
    write(project, text)
    with pytest.raises(ProjectError) as caught:
        Project.open(project.folder)
    assert caught.value.code == "settings-invalid"
    for lang in ("zh", "en"):
        assert named in caught.value.text(lang)
        assert "Traceback" not in caught.value.text(lang)


def test_an_unknown_setting_says_which_there_are(project):
    write(project, '[project]\nname = "x"\ncolour = 1')
    with pytest.raises(GisError, match="known are name, crs, database"):
        Project.open(project.folder)


def test_a_kind_or_column_that_is_none_says_which_there_are(project):
    write(project, '[project]\nname = "x"\n[layers.a]\npath = "a"\nkind = "castles"')
    with pytest.raises(ProjectError, match="extent, communities, urban_villages, grids"):
        Project.open(project.folder)
    write(project, '[project]\nname = "x"\n[layers.a]\npath = "a"\nkind = "roads"\ncolumns = { households = "H" }')
    with pytest.raises(ProjectError, match="id, name, code, rigidity, class"):
        Project.open(project.folder)


def test_all_faults_are_told_at_once(project):
    write(project, "[project]\ncolour = 1\n[proposals]\nseed = -1\nspeed = 2")
    with pytest.raises(ProjectError) as caught:
        Project.open(project.folder)
    assert all(
        key in str(caught.value) for key in ("project.name", "project.colour", "proposals.seed", "proposals.speed")
    )


def test_paths_within_the_folder_are_kept_relative(project, monkeypatch, tmp_path):
    inside, outside = project.folder / "source" / "社区.shp", tmp_path / "elsewhere.shp"
    assert project.relative_path(inside) == "source/社区.shp"
    assert project.relative_path(outside) == str(outside)
    assert project.relative_path("postgresql://host/db") == "postgresql://host/db"
    monkeypatch.chdir(tmp_path)
    assert project.relative_path("town/a.shp") == "a.shp"
    for path in (inside, outside):
        assert project.absolute_path(project.relative_path(path)) == str(path)


SETTINGS = st.recursive(
    st.integers(0, 3), lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=8
).filter(lambda value: isinstance(value, dict))


@given(SETTINGS, SETTINGS, SETTINGS)
def test_merging_keeps_my_changes_and_theirs(base, mine, theirs):
    assert merged(base, mine, base) == mine
    assert merged(base, base, theirs) == theirs
    both = merged(base, mine, theirs)
    for key in set(base) | set(mine) | set(theirs):
        if mine.get(key) == base.get(key):
            assert both.get(key) == theirs.get(key)
        elif theirs.get(key) == base.get(key):
            assert both.get(key) == mine.get(key)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(str.strip),
    st.dictionaries(
        st.sampled_from(["id", "name", "code", "households", "grid_type"]),
        st.text(st.characters(codec="utf-8"), max_size=8),
        max_size=3,
    ),
)
def test_any_text_survives_the_settings_file(name, columns):
    settings = ProjectSettings(
        project=ProjectInfo(name=name), layers={name: LayerSettings(path="a", kind="grids", columns=columns)}
    )
    text = new_toml(settings)
    assert ProjectSettings.model_validate(tomllib.loads(text)) == settings
    assert updated_toml(text, settings) == text


@pytest.mark.parametrize("place", ["file.txt", "file.txt/town", "x" * 300, "/proc/town", "/sys/town"])
def test_a_folder_that_cannot_be_is_refused_with_its_reason(tmp_path, place):
    (tmp_path / "file.txt").touch()
    with pytest.raises(ProjectError) as caught:
        Project.create(tmp_path / place)
    assert caught.value.code == "folder-unusable"
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_name_that_is_too_long_is_no_project(tmp_path):
    with pytest.raises(ProjectError) as caught:
        Project.open(tmp_path / ("x" * 300))
    assert caught.value.code == "folder-unusable"
    assert "too long" in caught.value.text("en")
