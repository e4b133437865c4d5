"""Redrawing in part: what is outside stays to the unit, what is inside is sound."""

from typing import Any

import pandas as pd
import pytest

from boundaries import Plan, build_graph, complete_plan, find_plan_faults, redraw_area, restore_contiguity
from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.matching import moved_units
from gis.i18n import Text
from tests.boundaries.town import square_town

QUICK: dict[str, Any] = {"effort": 0.001, "time_limit_s": 600.0}
TOWN = square_town(12, 12, households=100.0)


def at(unit: str) -> tuple[int, int]:
    column, row = unit[1:].split("-")
    return int(column), int(row)


def quarters() -> Plan:
    """Nine communities of 4 x 4 units, named by column and row."""
    names = [f"q{at(unit)[0] // 4}{at(unit)[1] // 4}" for unit in TOWN.index]
    bounds = {"minimum": 1_300.0, "maximum": 1_900.0, "balance": "households"}
    return Plan(pd.Series(names, index=TOWN.index, name="community_id"), Text("九宫", "nine"), bounds)


PLAN = quarters()


def loads(plan: Plan, town: pd.DataFrame = TOWN) -> "pd.Series[float]":
    return town["households"].groupby(plan.assignment).sum()


def test_two_neighbours_are_redrawn_and_nobody_else() -> None:
    town = TOWN.copy()
    town.loc[PLAN.assignment.index[PLAN.assignment == "q00"], "households"] *= 1.3
    for drawn in redraw_area(PLAN, town, communities=["q00", "q01"], alternatives=2, **QUICK):
        others = ~PLAN.assignment.isin(["q00", "q01"])
        assert drawn.assignment[others].equals(PLAN.assignment[others])
        assert set(drawn.assignment[~others]) == {"q00", "q01"}
        assert loads(drawn, town).between(1_300, 1_900).all()
        assert not find_plan_faults(drawn.assignment, build_graph(town))
        assert drawn.assignment["u0-0"] == "q00"


def test_one_community_is_divided_and_the_new_one_gets_an_id_of_its_own() -> None:
    taken = Plan(PLAN.assignment.replace({"q22": "c01"}), PLAN.name, {})
    drawn = redraw_area(taken, TOWN, communities=["q00"], n_communities=2, alternatives=1, **QUICK)[0]
    inside = taken.assignment == "q00"
    assert drawn.assignment[~inside].equals(taken.assignment[~inside])
    assert len(set(drawn.assignment[inside])) == 2
    assert "q00" in set(drawn.assignment[inside])
    assert drawn.n_communities == 10


def test_only_the_units_of_an_area_change() -> None:
    area = [unit for unit in TOWN.index if 2 <= at(unit)[0] < 6 and at(unit)[1] < 4]
    town = TOWN.copy()
    town.loc[[unit for unit in area if at(unit)[0] < 4], "households"] = 160.0
    drawn = redraw_area(PLAN, town, area=area, alternatives=1, **QUICK)[0]
    changed = drawn.assignment.index[drawn.assignment != PLAN.assignment]
    assert len(changed) > 0
    assert set(changed) <= set(area)
    assert loads(drawn, town).between(1_300, 1_900).all()
    assert not find_plan_faults(drawn.assignment, build_graph(town))


def test_a_partial_plan_is_completed_and_what_was_assigned_stays() -> None:
    partial = PLAN.assignment.mask([2 <= at(unit)[0] < 9 for unit in TOWN.index])
    assert partial.isna().sum() == 84
    for done in complete_plan(partial, TOWN, minimum=0, maximum=5_000, alternatives=2, **QUICK):
        held = partial.dropna()
        assert done.assignment[held.index].equals(held.astype("str"))
        assert done.assignment.notna().all()
        assert set(done.assignment) == set(held)
        assert not find_plan_faults(done.assignment, build_graph(TOWN))


def test_exclaves_join_their_surroundings_and_hardly_anybody_moves() -> None:
    torn = PLAN.assignment.copy()
    torn[["u5-5", "u10-10"]] = "q00"
    torn["u1-1"] = "q22"
    mended = restore_contiguity(Plan(torn, PLAN.name, {}), TOWN, **QUICK)
    assert not find_plan_faults(mended.assignment, build_graph(TOWN), n_communities=9)
    assert sorted(mended.provenance["units_changed"]) == ["u1-1", "u10-10", "u5-5"]
    moved = moved_units(torn, mended.assignment, TOWN["households"])
    assert TOWN["households"][moved].sum() == 300


def test_what_cannot_be_read_or_done_is_refused() -> None:
    for asked, code in (
        ({}, "option-invalid"),
        ({"area": []}, "option-invalid"),
        ({"area": ["u0-0"], "communities": ["q00"]}, "option-invalid"),
        ({"area": ["nowhere"]}, "units-unknown"),
        ({"communities": ["nowhere"]}, "option-unknown"),
    ):
        with pytest.raises(PlanError) as refusal:
            redraw_area(PLAN, TOWN, **asked, **QUICK)
        assert refusal.value.code == code
    with pytest.raises(PlanError):
        complete_plan(PLAN.assignment.mask(PLAN.assignment.notna()), TOWN)
    with pytest.raises(InfeasiblePlanError):
        redraw_area(PLAN, TOWN, communities=["q00"], n_communities=1, maximum=1_000, minimum=0, **QUICK)
