"""``quhua repair`` and ``quhua accept``: the sample county mended by one command, undone, and its exceptions kept."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell

WIDE = ("--wide-gaps", "fill", "--enclaves", "fill")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from api.cli.app import run

    folder = tmp_path_factory.mktemp("county") / "county"
    assert run(["init", str(folder), "--sample"]) == 0
    return folder


@pytest.fixture
def project(county: Path, tmp_path: Path) -> Path:
    from shutil import copytree

    return Path(copytree(county, tmp_path / "county"))


def faults(quhua: Shell, project: Path, layer: str) -> list[str]:
    document = quhua("audit", project, "--json").document
    kinds = {"overlap", "gap", "duplicate", "containment"}
    return [row["id"] for row in document["findings"] if row["layer"] == layer and row["kind"] in kinds]


def test_the_sample_county_is_mended_by_one_command(quhua, project):
    assert len(faults(quhua, project, "communities")) == 14
    ran = quhua("repair", project, *WIDE, "--json")
    assert ran.status == 0
    document = ran.document
    assert document["version"]["number"] == 2
    assert document["remaining"] == []
    assert faults(quhua, project, "communities") == []
    moved = {row["id"]: row for row in document["moved"]}
    lost = {row["from_ids"][0]: row for row in document["changes"] if len(row["from_ids"]) == 1}
    assert moved[next(iter(lost))]["area_lost_m2"] > 0
    with Project.open(project) as opened:
        before = opened.store.load_layer("communities", version=1)
        after = opened.store.load_layer("communities")
        log = opened.store.load_findings("changes_communities")
    assert shapely.coverage_is_valid(after.geometry.to_numpy())
    assert (before.drop(columns="geometry") == after.drop(columns="geometry")).to_numpy().sum() > 0
    assert before["resident_population"].sum() == after["resident_population"].sum()
    assert list(before.index) == list(after.index)
    assert len(log) == len(document["changes"]) == 14


def test_it_says_in_words_who_gains_and_loses(quhua, project):
    ran = quhua("repair", project)
    assert "增加人口" in ran.out
    assert "仍需决定（4）" in ran.out
    assert "公共边最长" in ran.out
    english = quhua("repair", project, "--lang", "en")
    assert "there is nothing to change" in english.out


def test_a_dry_run_stores_nothing(quhua, project):
    dry = quhua("repair", project, "--dry-run", "--json").document
    assert dry["version"] is None
    assert quhua("history", project, "communities", "--json").document["versions"][-1]["number"] == 1
    wet = quhua("repair", project, "--json").document
    assert dry["changes"] == wet["changes"]
    assert dry["remaining"] == wet["remaining"] != []
    assert "仍需决定（4）" in quhua("repair", project, "--dry-run").out


def test_one_change_is_taken_back(quhua, project):
    changes = quhua("repair", project, *WIDE, "--json").document["changes"]
    undone = changes[0]
    assert quhua("repair", project, "--undo", undone["id"], "--json").document["version"]["number"] == 3
    assert len(faults(quhua, project, "communities")) == 1
    assert quhua("repair", project, "--undo", changes[1]["id"]).status == 0
    assert len(faults(quhua, project, "communities")) == 2
    again = quhua("repair", project, "--undo", undone["id"])
    assert again.status == 2
    assert again.err.startswith("quhua: [changes-unlike] ")
    with Project.open(project) as opened:
        assert len(opened.store.load_findings("changes_communities")) == len(changes) - 2


def test_an_accepted_finding_stays_and_is_told(quhua, project):
    gap = faults(quhua, project, "communities")[0]
    assert quhua("accept", project, gap, "--reason", "公园,由园林部门管理").status == 0
    document = quhua("repair", project, *WIDE, "--json").document
    assert document["accepted"] == {gap: "公园,由园林部门管理"}
    assert faults(quhua, project, "communities") == [gap]
    assert "1 个问题已经认可保留" in quhua("audit", project).out
    with Project.open(project) as opened:
        assert opened.store.load_findings("findings")["accepted"][gap] == "公园,由园林部门管理"
    assert quhua("accept", project, gap, "--withdraw").status == 0
    assert quhua("repair", project, *WIDE, "--json").document["remaining"] == []


def test_fail_on_passes_over_accepted_findings(quhua, tmp_path):
    shapes = [shapely.box(500_000 + 90 * i, 3_700_000, 500_100 + 90 * i, 3_700_100) for i in range(2)]
    gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=shapes, crs=4547).to_file(tmp_path / "two.gpkg")
    quhua("init", tmp_path / "two")
    quhua("import", tmp_path / "two", tmp_path / "two.gpkg", "--kind", "urban_villages", "--column", "code=")
    assert quhua("audit", tmp_path / "two", "--fail-on", "high").status == 1
    overlap = quhua("audit", tmp_path / "two", "--json").document["findings"][0]["id"]
    quhua("accept", tmp_path / "two", overlap, "--reason", "两村共有")
    assert quhua("audit", tmp_path / "two", "--fail-on", "high").status == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("repair", "--rule", "biggest"), "rule-unknown"),
        (("repair", "--rule", "priority"), "priority-needed"),
        (("repair", "--rule", "priority", "--priority", "nobody"), "rule-ids-unknown"),
        (("repair", "--max-gap-width", "-1"), "rule-invalid"),
        (("repair", "--layer", "roads"), "layer-not-repaired"),
        (("repair", "--layer", "nothing"), "layer-needed"),
        (("repair", "--undo", "gap-1"), "nothing-to-undo"),
        (("accept", "gap-1", "--reason", "x"), "finding-not-found"),
        (("accept", "gap-1"), "wrong-use"),
        (("accept", "gap-1", "--reason", " "), "option-empty"),
    ],
)
def test_wrong_use_is_one_sentence_and_changes_nothing(quhua, county, arguments, code):
    ran = quhua(arguments[0], county, *arguments[1:])
    assert ran.status == 2
    assert ran.err.startswith(f"quhua: [{code}] "), ran.err
    assert ran.err.count("\n") == 1
    assert quhua("history", county, "communities", "--json").document["versions"][-1]["number"] == 1


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".xlsx"])
def test_findings_are_written_to_a_file(quhua, project, tmp_path, suffix):
    import pandas as pd

    path = tmp_path / f"问题{suffix}"
    ran = quhua("audit", project, "--json", "--output", path)
    rows = pd.read_excel(path) if suffix == ".xlsx" else gpd.read_file(path)
    assert rows["id"].tolist() == [row["id"] for row in ran.document["findings"]]
    assert ", ".join(ran.document["findings"][0]["ids"]) == rows["ids"].iloc[0]
    assert rows["message"].notna().all()
