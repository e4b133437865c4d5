"""Each measure against another way of computing it."""

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import METRICS, Plan, Scorecard, build_graph, score_plan
from gis.i18n import LANGUAGES, Text
from tests.boundaries.town import square_town


def scored(labels: list[str], width: int, height: int, **context: object) -> Scorecard:
    town = square_town(width, height, households=context.pop("households", 100.0))
    plan = Plan(pd.Series(labels, index=town.index), Text("甲", "a"), {})
    return score_plan(plan, town, **context)  # type: ignore[arg-type]


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_network_measures_match_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    town = square_town(6, 5)
    labels = pd.Series(rng.choice(list("abcd"), len(town)), index=town.index)
    card = score_plan(Plan(labels, Text("甲", "a"), {}), town)
    lattice = nx.Graph()
    lattice.add_nodes_from(town.index)
    columns, rows = range(6), range(5)
    lattice.add_edges_from((f"u{x}-{y}", f"u{x + 1}-{y}") for x in columns[:-1] for y in rows)
    lattice.add_edges_from((f"u{x}-{y}", f"u{x}-{y + 1}") for x in columns for y in rows[:-1])
    cut = [edge for edge in lattice.edges if labels[edge[0]] != labels[edge[1]]]
    assert card.totals["cut_edges"] == len(cut)
    assert card.totals["internal_perimeter_m"] == pytest.approx(100 * len(cut))
    for community, row in card.table.iterrows():
        members = labels.index[labels == community]
        assert row["parts"] == nx.number_connected_components(lattice.subgraph(members))
        assert row["area_km2"] == pytest.approx(len(members) / 100)
        own = sum(labels[one] == community for edge in cut for one in edge)
        outer = sum(4 - lattice.degree[unit] for unit in members)
        assert row["perimeter_m"] == pytest.approx(100 * (own + outer))
        assert row["polsby_popper"] == pytest.approx(4 * math.pi * row["area_km2"] * 1e6 / row["perimeter_m"] ** 2)
    assert card.totals["in_parts"] == (card.table["parts"] > 1).sum()


def test_shapes_of_known_measure() -> None:
    """A 2 x 1 rectangle, and an L of three squares beside its missing corner."""
    card = scored(["r", "r", "l", "l", "r2", "r2", "l", "q"], 4, 2)
    rectangle, ell = card.table.loc["r"], card.table.loc["l"]
    assert rectangle["polsby_popper"] == pytest.approx(4 * math.pi * 2 / 36)
    assert rectangle["reock"] == pytest.approx(2 / (math.pi * 5 / 4))
    assert rectangle["hull_ratio"] == pytest.approx(1.0)
    assert ell["hull_ratio"] == pytest.approx(3 / 3.5)
    assert ell["reock"] == pytest.approx(3 / (math.pi * 2))
    assert card.totals["mean_hull_ratio"] == pytest.approx((1 + 1 + 1 + 3 / 3.5) / 4)


def test_balance() -> None:
    card = scored(["a", "a", "b", "b"], 4, 1, households=[500.0, 900.0, 1_600.0, np.nan])
    assert card.table.loc["a", "deviation"] == pytest.approx(1_400 / 1_500 - 1)
    assert card.totals["max_deviation"] == pytest.approx(100 / 1_500)
    assert card.totals["mean_deviation"] == pytest.approx(100 / 1_500)
    assert card.totals["out_of_standard"] == 0
    assert card.violations == ()


def test_deviation_is_from_the_mean_and_unknown_counts_as_nothing() -> None:
    """1,000, 1,400 and 2,100 households: mean 1,500, median 1,400."""
    card = scored(["a", "b", "c", "c"], 4, 1, households=[1_000.0, 1_400.0, 2_100.0, np.nan])
    assert card.table["deviation"].to_dict() == pytest.approx({"a": -500 / 1_500, "b": -100 / 1_500, "c": 600 / 1_500})
    assert card.totals["max_deviation"] == pytest.approx(600 / 1_500)
    assert card.totals["mean_deviation"] == pytest.approx(1_200 / 3 / 1_500)


def test_communities_outside_the_standard_are_violations() -> None:
    card = scored(["a", "b", "b", "c"], 4, 1, households=[400.0, 3_000.0, 100.0, 1_000.0])
    assert card.table["off_standard"].to_dict() == {"a": -600.0, "b": 100.0, "c": 0.0}
    assert [(violation.code, violation.community_id) for violation in card.violations] == [
        ("below_standard", "a"),
        ("above_standard", "b"),
    ]


