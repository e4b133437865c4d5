"""Largest remainder: totals kept exactly, quotas never left, ties decided by the caller's order."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.crosswalk import largest_remainder
from boundaries.errors import FiguresError
from tests.boundaries.crosswalk.lattice import hamilton

_whole_amounts = st.lists(st.integers(0, 40), min_size=1, max_size=12).filter(any)


@given(_whole_amounts, st.integers(0, 5000))
def test_it_is_hamiltons_method(amounts, total):
    quotas = [Fraction(amount * total, sum(amounts)) for amount in amounts]
    assert largest_remainder(amounts, total).tolist() == hamilton(quotas)


@given(st.lists(st.tuples(_whole_amounts, st.integers(0, 500)), min_size=1, max_size=6), st.randoms())
def test_groups_are_each_rounded_by_themselves(groups, random):
    amounts = [amount for members, _ in groups for amount in members]
    numbers = [number for number, (members, _) in enumerate(groups) for _ in members]
    totals = [total for _, total in groups]
    shuffled = list(range(len(amounts)))
    random.shuffle(shuffled)
    got = largest_remainder([amounts[at] for at in shuffled], totals, groups=[numbers[at] for at in shuffled])
    for number, (_, total) in enumerate(groups):
        mine = [at for at in shuffled if numbers[at] == number]
        alone = largest_remainder([amounts[at] for at in mine], total)
        together = [int(got[place]) for place, at in enumerate(shuffled) if numbers[at] == number]
        assert together == alone.tolist()
        assert sum(together) == total


@given(
    st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=50).filter(lambda values: sum(values) > 0),
    st.integers(0, 10_000_000),
)
def test_any_amounts_keep_the_total_and_stay_within_one_of_their_quota(amounts, total):
    got = largest_remainder(amounts, total)
    assert got.dtype == np.int64
    assert got.sum() == total
    quotas = np.array(amounts) / sum(amounts) * total
    assert (np.abs(got - quotas) < 1 + 1e-6).all()
    assert (got[np.array(amounts) == 0] == 0).all()


def test_equal_remainders_go_to_the_earlier_even_when_floating_point_tells_them_apart():
    assert largest_remainder([0.1 + 0.2, 0.3], 1).tolist() == [1, 0]
    assert largest_remainder([0.3, 0.1 + 0.2], 1).tolist() == [1, 0]


def test_nothing_to_share_out():
    assert largest_remainder([], [], groups=[]).tolist() == []
    assert largest_remainder([0, 0], 0).tolist() == [0, 0]
    assert largest_remainder([3, 0], [4, 0], groups=[0, 1]).tolist() == [4, 0]


@pytest.mark.parametrize(
    ("amounts", "total", "groups", "code"),
    [
        ([1, -1], 2, None, "amounts-invalid"),
        ([1, np.nan], 2, None, "amounts-invalid"),
        ([1, np.inf], 2, None, "amounts-invalid"),
        ([0, 0], 2, None, "amounts-all-zero"),
        ([1], [1, 2], [0], "amounts-all-zero"),
        ([1], 1.5, None, "totals-invalid"),
        ([1], -1, None, "totals-invalid"),
        ([1], np.nan, None, "totals-invalid"),
        ([1, 2], [3], [0, 1], "groups-invalid"),
        ([1, 2], [3], [0], "groups-invalid"),
        ([1, 2], [3], [-1, 0], "groups-invalid"),
        ([1, 2], [3], [0.0, 0.5], "groups-invalid"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(amounts, total, groups, code):
    with pytest.raises(FiguresError) as error:
        largest_remainder(amounts, total, groups=groups)
    assert error.value.code == code
    assert error.value.text("zh") != error.value.text("en")
