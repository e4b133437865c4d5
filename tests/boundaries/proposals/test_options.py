"""What can be asked of ``propose_plans``, and how it answers what cannot be."""

import math
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import UnitGraph, build_graph, propose_plans
from boundaries.errors import FiguresError, InfeasiblePlanError, PlanError, StandardError
from boundaries.matching import moved_units
from gis.i18n import Text
from tests.boundaries.proposals.nets import lattice_graph
from tests.boundaries.test_graph import river
from tests.boundaries.town import CRS, square_town

BY_STEPS = {"time_limit_s": 600.0}
"""Far more seconds than the steps take, so that steps alone decide on a busy machine; ``effort`` is a share of them."""

QUICK: dict[str, Any] = {"effort": 0.0015, "alternatives": 3, **BY_STEPS}


def loads(town: pd.DataFrame, plan: Any) -> "pd.Series[float]":
    return town["households"].fillna(0).groupby(plan.assignment).sum()


def test_the_default_number_and_bounds_come_from_the_standard() -> None:
    town = square_town(8, 8, households=200.0)
    plans = propose_plans(town, **QUICK)
    for plan in plans:
        assert loads(town, plan).between(1_000, 3_000).all()
        assert 5 <= plan.n_communities <= 12
        assert plan.provenance["bounds_basis"] == "standard"
        assert plan.name.en.endswith(f"({plan.n_communities} communities)")


def test_a_fixed_number_also_keeps_near_the_mean() -> None:
    town = square_town(8, 8, households=200.0)
    for plan in propose_plans(town, n_communities=5, **QUICK):
        assert plan.n_communities == 5
        assert plan.provenance["bounds_basis"] == "standard_and_mean"
        assert plan.provenance["minimum"] == pytest.approx(2_560 * 0.85)
        assert loads(town, plan).between(2_560 * 0.85, 2_560 * 1.15).all()


def test_a_mean_outside_the_standard_leaves_only_the_mean() -> None:
    town = square_town(6, 6, households=200.0)
    plan = propose_plans(town, n_communities=2, **QUICK)[0]
    assert plan.provenance["bounds_basis"] == "mean"
    assert loads(town, plan).between(3_600 * 0.85, 3_600 * 1.15).all()


def test_given_bounds_hold_as_they_are() -> None:
    town = square_town(6, 6, households=200.0)
    for plan in propose_plans(town, minimum=300, maximum=900, n_communities=(9, 12), **QUICK):
        assert plan.provenance["bounds_basis"] == "given"
        assert 9 <= plan.n_communities <= 12
        assert loads(town, plan).between(300, 900).all()


def test_given_bounds_choose_the_number() -> None:
    town = square_town(6, 6, households=200.0)
    assert {plan.n_communities for plan in propose_plans(town, minimum=700, maximum=1_300, **QUICK)} <= {6, 7, 8, 9, 10}


def test_another_figure_can_be_balanced() -> None:
    town = square_town(6, 4, households=200.0).assign(workload=[1.0] * 12 + [3.0] * 12)
    plan = propose_plans(town, n_communities=4, balance="workload", **QUICK)[0]
    assert town["workload"].groupby(plan.assignment).sum().between(12 * 0.85, 12 * 1.15).all()


def test_unknown_figures_are_listed_and_not_guessed() -> None:
    town = square_town(6, 6, households=200.0)
    town.loc[["u0-0", "u3-3"], "households"] = np.nan
    plan = propose_plans(town, n_communities=3, **QUICK)[0]
    assert plan.provenance["units_without_figure"] == ["u0-0", "u3-3"]
    assert plan.assignment.notna().all()


def test_the_input_is_left_as_it_was() -> None:
    town = square_town(6, 6, households=200.0)
    before = town.copy()
    propose_plans(town, n_communities=3, current=pd.Series("a", index=town.index), **QUICK)
    pd.testing.assert_frame_equal(pd.DataFrame(town), pd.DataFrame(before))


def test_locked_units_keep_their_community() -> None:
    town = square_town(6, 6, households=200.0)
    locked = pd.Series({"u0-0": "west", "u1-0": "west", "u5-5": "east"})
    for plan in propose_plans(town, n_communities=3, locked=locked, **QUICK):
        assert plan.assignment[locked.index].to_dict() == locked.to_dict()