def test_a_community_in_parts_is_a_violation() -> None:
    card = scored(["a", "b", "a"], 3, 1, households=1_500.0)
    assert [(violation.code, violation.community_id) for violation in card.violations] == [("in_parts", "a")]


def test_who_moves_and_who_is_parted() -> None:
    """Community x (3 units) goes on in a with two of them; y (1 unit) joins a and moves."""
    today = pd.Series(["x", "x", "x", "y"], index=["u0-0", "u1-0", "u2-0", "u3-0"])
    card = scored(["a", "a", "b", "b"], 4, 1, current=today)
    assert card.totals["households_moved"] == 100.0
    assert card.totals["residents_moved"] == 250.0
    assert card.totals["moved_share"] == pytest.approx(0.25)
    assert card.totals["households_separated"] == 100.0
    assert card.table["households_moved_in"].to_dict() == {"a": 0.0, "b": 100.0}
    assert card.totals["today_line_share"] == 0.0


def test_today_moves_nobody() -> None:
    town = square_town(4, 1)
    today = pd.Series(["x", "x", "y", "y"], index=town.index)
    card = score_plan(Plan.of_today(today), town, current=today)
    assert card.totals["households_moved"] == 0.0
    assert card.totals["today_line_share"] == 1.0


def test_units_without_a_community_today_are_left_out_of_today() -> None:
    town = square_town(4, 1)
    today = pd.Series(["x", "x", None, "y"], index=town.index)
    card = score_plan(Plan.of_today(today), town, current=today)
    assert card.table["unit_count"].to_dict() == {"x": 2, "y": 1}


def test_villages_split_by_units_and_by_ground() -> None:
    town = square_town(4, 1)
    town["urban_village_id"] = ["v1", "v1", "v2", None]
    plan = Plan(pd.Series(["a", "b", "b", "b"], index=town.index), Text("甲", "a"), {})
    assert score_plan(plan, town).totals["villages_split"] == 1
    villages = town.iloc[:0].drop(columns="urban_village_id")
    villages.loc["w1"] = {"geometry": shapely.box(500_050, 3_000_010, 500_150, 3_000_020)}
    villages.loc["w2"] = {"geometry": shapely.box(500_110, 3_000_010, 500_350, 3_000_020)}
    villages.loc["w3"] = {"geometry": shapely.box(500_099.999, 3_000_010, 500_150, 3_000_020)}
    card = score_plan(plan, town.drop(columns="urban_village_id"), layers={"urban_villages": villages})
    assert card.totals["villages_split"] == 1


def test_staff_and_floor_area() -> None:
    town = square_town(4, 1, households=1_000.0)
    plan = Plan(pd.Series(["a", "a", "b", "b"], index=town.index), Text("甲", "a"), {})
    offices = town.assign(community_workers=2.0, service_floor_area_m2=np.nan)
    card = score_plan(plan, town, layers={"communities": offices})
    assert card.table["workers_needed"].to_dict() == {"a": 9.0, "b": 9.0}
    assert card.totals["total_workers_needed"] == 18.0
    assert card.totals["workers_short"] == 10.0
    assert card.totals["total_floor_area_needed_m2"] == 1_200.0
    assert "floor_area_short_m2" not in card.totals


def test_measures_that_the_input_does_not_allow_are_left_out() -> None:
    town = square_town(4, 1).drop(columns=["households", "resident_population"])
    card = score_plan(Plan(pd.Series("a", index=town.index), Text("甲", "a"), {}), town)
    assert {"max_deviation", "households_moved", "villages_split", "total_workers_needed"}.isdisjoint(card.totals.index)


def test_the_table_of_metrics_is_sound() -> None:
    keys = [metric.key for metric in METRICS]
    assert len(set(keys)) == len(keys)
    for metric in METRICS:
        assert metric.source
        assert all(metric.label.in_language(lang) for lang in LANGUAGES)


def test_a_graph_at_hand_gives_the_same_scores() -> None:
    town = square_town(4, 2)
    plan = Plan(pd.Series(["a", "a", "b", "b"] * 2, index=town.index), Text("甲", "a"), {})
    pd.testing.assert_series_equal(
        score_plan(plan, town, graph=build_graph(town)).totals, score_plan(plan, town).totals
    )
