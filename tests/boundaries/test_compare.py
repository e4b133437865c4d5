"""Plans beside one another: each row is that plan's own scorecard, whatever stands beside it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import Plan, compare_plans, score_plan
from boundaries.errors import PlanError
from gis.i18n import Text
from tests.boundaries.town import square_town

TOWN = square_town(4, 3, households=np.arange(12) * 100.0)


def plan_of(labels: list[str], name: str) -> Plan:
    return Plan(pd.Series(labels, index=TOWN.index), Text(name, name), {})


labels = st.lists(st.sampled_from("abcd"), min_size=12, max_size=12)


@given(st.lists(labels, min_size=1, max_size=3), labels)
@settings(max_examples=15, deadline=None)
def test_each_row_is_the_plan_scored_alone(divisions: list[list[str]], today: list[str]) -> None:
    plans = [plan_of(division, f"p{place}") for place, division in enumerate(divisions)]
    current = pd.Series(today, index=TOWN.index)
    table = compare_plans(plans, TOWN, current=current)
    assert table.index.tolist() == ["today", *(str(place + 1) for place in range(len(plans)))]
    assert table.index.name == "plan"
    for (_, row), plan in zip(table.iterrows(), [Plan.of_today(current), *plans], strict=True):
        card = score_plan(plan, TOWN, current=current)
        assert (row["name"], row["name_en"]) == (plan.name.zh, plan.name.en)
        assert row["violations"] == len(card.violations)
        assert row.drop(["name", "name_en", "violations"]).dropna().to_dict() == pytest.approx(card.totals.to_dict())


def test_new_names_of_the_same_communities_move_nobody() -> None:
    today = ["a", "a", "b", "b"] * 3
    renamed = [{"a": "b", "b": "a"}[label] for label in today]
    table = compare_plans([plan_of(renamed, "renamed")], TOWN, current=pd.Series(today, index=TOWN.index))
    assert table["households_moved"].tolist() == [0.0, 0.0]
    assert table["today_line_share"].tolist() == [1.0, 1.0]


def test_the_standard_decides_who_is_outside_it() -> None:
    """West holds 2,700 households and east 3,900; the bounds of ``national_2026`` are 1,000-3,000."""
    halves = plan_of(["w", "w", "e", "e"] * 3, "halves")
    assert TOWN["households"].groupby(halves.assignment).sum().to_dict() == {"e": 3_900.0, "w": 2_700.0}
    assert compare_plans([halves], TOWN, standard="national_2026")["out_of_standard"].tolist() == [1.0]


def test_the_units_are_left_as_they_were() -> None:
    before = TOWN.copy()
    compare_plans([plan_of(["a"] * 12, "one")], TOWN)
    pd.testing.assert_frame_equal(pd.DataFrame(TOWN), pd.DataFrame(before))


def test_a_plan_of_other_units_is_refused() -> None:
    elsewhere = Plan(pd.Series({"elsewhere": "a"}), Text("甲", "a"), {})
    with pytest.raises(PlanError) as refusal:
        compare_plans([plan_of(["a"] * 12, "one"), elsewhere], TOWN)
    assert refusal.value.code == "units-unknown"
