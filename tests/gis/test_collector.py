"""The collector sleeps through a block and is awake after it, whatever happens inside."""

import gc

import pytest

from gis.collector import collector_paused


def test_it_sleeps_inside_and_wakes_after():
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_wakes_after_an_error():
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_it_stays_asleep_where_it_was():
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_loading_and_saving_leave_it_awake(tmp_path):
    import geopandas as gpd
    import pandas as pd
    from shapely import box

    from gis.store import open_store

    index = pd.Index(["a"], name="id")
    layer = gpd.GeoDataFrame({"name": ["x"]}, geometry=[box(0, 0, 1, 1)], crs=4547, index=index)
    with open_store(tmp_path / "x.gpkg", create=True) as store:
        store.save_layer("x", layer, kind="extent", author="t", reason="t")
        store.load_layer("x")
    assert gc.isenabled()