def test_locked_communities_stay_as_they_are_whatever_their_size() -> None:
    town = square_town(8, 6, households=200.0)
    today = pd.Series(["big" if int(unit[1]) < 4 else "rest" for unit in town.index], index=town.index)
    today[["u7-5"]] = "big"
    for plan in propose_plans(town, n_communities=3, current=today, locked=["big"], **QUICK):
        assert set(plan.assignment.index[plan.assignment == "big"]) == set(today.index[today == "big"])
        assert plan.provenance["locked_communities"] == ["big"]
        assert plan.n_communities == 3


def test_centres_get_a_community_each() -> None:
    town = square_town(8, 8, households=200.0)
    centres = ["u0-0", "u1-0", "u7-7", "u3-4", "u6-0"]
    for plan in propose_plans(town, n_communities=5, centres=centres, **QUICK):
        assert plan.assignment[centres].is_unique


def test_centres_may_be_points() -> None:
    town = square_town(8, 8, households=200.0)
    points = gpd.GeoDataFrame(geometry=[shapely.Point(500_050, 3_000_050), shapely.Point(500_150, 3_000_050)], crs=CRS)
    for plan in propose_plans(town, n_communities=5, centres=points, **QUICK):
        assert plan.assignment["u0-0"] != plan.assignment["u1-0"]
        assert plan.provenance["centres"] == ["u0-0", "u1-0"]


def test_a_lock_and_a_centre_may_share_a_community() -> None:
    town = square_town(6, 6, households=200.0)
    plans = propose_plans(
        town, n_communities=2, locked=pd.Series({"u0-0": "a", "u5-5": "b"}), centres=["u2-2", "u3-3"], **QUICK
    )
    for plan in plans:
        assert plan.assignment[["u2-2", "u3-3"]].is_unique
        assert plan.assignment["u0-0"] == "a"


def test_groups_in_two_parts_are_linked_and_told() -> None:
    town = square_town(6, 6, households=200.0)
    groups = pd.Series({"u1-1": "village", "u3-1": "village"})
    plan = propose_plans(town, n_communities=4, keep_whole=groups, **QUICK)[0]
    assert plan.assignment["u1-1"] == plan.assignment["u3-1"]
    assert plan.provenance["units_linking_groups"] == ["u2-1"]


def test_no_community_crosses_a_river_but_at_a_bridge() -> None:
    town = square_town(8, 8, households=200.0)
    for plan in propose_plans(town, n_communities=4, barriers=river(4), **QUICK):
        west = set(plan.assignment[[unit for unit in town.index if int(unit[1]) < 4]])
        east = set(plan.assignment[[unit for unit in town.index if int(unit[1]) >= 4]])
        assert not west & east
    bridge = gpd.GeoDataFrame(geometry=[shapely.Point(500_400, 3_000_350)], crs=CRS)
    for plan in propose_plans(town, n_communities=5, barriers=river(4), crossings=bridge, **QUICK):
        over = [
            (f"u3-{row}", f"u4-{row}")
            for row in range(8)
            if plan.assignment[f"u3-{row}"] == plan.assignment[f"u4-{row}"]
        ]
        across = {plan.assignment[one] for one, _ in over}
        assert across <= {plan.assignment["u3-3"]} & {plan.assignment["u4-3"]}


def test_little_moves_when_the_division_of_today_nearly_fits() -> None:
    """Growth: one corner doubles its households; the plan back in bounds moves at most a tenth."""
    town = square_town(12, 12, households=100.0)
    quarter = pd.Series(
        [f"{int(unit[1:].split('-')[0]) // 4}{int(unit.split('-')[1]) // 4}" for unit in town.index], town.index
    )
    corner = [unit for unit in town.index if int(unit[1:].split("-")[0]) < 3 and int(unit.split("-")[1]) < 3]
    town.loc[corner, "households"] *= 2.2
    plans = propose_plans(town, n_communities=9, minimum=1_360, maximum=2_050, current=quarter, **QUICK)
    moved = [town["households"][moved_units(quarter, plan.assignment, town["households"])].sum() for plan in plans]
    assert moved[0] == min(moved)
    assert moved[0] <= 0.10 * town["households"].sum()
    assert "least change" in plans[0].name.en


