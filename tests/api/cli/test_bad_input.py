"""Bad input ends in one clear sentence with a stable code, in the reader's language, exit 2, and changes nothing."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.api.cli.conftest import Shell


def _squares(crs: object = "EPSG:4547", **columns: object) -> gpd.GeoDataFrame:
    shapes = [shapely.box(500_000 + 100 * i, 3_700_000, 500_100 + 100 * i, 3_700_100) for i in range(3)]
    return gpd.GeoDataFrame({"code": ["A", "B", "C"], **columns}, geometry=shapes, crs=crs)


@pytest.fixture
def project(tmp_path: Path, quhua: Shell) -> Path:
    folder = tmp_path / "town"
    assert quhua("init", folder).status == 0
    return folder


def _import(quhua: Shell, project: Path, file: Path, *more: object):
    return quhua("import", project, file, "--kind", "communities", *more)


def _one_sentence(ran, code: str) -> str:
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith(f"quhua: [{code}] "), ran.err
    assert ran.err.count("\n") == 1
    return ran.err


def test_a_file_that_does_not_exist(quhua, project, tmp_path):
    sentence = _one_sentence(_import(quhua, project, tmp_path / "没有.shp"), "file-not-found")
    assert "没有.shp" in sentence


def test_a_file_that_is_no_vector_file(quhua, project, tmp_path):
    wrong = tmp_path / "notes.gpkg"
    wrong.write_text("谁动了我的边界")
    assert "notes.gpkg" in _one_sentence(_import(quhua, project, wrong), "content-unlike-suffix")


def test_a_layer_without_crs(quhua, project, tmp_path):
    path = tmp_path / "nocrs.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        _squares(crs=None).to_file(path)
    sentence = _one_sentence(_import(quhua, project, path), "crs-missing")
    assert "--crs" in sentence
    assert _import(quhua, project, path, "--crs", "EPSG:4547").status == 0


def test_an_empty_layer(quhua, project, tmp_path):
    path = tmp_path / "empty.gpkg"
    _squares().iloc[:0].to_file(path)
    assert "empty" in _one_sentence(_import(quhua, project, path), "layer-empty")


def test_points_where_polygons_are_needed(quhua, project, tmp_path):
    path = tmp_path / "points.gpkg"
    squares = _squares()
    squares.set_geometry(squares.centroid).to_file(path)
    for lang, words in (("zh", ("Point x 3", "社区", "面")), ("en", ("Point x 3", "kind communities needs polygons"))):
        sentence = _one_sentence(_import(quhua, project, path, "--lang", lang), "geometry-unlike-kind")
        assert all(word in sentence for word in words)


def test_shapes_that_are_all_empty(quhua, project, tmp_path):
    path = tmp_path / "empty_shapes.gpkg"
    _squares().set_geometry([shapely.Polygon()] * 3, crs="EPSG:4547").to_file(path)
    _one_sentence(_import(quhua, project, path), "no-geometry")


def test_duplicate_ids(quhua, project, tmp_path):
    path = tmp_path / "twice.gpkg"
    _squares(number=["C-1", "C-1", "C-2"]).to_file(path)
    sentence = _one_sentence(_import(quhua, project, path, "--column", "id=number"), "ids-duplicate")
    assert "C-1" in sentence


def test_text_where_households_should_be(quhua, project, tmp_path):
    path = tmp_path / "words.gpkg"
    _squares(households=["120", "许多", "80"]).to_file(path)
    sentence = _one_sentence(_import(quhua, project, path), "not-a-number")
    assert "许多" in sentence
    assert "2" in sentence


def test_two_layers_in_different_crs_meet_in_the_working_crs(quhua, project, tmp_path):
    metric, degrees = tmp_path / "metric.gpkg", tmp_path / "degrees.gpkg"
    _squares().to_file(metric)
    _squares().to_crs(4490).to_file(degrees)
    assert _import(quhua, project, metric).status == 0
    assert quhua("import", project, degrees, "--kind", "units").status == 0
    ran = quhua("audit", project, "--json")
    assert ran.status == 0
    assert [row for row in ran.document["summary"] if row["kind"] in {"overlap", "gap"}] == []


def test_nothing_is_stored_after_bad_input(quhua, project, tmp_path):
    before = (project / "quhua.toml").read_text("utf-8")
    _import(quhua, project, tmp_path / "none.shp")
    assert (project / "quhua.toml").read_text("utf-8") == before
    assert "layer-needed" in quhua("audit", project).err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["audit", "nowhere"], "project-not-found"),
        (["audit"], "wrong-use"),
        (["propose", ".", "--communities", "many"], "wrong-use"),
        (["dance"], "wrong-use"),
        (["import", "{project}", "x.shp", "--kind", "castles"], "kind-unknown"),
        (["import", "{project}", "x.shp", "--kind", "units", "--column", "households"], "column-pair-invalid"),
        (["audit", "{project}", "--fail-on", "awful"], "wrong-use"),
        (["audit", "{project}", "--lang", "fr"], "wrong-use"),
        (["init", "{project}"], "project-exists"),
        (["propose", "{project}"], "layer-needed"),
        (["map", "{project}"], "nothing-to-map"),
        (["init", "{project}/quhua.toml"], "folder-unusable"),
        (["init", "x" * 300], "file-refused"),
        (["init", "/proc/town"], "folder-unusable"),
        (["audit", "x" * 300], "folder-unusable"),
        (["import", "{project}", "/", "--kind", "units"], "folder-is-root"),
        (["import", "{project}", "{project}/..", "--kind", "units"], "nothing-to-read"),
        (["import", "{project}", "/dev/null", "--kind", "units"], "format-not-read"),
        (["export", "{project}", "x" * 300 + ".zip"], "archive-target"),
        (["restore", "/dev/null", "town"], "file-not-regular"),
    ],
)
def test_wrong_use(quhua, project, arguments, code):
    _one_sentence(quhua(*(str(word).replace("{project}", str(project)) for word in arguments)), code)


@pytest.mark.parametrize(
    ("before", "after", "named", "needed"),
    [
        ("tolerances = {}", "tolerances = { min_area = 1 }", "audit.tolerances.min_area", "min_area_m2"),
        ("tolerances = {}", "tolerances = { grid_share = 50 }", "audit.tolerances.grid_share", "0 到 1"),
        ("overrides = {}", "overrides = { maximun = 3500 }", "standard.overrides", "maximum_residents"),
        ("overrides = {}", "overrides = { minimum = 4000 }", "standard.overrides", "3000"),
        ('profile = "national_2026"', 'profile = "national"', "standard.profile", "henan_2022"),
    ],
)
def test_a_wrong_setting_names_file_table_and_key(quhua, project, tmp_path, before, after, named, needed):
    path = tmp_path / "town.gpkg"
    _squares().to_file(path)
    assert _import(quhua, project, path).status == 0
    text = (project / "quhua.toml").read_text("utf-8")
    assert before in text
    (project / "quhua.toml").write_text(text.replace(before, after), "utf-8")
    sentence = _one_sentence(quhua("audit", project), "settings-invalid")
    assert str(project / "quhua.toml") in sentence
    assert named in sentence
    assert needed in sentence


def test_the_sentence_is_in_the_asked_language(quhua, tmp_path):
    assert "不是项目文件夹" in quhua("audit", tmp_path, "--lang", "zh").err
    assert "is not a project" in quhua("audit", tmp_path, "--lang", "en").err
    assert "is not a project" in quhua("audit", tmp_path, "--lang", "en", "--json").err
