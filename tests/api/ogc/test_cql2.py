"""CQL2 (21-065r2): examples by conformance class, and every answer against the library's own row-by-row evaluator."""

import json
import operator
from datetime import UTC, datetime

import cql2
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.cql2 import read_filter, select_rows
from api.cql2.parse import DEEPEST_BRACKETS, _depth
from api.cql2.texts import like_pattern
from api.errors import UsageError
from api.geojson import FeatureTable

_ROWS = gpd.GeoDataFrame(
    {
        "name": ["东街社区", "西街社区", "East Side", "Café", None],
        "households": [100.0, 250.5, 400.0, 0.0, float("nan")],
        "floors": [3, 5, 7, 9, 11],
        "is_old": [True, False, True, False, True],
        "surveyed": pd.to_datetime(
            ["2020-01-01", "2021-06-15T08:30:00", "2022-01-01", None, "2023-12-31T23:59:59"], utc=True, format="ISO8601"
        ),
        "ids": [("a", "b"), ("b",), ("c", "d"), (), ("a", "b", "c")],
        "empty": [None] * 5,
    },
    geometry=[
        shapely.box(0, 0, 2, 2),
        shapely.box(2, 0, 4, 2),
        shapely.Point(1, 1),
        shapely.LineString([(-1, 1), (5, 1)]),
        None,
    ],
    index=pd.Index(["r1", "r2", "r3", "r4", "r5"], name="id"),
    crs=4326,
)
_TABLE = FeatureTable.of(_ROWS)


