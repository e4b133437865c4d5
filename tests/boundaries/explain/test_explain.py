"""Explanations of small plans whose every transfer can be reckoned by hand.

Today: three communities in a row of twelve units of 100 households and 250 people each.

    u0 u1 u2 u3 u4 u5 | u6 u7 u8 | u9 u10 u11
    a                   b          c
"""

import json

import pandas as pd
import pytest

from boundaries import Plan, explain_plan
from boundaries.errors import PlanError
from gis.i18n import Text
from tests.boundaries.town import square_town

TOWN = square_town(12, 1, households=100.0)
BOUNDS = {"balance": "households", "minimum": 300.0, "maximum": 500.0}


def row(text: str) -> "pd.Series[str]":
    """Give unit u<column>-0 the letter at its place."""
    return pd.Series(list(text), index=TOWN.index, name="community_id")


TODAY = row("aaaaaabbbccc")


def plan(text: str, **provenance: object) -> Plan:
    return Plan(row(text), Text("方案", "plan"), {**BOUNDS, **provenance})


def test_a_transfer_tells_units_people_and_that_both_sizes_are_right_now() -> None:
    told = explain_plan(plan("xxxxyyyyyzzz"), TOWN, current=TODAY, names={"a": "甲社区"})
    assert told.continues == {"a": "x", "b": "y", "c": "z"}
    (transfer,) = told.transfers
    assert (transfer.source, transfer.target) == ("a", "y")
    assert transfer.units == ("u4-0", "u5-0")
    assert (transfer.households, transfer.residents) == (200.0, 500.0)
    assert transfer.bought[0].en == "without it x (was 甲社区) would have 600 households, above the maximum of 500"
    assert transfer.bought[0].zh == "若不作此调整，x（原甲社区）有 600 户，超过上限 500"
    assert told.summary.en == "no community is new or ends; 1 transfers with 200 households (16.7%)"
    assert told.objection.en == "y (was b) has 500 households, close to the maximum of 500: no room for growth"


def test_communities_are_named_as_the_map_names_them() -> None:
    told = explain_plan(plan("wwwxxxbbbccc"), TOWN, current=TODAY, planned_names={"w": "社区1", "x": "社区2"})
    assert "社区1" in told.transfers[0].target_name.zh + told.transfers[0].bought[0].zh
    assert told.summary.zh.startswith("新设 1 个社区；")
    assert told.summary.en.startswith("communities: 1 new; ")


def test_people_moved_are_an_objection_as_far_as_they_need_not_move() -> None:
    free = explain_plan(plan("xxxxyyyyyzzz", maximum=700.0), TOWN, current=TODAY)
    assert free.objection.en == "200 households (16.7%) change community, most of them from a to y (was b): 200"
    forced = explain_plan(plan("xxxwwwyyyzzz", minimum=0.0, maximum=590.0), TOWN, current=TODAY)
    assert "households (25.0%) change community (10 must in any case" in forced.objection.en
    assert "（现有社区超过上限，至少须变动 10）" in forced.objection.zh


def test_a_new_community_and_one_that_ends_are_named() -> None:
    new = explain_plan(plan("wwwxxxbbbccc"), TOWN, current=TODAY)
    assert len(new.created) == 1
    assert new.ended == ()
    (transfer,) = new.transfers
    assert transfer.target == new.created[0]
    assert transfer.target_name.en.endswith("(new)")
    assert [text.en for text in transfer.bought][1].endswith("below the minimum of 300")
    merged = explain_plan(plan("xxxxxxyyyyyy", maximum=600.0), TOWN, current=TODAY)
    assert len(merged.ended) == 1
    assert "does not go on" in merged.transfers[0].bought[0].en


def test_a_transfer_that_joins_an_exclave_says_so_and_counts_the_metres() -> None:
    today = row("aaaaabacbbcc")
    told = explain_plan(plan("xxxxxyyyyyzz", minimum=0.0, maximum=2_000.0), TOWN, current=today)
    bought = {(transfer.source, transfer.target): [text.en for text in transfer.bought] for transfer in told.transfers}
    assert set(bought) == {("a", "y"), ("c", "y")}
    assert any("is in 1 part(s) instead of 2" in text for text in bought[("a", "y")])
    assert "the lines are 200 m shorter" in bought[("a", "y")]


def test_a_group_that_comes_together_is_named() -> None:
    groups = pd.Series({"u5-0": "village", "u6-0": "village"})
    told = explain_plan(plan("xxxxxyyyyzzz", maximum=700.0), TOWN, current=TODAY, keep_whole=groups)
    assert "village stay(s) whole" in [text.en for text in told.transfers[0].bought]


@pytest.mark.parametrize(
    ("text", "groups", "objection"),
    [
        ("xxyxxyyyyzzz", None, "x, y is not in one part"),
        ("xxxxxxyyyzzz", None, "x (600) lie outside 300-500 households"),
        ("xxxxyyyyyzzz", {"u3-0": "village", "u4-0": "village"}, "village is split between communities"),
    ],
)
def test_the_strongest_objection_comes_first(text: str, groups: dict[str, str] | None, objection: str) -> None:
    keep_whole = None if groups is None else pd.Series(groups)
    assert explain_plan(plan(text), TOWN, current=TODAY, keep_whole=keep_whole).objection.en == objection


def test_nothing_to_say_is_said() -> None:
    same = explain_plan(plan("aaaaaabbbccc", maximum=700.0), TOWN, current=TODAY)
    assert same.transfers == ()
    assert same.summary.zh == "与现状相同，没有居民变动"
    assert same.objection.zh == "规模不均：a 有 600 户，b 只有 300"
    alone = explain_plan(plan("xxxxyyyyzzzz"), TOWN)
    assert (alone.transfers, alone.created, alone.ended) == ((), (), ())
    with pytest.raises(PlanError):
        explain_plan(plan("xxxxyyyyzzzz"), TOWN.iloc[1:])


def test_it_is_json_and_units_without_a_community_today_are_no_transfer() -> None:
    today = TODAY.mask(TODAY.index == "u4-0")
    told = explain_plan(plan("xxxxyyyyyzzz"), TOWN, current=today)
    assert told.transfers[0].units == ("u5-0",)
    assert json.loads(json.dumps(told.to_dict(), allow_nan=False))["transfers"][0]["households"] == 100.0
