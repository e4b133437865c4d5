"""Cells as offices write them: what is read, what is unknown, what is refused; never a part of a cell."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.values import UNKNOWN_WORDS, parse_codes, parse_figures, plain


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("1234", 1234), ("1,234", 1234), ("1,234,567.5", 1_234_567.5), ("1 234", 1234), ("1\u00a0234", 1234),
        ("\uff11\uff12\uff13\uff14", 1234), ("\uff11\uff0c\uff12\uff13\uff14 户", 1234), ("1234戶", 1234),
        ("1.2万", 12_000), ("0", 0), ("-5", -5), ("\u22125", -5),
        ("1.0", 1), ("1e3", 1000), (" 12 ", 12), (7, 7), (7.5, 7.5), ("0.3万户", 3000),
    ],
)  # fmt: skip
def test_a_figure_is_read_whatever_its_dress(cell, figure):
    parsed = parse_figures(pd.Series([cell], dtype=object), target="households")
    assert parsed.cells.tolist() == [figure]
    assert parsed.refused == ()


@pytest.mark.parametrize("cell", [*sorted(UNKNOWN_WORDS), None, float("nan"), " ", "nan", "n/a", "不详"])
def test_unknown_is_nan_and_never_zero(cell):
    parsed = parse_figures(pd.Series([cell, "5"], dtype=object), target="households")
    assert math.isnan(parsed.cells.iloc[0])
    assert parsed.unknown == 1
    assert parsed.refused == ()


@pytest.mark.parametrize(
    "cell",
    [
        "三百",
        "约300",
        "300-400",
        "12,34",
        "1,2345",
        "300人",
        "12abc",
        "=1+1",
        "inf",
        "1.2.3",
        "12户半",
        True,
        "1e999",
        "#REF!",
    ],
)
def test_what_is_no_figure_is_refused_with_its_place(cell):
    parsed = parse_figures(pd.Series(["7", cell], dtype=object), target="households")
    assert parsed.refused == ((1, str(cell)),)
    assert parsed.cells.iloc[0] == 7


def test_a_unit_belongs_to_its_column():
    assert parse_figures(pd.Series(["300人"]), target="resident_population").cells.tolist() == [300]
    assert parse_figures(pd.Series(["300㎡", "300平方米"]), target="service_floor_area_m2").cells.tolist() == [300, 300]
    assert parse_figures(pd.Series(["300套"]), target="households").refused == ((0, "300套"),)


def test_numbers_pass_and_infinity_does_not():
    parsed = parse_figures(pd.Series([1.0, np.nan, np.inf]), target="households")
    assert parsed.refused == ((2, "inf"),)
    assert parsed.unknown == 1


@given(st.integers(0, 10**9), st.sampled_from(["{:,}", "{:,}户", "{} 户", "{}"]))
def test_every_whole_number_survives_its_dress(number, dress):
    full_width = {ord(sign): ord(sign) - 0x20 + 0xFF00 for sign in "0123456789,"}
    for text in (dress.format(number), dress.format(number).translate(full_width)):
        assert parse_figures(pd.Series([text]), target="households").cells.tolist() == [number]


@given(st.text(max_size=12))
def test_any_text_is_a_figure_or_unknown_or_refused(text):
    parsed = parse_figures(pd.Series([text], dtype=object), target="households")
    known = not math.isnan(parsed.cells.iloc[0])
    assert known + parsed.unknown + len(parsed.refused) == 1


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("460105001001", "460105001001"), (460105001001, "460105001001"), (460105001001.0, "460105001001"),
        ("460105001001.0", "460105001001"), ("4.60105001001E+11", "460105001001"), ("'460105001001", "460105001001"),
        ("460105 001 001", "460105001001"), ("460105", "460105"), ("001", "001"), ("A6737-0002-00", "A6737-0002-00"),
        ("2E10", "2E10"), ("1E05", "1E05"),
    ],
)  # fmt: skip
def test_codes_come_back_from_spreadsheets(cell, code):
    parsed = parse_codes(pd.Series([cell], dtype=object))
    assert parsed.cells.tolist() == [code]
    assert parsed.refused == ()


@pytest.mark.parametrize(
    "cell", ["4.6E+11", "4.60105E+11", "4.601050010012E+11", "1E+11", 12.5, 1e17, float("inf"), True]
)
def test_a_code_that_lost_digits_is_refused(cell):
    parsed = parse_codes(pd.Series([cell, "1"], dtype=object))
    assert parsed.refused == ((0, str(cell)),)


def test_numeric_columns_become_text_without_points():
    assert parse_codes(pd.Series([1, 20, 300])).cells.tolist() == ["1", "20", "300"]
    parsed = parse_codes(pd.Series([460105001001.0, np.nan]))
    assert parsed.cells.iloc[0] == "460105001001"
    assert pd.isna(parsed.cells.iloc[1])


@given(st.integers(0, 2**53 - 1))
def test_a_float_column_loses_no_code_that_a_float_can_hold(code):
    assert parse_codes(pd.Series([float(code)])).cells.tolist() == [str(code)]


@given(st.text())
def test_plain_is_the_same_twice(text):
    assert plain(plain(text)) == plain(text)


def test_the_index_and_the_input_stay():
    column = pd.Series(["1户", "2"], index=["x", "y"])
    before = column.copy()
    assert parse_figures(column, target="households").cells.index.tolist() == ["x", "y"]
    assert parse_codes(column).cells.index.tolist() == ["x", "y"]
    pd.testing.assert_series_equal(column, before)
