"""``quhua place``: people of buildings and compounds on units that know none, each counted once, nobody lost."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.project import Project
from tests.api.cli.conftest import Shell

CRS = "EPSG:4547"
X, Y = 500_000, 3_000_000


def squares(size: float, places: list[tuple[float, float]]) -> list[shapely.Polygon]:
    return [shapely.box(X + x, Y + y, X + x + size, Y + y + size) for x, y in places]


@pytest.fixture
def project(tmp_path: Path, quhua: Shell) -> Path:
    """Four units without figures; a compound across two of them with two buildings; a compound in the third."""
    layers = {
        "units": gpd.GeoDataFrame(
            {"id": ["u1", "u2", "u3", "u4"]},
            geometry=squares(100, [(0, 0), (100, 0), (0, 100), (100, 100)]),
            crs=CRS,
        ),
        "compounds": gpd.GeoDataFrame(
            {"id": ["k1", "k2"], "name": ["甲园", "乙园"], "households": [90, 51], "resident_population": [250, 130]},
            geometry=[shapely.box(X + 50, Y + 10, X + 150, Y + 60), *squares(60, [(10, 120)])],
            crs=CRS,
        ),
        "buildings": gpd.GeoDataFrame(
            {"id": ["b1", "b2"], "households": [30.0, 60.0]},
            geometry=squares(10, [(60, 20), (120, 20)]),
            crs=CRS,
        ),
    }
    folder = tmp_path / "town"
    assert quhua("init", folder).status == 0
    for kind, layer in layers.items():
        layer.to_file(tmp_path / f"{kind}.gpkg")
        ran = quhua("import", folder, tmp_path / f"{kind}.gpkg", "--kind", kind)
        assert ran.status == 0, ran.err
    return folder


def test_everybody_is_placed_once(project: Path, quhua: Shell):
    ran = quhua("place", project, "--json")
    assert ran.status == 0, ran.err
    assert ran.document["version"] == 2
    with Project.open(project) as opened:
        units = opened.store.load_layer("units")
        assert opened.store.history("units")[-1].reason == "place"
    # The buildings know the households of 甲园 (30 west, 60 east); its people are spread by these; 乙园 lies in u3.
    assert units["households"].fillna(0).to_dict() == {"u1": 30, "u2": 60, "u3": 51, "u4": 0}
    assert units["resident_population"].sum() == 380
    assert units.loc["u3", "resident_population"] == 130
    assert units["households"].isna().to_dict()["u4"], "unknown is not zero"


def test_a_dry_run_stores_nothing_and_tells_in_both_languages(project: Path, quhua: Shell):
    chinese = quhua("place", project, "--dry-run")
    english = quhua("place", project, "--dry-run", "--lang", "en")
    assert (chinese.status, english.status) == (0, 0)
    assert "每人只算一次" in chinese.out
    assert "141" in chinese.out
    assert "Everybody counted once" in english.out
    with Project.open(project) as opened:
        assert len(opened.store.history("units")) == 1


def test_a_layer_of_another_name_gets_its_own_next_version(project: Path, tmp_path: Path, quhua: Shell):
    assert quhua("delete", project, "units").status == 0
    assert quhua("import", project, tmp_path / "units.gpkg", "--kind", "units", "--name", "规划单元").status == 0
    ran = quhua("place", project)
    assert ran.status == 0, ran.err
    assert "规划单元 第 2 版" in ran.out
    with Project.open(project) as opened:
        assert {entry.name for entry in opened.store.layers()} == {"规划单元", "compounds", "buildings"}
        assert opened.store.load_layer("规划单元")["households"].sum() == 141


@pytest.mark.parametrize(
    ("words", "code"), [(("--onto", "roads"), "place-target-unknown"), (("--onto", "grids"), "layer-needed")]
)
def test_a_wrong_target_is_refused(project: Path, quhua: Shell, words, code):
    ran = quhua("place", project, *words, "--json")
    assert ran.status == 2
    assert code in ran.err + ran.out


def test_nothing_known_is_told(tmp_path: Path, quhua: Shell):
    folder = tmp_path / "bare"
    quhua("init", folder)
    units = gpd.GeoDataFrame({"id": ["u1"]}, geometry=squares(100, [(0, 0)]), crs=CRS)
    units.to_file(tmp_path / "units.gpkg")
    assert quhua("import", folder, tmp_path / "units.gpkg", "--kind", "units").status == 0
    ran = quhua("place", folder)
    assert ran.status == 2
    assert "place-nothing-known" in ran.err
