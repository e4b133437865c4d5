"""Which candidates are shown, and under which names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.proposals.bounds import Bounds
from boundaries.proposals.recipes import Recipe
from boundaries.proposals.run import Found
from boundaries.proposals.selection import LEAST_DIFFERENCE, Candidate, choose_different


def candidate(number: int = 5, **measures: float) -> Candidate:
    found = Found(
        Recipe("short", number), Bounds(0, 1, "given"), np.zeros(1, dtype=np.int64), 1.0, 0.0, 1, cut_short=False
    )
    plain = {"line": 100.0, "spread": 1.0, "deviation": 0.1, "moved": 50.0, "along_today": 0.5, "along_roads": 0.0}
    return Candidate(found=found, **(plain | measures))


def all_far(count: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    return np.ones((count, count)) - np.eye(count)


def test_the_best_by_each_merit_come_first() -> None:
    candidates = [
        candidate(),
        candidate(deviation=0.01),
        candidate(line=90.0),
        candidate(moved=10.0),
        candidate(spread=0.5),
        candidate(along_today=0.9),
        candidate(along_roads=0.9),
    ]
    assert choose_different(candidates, all_far(7), wanted=6) == [3, 2, 1, 4, 5, 6]
    assert choose_different(candidates, all_far(7), wanted=7) == [3, 2, 1, 4, 5, 6, 0]


def test_a_torn_division_is_shown_only_where_there_is_nothing_else() -> None:
    candidates = [candidate(line=100.0), candidate(line=130.0, moved=1.0), candidate(line=120.0)]
    assert choose_different(candidates, all_far(3), wanted=2) == [0, 2]
    assert set(choose_different(candidates, all_far(3), wanted=3)) == {0, 1, 2}


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 8))
def test_no_two_chosen_are_alike_while_others_differ(seed: int, count: int, wanted: int) -> None:
    rng = np.random.default_rng(seed)
    candidates = [candidate(line=rng.uniform(90, 140), moved=rng.uniform(0, 9)) for _ in range(count)]
    difference = np.triu(rng.uniform(0, 0.3, (count, count)), 1)
    difference += difference.T
    chosen = choose_different(candidates, difference, wanted=wanted)
    assert len(set(chosen)) == len(chosen) <= wanted
    if len(chosen) > 3:
        within = difference[np.ix_(chosen, chosen)]
        assert within[np.triu_indices(len(chosen), 1)].min() >= LEAST_DIFFERENCE
    if count >= wanted:
        assert len(chosen) >= min(wanted, 3)


def test_nothing_to_choose_from() -> None:
    assert choose_different([], np.empty((0, 0)), wanted=3) == []
    assert choose_different([candidate()], np.zeros((1, 1)), wanted=3) == [0]


@pytest.mark.parametrize("wanted", [1, 2])
def test_few_are_enough_when_few_are_wanted(wanted: int) -> None:
    assert len(choose_different([candidate(line=90.0 + at) for at in range(5)], all_far(5), wanted=wanted)) == wanted
