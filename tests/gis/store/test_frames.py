"""Any table comes back as it was, and its hash depends on its content alone; the first is held on both backends."""

import datetime as dt
import math
import uuid
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.errors import StoreError
from gis.store.frames import decode_frame, encode_frame, frame_hash
from gis.store.names import Entity
from gis.store.values import from_json, to_json

WHO = {"author": "王工", "reason": "test"}
TEXT = st.text(st.characters(), max_size=8)  # with NUL and lone surrogates
FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
MOMENTS = st.datetimes(pd.Timestamp("1700-01-01").to_pydatetime(), pd.Timestamp("2200-01-01").to_pydatetime())
VALUES = st.recursive(
    SCALARS
    | st.dates()
    | st.times()
    | MOMENTS
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.binary(max_size=5)
    | st.uuids()
    | st.builds(np.int32, st.integers(-(2**31), 2**31 - 1))
    | st.builds(np.float64, st.floats())
    | st.builds(lambda value: pd.Timestamp(value, tz="Asia/Shanghai"), MOMENTS)
    | st.builds(lambda value: pd.Timedelta(value, unit="us"), st.integers(-(2**40), 2**40)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXT | st.just("$tuple"), inner, max_size=3)
        | st.dictionaries(st.integers(), inner, max_size=2)
    ),
    max_leaves=6,
)


