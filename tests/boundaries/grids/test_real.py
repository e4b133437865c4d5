"""Grids of real and of made towns: nearly all within 300-500 households."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
import shapely

from boundaries import assign_by_overlap, build_grids, build_units, propose_grids, propose_plans
from gis import samples

pytestmark = pytest.mark.slow


@pytest.mark.scenario1
def test_scenario_1_has_at_least_95_percent_of_its_grids_within_the_profile(scenario1: Path) -> None:
    columns = {"CODEBASE": "id", "H_CNT": "households", "P_CNT": "resident_population"}
    units = gpd.read_file(scenario1, layer="units_bsa").rename(columns=columns).set_index("id")
    plan = propose_plans(units, n_communities=12, alternatives=1, time_limit_s=300.0, effort=0.005)[0]
    grids = propose_grids(plan, units, time_limit_s=300.0, effort=0.1)[0]
    layer = build_grids(plan, grids, units)
    assert layer["households"].between(300, 500).mean() >= 0.95
    assert (layer["resident_population"] <= 2_500).all()
    assert 30_673 / 500 <= len(layer) <= 30_673 / 300
    one, two = shapely.STRtree(units.geometry.array).query(units.geometry.array, predicate="touches")
    shared = shapely.length(shapely.intersection(units.geometry.array[one], units.geometry.array[two]))
    ground = nx.Graph(list(zip(units.index[one[shared > 0]], units.index[two[shared > 0]], strict=True)))
    ground.add_nodes_from(units.index)
    for members in grids.assignment.groupby(grids.assignment).groups.values():
        assert nx.is_connected(ground.subgraph(members))
        assert len(set(plan.assignment[members])) == 1


def test_the_sample_county_gets_grids_for_the_chosen_plan() -> None:
    layers = samples.make_county().layers
    units = build_units(layers)
    groups = units["urban_village_id"].astype("string").fillna(units["compound_id"].astype("string"))
    groups = groups.dropna().astype(object)
    plan = propose_plans(units, keep_whole=groups, alternatives=1, time_limit_s=300.0, effort=0.005)[0]
    grids = propose_grids(
        plan,
        units,
        current=assign_by_overlap(units, layers["grids"]),
        keep_whole=groups,
        time_limit_s=300.0,
        effort=0.1,
    )[0]
    layer = build_grids(plan, grids, units)
    outside = layer.index[~layer["households"].between(300, 500)]
    assert list(outside) == grids.provenance["grids_outside"]
    assert 1 - len(outside) / len(layer) >= 0.95
    assert layer["households"].sum() == units["households"].sum()
    held = pd.DataFrame({"group": groups, "grid": grids.assignment}).dropna()
    whole = held[~held["group"].isin(grids.provenance["groups_divided"])].drop_duplicates()
    assert whole["group"].is_unique
