"""The scorecard as JSON, and plans beside one another."""

import json

import numpy as np
import pandas as pd

from boundaries import Plan, compare_plans, score_plan
from gis.i18n import Text
from tests.boundaries.town import square_town

TOWN = square_town(4, 2, households=[500.0, 500.0, np.nan, np.nan] * 2)
HALVES = Plan(pd.Series(["a", "a", "b", "b"] * 2, index=TOWN.index), Text("对半", "halves"), {})
STRIPES = Plan(pd.Series(["a"] * 4 + ["b"] * 4, index=TOWN.index), Text("条带", "stripes"), {})
TODAY = pd.Series(["x"] * 4 + ["y"] * 4, index=TOWN.index)


def test_a_scorecard_is_json() -> None:
    card = score_plan(HALVES, TOWN, current=TODAY)
    document = json.loads(json.dumps(card.to_dict(), allow_nan=False))
    assert [row["id"] for row in document["table"]] == ["a", "b"]
    assert document["table"][1]["households"] is None
    assert document["totals"]["n_communities"] == 2
    assert document["violations"][0]["code"] == "figure_unknown"
    assert document["violations"][0]["message"]["zh"].startswith("社区2")
    assert document["versions"]["cut_edges"] == 1


def test_plans_stand_beside_today() -> None:
    table = compare_plans([HALVES, STRIPES], TOWN, current=TODAY)
    assert table.index.tolist() == ["today", "1", "2"]
    assert table["name"].tolist() == ["现状", "对半", "条带"]
    assert table["households_moved"].tolist() == [0.0, 1_000.0, 0.0]
    assert table["cut_edges"].tolist() == [4.0, 2.0, 4.0]
    assert table["violations"].tolist() == [0, 1, 0]


def test_without_today_there_is_no_row_of_today() -> None:
    table = compare_plans([HALVES], TOWN)
    assert table.index.tolist() == ["1"]
    assert "households_moved" not in table.columns
