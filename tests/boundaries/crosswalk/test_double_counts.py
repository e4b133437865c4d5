"""People in two rows: duplicates, containment, and levels of which one only may count."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries.crosswalk import find_double_counts
from gis.errors import CrsError
from tests.boundaries.crosswalk.lattice import CRS


def _layer(rows, crs=CRS):
    """Rows of ``id: (box, households, residents)``."""
    return gpd.GeoDataFrame(
        {"households": [row[1] for row in rows.values()], "resident_population": [row[2] for row in rows.values()]},
        index=pd.Index(list(rows), name="id", dtype="str"),
        geometry=[row[0] if isinstance(row[0], shapely.Geometry) else shapely.box(*row[0]) for row in rows.values()],
        crs=crs,
    )


def _found(layers, **options):
    table = find_double_counts(layers, **options)
    assert (table["message"] != table["message_en"]).all()
    columns = ["reason", "layer", "ids", "other_layer", "other_id", "households", "resident_population"]
    return table[columns].to_numpy().tolist()


def test_duplicates_and_containment_within_one_layer():
    compounds = _layer(
        {
            "a": ((0, 0, 100, 100), 10, 30),
            "b": ((0, 0, 100, 100), 12, 25),
            "c": ((200, 0, 300, 100), 50, 140),
            "d": ((210, 10, 250, 50), 20, 60),
            "e": ((90, 0, 190, 100), 7, 20),
        }
    )
    assert _found({"compounds": compounds}) == [
        ["duplicate", "compounds", ("b",), "compounds", "a", 10.0, 25.0],
        ["containment", "compounds", ("d",), "compounds", "c", 20.0, 60.0],
    ]


def test_rows_without_people_are_no_double_count():
    compounds = _layer(
        {
            "a": ((0, 0, 100, 100), 10, 30),
            "b": ((0, 0, 100, 100), np.nan, np.nan),
            "c": ((0, 0, 100, 100), 0, 0),
        }
    )
    assert _found({"compounds": compounds}) == []


def test_a_figure_that_one_side_does_not_know_is_not_counted_twice():
    compounds = _layer({"a": ((0, 0, 100, 100), 10, np.nan), "b": ((0, 0, 100, 100), 12, 40)})
    assert _found({"compounds": compounds}) == [["duplicate", "compounds", ("b",), "compounds", "a", 10.0, 0.0]]
    strangers = _layer({"a": ((0, 0, 100, 100), 10, np.nan), "b": ((0, 0, 100, 100), np.nan, 40)})
    assert _found({"compounds": strangers}) == []


def test_finer_layers_within_coarser_ones():
    layers = {
        "urban_villages": _layer({"v": ((0, 0, 200, 100), 90, 300)}),
        "compounds": _layer(
            {"in": ((0, 0, 100, 100), 40, 100), "half": ((170, 0, 230, 50), 30, 90), "out": ((230, 0, 300, 50), 9, 9)}
        ),
        "buildings": _layer({"b1": ((10, 10, 20, 20), 25, 60), "b2": ((30, 10, 40, 20), 20, np.nan)}),
    }
    assert _found(layers) == [
        ["level", "buildings", ("b1", "b2"), "compounds", "in", 40.0, 60.0],
        ["level", "buildings", ("b1", "b2"), "urban_villages", "v", 45.0, 60.0],
        ["level", "compounds", ("half", "in"), "urban_villages", "v", 70.0, 190.0],
    ]
    assert len(_found(layers, inside_share=0.6)) == 3
    assert _found(layers, inside_share=0.6)[2][2] == ("in",)


def test_buildings_may_be_points_and_share_an_address():
    layers = {
        "compounds": _layer({"c": ((0, 0, 100, 100), 9, 9)}),
        "buildings": _layer({"p": (shapely.Point(5, 5), 2, 4), "q": (shapely.Point(5, 5), 3, 5)}),
    }
    assert _found(layers) == [["level", "buildings", ("p", "q"), "compounds", "c", 5.0, 9.0]]


def test_other_layers_are_compared_with_themselves_only():
    census = _layer({"a": ((0, 0, 100, 100), 10, 30), "b": ((0, 0, 100, 100), 12, 25)})
    rows = _found({"census": census, "compounds": _layer({"c": ((0, 0, 100, 100), 10, 30)})})
    assert rows == [["duplicate", "census", ("b",), "census", "a", 10.0, 25.0]]


def test_row_order_changes_nothing_and_inputs_stay():
    compounds = _layer({"a": ((0, 0, 9, 9), 10, 30), "b": ((0, 0, 9, 9), 12, 25), "c": ((0, 0, 9, 4), 1, 1)})
    before = compounds.copy()
    forward, backward = find_double_counts({"compounds": compounds}), find_double_counts({"compounds": compounds[::-1]})
    pd.testing.assert_frame_equal(forward, backward)
    assert len(forward) == 3
    assert compounds.equals(before)


def test_layers_without_people_or_rows():
    bare = gpd.GeoDataFrame(index=pd.Index(["x"], name="id"), geometry=[shapely.box(0, 0, 1, 1)], crs=CRS)
    for layers in ({}, {"compounds": bare}, {"compounds": bare.iloc[:0], "buildings": bare}):
        table = find_double_counts(layers)
        assert table.empty
        assert table["households"].dtype == np.float64


def test_layers_must_lie_in_one_crs():
    compounds = _layer({"a": ((0, 0, 9, 9), 1, 1)})
    with pytest.raises(CrsError) as error:
        find_double_counts({"compounds": compounds, "buildings": _layer({"b": ((0, 0, 9, 9), 1, 1)}, crs=4548)})
    assert error.value.code == "crs-mismatch"
