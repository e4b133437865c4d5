"""What ``propose`` refuses, and what it says: every sentence names what was found and what is needed."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell

_SIDE = 6


def _units(**columns: object) -> gpd.GeoDataFrame:
    """A lattice of 36 units of 100 m x 100 m."""
    cells = [(column, row) for column in range(_SIDE) for row in range(_SIDE)]
    shapes = [shapely.box(5e5 + 100 * x, 37e5 + 100 * y, 5e5 + 100 * x + 100, 37e5 + 100 * y + 100) for x, y in cells]
    codes = [f"U{number}" for number in range(len(cells))]
    return gpd.GeoDataFrame({"code": codes, **columns}, geometry=shapes, crs=4547)


@pytest.fixture
def town(tmp_path: Path, quhua: Shell):
    """Make a project with a layer of units that has the given columns."""

    def make(**columns: object) -> Path:
        folder, file = tmp_path / "town", tmp_path / "units.gpkg"
        _units(**columns).to_file(file)
        assert quhua("init", folder).status == 0
        assert quhua("import", folder, file, "--kind", "units").status == 0
        return folder

    return make


def _refused(quhua: Shell, project: Path, *options: object, code: str) -> dict[str, str]:
    """Run ``propose``, which must refuse; give its sentence in each language."""
    told = {}
    for lang in ("zh", "en"):
        ran = quhua("propose", project, *options, "--lang", lang)
        assert ran.status == 2, ran
        assert ran.out == ""
        assert ran.err.startswith(f"quhua: [{code}] "), ran.err
        assert ran.err.count("\n") == 1
        told[lang] = ran.err
        as_json = quhua("propose", project, *options, "--lang", lang, "--json")
        assert as_json.status == 2
        assert json.loads(as_json.err) == {"code": code, "detail": told[lang].removeprefix(f"quhua: [{code}] ").strip()}
    assert quhua("history", project, "--json").document["versions"][-1]["entity"] == "layer", "nothing was stored"
    return told


@pytest.mark.parametrize(
    ("options", "code", "zh", "en"),
    [
        (["--seed=-1"], "option-invalid", "--seed 的值 -1 无效", "--seed is -1: a whole number of 0"),
        (["--time-limit", "inf"], "option-invalid", "--time-limit 的值 inf", "--time-limit is inf: a finite number"),
        (["--time-limit", "nan"], "option-invalid", "--time-limit 的值 nan", "--time-limit is nan"),
        (["--time-limit", "0"], "option-invalid", "--time-limit 的值 0", "a finite number above 0"),
        (["--time-limit", "-1"], "option-invalid", "--time-limit 的值 -1", "a finite number above 0"),
        (["--minimum", "inf"], "option-invalid", "--minimum 的值 inf", "a finite number of 0 or more"),
        (["--minimum", "-5"], "option-invalid", "--minimum 的值 -5", "a finite number of 0 or more"),
        (["--maximum", "nan"], "option-invalid", "--maximum 的值 nan", "a finite number above 0"),
        (["--maximum", "0"], "option-invalid", "--maximum 的值 0", "a finite number above 0"),
        (["--minimum", "5", "--maximum", "3"], "option-invalid", "不能大于上限 3", "above the maximum of 3"),
        (["--communities", "0"], "option-invalid", "--communities 的值 0", "a whole number of 1 or more"),
        (["--communities", "-3"], "option-invalid", "--communities 的值 -3", "a whole number of 1 or more"),
        (["--communities", "37"], "communities-too-many", "只有 36 个规划单元", "there are only 36 units"),
        (["--communities", "1000000000"], "communities-too-many", "1000000000", "there are only 36 units"),
        (["--alternatives", "0"], "option-invalid", "1 到 50 的整数", "a whole number from 1 to 50"),
        (["--alternatives", "51"], "option-invalid", "--alternatives 的值 51", "a whole number from 1 to 50"),
        (["--balance", "dogs"], "column-not-counted", "dogs", "figures that they have: households"),
    ],
)
def test_options_that_cannot_be_meant(quhua, town, options, code, zh, en):
    told = _refused(quhua, town(households=[100.0] * 36), *options, code=code)
    assert zh in told["zh"]
    assert en in told["en"]


def test_an_option_of_the_settings_is_named_as_one(quhua, town):
    project = town(households=[100.0] * 36)
    settings = project / "quhua.toml"
    settings.write_text(settings.read_text("utf-8").replace("# maximum = 3000", "maximum = 3"), "utf-8")
    told = _refused(quhua, project, "--minimum", "5", code="option-invalid")
    assert "--minimum" in told["en"]
    settings.write_text(settings.read_text("utf-8").replace("maximum = 3\n", "minimum = 50\n"), "utf-8")
    told = _refused(quhua, project, "--maximum", "5", code="option-invalid")
    assert "quhua.toml [proposals] minimum" in told["en"]


def test_a_standard_about_grids(quhua, town):
    project = town(households=[100.0] * 36)
    settings = project / "quhua.toml"
    settings.write_text(settings.read_text("utf-8").replace('national_2026"\n', 'grid_basic"\n'), "utf-8")
    told = _refused(quhua, project, code="standard-not-community")
    assert "national_2026" in told["zh"]
    assert "take one about communities" in told["en"]


@pytest.mark.parametrize(
    ("households", "empty", "zero"),
    [([None] * 36, 36, 0), ([0] * 36, 0, 36), ([None] * 30 + [0] * 6, 30, 6)],
)
def test_units_without_any_households(quhua, town, households, empty, zero):
    told = _refused(quhua, town(households=households, resident_population=[9] * 36), code="figures-missing")
    assert f"{empty} 个单元为空" in told["zh"]
    assert f"{zero} 个为 0" in told["zh"]
    assert "column households" in told["en"]
    assert "resident_population" in told["en"]


def test_some_units_without_households_are_counted(quhua, town):
    project = town(households=[None] * 8 + [100] * 28)
    ran = quhua("propose", project, "--communities", 2, "--time-limit", 1, "--alternatives", 1, "--lang", "en")
    assert ran.status == 0, ran.err
    assert "8 units have no figure" in ran.out


def test_units_without_a_column_of_households(quhua, town):
    project = town(resident_population=np.full(36, 250.0), colour=["red"] * 36)
    told = _refused(quhua, project, code="column-not-counted")
    for words in told.values():
        assert "resident_population" in words
        assert "colour" in words
        assert "balance" in words
    told = _refused(quhua, project, "--balance", "resident_population", code="number-needed")
    assert "--communities" in told["zh"]
    options = ["--balance", "resident_population", "--communities", 3, "--time-limit", 1, "--alternatives", 2]
    ran = quhua("propose", project, *options, "--json")
    assert ran.status == 0, ran.err
    assert ran.document["estimate"] is None
    assert {row["n_communities"] for row in ran.document["comparison"]} == {3}
    assert quhua("summary", project, "--json").status == 0
    assert quhua("map", project).status == 0


def test_alternatives_are_listed_in_the_order_of_their_numbers(quhua, town):
    project = town(households=[100.0] * 36)
    assert quhua("propose", project, "--communities", 2, "--time-limit", 1, "--alternatives", 1).status == 0
    with Project.open(project) as opened:
        assignment, document, _ = opened.store.load_plan("alternative_1")
        for number in (10, 2):
            opened.store.save_plan(
                f"alternative_{number}", assignment, document=document, author="planner", reason="propose"
            )
    names = ["alternative_1", "alternative_2", "alternative_10"]
    listed = [version["name"] for version in quhua("history", project, "--json").document["versions"]]
    assert listed == ["units", *names]
    assert quhua("map", project).status == 0
    drawn = [Path(path).stem for path in quhua("summary", project, "--json").document["maps"]]
    assert drawn == [f"plan_{name}" for name in names]
