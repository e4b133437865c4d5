"""Improving a plan drawn by hand: shorter lines, the bounds kept, the limit of change never exceeded."""

from typing import Any

import pandas as pd
import pytest

from boundaries import Plan, build_graph, find_plan_faults, improve_plan
from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.matching import moved_units
from tests.boundaries.redraw.test_local import PLAN, TOWN, at, loads

QUICK: dict[str, Any] = {"effort": 0.002, "time_limit_s": 600.0}


def ragged() -> Plan:
    """Shift the line between two columns of communities by one unit in every other row."""
    names = PLAN.assignment.copy()
    for unit in TOWN.index:
        column, row = at(unit)
        if column == 4 and row % 2:
            names[unit] = f"q0{row // 4}"
    return Plan(names, PLAN.name, PLAN.provenance)


RAGGED = ragged()


@pytest.mark.parametrize("most_moved", [0.0, 150.0, 350.0, 700.0])
def test_the_line_gets_shorter_within_the_limit_of_change(most_moved: float) -> None:
    better = improve_plan(RAGGED, TOWN, most_moved=most_moved, **QUICK)
    moved = TOWN["households"][moved_units(RAGGED.assignment, better.assignment, TOWN["households"])].sum()
    assert moved == better.provenance["moved"] <= most_moved
    assert not find_plan_faults(better.assignment, build_graph(TOWN), minimum=1_300, maximum=1_900, n_communities=9)
    assert set(better.assignment) == set(PLAN.assignment)
    assert better.provenance["line"] <= better.provenance["line_before"]
    if most_moved == 700.0:
        assert better.provenance["line"] <= 4_800.0  # four straight lines of 1,200 m


def test_a_plan_out_of_bounds_is_brought_back_or_the_least_change_is_told() -> None:
    town = TOWN.copy()
    town.loc[PLAN.assignment.index[PLAN.assignment == "q00"], "households"] *= 1.4
    better = improve_plan(PLAN, town, most_moved=1_500, **QUICK)
    assert loads(better, town).between(1_300, 1_900).all()
    with pytest.raises(InfeasiblePlanError) as refusal:
        improve_plan(PLAN, town, most_moved=100, **QUICK)
    assert refusal.value.code == "change-too-small"
    assert 340 <= refusal.value.facts["needed"] <= 1_500


def test_locks_and_groups_hold() -> None:
    locked = pd.Series({"u4-1": "q00", "u5-5": "q11"})
    groups = pd.Series({"u4-5": "g", "u4-6": "g"})
    better = improve_plan(RAGGED, TOWN, most_moved=1_000, locked=locked, keep_whole=groups, **QUICK)
    assert better.assignment[locked.index].to_dict() == locked.to_dict()
    assert better.assignment["u4-5"] == better.assignment["u4-6"]
    whole = improve_plan(RAGGED, TOWN, most_moved=1_000, locked=["q00"], **QUICK)
    assert set(whole.assignment.index[whole.assignment == "q00"]) == set(
        RAGGED.assignment.index[RAGGED.assignment == "q00"]
    )


def test_a_limit_below_nothing_is_refused() -> None:
    with pytest.raises(PlanError) as refusal:
        improve_plan(PLAN, TOWN, most_moved=-1.0)
    assert refusal.value.code == "option-invalid"
