"""Three-way merges, unit by unit, against the rule written out with dictionaries."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.drafts import common_base, diff_plans, merge_plans
from boundaries.errors import DraftError, PlanError

UNITS = [f"u{number}" for number in range(8)]


def series(labels):
    return pd.Series(list(labels), index=pd.Index(UNITS[: len(labels)], name="id", dtype="str"), dtype="str")


def held(assignment):
    return assignment.astype(object).where(assignment.notna(), None).to_dict()


divisions = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=8, max_size=8)
of_the_base = st.lists(st.sampled_from(["a", "b", "c"]), min_size=8, max_size=8).map(
    lambda found: [*found[:5], "a", "b", "c"]
)


@given(of_the_base, divisions, divisions, st.sampled_from(["mine", "theirs", None]))
def test_a_merge_takes_what_one_side_changed_and_asks_about_the_rest(base, mine, theirs, otherwise):
    merge = merge_plans(series(base), series(mine), series(theirs), otherwise=otherwise)
    expected, conflicts = {}, {}
    for unit, b, m, t in zip(UNITS, base, mine, theirs, strict=True):
        if t in {b, m}:
            expected[unit] = m
        elif m == b:
            expected[unit] = t
        else:
            conflicts[unit] = {"base": b, "mine": m, "theirs": t, "choice": otherwise}
            expected[unit] = t if otherwise == "theirs" else m
    assert held(merge.assignment) == expected
    assert merge.conflicts.to_dict("index") == conflicts
    assert merge.open_conflicts == ([] if otherwise else list(conflicts))
    assert merge.renamed == {}


@given(of_the_base, divisions, divisions)
def test_both_sides_reach_the_same_plan_when_each_takes_the_other_choice(base, mine, theirs):
    one = merge_plans(series(base), series(mine), series(theirs), otherwise="mine")
    two = merge_plans(series(base), series(theirs), series(mine), otherwise="theirs")
    assert held(one.assignment) == held(two.assignment)


@given(divisions, divisions)
def test_a_difference_applied_gives_the_other_plan(one, two):
    table = diff_plans(series(one), series(two))
    assert held(series(one)) | table["after"].to_dict() == held(series(two))
    assert all(row["before"] != row["after"] for row in table.to_dict("index").values())
    assert table["before"].to_dict() == {unit: held(series(one))[unit] for unit in table.index}


def test_a_choice_for_one_unit_goes_before_the_rest():
    merge = merge_plans(series("aa"), series("bb"), series("cc"), choices={"u0": "theirs"}, otherwise="mine")
    assert held(merge.assignment) == {"u0": "c", "u1": "b"}
    assert merge.taken == ("u0",)
    with pytest.raises(DraftError) as caught:
        merge_plans(series("aa"), series("ba"), series("aa"), choices={"u0": "mine"})
    assert caught.value.code == "choices-unknown"


def test_new_communities_of_one_id_in_different_places_stay_two():
    merge = merge_plans(series("aaaa"), series("naaa"), series("aaan"))
    assert held(merge.assignment) == {"u0": "n", "u1": "a", "u2": "a", "u3": "c01"}
    assert merge.renamed == {"n": "c01"}
    same = merge_plans(series("aaaa"), series("naaa"), series("nnaa"))
    assert held(same.assignment) == {"u0": "n", "u1": "n", "u2": "a", "u3": "a"}


def test_plans_of_other_units_are_refused():
    with pytest.raises(PlanError):
        diff_plans(series("ab"), series("abc"))
    with pytest.raises(PlanError):
        merge_plans(series("abc"), series("abc"), series("ab"))


def test_the_base_is_the_newest_version_that_both_hold():
    made = {("town", 3): 30, ("town", 5): 50, ("b", 4): 60}
    assert common_base({"a": 9, "town": 3}, {"b": 7, "town": 5}, made=made) == ("town", 3)
    assert common_base({"a": 9, "b": 4, "town": 3}, {"b": 7, "town": 5}, made=made) == ("b", 4)
    with pytest.raises(DraftError) as caught:
        common_base({"a": 1}, {"b": 1}, made={})
    assert caught.value.code == "no-common-base"
