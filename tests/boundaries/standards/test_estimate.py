import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import StandardError
from boundaries.standards import communities_needed, load_standard, with_overrides

NATIONAL = load_standard("national_2026")


def test_a_county_town_of_45_000_households() -> None:
    estimate = communities_needed(45_000, NATIONAL)
    assert (estimate.low, estimate.high, estimate.suggested, estimate.fits) == (15, 45, 17, True)
    for figure in ("45,000", "3,000", "1,000", "15", "45", "17", "10%"):
        assert figure in estimate.why.zh
        assert figure in estimate.why.en
    assert "指导性" in estimate.why.zh


def test_no_growth_asks_for_the_least() -> None:
    assert communities_needed(45_000, NATIONAL, reserve=0).suggested == 15


def test_a_total_on_the_bound_is_not_rounded_up_by_floating_point() -> None:
    assert communities_needed(9 * 2700, NATIONAL).suggested == 9
    tenths = with_overrides(NATIONAL, minimum=0.1, maximum=0.3)
    assert communities_needed(0.9, tenths, reserve=0).low == 3


def test_a_total_below_the_minimum_fits_nothing_and_says_so() -> None:
    estimate = communities_needed(500, NATIONAL)
    assert (estimate.low, estimate.high, estimate.suggested, estimate.fits) == (1, 0, 1, False)
    assert "没有任何数量" in estimate.why.zh


def test_a_target_gives_the_nearer_number() -> None:
    estimate = communities_needed(39_000, load_standard("county_large"))
    assert (estimate.low, estimate.high, estimate.suggested) == (9, 10, 10)


def test_a_repealed_standard_says_so() -> None:
    assert "已废止" in communities_needed(3_000, load_standard("legacy_1989")).why.zh


def test_without_a_minimum_there_is_no_greatest_number() -> None:
    assert communities_needed(45_000, with_overrides(NATIONAL, minimum=None)).high is None


@pytest.mark.parametrize(
    ("total", "key", "reserve", "code"),
    [
        (float("nan"), "national_2026", 0.1, "total-invalid"),
        (-1, "national_2026", 0.1, "total-invalid"),
        (1000, "national_2026", 1.0, "reserve-invalid"),
        (1000, "national_2026", -0.1, "reserve-invalid"),
        (1000, "resources_14fyp", 0.1, "standard-without-size"),
    ],
)
def test_questions_without_an_answer_are_refused(total: float, key: str, reserve: float, code: str) -> None:
    with pytest.raises(StandardError) as caught:
        communities_needed(total, load_standard(key), reserve=reserve)
    assert caught.value.code == code


@given(st.integers(0, 10**7), st.integers(1, 5000), st.integers(1, 5000), st.floats(0, 0.9))
def test_the_numbers_are_the_least_and_greatest_that_fit(total: int, one: int, other: int, reserve: float) -> None:
    minimum, maximum = sorted((one, other))
    estimate = communities_needed(total, with_overrides(NATIONAL, minimum=minimum, maximum=maximum), reserve=reserve)
    assert estimate.low * maximum >= total > (estimate.low - 1) * maximum
    assert estimate.high is not None
    assert estimate.high * minimum <= total < (estimate.high + 1) * minimum
    if estimate.fits:
        assert estimate.low <= estimate.suggested <= estimate.high
        wanted = math.ceil(total / ((1 - reserve) * maximum) - 1e-9)
        assert estimate.suggested == min(max(wanted, estimate.low), estimate.high)
    else:
        assert estimate.suggested == estimate.low
