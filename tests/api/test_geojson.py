"""GeoJSON as RFC 7946 wants it, whatever stands in the layer."""

import json
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from api.geojson import FeatureTable
from api.selection import _lonlat_area
from gis.plain import to_json


def _layer(shapes: list[shapely.Geometry | None], **columns: object) -> gpd.GeoDataFrame:
    ids = pd.Index([f"f{at}" for at in range(len(shapes))], name="id", dtype="str")
    return gpd.GeoDataFrame(columns, geometry=shapes, index=ids, crs=4490)


def _features(table: FeatureTable) -> list[dict]:
    return [json.loads(text) for text in table.features(range(len(table)))]


def test_outer_rings_run_counterclockwise_and_holes_clockwise():
    clockwise = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], holes=[[(1, 1), (2, 1), (2, 2), (1, 2)]])
    assert not clockwise.exterior.is_ccw
    (feature,) = _features(FeatureTable.of(_layer([clockwise])))
    outer, hole = feature["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw


def test_a_row_without_a_place_is_a_feature_with_null_geometry_and_lies_in_every_box():
    table = FeatureTable.of(_layer([shapely.Point(114, 33), None, shapely.Point()]))
    assert _features(table)[1]["geometry"] is None
    assert np.flatnonzero(table.meets(shapely.box(0, 0, 1, 1))).tolist() == [1, 2]
    assert np.flatnonzero(table.meets(shapely.box(113, 32, 115, 34))).tolist() == [0, 1, 2]


def test_every_type_of_value_becomes_json():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    values = {
        "text": "东街",
        "none": None,
        "nan": float("nan"),
        "infinite": float("inf"),
        "na": pd.NA,
        "nat": pd.NaT,
        "integer": np.int64(3),
        "real": np.float32(0.5),
        "yes": np.bool_(True),
        "when": pd.Timestamp(moment),
        "ids": ("a", "b"),
        "array": np.array([1, 2]),
        "nested": {"households": float("nan")},
    }
    assert json.loads(to_json(values)) == {
        "text": "东街",
        "none": None,
        "nan": None,
        "infinite": None,
        "na": None,
        "nat": None,
        "integer": 3,
        "real": 0.5,
        "yes": True,
        "when": "2026-01-02T03:04:05+00:00",
        "ids": ["a", "b"],
        "array": [1, 2],
        "nested": {"households": None},
    }


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(texts):
    table = FeatureTable.of(_layer([shapely.Point(114, 33)] * len(texts), name=texts))
    assert [feature["properties"]["name"] for feature in _features(table)] == texts


_degrees = st.floats(-170, 170, allow_nan=False)


@given(st.lists(st.tuples(_degrees, st.floats(-80, 80)), min_size=1, max_size=30), _degrees, _degrees)
def test_a_box_finds_what_a_look_at_each_point_finds(points, west, east):
    table = FeatureTable.of(_layer([shapely.Point(*point) for point in points]))
    inside = [
        at
        for at, (x, y) in enumerate(points)
        if (west <= round(x, 8) <= east if west <= east else (round(x, 8) >= west or round(x, 8) <= east))
        and -40 <= round(y, 8) <= 40
    ]
    assert np.flatnonzero(table.meets(_lonlat_area((west, -40, east, 40), ""))).tolist() == inside


@pytest.mark.parametrize("rows", [0, 1, 999, 1000, 1001, 2500])
def test_the_pieces_of_a_download_make_one_document(rows):
    table = FeatureTable.of(_layer([shapely.Point(114, 33)] * rows, number=list(range(rows))))
    document = json.loads("".join(table.chunks()))
    assert [feature["properties"]["number"] for feature in document["features"]] == list(range(rows))
