"""A table joins a layer from the command line: both sides accounted for, near matches offered, never applied."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell

NAMES = ["东门社区", "西门社区", "臺山社区", "南湖社区"]


@pytest.fixture
def project(tmp_path: Path, quhua: Shell) -> Path:
    folder = tmp_path / "town"
    assert quhua("init", folder).status == 0
    squares = [shapely.box(500_000 + 100 * at, 3_650_000, 500_100 + 100 * at, 3_650_100) for at in range(4)]
    codes = [f"46010500100{at}" for at in range(1, 5)]
    layer = gpd.GeoDataFrame({"代码": codes, "社区名称": NAMES}, geometry=squares, crs=4547)
    layer.to_file(tmp_path / "town.gpkg")
    assert quhua("import", folder, tmp_path / "town.gpkg", "--kind", "communities").status == 0
    return folder


def _sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def by_name(tmp_path: Path) -> Path:
    rows = [
        ("名称", "户数", "备注"),
        ("东门社区", 120, "x"),
        ("台山村", 90, ""),
        ("北湖社区", 70, ""),
        ("西门社区", 80, ""),
    ]
    return _sheet(tmp_path / "households.xlsx", *rows)


def _households(project: Path) -> dict[str, float]:
    with Project.open(project) as opened:
        layer = opened.store.load_layer("communities")
    return {name: float(value) for name, value in zip(layer["name"], layer["households"], strict=True)}


def _versions(quhua: Shell, project: Path) -> list[dict[str, object]]:
    return quhua("history", project, "communities", "--json").document["versions"]


def test_a_table_joins_by_code_as_a_new_version(quhua, project, tmp_path):
    table = _sheet(tmp_path / "t.xlsx", ("社区代码", "户数"), (460105001002, "1,200户"), ("460105001001", 900))
    ran = quhua("join", project, table, "--to", "communities", "--key", "社区代码", "--json")
    assert ran.status == 0, ran.err
    assert ran.document["matched"] == 2
    assert ran.document["unmatched_ids"] == ["460105001003", "460105001004"]
    assert _households(project)["西门社区"] == 1200
    newest = _versions(quhua, project)[-1]
    assert (newest["number"], newest["reason"]) == (2, "join")
    assert newest["parameters"]["key"] == "code=社区代码"
    assert newest["parameters"]["unmatched_features"] == 2


def test_near_matches_are_offered_with_the_words_that_confirm_them(quhua, project, by_name):
    ran = quhua("join", project, by_name, "--to", "communities", "--key", "名称")
    assert ran.status == 0, ran.err
    assert "--accept 460105001003=2" in ran.out
    assert "3 北湖社区" in ran.out
    assert "460105001004" in ran.out
    assert "households ← 户数" in ran.out
    assert "未采用的列：备注" in ran.out
    found = _households(project)
    assert (found["东门社区"], found["西门社区"]) == (120, 80)
    assert found["臺山社区"] != found["臺山社区"], "a near match is not applied"


def test_a_confirmed_pair_is_joined_and_recorded(quhua, project, by_name):
    ran = quhua("join", project, by_name, "--to", "communities", "--accept", "460105001003=2", "--json")
    assert ran.status == 0, ran.err
    assert ran.document["matched"] == 3
    assert ran.document["near"] == []
    assert _households(project)["臺山社区"] == 90
    assert _versions(quhua, project)[-1]["parameters"]["accepted"] == {"460105001003": 2}


def test_a_dry_run_stores_nothing(quhua, project, by_name):
    ran = quhua("join", project, by_name, "--to", "communities", "--dry-run", "--json")
    assert ran.status == 0
    assert ran.document["joined"] is False
    assert [(one["id"], one["row"]) for one in ran.document["near"]] == [("460105001003", 2)]
    assert ran.document["unmatched_rows"] == [{"row": 2, "key": "台山村"}, {"row": 3, "key": "北湖社区"}]
    assert len(_versions(quhua, project)) == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--to", "grids"), "item-not-found"),
        (("--to", "communities", "--key", "没有"), "column-missing"),
        (("--to", "communities", "--accept", "460105001003"), "accept-pair-invalid"),
        (("--to", "communities", "--accept", "460105001003=two"), "accept-pair-invalid"),
        (("--to", "communities", "--accept", "460105001003=99"), "join-row-unknown"),
        (("--to", "communities", "--accept", "460105001003=1"), "join-row-taken"),
        (("--to", "communities", "--column", "households=备注"), "not-a-number"),
        (("--to", "communities", "--sheet", "none"), "layer-not-found"),
    ],
)
def test_what_cannot_be_joined_ends_in_a_sentence_and_stores_nothing(quhua, project, by_name, options, code):
    ran = quhua("join", project, by_name, *options)
    assert ran.status == 2
    assert ran.err.startswith(f"quhua: [{code}] ")
    assert len(_versions(quhua, project)) == 1


def test_a_table_without_a_column_to_add_is_refused(quhua, project, tmp_path):
    table = _sheet(tmp_path / "t.xlsx", ("社区代码", "备注"), ("460105001002", "x"))
    ran = quhua("join", project, table, "--to", "communities")
    assert ran.err.startswith("quhua: [join-columns-missing] ")
    assert "备注" in ran.err
    assert quhua("join", project, table, "--to", "communities", "--dry-run").status == 1


def test_a_table_without_places_names_the_command_that_joins_it(quhua, project, by_name):
    ran = quhua("import", project, by_name, "--kind", "communities")
    assert ran.err.startswith("quhua: [table-without-place] ")
    assert "quhua join" in ran.err
