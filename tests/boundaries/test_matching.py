"""Matching of communities, against trying every pairing."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.matching import match_communities, moved_units, moved_weight


def least_moved(one: list[int], two: list[int], weight: list[float]) -> float:
    """Try every injection of the communities of the smaller division into the other."""
    names_one, names_two = sorted(set(one)), sorted(set(two))
    if len(names_one) > len(names_two):
        return least_moved(two, one, weight)
    best = max(
        sum(w for a, b, w in zip(one, two, weight, strict=True) if dict(zip(names_one, chosen, strict=True))[a] == b)
        for chosen in itertools.permutations(names_two, len(names_one))
    )
    return sum(weight) - best


divisions = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 50)), min_size=1, max_size=12)


@given(divisions)
def test_as_little_moves_as_any_pairing_allows(units: list[tuple[int, int, int]]) -> None:
    one, two, weight = ([float(values[at]) for values in units] for at in range(3))
    expected = least_moved([int(v) for v in one], [int(v) for v in two], weight)
    ids = [f"u{place}" for place in range(len(units))]
    moved = moved_units(
        pd.Series([f"a{v:g}" for v in one], index=ids),
        pd.Series([f"b{v:g}" for v in two], index=ids),
        pd.Series(weight, index=ids),
    )
    assert np.array(weight)[moved.to_numpy()].sum() == pytest.approx(expected)
    assert moved_weight(np.array(one, dtype=int), np.array(two, dtype=int), np.array(weight)) == pytest.approx(expected)


def test_units_without_a_community_today_have_not_moved() -> None:
    current = pd.Series({"u1": "a", "u2": None, "u3": "b"})
    planned = pd.Series({"u1": "x", "u2": "x", "u3": "x"})
    weight = pd.Series({"u1": 5.0, "u2": 1.0, "u3": 2.0})
    assert moved_units(current, planned, weight).to_dict() == {"u1": False, "u2": False, "u3": True}


def test_unknown_weight_counts_as_nothing() -> None:
    ids = ["u1", "u2"]
    pairs = match_communities(pd.Series(["a", "a"], ids), pd.Series(["x", "y"], ids), pd.Series([np.nan, 1.0], ids))
    assert pairs == {"a": "y"}
