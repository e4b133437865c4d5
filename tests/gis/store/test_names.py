"""Names of items and of what the database shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import StoreError
from gis.order import natural_key
from gis.store.names import Entity, check_name, name_key, shortened, shown_columns, view_name


@given(st.lists(st.text(max_size=40), max_size=8))
def test_shown_columns_differ_and_fit(columns):
    shown = shown_columns(columns)
    assert len(shown) == len(columns)
    assert len({name.casefold() for name in shown} | {"ogc_fid", "geom", "id"}) == len(columns) + 3
    assert all(0 < len(name.encode()) <= 63 and "\0" not in name for name in shown)


@given(st.text(max_size=100))
def test_short_identifiers_stay_and_long_ones_stay_apart(text):
    plain = text.encode(errors="ignore").decode()
    if len(plain.encode()) <= 63:
        assert shortened(plain) == plain
    else:
        assert len(shortened(plain).encode()) <= 63
        assert shortened(plain) != shortened(plain + "x")


def test_composed_and_decomposed_names_are_one():
    assert check_name("e\u0301") == "\u00e9"
    assert name_key("E\u0301") == name_key("\u00e9")


@pytest.mark.parametrize("name", ["社区", "方案-1", "grids_2026", "[鹽]行里"[1:2], "a" * 60, "ÄÖ"])
def test_good_names_pass(name):
    assert check_name(name) == name


def test_the_findings_of_the_audit_are_shown_under_their_own_name_and_no_layer_takes_it():
    assert view_name(Entity.FINDINGS, "findings") == "findings"
    assert view_name(Entity.FINDINGS, "draft") == "findings_draft"
    assert check_name("findings", Entity.FINDINGS) == "findings"
    for name in ("findings", "Findings"):
        with pytest.raises(StoreError) as caught:
            check_name(name, Entity.LAYER)
        assert caught.value.code == "name-of-findings"


@given(st.lists(st.integers(0, 10**20), unique=True, max_size=9))
def test_numbered_names_stand_in_the_order_of_their_numbers(numbers):
    names = [f"alternative_{number}" for number in numbers]
    assert sorted(names, key=natural_key) == [f"alternative_{number}" for number in sorted(numbers)]


@given(st.lists(st.text(max_size=12), max_size=9))
def test_any_names_have_an_order(names):
    assert sorted(sorted(names), key=natural_key) == sorted(sorted(names, reverse=True), key=natural_key)


def test_a_refusal_names_the_name_in_both_languages():
    with pytest.raises(StoreError) as caught:
        check_name("a b")
    assert "'a b'" in caught.value.text("zh")
    assert "'a b'" in caught.value.text("en")
