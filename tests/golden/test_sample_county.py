"""The sample county through the whole path, as the files of an office: init, import, audit, propose, map, summary."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import geopandas as gpd
import pytest

from boundaries import build_graph, find_plan_faults
from gis import samples
from gis.project import Project
from tests.api.cli.conftest import Shell, quhua  # noqa: F401  (a fixture)

pytestmark = pytest.mark.slow

Key = tuple[str, str, frozenset[str], frozenset[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from api.cli.app import run

    folder = tmp_path_factory.mktemp("county") / "town"
    with redirect_stdout(StringIO()) as printed:
        assert run(["init", str(folder), "--sample", "--json"]) == 0
    (folder / "imported.json").write_text(printed.getvalue(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def county() -> samples.SampleCounty:
    return samples.make_county()


def _keys(rows) -> list[Key]:
    return sorted(
        ((row.kind, row.layer, frozenset(row.ids), frozenset(row.other_ids)) for row in rows.itertuples()),
        key=lambda key: (key[0], key[1], sorted(key[2]), sorted(key[3])),
    )


def test_every_planted_fault_is_found_and_nothing_else(project: Path, county, quhua: Shell):  # noqa: F811
    ran = quhua("audit", project, "--json")
    assert ran.status == 0
    with Project.open(project) as opened:
        found = opened.store.load_findings("findings")
    # Loading mends crossing rings and says so, so that the audit of an imported project does not meet them again.
    crossing = county.faults["kind"] == "invalid_ring"
    imported = json.loads((project / "imported.json").read_text("utf-8"))["layers"]
    mended = {(layer["name"], note["id"]) for layer in imported for note in layer["report"]["repairs"]}
    assert mended == {(row.layer, one) for row in county.faults[crossing].itertuples() for one in row.ids}
    planted = county.faults[~crossing]
    assert _keys(found) == _keys(planted)
    areas = found.groupby("kind")["area_m2"].sum()
    truth = planted.groupby("kind")["area_m2"].sum()
    for kind, area in truth.items():
        # A strip's end is rounded off by the opening that finds it; everything else is exact ground.
        assert areas[kind] == pytest.approx(area, rel=0.05 if kind == "interdigitated_strip" else 0.01, abs=1), kind


def test_severity_decides_the_exit_status(project: Path, quhua: Shell):  # noqa: F811
    assert quhua("audit", project, "--fail-on", "high").status == 1
    assert quhua("audit", project).status == 0


def test_alternatives_are_sound_and_keep_villages_whole(project: Path, quhua: Shell):  # noqa: F811
    ran = quhua("propose", project, "--json")
    assert ran.status == 0
    assert (ran.document["estimate"]["low"], ran.document["estimate"]["high"]) == (15, 45)
    names = [plan["name"] for plan in ran.document["plans"]]
    assert len(names) >= 3
    with Project.open(project) as opened:
        units = opened.store.load_layer("units")
        plans = {name: opened.store.load_plan(name)[0] for name in names}
    graph = build_graph(units)
    for assignment in plans.values():
        assert find_plan_faults(assignment, graph, minimum=1_000, maximum=3_000) == []
        homes = assignment.groupby(units["urban_village_id"].reindex(assignment.index)).nunique()
        assert (homes == 1).all()
        assert len(homes) == 14
    table = {row["plan"]: row for row in ran.document["comparison"]}
    assert table["today"]["n_communities"] == 9
    assert (
        min(row["households_moved"] for key, row in table.items() if key != "today") == table["1"]["households_moved"]
    )


def test_no_plan_is_stored_when_none_is_possible(project: Path, quhua: Shell):  # noqa: F811
    with Project.open(project) as opened:
        before = [(entry.name, entry.version) for entry in opened.store.items()]
    ran = quhua("propose", project, "--communities", 3, "--maximum", 4000, "--lang", "en")
    assert ran.status == 2
    assert "45,000" in ran.err or "45000" in ran.err
    with Project.open(project) as opened:
        assert [(entry.name, entry.version) for entry in opened.store.items()] == before


def test_maps_and_summary(project: Path, quhua: Shell):  # noqa: F811
    drawn = quhua("map", project, "--json").document["maps"]
    assert len(drawn) >= 4
    for path in drawn:
        page = Path(path).read_text("utf-8")
        assert len(page) < 5_000_000
        assert "<svg" in page or "leaflet" in page
    seen = quhua("summary", project)
    assert seen.status == 0
    for path in drawn:
        assert path in seen.out
    assert "最大偏差" in seen.out
    assert "deviation" in quhua("summary", project, "--lang", "en").out


def test_a_layer_changed_after_the_audit_is_told(project: Path, quhua: Shell):  # noqa: F811
    quhua("audit", project)
    assert "可能过时" not in quhua("summary", project).out
    with Project.open(project) as opened:
        layer = opened.store.load_layer("extent")
        opened.store.save_layer("extent", layer.assign(name="x"), kind="extent", author="t", reason="edit")
    assert "extent v2" in quhua("summary", project).out
    assert "out of date" in quhua("summary", project, "--lang", "en").out


def test_the_store_opens_as_a_geopackage(project: Path):
    layer = gpd.read_file(project / "project.gpkg", layer="communities")
    assert len(layer) == 9
    assert layer.crs.to_epsg() == 4547
    assert "北关社区" in set(layer["name"])
