"""Scenario 1 through the whole path: real villages as communities, 522 units, 17 urban villages."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
import shapely

from boundaries import Plan
from gis.project import Project
from tests.api.cli.conftest import Shell, quhua  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.scenario1, pytest.mark.slow]

_IMPORTS = (
    (
        "villages_li",
        "communities",
        ("id=VILLCODE", "name=VILLNAME", "households=households", "resident_population=population"),
    ),
    ("units_bsa", "units", ("id=CODEBASE", "households=H_CNT", "resident_population=P_CNT")),
    ("SYNTH_urban_villages", "urban_villages", ("name=name",)),
    ("roads", "roads", ("name=路名",)),
)


@pytest.fixture(scope="module")
def project(scenario1: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from api.cli.app import run

    folder = tmp_path_factory.mktemp("scenario1") / "p"
    assert run(["init", str(folder), "--name", "中西區"]) == 0
    for layer, kind, columns in _IMPORTS:
        pairs = [word for pair in columns for word in ("--column", pair)]
        assert run(["import", str(folder), str(scenario1), "--layer", layer, "--kind", kind, *pairs]) == 0
    return folder


def test_audit_reports_what_is_known(project: Path, quhua: Shell):  # noqa: F811
    ran = quhua("audit", project, "--json")
    assert ran.status == 0
    findings = [row for row in ran.document["findings"] if row["layer"] == "communities"]
    overlaps = [row["area_m2"] for row in findings if row["kind"] == "overlap"]
    gaps = [row["area_m2"] for row in findings if row["kind"] == "gap"]
    assert (len(overlaps), len(gaps)) == (36, 19)
    assert sum(overlaps) == pytest.approx(1157, abs=1)  # the known truth is given in whole square metres
    assert sum(gaps) == pytest.approx(746, abs=1)
    shared = [row for row in ran.document["findings"] if row["kind"] == "urban_village_shared"]
    assert len(shared) == 13
    unit_faults = {row["kind"] for row in ran.document["findings"] if row["layer"] == "units"}
    assert unit_faults <= {"unknown_count"}


def test_every_plan_has_twelve_sound_communities(project: Path, quhua: Shell):  # noqa: F811
    ran = quhua("propose", project, "--communities", 12, "--json")
    assert ran.status == 0
    assert len(ran.document["plans"]) >= 3
    with Project.open(project) as opened:
        units = opened.store.load_layer("units")
        plans = [opened.store.load_plan(plan["name"])[0] for plan in ran.document["plans"]]
    graph = _touching(units)
    mean = units["households"].sum() / 12
    for assignment in plans:
        assert sorted(assignment.index) == sorted(units.index)
        assert assignment.notna().all()
        assert assignment.nunique() == 12
        households = units["households"].groupby(assignment.reindex(units.index).to_numpy()).sum()
        assert households.between(0.85 * mean, 1.15 * mean).all()
        for members in assignment.groupby(assignment).groups.values():
            assert nx.is_connected(graph.subgraph(members))


def _touching(units: gpd.GeoDataFrame) -> nx.Graph:
    """Which units share a border: all pairs whose boundaries meet along a line (brute force, no code of the search)."""
    shapes = units.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="touches")
    length = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    graph = nx.Graph()
    graph.add_nodes_from(units.index)
    graph.add_edges_from((units.index[a], units.index[b]) for a, b, m in zip(left, right, length, strict=True) if m > 0)
    return graph


def test_the_plan_that_is_stored_is_the_plan_that_was_made(project: Path):
    with Project.open(project) as opened:
        assignment, document, version = opened.store.load_plan("alternative_1")
        units = opened.store.load_layer("units")
    assert version.reason == "propose"
    assert document["title"]["zh"]
    communities = Plan(assignment, document["title"], document["provenance"]).communities(units)
    assert communities["households"].sum() == units["households"].sum() == 30_673
    assert communities.area.sum() == pytest.approx(units.area.sum(), rel=1e-9)
