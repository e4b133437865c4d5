import math

import numpy as np
import pandas as pd
import pytest

from gis.maps import words


@pytest.mark.parametrize("unknown", [None, math.nan, np.float64("nan"), pd.NA, pd.NaT, ""])
def test_unknown_is_said_and_never_zero(unknown: object):
    assert not words.is_known(unknown)
    assert words.count_text(unknown) == words.UNKNOWN
    assert words.area_text(unknown) == words.UNKNOWN
    assert words.width_text(unknown) == words.UNKNOWN


def test_zero_is_known():
    assert words.count_text(0).zh == "0"


@pytest.mark.parametrize(
    ("square_metres", "zh"),
    [(0.42, "0.42 ㎡"), (12.34, "12.3 ㎡"), (99_999, "99,999 ㎡"), (100_000, "0.10 km²"), (14_150_000, "14.15 km²")],
)
def test_areas_are_written_in_the_unit_that_reads_best(square_metres: float, zh: str):
    assert words.area_text(square_metres).zh == zh


def test_every_word_has_both_languages_and_the_same_fields():
    for word in words.WORDS.values():
        assert word.zh.strip()
        assert word.en.strip()
        assert word.fields("zh") == word.fields("en")
