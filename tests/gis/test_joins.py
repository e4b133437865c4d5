"""Joining tables: by code before name, both sides accounted for, near matches offered and never applied in silence."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

import gis
from gis.errors import SchemaError
from gis.joins import join_table
from gis.names import fold_code, fold_place_name, name_likeness


def _layer(names: list[str], codes: list[str] | None = None) -> gpd.GeoDataFrame:
    ids = pd.Index(codes or [f"v{at}" for at in range(len(names))], name="id")
    frame = {"name": names} | ({"code": codes} if codes else {})
    return gpd.GeoDataFrame(frame, geometry=[box(at, 0, at + 1, 1) for at in range(len(names))], crs=4547, index=ids)


def test_codes_meet_through_signs_and_spreadsheet_points():
    layer = _layer(["甲", "乙", "丙"], ["410105001001", "410105001002", "410105001003"])
    table = pd.DataFrame({"社区代码": ["410105-001-002", 410105001001.0], "户数": ["1,200户", "900"]})
    join = join_table(layer, table, kind="communities")
    assert (join.key.layer_column, join.key.table_column, join.key.compared_as) == ("code", "社区代码", "code")
    assert join.layer["households"].tolist()[:2] == [900, 1200]
    assert np.isnan(join.layer["households"].iloc[2])  # unknown, never zero
    assert join.unmatched_ids == ("410105001003",)
    assert join.unmatched_rows == ()


def test_the_real_table_joins_by_code_though_names_repeat_nationwide(shared_data, scenario1):
    layer = gis.read_layer(scenario1, "communities", layer="villages_li")
    table = gis.read_table(shared_data / "tainan_westcentral" / "population_201812_cunli.csv")
    join = join_table(layer, table, kind="communities")
    assert (join.matched, len(join.unmatched_ids), len(join.unmatched_rows)) == (10, 28, 7750)
    assert join.key.table_column == "村里代碼"
    assert join.layer.loc["67000370005", "households"] == 1953  # 赤嵌里 in the file
    assert join.layer.loc["67000370004", "households"] == layer.loc["67000370004", "households"]  # kept where no row is
    assert [question.column for question in join.questions] == ["人口"]


def test_exact_names_lose_rows_and_near_ones_are_offered_with_reasons():
    layer = _layer(["[鹽]行里", "臺山社区", "东门(新)", "西门社区居委会", "南湖"])
    table = pd.DataFrame({"名称": ["盐行里", "台山村", "东门", "西门村", "北湖", "\ue123行里"], "户数": range(6)})
    join = join_table(layer, table, on=("name", "名称"), columns={"households": "户数"})
    assert join.matched == 0
    assert join.layer["households"].isna().all()
    best = {}
    for one in join.near:
        best.setdefault(one.layer_key, one)
    assert {key: one.table_key for key, one in best.items()} == {
        "[鹽]行里": "盐行里", "臺山社区": "台山村", "东门(新)": "东门", "西门社区居委会": "西门村",
    }  # fmt: skip
    assert all(one.reason.zh and one.reason.en for one in join.near)
    assert len(join.unmatched_ids) == 5
    assert join.unmatched_rows == (1, 2, 3, 4, 5, 6)
    accepted = join_table(
        layer, table, on=("name", "名称"), columns={"households": "户数"},
        accept={one.id: one.row for one in best.values()},
    )  # fmt: skip
    assert accepted.matched == 4
    assert accepted.layer["households"].tolist()[:4] == [0, 1, 2, 3]
    assert np.isnan(accepted.layer["households"].iloc[4])


def test_a_repeated_key_joins_none_of_its_rows():
    table = pd.DataFrame({"名称": ["甲", "甲", "乙"], "户数": [1, 2, 3]})
    join = join_table(_layer(["甲", "乙"]), table, on=("name", "名称"))
    assert join.repeated_rows == (1, 2)
    assert join.unmatched_ids == ("v0",)
    assert join.layer["户数"].tolist()[1] == 3
    assert "1、2" in " ".join(line.zh for line in join.lines())


def test_short_numbers_are_no_codes():
    layer = _layer(["甲", "乙"]).set_axis(pd.Index(["12", "30"], name="id"), axis="index")
    table = pd.DataFrame({"名称": ["甲", "乙"], "户数": ["12", "30"]})
    assert join_table(layer, table).key.table_column == "名称"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "join-key-missing"),
        ({"on": ("name", "none")}, "column-missing"),
        ({"on": ("none", "名称")}, "column-missing"),
        ({"on": ("name", "名称"), "accept": {"v0": 9}}, "join-row-unknown"),
        ({"on": ("name", "名称"), "accept": {"x": 1}}, "join-row-unknown"),
        ({"on": ("name", "名称"), "kind": "communities", "columns": {"households": "名称"}}, "not-a-number"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused(options, code):
    with pytest.raises(SchemaError) as caught:
        join_table(_layer(["甲", "乙"]), pd.DataFrame({"名称": ["丙", "丁"]}), **options)
    assert caught.value.code == code


def test_the_layer_is_not_touched():
    layer = _layer(["甲"])
    before = layer.copy()
    join_table(layer, pd.DataFrame({"名称": ["甲"], "户数": [1]}), on=("name", "名称"))
    assert layer.equals(before)


codes = st.lists(st.integers(10**11, 10**12 - 1).map(str), min_size=1, max_size=8, unique=True)


@given(codes=codes, picked=st.data())
def test_every_feature_and_row_is_accounted_for_once(codes, picked):
    keys = picked.draw(st.lists(st.sampled_from([*codes, "999", "x"]), max_size=10))
    join = join_table(
        _layer(list(codes), codes), pd.DataFrame({"代码": keys, "户数": range(len(keys))}), on=("code", "代码")
    )
    truth = {key: [at for at, one in enumerate(keys) if one == key] for key in codes}
    assert join.matched == sum(len(rows) == 1 for rows in truth.values())
    assert len(join.unmatched_ids) + join.matched == len(codes)
    assert len(join.unmatched_rows) + len(join.repeated_rows) + join.matched == len(keys)
    for code, value in zip(codes, join.layer["户数"], strict=True):
        assert (value == truth[code][0]) if len(truth[code]) == 1 else np.isnan(value)


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("臺南", "台南", True), ("東門社區", "东门社区", True), ("西门村委会", "西门社区居民委员会", True),
        ("李家(北)", "李家", True), ("□行里", "鹽行里", True), ("人民路社区", "人民西路社区", True),
        ("东门", "西门", False), ("一社区", "二社区", False), ("□", "鹽", False),
    ],
)  # fmt: skip
def test_names_that_a_clerk_would_take_for_one(left, right, alike):
    assert (name_likeness(left, right) is not None) == alike
    assert (name_likeness(right, left) is not None) == alike


@given(st.text(max_size=10))
def test_folding_is_stable(name):
    assert fold_code(fold_code(name)) == fold_code(name)
    assert isinstance(fold_place_name(name), str)


def test_features_that_share_a_key_are_told_and_never_count_a_row_twice():
    join = join_table(
        _layer(["甲", "甲", "乙"]), pd.DataFrame({"名称": ["甲", "乙"], "户数": [5, 7]}), on=("name", "名称")
    )
    assert join.repeated_ids == ("v0", "v1")
    assert join.layer["户数"].sum() == 7
    assert join.unmatched_ids == ()
    assert "重复计算" in " ".join(line.zh for line in join.lines())


def test_one_row_is_never_confirmed_for_two_features():
    layer, table = _layer(["甲社区", "乙社区"]), pd.DataFrame({"名称": ["甲村", "丙"], "户数": [5, 7]})
    with pytest.raises(SchemaError) as caught:
        join_table(layer, table, on=("name", "名称"), accept={"v0": 1, "v1": 1})
    assert caught.value.code == "join-row-taken"


def test_the_column_of_the_table_alone_finds_its_partner():
    layer = _layer(["甲", "乙"], ["410105001001", "410105001002"])
    table = pd.DataFrame({"旧代码": ["1", "2"], "名称": ["乙", "甲"], "户数": [5, 7]})
    join = join_table(layer, table, on="名称")
    assert (join.key.layer_column, join.key.table_column) == ("name", "名称")
    assert join.layer["户数"].tolist() == [7, 5]


def test_an_empty_cell_leaves_what_is_known():
    layer = _layer(["甲", "乙", "丙"]).assign(households=[1500.0, 700.0, np.nan])
    table = pd.DataFrame({"名称": ["甲", "乙", "丙"], "户数": [None, "900", None]})
    join = join_table(layer, table, kind="communities")
    assert join.matched == 3
    assert join.layer["households"].tolist()[:2] == [1500, 900]
    assert np.isnan(join.layer["households"].iloc[2])