def test_a_division_that_fits_is_given_back_unmoved() -> None:
    town = square_town(8, 8, households=100.0)
    today = pd.Series([f"{int(unit[1]) // 4}{int(unit[3]) // 4}" for unit in town.index], index=town.index)
    plan = propose_plans(town, n_communities=4, minimum=1_000, maximum=2_200, current=today, **QUICK)[0]
    assert not moved_units(today, plan.assignment, town["households"]).any()


def test_alternatives_differ_by_a_tenth_pairwise() -> None:
    town = square_town(12, 10, households=100.0)
    plans = propose_plans(town, n_communities=6, effort=0.003, alternatives=5, **BY_STEPS)
    assert len(plans) >= 3
    for place, one in enumerate(plans):
        for other in plans[:place]:
            moved = moved_units(one.assignment, other.assignment, town["households"])
            assert town["households"][moved].sum() >= 0.10 * town["households"].sum()
    assert plans[0].provenance["distinct"]
    assert len({plan.name for plan in plans}) == len(plans)


def test_fewer_alternatives_are_told_plainly() -> None:
    graph = UnitGraph.from_edges(["a", "b", "c"], [(0, 1), (1, 2)], counts={"households": [10, 10, 10]})
    plans = propose_plans(graph, n_communities=3, minimum=5, maximum=15, **QUICK)
    assert len(plans) == 1
    assert plans[0].provenance["alternatives"] == 1
    assert plans[0].provenance["distinct"] is False


def assignments(plans: list[Any]) -> list[dict[str, str]]:
    return [plan.assignment.to_dict() for plan in plans]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_the_same_seed_gives_the_same_plans_with_one_worker_or_four(kind: str) -> None:
    graph = lattice_graph(12, 12, seed=4)
    asked: dict[str, Any] = {"n_communities": 5, "minimum": 500, "maximum": 3_500, "seed": 11} | QUICK
    asked["effort"] = 0.0001  # too few steps for two seeds to end in the same optimum
    alone = propose_plans(graph, **asked)
    spawned = get_context("spawn")
    pool = ThreadPoolExecutor(4) if kind == "threads" else ProcessPoolExecutor(2, mp_context=spawned)
    with pool as executor:
        together = propose_plans(graph, **asked, executor=executor)
    assert not alone[0].provenance["time_limit_hit"]
    assert assignments(alone) == assignments(together)
    assert [plan.provenance for plan in alone] == [plan.provenance for plan in together]
    assert assignments(alone) != assignments(propose_plans(graph, **(asked | {"seed": 12})))


def test_a_time_limit_that_cuts_short_is_told_and_kept() -> None:
    graph = lattice_graph(150, 150)
    total = float(graph.counts["households"].sum())
    propose_plans(lattice_graph(6, 6), n_communities=2, minimum=0, maximum=1e6, **QUICK)
    began = time.process_time()
    plans = propose_plans(
        graph, n_communities=40, minimum=total / 40 * 0.9, maximum=total / 40 * 1.1, time_limit_s=0.02, alternatives=1
    )
    assert time.process_time() - began < 10
    assert plans[0].provenance["time_limit_hit"]


