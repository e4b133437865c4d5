"""Grids: nested in communities, in one part each, within the profile, numbered as one reads, near today's."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from boundaries import Plan, build_graph, build_grids, load_standard, propose_grids, with_overrides
from boundaries.errors import PlanError, StandardError
from boundaries.matching import moved_units
from boundaries.verify import find_plan_faults
from gis.i18n import Text
from gis.schema import check_schema
from tests.boundaries.town import square_town

QUICK: dict[str, Any] = {"effort": 0.005, "time_limit_s": 600.0}


def halves(town: gpd.GeoDataFrame, width: int) -> Plan:
    """Make two communities: the west half and the east half."""
    community = ["west" if int(unit[1:].split("-")[0]) < width // 2 else "east" for unit in town.index]
    series = pd.Series(community, index=town.index, name="community_id")
    return Plan(series, Text("东西两半", "two halves"), {})


TOWN = square_town(12, 6, households=40.0)
PLAN = halves(TOWN, 12)


@pytest.fixture(scope="module")
def grids() -> Plan:
    return propose_grids(PLAN, TOWN, **QUICK)[0]


def is_nested(grids: Plan, plan: Plan) -> bool:
    pairs = set(zip(grids.assignment, plan.assignment[grids.assignment.index], strict=True))
    return len(pairs) == len({grid for grid, _ in pairs})


def loads(grids: Plan, town: gpd.GeoDataFrame = TOWN) -> "pd.Series[float]":
    return town["households"].fillna(0).groupby(grids.assignment).sum()


def test_grids_are_nested_connected_and_within_the_profile(grids: Plan) -> None:
    assert loads(grids).between(300, 500).all()
    assert not find_plan_faults(grids.assignment, build_graph(TOWN), minimum=300, maximum=500)
    assert is_nested(grids, PLAN)
    assert grids.provenance["share_within"] == 1.0
    assert grids.provenance["grids_outside"] == []
    assert grids.provenance["n_grids"] == grids.n_communities


def test_grids_are_numbered_from_the_north_west_within_each_community(grids: Plan) -> None:
    for community in ("west", "east"):
        own = sorted({grid for grid in grids.assignment if grid.startswith(community)})
        assert own == [f"{community}-{number:03d}" for number in range(1, len(own) + 1)]
    assert grids.assignment["u0-5"] == "west-001"


def test_todays_grids_that_fit_are_left_alone_and_one_that_grew_is_mended_nearby(grids: Plan) -> None:
    again = propose_grids(PLAN, TOWN, current=grids.assignment, **QUICK)[0]
    assert not moved_units(grids.assignment, again.assignment, TOWN["households"]).any()
    assert set(again.provenance["continues"].values()) == set(grids.assignment)
    grown = TOWN.copy()
    grown.loc[grown.index[grids.assignment == "west-001"], "households"] *= 1.6
    mended = propose_grids(PLAN, grown, current=grids.assignment, **QUICK)[0]
    assert loads(mended, grown).between(300, 500).all()
    moved = moved_units(grids.assignment, mended.assignment, grown["households"])
    assert grown["households"][moved].sum() <= 0.25 * grown["households"].sum()
    assert not any(unit in moved.index[moved] for unit in TOWN.index[PLAN.assignment == "east"])


def test_compounds_stay_whole_and_those_too_large_are_divided_and_named() -> None:
    groups = pd.Series({f"u{column}-{row}": "small" for column in (0, 1) for row in (0, 1, 2)})
    groups = pd.concat(
        [groups, pd.Series({f"u{column}-{row}": "huge" for column in (8, 9, 10, 11) for row in range(6)})]
    )
    grids = propose_grids(PLAN, TOWN, keep_whole=groups, **QUICK)[0]
    assert len(set(grids.assignment[groups.index[groups == "small"]])) == 1
    assert len(set(grids.assignment[groups.index[groups == "huge"]])) > 1
    assert grids.provenance["groups_divided"] == ["huge"]
    assert loads(grids).between(300, 500).all()


def test_a_unit_above_the_maximum_is_told_and_spoils_no_other_grid() -> None:
    town = TOWN.copy()
    town.loc["u0-0", "households"] = 800.0
    grids = propose_grids(PLAN, town, **QUICK)[0]
    assert grids.provenance["units_above_maximum"] == ["u0-0"]
    assert grids.provenance["grids_outside"] == [grids.assignment["u0-0"]]
    load = loads(grids, town)
    assert load.drop(grids.assignment["u0-0"]).between(300, 500).all()
    assert 0 < grids.provenance["share_within"] < 1


def test_a_community_too_small_for_two_grids_and_too_large_for_one_comes_near() -> None:
    """550 households: no number of grids of 300-500 holds them; the plan is given all the same, and says so."""
    town = square_town(11, 1, households=50.0)
    whole = Plan(pd.Series("only", index=town.index, name="community_id"), Text("一个", "one"), {})
    grids = propose_grids(whole, town, **QUICK)[0]
    assert len(grids.provenance["grids_outside"]) == 1
    assert grids.provenance["share_within"] < 1


def test_a_community_in_two_parts_gets_grids_in_one_part_each() -> None:
    assignment = PLAN.assignment.copy()
    assignment[[unit for unit in TOWN.index if int(unit[1:].split("-")[0]) >= 10]] = "west"
    torn = Plan(assignment, Text("不连片", "torn"), {})
    grids = propose_grids(torn, TOWN, **QUICK)[0]
    assert not find_plan_faults(grids.assignment, build_graph(TOWN))
    assert is_nested(grids, torn)


def test_residents_count_too() -> None:
    town = TOWN.assign(resident_population=TOWN["households"] * 9)
    grids = propose_grids(PLAN, town, **QUICK)[0]
    over = town["resident_population"].groupby(grids.assignment).sum() > 2_500
    assert set(over.index[over]) == set(grids.provenance["grids_outside"])
    assert over.any()


def test_other_profiles_and_the_same_seed_with_many_workers() -> None:
    rural = propose_grids(PLAN, TOWN, standard="grid_rural", **QUICK)[0]
    assert loads(rural).between(240, 360).all()
    wide = with_overrides(load_standard("grid_basic"), minimum=400, maximum=700)
    assert loads(propose_grids(PLAN, TOWN, standard=wide, **QUICK)[0]).between(400, 700).all()
    alone = propose_grids(PLAN, TOWN, seed=5, alternatives=2, **QUICK)
    with ThreadPoolExecutor(4) as executor:
        together = propose_grids(PLAN, TOWN, seed=5, alternatives=2, executor=executor, **QUICK)
    assert [plan.to_dict() for plan in alone] == [plan.to_dict() for plan in together]
    assert len(alone) == 2
    assert not alone[0].assignment.equals(alone[1].assignment)


def test_the_layer_of_grids_has_figures_codes_and_workers(grids: Plan) -> None:
    layer = build_grids(PLAN, grids, TOWN, codes={"west": "410100001001"})
    assert list(layer.index) == sorted(set(grids.assignment))
    assert layer["households"].sum() == TOWN["households"].sum()
    assert layer.area.sum() == pytest.approx(TOWN.area.sum())
    assert layer.crs == TOWN.crs
    assert layer.loc["west-002", "code"] == "410100001001002"
    assert layer.loc["west-002", "community_code"] == "410100001001"
    assert pd.isna(layer.loc["east-001", "code"])
    assert (layer["grid_workers"] == 1).all()
    assert set(layer["name"].str[:3]) == {"社区1", "社区2"}
    assert layer["name"].is_unique
    check_schema(layer, "grids")


def test_what_cannot_be_read_is_refused(grids: Plan) -> None:
    with pytest.raises(StandardError) as refusal:
        propose_grids(PLAN, TOWN, standard="national_2026")
    assert refusal.value.code == "standard-not-grid"
    other = Plan(PLAN.assignment.replace("west", "east").mask(TOWN.index == "u0-5", "west"), PLAN.name, {})
    with pytest.raises(PlanError) as fault:
        build_grids(other, grids, TOWN)
    assert fault.value.code == "grids-not-nested"
    with pytest.raises(PlanError):
        propose_grids(PLAN, TOWN.iloc[1:], **QUICK)


def test_unknown_figures_are_listed_and_the_input_is_left_alone() -> None:
    town = TOWN.copy()
    town.loc["u3-3", "households"] = np.nan
    before = town.copy()
    grids = propose_grids(PLAN, town, **QUICK)[0]
    assert grids.provenance["units_without_figure"] == ["u3-3"]
    assert town.equals(before)
