"""Import from the command line: a look before it, options that put a file right, and a mapping that is remembered."""

import secrets
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

import gis
from gis.project import Project
from tests.api.cli.conftest import Shell

CRS = ("--crs", "EPSG:4547")


@pytest.fixture
def project(tmp_path: Path, quhua: Shell) -> Path:
    folder = tmp_path / "town"
    assert quhua("init", folder).status == 0
    return folder


def _csv(path: Path, heading: str, *rows: str) -> Path:
    squares = [shapely.box(500_000 + 100 * at, 3_650_000, 500_100 + 100 * at, 3_650_100).wkt for at in range(len(rows))]
    lines = [f'{row},"{square}"' for row, square in zip(rows, squares, strict=True)]
    path.write_text("\n".join([f"{heading},WKT", *lines]), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _csv(
        tmp_path / "town.csv", "社区名称,代码,户数,人口", "东门,460105001001,120,300", "西门,460105001002,90,200"
    )


def _settings(project: Path) -> dict[str, object]:
    return tomllib.loads((project / "quhua.toml").read_text("utf-8"))


def _layer(project: Path) -> gpd.GeoDataFrame:
    with Project.open(project) as opened:
        return opened.store.load_layer("communities")


def test_a_dry_run_tells_every_problem_at_once_and_stores_nothing(quhua, project, tmp_path):
    messy = _csv(tmp_path / "messy.csv", "社区名称,代码,户数,人口", "东门,4.6E+11,很多,3", "西门,460105001002,-5,4")
    before = _settings(project)
    ran = quhua("import", project, messy, "--kind", "communities", "--dry-run", "--json")
    assert ran.status == 1
    assert ran.document["ready"] is False
    assert ran.document["imported"] is False
    assert [one["code"] for one in ran.document["problems"]] == ["crs-missing", "code-lost", "not-a-number"]
    assert "EPSG:4546" in ran.document["problems"][0]["options"]
    assert _settings(project) == before
    assert quhua("history", project, "--json").document["versions"] == []


def test_a_dry_run_shows_the_mapping_with_reasons_and_the_answers_to_each_question(quhua, project, file):
    ran = quhua("import", project, file, "--kind", "communities", "--dry-run")
    assert ran.status == 1
    assert "households ← 户数" in ran.out
    assert "常用列名" in ran.out
    assert "--column resident_population=人口" in ran.out
    assert "--crs EPSG:4546" in ran.out
    assert "\n    \n" not in ran.out
    ready = quhua("import", project, file, "--kind", "communities", "--dry-run", *CRS, "--lang", "en")
    assert ready.status == 0
    assert "ready: run it again without --dry-run" in ready.out


def test_a_dry_run_sees_that_no_working_crs_fits(quhua, project, tmp_path):
    path = tmp_path / "paris.gpkg"
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(2.3, 48.8, 2.4, 48.9)], crs=4326).to_file(path)
    ran = quhua("import", project, path, "--kind", "communities", "--dry-run", "--json")
    assert ran.status == 1
    assert [one["code"] for one in ran.document["problems"]] == ["crs-outside-zones"]


def test_the_mapping_is_kept_in_the_settings_and_used_again(quhua, project, file, tmp_path):
    first = ("import", project, file, "--kind", "communities", *CRS, "--column", "registered_population=人口")
    assert quhua(*first, "--column", "dwellings=").status == 0
    kept = {"name": "社区名称", "code": "代码", "households": "户数", "registered_population": "人口", "dwellings": ""}
    assert _settings(project)["layers"]["communities"]["columns"] == kept
    ran = quhua("import", project, file, "--kind", "communities")
    assert ran.status == 0, ran.err
    assert "沿用 quhua.toml 中的设置" in ran.out
    assert "registered_population ← 人口:沿用" in ran.out.replace("：", ":")
    assert _layer(project)["registered_population"].tolist() == [300, 200]
    assert _settings(project)["layers"]["communities"]["columns"] == kept


def test_a_mapping_edited_in_the_settings_is_used(quhua, project, file):
    assert quhua("import", project, file, "--kind", "communities", *CRS).status == 0
    settings = project / "quhua.toml"
    text = settings.read_text("utf-8")
    assert 'households = "户数"' in text
    settings.write_text(text.replace('households = "户数"', 'resident_population = "人口"'), "utf-8")
    assert quhua("import", project, file, "--kind", "communities").status == 0
    assert _layer(project)["resident_population"].tolist() == [300, 200]


def test_a_kept_column_that_a_new_file_lacks_is_told_and_recognised_anew(quhua, project, file, tmp_path):
    assert quhua("import", project, file, "--kind", "communities", *CRS).status == 0
    other = _csv(tmp_path / "other.csv", "社区名称,代码,居民户数", "东门,460105001001,7", "西门,460105001002,8")
    ran = quhua("import", project, other, "--kind", "communities", *CRS)
    assert ran.status == 0
    assert "households=户数" in ran.out
    assert "households ← 居民户数" in ran.out
    assert _layer(project)["households"].tolist() == [7, 8]