def _chosen(text: str, table: FeatureTable = _TABLE) -> list[str]:
    tree = read_filter(text, "cql2-text")
    keep = select_rows(tree, table.filterable, rows=len(table), to_lonlat=lambda shape: shape)
    by_json = select_rows(
        read_filter(json.dumps(cql2.Expr(text).to_json()), "cql2-json"),
        table.filterable,
        rows=len(table),
        to_lonlat=lambda s: s,
    )
    assert (keep == by_json).all()
    return [name for name, kept in zip(table.ids, keep, strict=True) if kept]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # basic-cql2
        ("name = '东街社区'", "1"),
        ("name <> '东街社区'", "234"),
        ("households > 100", "23"),
        ("households >= 100", "123"),
        ("households < 100", "4"),
        ("households <= 100", "14"),
        ("is_old = TRUE", "135"),
        ("is_old", "135"),
        ("NOT is_old", "24"),
        ("TRUE", "12345"),
        ("FALSE", ""),
        ("name IS NULL", "5"),
        ("name IS NOT NULL", "1234"),
        ("empty IS NULL", "12345"),
        ("is_old AND households > 100", "3"),
        ("is_old OR households > 100", "1235"),
        ("NOT (is_old AND households > 100)", "124"),
        ("households = 100 AND NOT name = '西街社区' OR floors = 9", "14"),
        ("surveyed > TIMESTAMP('2021-01-01T00:00:00Z')", "235"),
        ("surveyed = DATE('2020-01-01')", "1"),
        ("surveyed < TIMESTAMP('2021-06-15T16:30:01+08:00')", "12"),
        # unknown is neither true nor false
        ("households = 100 OR households <> 100", "1234"),
        ("NOT households > 100", "14"),
        ("households > 100 OR TRUE", "12345"),
        ("empty = 3 AND FALSE", ""),
        ("NOT (empty = 3 AND FALSE)", "12345"),
        ("empty = 'x'", ""),
        ("NOT empty = 'x'", ""),
        # advanced-comparison-operators
        ("name LIKE '%社区'", "12"),
        ("name LIKE '_街社区'", "12"),
        ("name LIKE 'east%'", ""),
        ("name NOT LIKE '%社区'", "34"),
        ("households BETWEEN 100 AND 300", "12"),
        ("households NOT BETWEEN 100 AND 300", "34"),
        ("floors IN (3, 9, 12)", "14"),
        ("floors NOT IN (3, 9, 12)", "235"),
        ("name IN ('Café', 'x')", "4"),
        # case- and accent-insensitive-comparison
        ("CASEI(name) LIKE CASEI('EAST%')", "3"),
        ("CASEI(name) = CASEI('east side')", "3"),
        ("ACCENTI(name) = ACCENTI('Cafe')", "4"),
        ("CASEI(ACCENTI(name)) IN (CASEI(ACCENTI('CAFÉ')))", "4"),
        # basic-spatial-functions and -plus, spatial-functions
        ("S_INTERSECTS(geometry, POINT(1 1))", "134"),
        ("S_INTERSECTS(geometry, BBOX(3,0,4,2))", "24"),
        ("S_INTERSECTS(geometry, POLYGON((3 0, 4 0, 4 2, 3 2, 3 0)))", "24"),
        ("S_DISJOINT(geometry, BBOX(3,0,4,2))", "13"),
        ("S_EQUALS(geometry, POLYGON((0 0, 0 2, 2 2, 2 0, 0 0)))", "1"),
        ("S_TOUCHES(geometry, POLYGON((2 0, 4 0, 4 2, 2 2, 2 0)))", "1"),
        ("S_WITHIN(geometry, BBOX(0,0,2,2))", "13"),
        ("S_CONTAINS(geometry, POINT(3 1))", "24"),
        ("S_CROSSES(geometry, POLYGON((0 0, 0 2, 2 2, 2 0, 0 0)))", "4"),
        ("S_OVERLAPS(geometry, BBOX(1,0,3,2))", "12"),
        ("S_INTERSECTS(POINT(1 1), geometry)", "134"),
        # temporal-functions
        ("T_AFTER(surveyed, DATE('2021-06-15'))", "235"),
        ("T_BEFORE(surveyed, TIMESTAMP('2021-01-01T00:00:00Z'))", "1"),
        ("T_DURING(surveyed, INTERVAL('2021-01-01', '2022-06-01'))", "23"),
        ("T_INTERSECTS(surveyed, INTERVAL('2022-01-01', '..'))", "35"),
        ("T_DISJOINT(surveyed, INTERVAL('..', '2021-12-31'))", "35"),
        ("T_EQUALS(surveyed, TIMESTAMP('2022-01-01T00:00:00Z'))", "3"),
        ("T_STARTS(INTERVAL(surveyed, '2024-01-01'), INTERVAL('2022-01-01', '2025-01-01'))", "3"),
        ("T_FINISHES(INTERVAL(surveyed, '2024-01-01'), INTERVAL('2021-01-01', '2024-01-01'))", "235"),
        ("T_CONTAINS(INTERVAL(surveyed, '..'), DATE('2022-06-01'))", "123"),
        ("T_MEETS(INTERVAL(surveyed, '2024-01-01'), INTERVAL('2024-01-01', '..'))", "1235"),
        # array-functions
        ("A_CONTAINS(ids, ('a', 'b'))", "15"),
        ("A_CONTAINEDBY(ids, ('a', 'b'))", "124"),
        ("A_EQUALS(ids, ('b', 'a'))", "1"),
        ("A_OVERLAPS(ids, ('c', 'x'))", "35"),
        # property-property, arithmetic
        ("households > floors", "123"),
        ("households = floors * 100 - 300", "3"),
        ("households / floors > 40", "23"),
        ("floors % 4 = 3", "135"),
        ("floors div 2 = 3", "3"),
        ("floors ^ 2 = 49", "3"),
        ("-floors < -8", "45"),
        ("floors / households > 0", "123"),
        # names and literals
        ('"households" > 300', "3"),
        ("id = 'r2'", "2"),
        ("name = 'it''s'", ""),
    ],
)  # fmt: skip
def test_examples_of_each_class(text, rows):
    assert _chosen(text) == [f"r{row}" for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "height > 3", "name > 3", "households = 'x'", "is_old = 1", "name + 1 = 2", "S_INTERSECTS(name, POINT(1 1))",
        "T_AFTER(name, DATE('2020-01-01'))", "A_CONTAINS(name, ('a'))", "households", "name LIKE households",
        "area(geometry) > 3", "S_DWITHIN(geometry, POINT(1 1), 3)", "surveyed > '2020'", "households AND TRUE",
        "surveyed > DATE('2020-13-01')", "surveyed > TIMESTAMP('soon')", "S_INTERSECTS(geometry, POINT(1 NaN))",
        "geometry = geometry", "ids = ids", "CASEI(households) = 'x'", "T_DURING(surveyed, INTERVAL(name, '..'))",
        "households >", "1 = ", "SELECT 1", "households > 3; DROP TABLE x", 'name = "unclosed', "", " ",
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_both_languages(text):
    with pytest.raises(UsageError) as caught:
        select_rows(read_filter(text, "cql2-text"), _TABLE.filterable, rows=len(_TABLE), to_lonlat=lambda shape: shape)
    assert caught.value.code == "filter-invalid"
    assert caught.value.text("zh") != caught.value.text("en")


_numbers = st.integers(-3, 12).map(str)
_figures = st.sampled_from(["floors", "steps"]) | _numbers
_terms = st.recursive(
    _figures, lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({' '.join(t)})"),
    max_leaves=4,
)  # fmt: skip
_conditions = st.one_of(
    st.tuples(_terms, st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), _terms).map(" ".join),
    st.tuples(_terms, _numbers, _numbers).map(lambda t: f"{t[0]} BETWEEN {t[1]} AND {t[2]}"),
    st.lists(_numbers, min_size=1, max_size=4).map(lambda items: f"floors IN ({', '.join(items)})"),
    st.text("ab%_", max_size=5).map(lambda form: f"word LIKE '{form}'"),
    st.text("ab", max_size=3).map(lambda word: f"word >= '{word}'"),
    st.tuples(*[st.integers(0, 4)] * 2).map(
        lambda p: f"S_INTERSECTS(geometry, BBOX({p[0]},{p[1]},{p[0] + 1},{p[1] + 1}))"
    ),
)  # fmt: skip
_filters = st.recursive(
    _conditions,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(_filters, st.integers(0, 10_000))
def test_rows_are_those_that_another_evaluator_chooses(text, seed):
    assume(_depth(text) <= DEEPEST_BRACKETS)
    rng = np.random.default_rng(seed)
    layer = gpd.GeoDataFrame(
        {
            "floors": rng.integers(-2, 12, 8),
            "steps": rng.integers(-2, 12, 8).astype(float),
            "word": ["".join(rng.choice(list("ab"), rng.integers(0, 5))) for _ in range(8)],
        },
        geometry=shapely.points(rng.uniform(0, 5, (8, 2))),
        index=pd.Index([f"r{n}" for n in range(8)], name="id"),
        crs=4326,
    )
    expected = [
        row.Index
        for row in layer.itertuples()
        if cql2.Expr(text).matches(
            {
                "type": "Feature",
                "id": row.Index,
                "geometry": shapely.geometry.mapping(row.geometry),
                "properties": {"floors": row.floors, "steps": row.steps, "word": row.word},
            }
        )
    ]
    assert _chosen(text, FeatureTable.of(layer)) == expected


@settings(max_examples=300, deadline=None)
@given(st.text("ab%_\\", max_size=8), st.text("ab%_", max_size=8))
def test_like_means_what_a_plain_matcher_says(form, text):
    assert (like_pattern(form).match(text) is not None) == _plain_like(form, text)


def _plain_like(form: str, text: str) -> bool:
    """Match by trying everything."""
    if not form:
        return not text
    if form[0] == "%":
        return any(_plain_like(form[1:], text[at:]) for at in range(len(text) + 1))
    if form[0] == "\\" and len(form) > 1:
        return text[:1] == form[1] and _plain_like(form[2:], text[1:])
    return bool(text) and (form[0] in {"_", text[0]}) and _plain_like(form[1:], text[1:])


def test_a_pattern_of_many_pieces_takes_no_more_than_linear_steps():
    """Tried piece by piece, a pattern like this would be tried in more ways than there are atoms."""
    assert like_pattern("%a" * 60 + "%b").match("a" * 20_000) is None


_ENDS = [datetime(2020, 1, day, tzinfo=UTC) for day in range(1, 5)]


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("T_OVERLAPS", lambda a, b: a[0] < b[0] < a[1] < b[1]),
        ("T_OVERLAPPEDBY", lambda a, b: b[0] < a[0] < b[1] < a[1]),
        ("T_STARTEDBY", lambda a, b: a[0] == b[0] and a[1] > b[1]),
        ("T_STARTS", lambda a, b: a[0] == b[0] and a[1] < b[1]),
        ("T_FINISHEDBY", lambda a, b: a[0] < b[0] and a[1] == b[1]),
        ("T_FINISHES", lambda a, b: a[0] > b[0] and a[1] == b[1]),
        ("T_METBY", lambda a, b: a[0] == b[1]),
        ("T_MEETS", lambda a, b: a[1] == b[0]),
        ("T_DURING", lambda a, b: a[0] > b[0] and a[1] < b[1]),
        ("T_CONTAINS", lambda a, b: a[0] < b[0] and a[1] > b[1]),
        ("T_BEFORE", lambda a, b: a[1] < b[0]),
        ("T_AFTER", lambda a, b: a[0] > b[1]),
        ("T_EQUALS", operator.eq),
        ("T_INTERSECTS", lambda a, b: not (a[1] < b[0] or a[0] > b[1])),
        ("T_DISJOINT", lambda a, b: a[1] < b[0] or a[0] > b[1]),
    ],
)
def test_intervals_lie_to_each_other_as_allen_has_it(name, holds):
    spans = [(start, end) for start in _ENDS for end in _ENDS if start < end]
    layer = gpd.GeoDataFrame(
        {"start": [span[0] for span in spans], "until": [span[1] for span in spans]},
        geometry=[shapely.Point(0, 0)] * len(spans),
        index=pd.Index([f"s{n}" for n in range(len(spans))], name="id"),
        crs=4326,
    )
    table = FeatureTable.of(layer)
    for start, end in spans:
        other = f"INTERVAL('{start.date()}', '{end.date()}')"
        found = _chosen(f"{name}(INTERVAL(start, until), {other})", table)
        assert found == [f"s{n}" for n, span in enumerate(spans) if holds(span, (start, end))]