def test_progress_runs_from_nothing_to_done_and_may_cancel() -> None:
    town = square_town(6, 6, households=200.0)
    told: list[tuple[Text, float]] = []
    propose_plans(town, n_communities=3, progress=lambda stage, done: told.append((stage, done)), **QUICK)
    shares = [done for _, done in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(stage.zh and stage.en for stage, _ in told)

    def cancel(stage: Text, done: float) -> None:
        if done > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        propose_plans(town, n_communities=3, progress=cancel, **QUICK)


def test_provenance_is_json() -> None:
    import json

    town = square_town(6, 6, households=200.0)
    plan = propose_plans(town, n_communities=3, minimum=1, **QUICK)[0]
    assert json.loads(json.dumps(plan.to_dict(), allow_nan=False))["provenance"]["maximum"] is None


TOWN = square_town(6, 6, households=200.0)
TODAY = pd.Series("today", index=TOWN.index)
PAIR = pd.Series({"u0-0": "g", "u1-0": "g"})


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"balance": "dwellings"}, "column-not-counted"),
        ({"objective": "beauty"}, "option-unknown"),
        ({"weights": {"beauty": 1.0}}, "option-unknown"),
        ({"weights": {"compactness": -1.0}}, "option-invalid"),
        ({"alternatives": 0}, "option-invalid"),
        ({"n_communities": 0}, "option-invalid"),
        ({"n_communities": (5, 3)}, "option-invalid"),
        ({"time_limit_s": 0.0}, "option-invalid"),
        ({"effort": 0.0}, "option-invalid"),
        ({"minimum": -1.0}, "option-invalid"),
        ({"minimum": math.inf}, "option-invalid"),
        ({"minimum": math.nan}, "option-invalid"),
        ({"maximum": 0.0}, "option-invalid"),
        ({"maximum": math.inf}, "option-invalid"),
        ({"maximum": math.nan}, "option-invalid"),
        ({"minimum": 5.0, "maximum": 3.0}, "option-invalid"),
        ({"minimum": 7201.0}, "option-invalid"),
        ({"alternatives": 51}, "option-invalid"),
        ({"time_limit_s": math.inf}, "option-invalid"),
        ({"time_limit_s": math.nan}, "option-invalid"),
        ({"effort": math.inf}, "option-invalid"),
        ({"seed": -1}, "option-invalid"),
        ({"seed": 1.5}, "option-invalid"),
        ({"locked": ["nowhere"], "current": TODAY}, "option-unknown"),
        ({"locked": pd.Series({"nowhere": "a"})}, "units-unknown"),
        ({"keep_whole": pd.Series({"nowhere": "a"})}, "units-unknown"),
        ({"current": pd.Series({"nowhere": "a"})}, "units-unknown"),
        ({"centres": ["nowhere"]}, "units-unknown"),
    ],
)
def test_options_that_cannot_be_read_are_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(PlanError) as refusal:
        propose_plans(TOWN, **({"n_communities": 3} | asked))
    assert refusal.value.code == code


@pytest.mark.parametrize("n_communities", [37, 1_000_000_000, (2, 37)])
def test_more_communities_than_units_are_refused(n_communities: Any) -> None:
    with pytest.raises(InfeasiblePlanError, match="there are only 36 units") as refusal:
        propose_plans(TOWN, n_communities=n_communities)
    assert refusal.value.code == "communities-too-many"


@pytest.mark.parametrize(
    ("households", "told"),
    [
        (0.0, "(0 units are empty, 36 are 0)"),
        (math.nan, "(36 units are empty, 0 are 0)"),
        ([math.nan] * 18 + [0.0] * 18, "(18 units are empty, 18 are 0)"),
    ],
)
def test_units_without_any_figure_are_refused(households: Any, told: str) -> None:
    town = TOWN.assign(households=households, dwellings=3.0)
    with pytest.raises(FiguresError, match=r"Other columns with figures: .*dwellings") as refusal:
        propose_plans(town, n_communities=3)
    assert refusal.value.code == "figures-missing"
    assert told in refusal.value.text("en")


def test_a_missing_column_is_told_with_those_that_are_there() -> None:
    town = TOWN.drop(columns="households").assign(colour="red", resident_population=3.0)
    with pytest.raises(PlanError) as refusal:
        propose_plans(town, n_communities=3)
    told = refusal.value.text("en")
    assert "figures that they have: resident_population " in told
    assert "colour" in told
    assert "geometry" not in told
    with pytest.raises(PlanError, match="figures that they have: none"):
        propose_plans(town.drop(columns="resident_population"), n_communities=3)


def test_a_standard_about_grids_is_refused() -> None:
    with pytest.raises(StandardError, match="take one about communities") as refusal:
        propose_plans(TOWN, n_communities=3, standard="grid_basic")
    assert refusal.value.code == "standard-not-community"
    assert "national_2026" in refusal.value.text("zh")
    assert "grid_rural" not in refusal.value.text("zh")