def test_what_is_stated_wins_over_what_is_kept(quhua, project, file):
    assert quhua("import", project, file, "--kind", "communities", *CRS).status == 0
    assert quhua("import", project, file, "--kind", "communities", "--column", "households=人口").status == 0
    assert _layer(project)["households"].tolist() == [300, 200]
    ran = quhua("import", project, file, "--kind", "communities", "--column", "households=没有")
    assert ran.err.startswith("quhua: [column-missing]")


def test_exchanged_axes_are_named_with_the_option_that_exchanges_them(quhua, project, tmp_path):
    path = tmp_path / "swapped.gpkg"
    shape = shapely.box(3_650_000, 500_000, 3_650_100, 500_100)
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[shape], crs=4547).to_file(path)
    refused = quhua("import", project, path, "--kind", "communities")
    assert refused.err.startswith("quhua: [axes-swapped]")
    assert "--swap-xy" in refused.err
    assert quhua("import", project, path, "--kind", "communities", "--swap-xy").status == 0
    assert _layer(project).total_bounds.tolist() == [500_000, 3_650_000, 500_100, 3_650_100]
    again = quhua("import", project, path, "--kind", "communities")
    assert again.status == 0
    assert "swap_xy = True" in again.out


def test_repairs_are_shown_and_can_be_declined(quhua, project, tmp_path):
    path = tmp_path / "bowtie.gpkg"
    bowtie = shapely.Polygon([(500_000, 3_650_000), (500_100, 3_650_100), (500_100, 3_650_000), (500_000, 3_650_100)])
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[bowtie], crs=4547).to_file(path)
    ran = quhua("import", project, path, "--kind", "communities", "--lang", "en")
    assert "row 1: mended an invalid ring" in ran.out
    assert _layer(project).is_valid.all()
    ran = quhua("import", project, path, "--kind", "communities", "--no-mend", "--lang", "en")
    assert ran.status == 0
    assert "mended" not in ran.out
    assert not _layer(project).is_valid.any()
    assert _settings(project)["layers"]["communities"]["mend_rings"] is False


def test_many_repairs_are_counted(quhua, project, tmp_path):
    path = tmp_path / "bowties.gpkg"
    bow = shapely.Polygon([(500_000, 3_650_000), (500_100, 3_650_100), (500_100, 3_650_000), (500_000, 3_650_100)])
    shapes = [shapely.affinity.translate(bow, 200 * at) for at in range(50)]
    gpd.GeoDataFrame({"code": [f"A{at}" for at in range(50)]}, geometry=shapes, crs=4547).to_file(path)
    ran = quhua("import", project, path, "--kind", "communities", "--lang", "en")
    assert ran.out.count("mended an invalid ring") == 20
    assert "30 more rows are like that" in ran.out
    told = quhua("import", project, path, "--kind", "communities", "--json").document["report"]["repairs"]
    assert len(told) == 50


def test_web_map_coordinates_are_moved_by_an_option(quhua, project, tmp_path):
    path = tmp_path / "web.gpkg"
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(114, 33, 114.01, 33.01)], crs=4326).to_file(path)
    assert quhua("import", project, path, "--kind", "communities").status == 0
    before = _layer(project)
    assert quhua("import", project, path, "--kind", "communities", "--datum", "gcj02").status == 0
    moved = _layer(project).centroid.distance(before.centroid, align=False).iloc[0]
    assert 200 < moved < 1000


def test_a_name_that_the_store_cannot_take_is_refused_before_the_file_is_read(quhua, project, tmp_path):
    ran = quhua("import", project, tmp_path / "none.gpkg", "--kind", "communities", "--name", "a/b")
    assert ran.err.startswith("quhua: [name-invalid]")


def test_two_layers_of_a_kind_are_refused_with_the_command_that_helps(quhua, project, file):
    for name in ("east", "west"):
        assert quhua("import", project, file, "--kind", "communities", "--name", name, *CRS).status == 0
    ran = quhua("audit", project)
    assert ran.err.startswith("quhua: [kind-ambiguous]")
    assert "quhua delete" in ran.err
    assert quhua("delete", project, "west").status == 0
    assert quhua("audit", project).status == 0


def test_the_password_of_a_database_is_kept_nowhere(quhua, project, postgis_url):
    layer = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.box(500_000, 3_650_000, 500_100, 3_650_100)], crs=4547)
    table = f"public.town_{secrets.token_hex(4)}"
    engine = sa.create_engine(postgis_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
    gis.write_layer(layer.set_axis(["A"]).rename_axis("id"), postgis_url, layer_name=table)
    url = postgis_url.replace("quhua@", "quhua:Tr0ub4dor@")
    assert "Tr0ub4dor" in url
    imported = ("import", project, url, "--kind", "communities", "--layer", table)
    assert quhua(*imported).status == 0
    assert quhua(*imported).status == 0, "the same source is known again"
    history = quhua("history", project, "communities", "--json").out
    assert table in history
    assert "Tr0ub4dor" not in history
    for file in project.iterdir():
        assert b"Tr0ub4dor" not in file.read_bytes(), file
