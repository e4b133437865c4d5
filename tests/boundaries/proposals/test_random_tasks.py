"""Random tasks with a planted answer: every plan is checked by networkx and pandas, apart from the search."""

from typing import Any

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import Plan, propose_plans
from boundaries.errors import InfeasiblePlanError
from tests.boundaries.proposals.planted import Planted, plant

_HARD = {"search-found-none", "centres-conflict", "locks-conflict", "group-torn", "group-too-large"}


def assert_sound(task: Planted, plan: Plan) -> None:
    labels, asked = plan.assignment, task.asked
    assert list(labels.index) == list(task.graph.ids)
    assert labels.notna().all()
    assert labels.nunique() == asked["n_communities"]
    load = task.graph.counts["households"].fillna(0.0).groupby(labels).sum()
    assert load.min() >= asked["minimum"] - 1e-6
    assert load.max() <= asked["maximum"] + 1e-6
    for members in labels.groupby(labels).groups.values():
        assert nx.is_connected(task.plain.subgraph(members))
    if "keep_whole" in asked:
        pairs = pd.DataFrame({"group": asked["keep_whole"], "community": labels}).dropna().drop_duplicates()
        assert pairs["group"].is_unique
    if "locked" in asked:
        pd.testing.assert_series_equal(
            labels.reindex(asked["locked"].index), asked["locked"], check_names=False, check_dtype=False
        )
    if "centres" in asked:
        assert labels.loc[asked["centres"]].is_unique


def proposed(task: Planted, **asked: Any) -> list[Plan]:
    """Propose plans; none where groups in parts or scattered locks, which are linked first, cost the answer."""
    try:
        return propose_plans(task.graph, **task.asked, time_limit_s=600.0, effort=0.0003, **asked)
    except InfeasiblePlanError as refusal:
        if refusal.code in _HARD and {"keep_whole", "locked"} & set(task.asked):
            return []
        raise


@pytest.mark.slow
@given(st.integers(0, 1_000_000))
@settings(max_examples=60, deadline=None)
def test_every_plan_is_sound(seed: int) -> None:
    task = plant(seed, most_units=80)
    for plan in proposed(task, alternatives=2, seed=seed):
        assert_sound(task, plan)


def test_most_random_tasks_are_solved() -> None:
    solved = [bool(proposed(plant(seed, most_units=60), alternatives=1)) for seed in range(1_000, 1_040)]
    assert sum(solved) >= 38
