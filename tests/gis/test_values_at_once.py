"""Cells read at once against cells read one by one: the quick way must never give anything else."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from gis.values import UNKNOWN_WORDS, parse_codes, parse_texts, plain

SIGNS = st.sampled_from(
    [*"0123456789AEaez_-.+,' /*?\t\u3000\u00a0\ufeff\u200b\u2212", "一", "龥", "鿿", "豈", "\uff15", "㎡"]
)
WRITTEN = st.one_of(
    st.text(SIGNS, max_size=14),
    st.text(max_size=6),
    st.sampled_from(sorted(UNKNOWN_WORDS)),
    st.sampled_from(["460105001001", "460105001001.0", "4.60105001001E+11", "4.6E+11", "2E10", "'460105", "4601 05"]),
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.none(),
)


@given(st.lists(WRITTEN, max_size=30))
def test_codes_read_at_once_are_those_read_one_by_one(cells):
    index = pd.Index([f"r{n}" for n in range(len(cells))])
    at_once = parse_codes(pd.Series(cells, index=index, dtype="str"))
    one_by_one = parse_codes(pd.Series(cells, index=index, dtype=object))
    assert_series_equal(at_once.cells, one_by_one.cells)
    assert at_once.refused == one_by_one.refused
    assert (at_once.unknown, at_once.rewritten) == (one_by_one.unknown, one_by_one.rewritten)


@given(st.lists(WRITTEN, max_size=30))
def test_texts_read_at_once_are_those_read_one_by_one(cells):
    expected = [None if cell is None or not plain(cell) else cell.strip() for cell in cells]
    assert_series_equal(parse_texts(pd.Series(cells, dtype="str")), pd.Series(expected, dtype="str"))
    assert_series_equal(parse_texts(pd.Series(cells, dtype=object)), pd.Series(expected, dtype="str"))


def test_texts_of_other_types_are_written_out():
    cells = pd.Series([12, None, float("nan"), " 东街 ", pd.NaT, True], dtype=object)
    assert_series_equal(parse_texts(cells), pd.Series(["12", None, None, "东街", None, "True"], dtype="str"))


def test_parsing_leaves_the_column_as_it_was():
    cells = pd.Series(["1", " 2 ", None], dtype="str")
    before = cells.copy()
    parse_codes(cells)
    parse_texts(cells)
    assert_series_equal(cells, before)


def test_the_quick_way_takes_only_signs_that_folding_leaves_alone():
    assert all(unicodedata.normalize("NFKC", chr(sign)) == chr(sign) for sign in range(ord("一"), ord("鿿") + 1))
    assert not any(character.isdigit() for word in UNKNOWN_WORDS for character in word)


@pytest.mark.parametrize("place", [0, 4999, 9999])
def test_one_hard_cell_among_many_is_read_in_its_place(place):
    cells = [f"4601050{n:05d}" for n in range(10_000)]
    cells[place] = "4.6E+11"
    assert parse_codes(pd.Series(cells, dtype="str")).refused == ((place, "4.6E+11"),)
    cells[place] = " 46 01 "
    parsed = parse_codes(pd.Series(cells, dtype="str"))
    assert parsed.cells[place] == "4601"
    assert parsed.rewritten == 1
    assert parsed.cells.drop(place).tolist() == cells[:place] + cells[place + 1 :]