def same(left, right):
    """Equal in value and in type, all the way down; NaN equals NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(map(repr, left)) == list(map(repr, right)) and all(
            same(*pair) for pair in zip(left.values(), right.values(), strict=True)
        )
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, float) and math.isnan(left):
        return math.isnan(right)
    return bool(left == right)


@given(VALUES)
def test_json_gives_every_value_back(value):
    text = to_json(value)
    text.encode()
    assert "\0" not in text
    assert same(from_json(text), value)


@pytest.mark.parametrize(
    "value",
    [
        pd.NA,
        pd.NaT,
        np.datetime64("2026-01-01T00:00:00.123456789"),
        np.timedelta64(5, "ns"),
        np.bool_(True),
        np.str_("甲"),
        Decimal("1.20"),
        uuid.UUID(int=7),
        shapely.Point(1, 2, 3),
        pd.Timestamp("2026-11-01T06:30Z").tz_convert("America/New_York"),
        pd.Timestamp("2026-01-01").as_unit("s"),
    ],
)
def test_json_gives_particular_values_back(value):
    found = from_json(to_json(value))
    assert type(found) is type(value)
    assert found is value or found == value
    assert getattr(found, "unit", None) == getattr(value, "unit", None)
    assert str(getattr(found, "tz", None)) == str(getattr(value, "tz", None))


@pytest.mark.parametrize("dtype", ["int16", "float32", "bool", "<U3", "object"])
def test_json_gives_arrays_back(dtype):
    array = np.array([[1, 0], [1, 1]]).astype(dtype)
    found = from_json(to_json(array))
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j, dt.UTC, (x for x in ())])
def test_json_refuses_what_it_cannot_give_back(value):
    with pytest.raises(StoreError, check=lambda error: error.code == "value-unsupported"):
        to_json(value)


def columns(count):
    """Strategies for one column of any supported dtype, ``count`` rows long."""

    def of(elements, dtype=None):
        return st.lists(elements, min_size=count, max_size=count).map(lambda values: pd.Series(values, dtype=dtype))

    def missing(elements):
        return st.none() | elements

    integers = [of(st.integers(np.iinfo(t).min, np.iinfo(t).max), t) for t in ("int8", "uint16", "int64", "uint64")]
    masked = [of(missing(st.integers(-128, 127)), "Int8"), of(missing(st.integers(0, 2**64 - 1)), "UInt64")]
    floats = [of(st.floats(width=32), "float32"), of(st.floats(), "float64"), of(missing(FINITE), "Float64")]
    booleans = [of(st.booleans(), "bool"), of(missing(st.booleans()), "boolean")]
    utf8 = st.text(st.characters(codec="utf-8"), max_size=5)
    texts = [
        of(missing(utf8), "str"),
        of(missing(utf8), "string"),
        of(missing(TEXT), pd.StringDtype("python")),
        of(missing(utf8), "category"),
        of(missing(TEXT), "object"),
        of(TEXT | st.just(float("nan")), "object"),
    ]
    moments = [
        of(missing(MOMENTS), f"datetime64[{unit}{zone}]")
        for unit in ("ms", "us", "ns")
        for zone in ("", ", UTC", ", Asia/Shanghai")
    ]
    durations = [
        of(
            missing(st.integers(-(2**50), 2**50)).map(lambda n: pd.NaT if n is None else pd.Timedelta(n)),
            "timedelta64[ns]",
        )
    ]
    containers = [
        of(missing(st.lists(SCALARS, max_size=3).map(tuple)), "object"),
        of(missing(st.lists(SCALARS, max_size=3)), "object"),
        of(VALUES, "object"),
    ]
    categories = [of(st.integers(0, 3), "int64").map(lambda series: series.astype("category"))]
    return st.one_of(*integers, *masked, *floats, *booleans, *texts, *moments, *durations, *containers, *categories)


COORDINATES = st.floats(-1e6, 1e6, allow_nan=False)
SHAPES = (
    st.none()
    | st.builds(shapely.Point, COORDINATES, COORDINATES)
    | st.builds(shapely.Point, COORDINATES, COORDINATES, COORDINATES)
    | st.builds(shapely.box, COORDINATES, COORDINATES, COORDINATES, COORDINATES)
    | st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=5).map(shapely.LineString)
    | st.sampled_from([shapely.Point(), shapely.Polygon(), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])])
)


@st.composite
def tables(draw):
    """Any table that a layer, findings or an assignment may be."""
    count = draw(st.integers(0, 5))
    names = draw(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), max_size=4, unique=True)
    )
    series = {name: draw(columns(count)) for name in names}
    ids = draw(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4),
            min_size=count,
            max_size=count,
            unique=True,
        )
    )
    index = pd.Index(ids, name="id", dtype=draw(st.sampled_from(["str", "object"])))
    table = pd.DataFrame({name: column.array for name, column in series.items()}, index=index, columns=names)
    shapes = draw(st.none() | st.lists(SHAPES, min_size=count, max_size=count))
    if shapes is None:
        return table
    table.insert(
        draw(st.integers(0, len(names))),
        draw(st.sampled_from(["geometry\t", "范围\t"])),
        gpd.array.from_shapely(shapes, crs="EPSG:4547"),
    )
    return table.set_geometry(table.columns[table.dtypes == "geometry"][0])


def assert_same(found, expected):
    """Hold two tables equal in values, types, order and dtypes; objects in cells by type, too."""
    assert type(found) is type(expected)
    assert list(found.columns) == list(expected.columns)
    assert found.dtypes.equals(expected.dtypes)
    pd.testing.assert_index_equal(found.index, expected.index, exact=True)
    for name in expected.columns:
        if isinstance(expected[name].dtype, gpd.array.GeometryDtype):
            assert found[name].crs == expected[name].crs
            assert shapely.to_wkb(found[name].array).tolist() == shapely.to_wkb(expected[name].array).tolist()
        elif expected[name].dtype == object:
            assert same(found[name].tolist(), expected[name].tolist())
        else:
            pd.testing.assert_series_equal(found[name], expected[name])


@given(tables())
@settings(max_examples=300, deadline=None)
def test_a_frame_gives_the_table_back(table):
    before = table.copy(deep=True)
    frame, _ = encode_frame(table)
    assert_same(decode_frame(frame), table)
    assert_same(table, before)


@given(tables())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_store_gives_any_table_back_with_the_same_hash(store, table):
    from gis.store.writing import Deed

    version = store._save(Deed.checked(Entity.FINDINGS, "any", "any", **WHO), table)
    found, _ = store._load(Entity.FINDINGS, "any", None)
    assert version.content_hash == frame_hash(encode_frame(table)[0])
    found.attrs.clear()
    assert_same(found, table)
    assert frame_hash(encode_frame(found)[0]) == version.content_hash


@pytest.fixture
def layer(two_squares):
    return two_squares.assign(n=[1, 2], who=[("a",), ("b",)])


CHANGES = {
    "a value": lambda layer: layer.assign(n=[1, 3]),
    "a dtype": lambda layer: layer.assign(n=layer["n"].astype("int32")),
    "a missing value": lambda layer: layer.assign(name=["甲社区", None]),
    "the order of columns": lambda layer: layer[["households", "name", "n", "who", "geometry"]],
    "the order of rows": lambda layer: layer.iloc[::-1],
    "an id": lambda layer: layer.set_axis(pd.Index(["a", "c"], name="id")),
    "a column's name": lambda layer: layer.rename(columns={"n": "m"}),
    "a point by a millionth": lambda layer: layer.set_geometry(layer.translate(1e-6, 0)),
    "the first point of a ring": lambda layer: layer.set_geometry(layer.geometry.reverse()),
    "the CRS": lambda layer: layer.set_crs("EPSG:4548", allow_override=True),
    "tuples into lists": lambda layer: layer.assign(who=[["a"], ["b"]]),
    "the name of the geometry": lambda layer: layer.rename_geometry("shape"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_hash_tells(layer, change):
    assert frame_hash(encode_frame(layer)[0]) != frame_hash(encode_frame(CHANGES[change](layer))[0])


def test_the_hash_of_a_known_layer_never_changes(two_squares):
    """A new program that computes another hash could not verify an old store: change the manifest's format then."""
    layer = two_squares.assign(n=pd.array([1, None], dtype="Int64"), who=[("a",), None])
    expected = "83ddc8eb74e7058bf28f5450b719d070276ee4d9a8fd7ab551f312387da2a6d9"
    assert frame_hash(encode_frame(layer)[0]) == expected


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("p", pd.period_range("2026", periods=2, freq="D"), "column-unsupported"),
        ("i", pd.interval_range(0, 2), "column-unsupported"),
        ("c", np.array([1j, 2]), "column-unsupported"),
        ("s", pd.arrays.SparseArray([0, 1]), "column-unsupported"),
        ("o", [object(), 1], "value-unsupported"),
        ("set", [{1}, {2}], "value-unsupported"),
        (1, [1, 2], "columns-invalid"),
        ("nul\0", [1, 2], "columns-invalid"),
    ],
)
def test_what_cannot_come_back_unchanged_is_refused(two_squares, name, values, code):
    table = two_squares.copy()
    table[name] = values
    with pytest.raises(StoreError, check=lambda error: error.code == code):
        encode_frame(table)


def test_two_columns_of_one_name_are_refused(two_squares):
    table = two_squares[["name", "name", "geometry"]]
    with pytest.raises(StoreError, check=lambda error: error.code == "columns-invalid"):
        encode_frame(table)


def test_a_second_geometry_and_a_renamed_one_come_back(store, two_squares):
    layer = two_squares.rename_geometry("范围").assign(centre=gpd.GeoSeries(two_squares.centroid).to_crs(4490))
    store.save_layer("x", layer, kind="communities", **WHO)
    assert_geodataframe_equal(store.load_layer("x"), layer)


def test_arrow_columns_come_back(two_squares):
    pa = pytest.importorskip("pyarrow")
    layer = two_squares.assign(
        a=pd.array([1, None], dtype=pd.ArrowDtype(pa.int32())),
        b=pd.array([0.5, None], dtype=pd.ArrowDtype(pa.float64())),
        c=pd.array([True, None], dtype=pd.ArrowDtype(pa.bool_())),
    )
    assert_same(decode_frame(encode_frame(layer)[0]), layer)
    with pytest.raises(StoreError):
        encode_frame(two_squares.assign(d=pd.array(["x", None], dtype=pd.ArrowDtype(pa.string()))))
