"""``quhua grids``: a layer of numbered grids beside the plan, in the store, on the map, and gone with the plan."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell
from tests.boundaries.town import CRS, square_town


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write units of two communities that have 2,160 households each."""
    folder = tmp_path_factory.mktemp("files")
    town = square_town(12, 6, households=60.0)
    town.reset_index().to_file(folder / "units.gpkg")
    halves = [shapely.box(500_000 + west, 3_000_000, 500_600 + west, 3_000_600) for west in (0, 600)]
    codes = {"code": ["410100001001", "410100001002"], "name": ["甲社区", "乙社区"]}
    gpd.GeoDataFrame(codes, geometry=halves, crs=CRS).to_file(folder / "communities.gpkg")
    return folder


@pytest.fixture
def project(tmp_path: Path, files: Path, quhua: Shell) -> Path:
    folder = tmp_path / "town"
    quhua("init", folder)
    for kind in ("units", "communities"):
        ran = quhua("import", folder, files / f"{kind}.gpkg", "--kind", kind)
        assert ran.status == 0, ran.err
    assert quhua("propose", folder, "--communities", 2, "--alternatives", 1, "--time-limit", 1).status == 0
    return folder


def test_grids_are_stored_numbered_and_drawn(quhua, project):
    ran = quhua("grids", project, "--time-limit", 5, "--json")
    assert ran.status == 0, ran.err
    document = ran.document
    assert (document["layer"], document["version"]) == ("grids_of_alternative_1", 1)
    with Project.open(project) as opened:
        layer = opened.store.load_layer("grids_of_alternative_1")
        kept = opened.store.history("grids_of_alternative_1")[-1]
    assert layer["households"].between(300, 500).all()
    assert layer["households"].sum() == 72 * 60
    assert kept.parameters["share_within"] == document["provenance"]["share_within"] == 1.0
    assert set(layer["community_code"]) == {"410100001001", "410100001002"}
    assert (layer["code"].str[:12] == layer["community_code"]).all()
    assert layer["code"].is_unique
    assert sum(row["grid_workers"] for row in document["communities"]) == len(layer)
    assert quhua("map", project).status == 0
    page = (project / "maps" / "plan_alternative_1.html").read_text("utf-8")
    assert layer["name"].iloc[0] in page


def test_the_table_is_told_in_both_languages_and_repeats_are_versions(quhua, project):
    chinese = quhua("grids", project, "--plan", "alternative_1", "--time-limit", 5)
    assert "100.0% 在标准之内" in chinese.out
    english = quhua("grids", project, "--time-limit", 5, "--lang", "en")
    assert "100.0% of them within the profile" in english.out
    versions = quhua("history", project, "grids_of_alternative_1", "--json").document["versions"]
    assert [version["number"] for version in versions] == [1, 2]


def test_grids_are_no_input_and_go_with_the_plans_they_divide(quhua, project):
    assert quhua("grids", project, "--time-limit", 5).status == 0
    assert quhua("audit", project).status == 0
    assert quhua("propose", project, "--communities", 2, "--alternatives", 1, "--time-limit", 1).status == 0
    with Project.open(project) as opened:
        assert "grids_of_alternative_1" not in [entry.name for entry in opened.store.layers()]


def test_what_does_not_exist_is_refused(quhua, project):
    unknown = quhua("grids", project, "--plan", "nowhere")
    assert (unknown.status, "item-not-found" in unknown.err) == (2, True)
    profile = quhua("grids", project, "--standard", "national_2026")
    assert (profile.status, "standard-not-grid" in profile.err) == (2, True)