def test_other_refusals() -> None:
    with pytest.raises(StandardError):
        propose_plans(TOWN, standard="none_such")
    with pytest.raises(PlanError) as refusal:
        propose_plans(build_graph(TOWN), barriers=river(2))
    assert refusal.value.code == "option-invalid"
    outside = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=CRS)
    with pytest.raises(PlanError) as refusal:
        propose_plans(TOWN, n_communities=3, centres=outside)
    assert refusal.value.code == "option-invalid"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"n_communities": 3, "minimum": 10, "maximum": 150}, "unit-too-large"),
        ({"n_communities": 3, "maximum": 300, "minimum": 0, "keep_whole": PAIR}, "group-too-large"),
        ({"n_communities": 3, "minimum": 1_000, "maximum": 2_000}, "count-impossible"),
        ({"minimum": 4_000, "maximum": 5_000}, "count-impossible"),
        ({"n_communities": 3, "minimum": 1_300, "maximum": 3_000, "barriers": river(1)}, "component-impossible"),
        ({"n_communities": 2, "centres": ["u0-0", "u1-0", "u2-0"]}, "centres-too-many"),
        ({"n_communities": 3, "centres": ["u0-0", "u0-0"]}, "centres-conflict"),
        ({"n_communities": 3, "centres": ["u0-0", "u1-0"], "keep_whole": PAIR}, "centres-conflict"),
        ({"n_communities": 3, "locked": pd.Series({"u0-0": "a", "u1-0": "b"}), "keep_whole": PAIR}, "locks-conflict"),
        ({"n_communities": 3, "barriers": river(3), "keep_whole": pd.Series({"u2-0": "g", "u3-0": "g"})}, "group-torn"),
        ({"n_communities": 3, "current": TODAY, "locked": ["today"]}, "nothing-to-divide"),
    ],
)  # fmt: skip
def test_what_no_plan_can_fulfil_is_told_at_once(asked: dict[str, Any], code: str) -> None:
    began = time.process_time()
    with pytest.raises(InfeasiblePlanError) as refusal:
        propose_plans(TOWN, **(asked | QUICK))
    assert refusal.value.code == code
    assert time.process_time() - began < 2.0
    assert refusal.value.text("zh")
    assert refusal.value.text("en")


def test_the_refusal_says_what_to_relax() -> None:
    with pytest.raises(InfeasiblePlanError) as refusal:
        propose_plans(TOWN, n_communities=3, minimum=1_000, maximum=2_000)
    assert "4-7 would fit" in str(refusal.value)
    with pytest.raises(InfeasiblePlanError) as refusal:
        propose_plans(TOWN, n_communities=3, minimum=0, maximum=150)
    assert "raise the maximum to 200" in str(refusal.value)


def test_a_search_that_finds_nothing_says_how_near_it_came() -> None:
    """Two heavy units at the ends of a row cannot be balanced; no sum tells that before the search."""
    graph = UnitGraph.from_edges(["a", "b", "c"], [(0, 1), (1, 2)], counts={"households": [10, 1, 10]})
    with pytest.raises(InfeasiblePlanError) as refusal:
        propose_plans(graph, n_communities=2, minimum=10.4, maximum=10.6, **QUICK)
    assert refusal.value.code == "search-found-none"
    assert refusal.value.facts["excess"] == pytest.approx(0.8)


def test_lines_follow_roads_where_roads_are_given() -> None:
    """Equal squares leave two straight lines of the same length; the road decides which is taken."""
    town = square_town(9, 8, households=100.0)
    for column in (4, 5):
        x = 500_000 + 100 * column
        road = gpd.GeoDataFrame(geometry=[shapely.LineString([(x, 3_000_000), (x, 3_000_800)])], crs=CRS)
        plans = propose_plans(town, n_communities=2, minimum=2_900, maximum=4_300, roads=road, **QUICK)
        west_of_road = {f"u{x}-{y}" for x in range(column) for y in range(8)}
        found = [set(plan.assignment.index[plan.assignment == plan.assignment["u0-0"]]) for plan in plans]
        assert west_of_road in found
