"""Recognising columns: by name, in the dress of dBASE and spreadsheets; what may be two things is asked about."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.columns import alias_table, fold_name, map_columns
from gis.errors import SchemaError
from gis.kinds import LAYER_KINDS, schema_of

_KINDS = [str(kind) for kind in LAYER_KINDS]


def _table(*names: str, **columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({name: ["1", "2"] for name in names} | columns)


@pytest.mark.parametrize("kind", _KINDS)
def test_every_alias_of_a_kind_is_recognised_alone(kind):
    table = alias_table()
    for target, names in {**table["any"], **table.get(kind, {})}.items():
        if schema_of(kind).field(target) is None:
            continue
        for name in names:
            mapping = map_columns(_table(name), kind)
            assert mapping.sources == {target: name}, (name, mapping)


@pytest.mark.parametrize(
    "name",
    [
        "户数",
        "户 数",
        "户数(户)",
        "户数\uff08户\uff09",
        "户_数",
        "戶數",
        "总户数",
        "HuShu",
        "HUSHU",
        "households",
        "HOUSEHOLDS",
        "H_CNT",
    ],
)
def test_households_in_many_dresses(name):
    assert map_columns(_table(name), "communities").sources == {"households": name}


@pytest.mark.parametrize(
    ("kind", "cut", "target"),
    [
        ("communities", "综合服务设", "service_floor_area_m2"), ("communities", "综合服", "service_floor_area_m2"),
        ("communities", "常住人", "resident_population"), ("communities", "户籍人", "registered_population"),
        ("communities", "社区名", "name"), ("grids", "网格类", "grid_type"),
    ],
)  # fmt: skip
def test_names_cut_by_dbase(kind, cut, target):
    mapping = map_columns(_table(cut), kind)
    assert mapping.sources == {target: cut}
    assert mapping.choices[0].how == "truncated"


def test_a_cut_name_needs_values_that_fit():
    assert map_columns(_table(常住人=["甲", "乙"]), "communities").sources == {}


def test_a_cut_name_that_fits_two_columns_is_asked_about():
    mapping = map_columns(_table("行政区"), "communities")
    assert mapping.sources == {}
    assert [(one.code, set(one.options)) for one in mapping.questions] == [("column-cut", {"name", "code"})]


@pytest.mark.parametrize("name", ["人口", "人口数", "总人口", "人数", "RK", "POP", "population"])
def test_a_bare_population_is_asked_about(name):
    mapping = map_columns(_table(name), "communities")
    assert mapping.sources == {}
    (question,) = mapping.questions
    assert question.options == ("resident_population", "registered_population", "actual_population")
    assert question.samples == ("1", "2")
    assert name in question.text.zh


@pytest.mark.parametrize(
    ("kind", "name"),
    [("communities", "HS"), ("compounds", "XQMC"), ("roads", "DLMC"), ("urban_villages", "XZDM"), ("grids", "网格员")],
)
def test_ambiguous_initials_are_never_accepted_alone(kind, name):
    mapping = map_columns(_table(name), kind)
    assert name not in mapping.sources.values()
    assert [one.code for one in mapping.questions] == ["column-ambiguous"]


def test_an_ambiguous_name_is_no_question_where_it_cannot_matter():
    assert map_columns(_table("DLMC", "BZ", "XQMC"), "communities").questions == ()


def test_households_and_dwellings_are_two_things():
    mapping = map_columns(_table("户数", "住宅套数"), "communities")
    assert mapping.sources == {"households": "户数", "dwellings": "住宅套数"}
    assert map_columns(_table("住宅套数"), "communities").sources == {"dwellings": "住宅套数"}


def test_resident_registered_and_actual_population_are_three_things():
    mapping = map_columns(_table("常住人口", "户籍人口", "实有人口"), "communities")
    assert mapping.sources == {"resident_population": "常住人口", "registered_population": "户籍人口"}
    assert mapping.kept == ("实有人口",)


def test_two_equal_candidates_are_asked_about_unless_they_hold_the_same():
    differing = pd.DataFrame({"户数": ["1"], "总户数": ["2"]})
    mapping = map_columns(differing, "communities")
    assert "households" not in mapping.sources
    assert [(one.code, one.options) for one in mapping.questions] == [("column-several", ("户数", "总户数"))]
    same = pd.DataFrame({"户数": ["1"], "总户数": ["1"]})
    assert map_columns(same, "communities").sources == {"households": "户数"}


def test_the_name_of_the_kind_wins_over_a_general_one():
    assert map_columns(_table("名称", "社区名称"), "communities").sources["name"] == "社区名称"
    grids = map_columns(_table("网格编码", "社区代码"), "grids")
    assert grids.sources == {"code": "网格编码", "community_code": "社区代码"}


def test_a_column_of_names_that_holds_codes_is_asked_about():
    mapping = map_columns(_table(社区名称=["460105001001", "460105001002"]), "communities")
    assert mapping.sources == {}
    assert [(one.code, one.options) for one in mapping.questions] == [("column-values", ("name", "code"))]


def test_ten_thousands_are_asked_about_not_taken_for_ones():
    mapping = map_columns(_table("常住人口(万人)"), "communities")
    assert mapping.sources == {}
    assert [(one.code, one.options) for one in mapping.questions] == [("column-unit", ("resident_population",))]


def test_what_is_stated_wins_and_an_empty_source_says_none():
    table = _table("户数", "HU")
    assert map_columns(table, "communities", columns={"households": "HU"}).sources == {"households": "HU"}
    assert map_columns(table, "communities", columns={"households": ""}).sources == {}


@pytest.mark.parametrize(
    ("columns", "code"), [({"households": "X"}, "column-missing"), ({"capacity": "户数"}, "column-unknown")]
)
def test_a_mapping_that_cannot_be_is_refused(columns, code):
    with pytest.raises(SchemaError) as caught:
        map_columns(_table("户数"), "communities", columns=columns)
    assert caught.value.code == code


@given(st.lists(st.text(min_size=1, max_size=6), max_size=6, unique=True), st.sampled_from(_KINDS))
def test_any_names_are_mapped_once_or_kept(names, kind):
    mapping = map_columns(pd.DataFrame({name: ["1"] for name in names}), kind)
    sources = list(mapping.sources.values())
    assert len(sources) == len(set(sources))
    assert sorted([*sources, *mapping.kept]) == sorted(names)


@given(st.text(max_size=10))
def test_folding_twice_is_folding_once(name):
    assert fold_name(fold_name(name)) == fold_name(name)


def test_every_meaning_in_the_table_is_named_in_both_languages():
    table = alias_table()
    for entry in table["ambiguous"]:
        for meaning in entry["means"]:
            assert table["meanings"][meaning]["zh"]
            assert table["meanings"][meaning]["en"]


def test_folding_pairs_are_as_long_as_each_other():
    folding = alias_table()["folding"]
    assert len(folding["traditional"]) == len(folding["simplified"])
    assert len(folding["place_traditional"]) == len(folding["place_simplified"])
