"""Real layers (Scenario 1) through the store: as they were, on both backends, and as GDAL shows them."""

import pandas as pd
import pyogrio
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.api.types import is_numeric_dtype

from gis.store import open_store, verify_store

pytestmark = pytest.mark.scenario1
KINDS = {"Polygon": "communities", "LineString": "roads", "Point": "facilities"}


@pytest.fixture
def real_layers(scenario1):
    """Every layer of Scenario 1 that has features, with ids and the kind that fits its shapes."""
    found = {}
    for name, shape in pyogrio.list_layers(scenario1).tolist():
        if shape is None:
            continue
        layer = pyogrio.read_dataframe(scenario1, layer=name, force_2d=False)
        kind = KINDS[shape.split(" ")[0].removeprefix("2.5D").removeprefix("Multi").strip()]
        figures = layer.columns.intersection(["households", "resident_population"])
        layer = layer.drop(columns=[column for column in figures if not is_numeric_dtype(layer[column])])
        found[name] = (kind, layer.set_axis(pd.Index([f"{name}-{row}" for row in range(len(layer))], name="id")))
    return found


def test_real_layers_come_back_as_they_were(store, real_layers):
    for name, (kind, layer) in real_layers.items():
        version = store.save_layer(name, layer, kind=kind, author="王工", reason="import")
        assert version.rows == len(layer)
        assert_geodataframe_equal(store.load_layer(name), layer)
    assert verify_store(store) == len(real_layers)
    assert len(store.layers()) == len(real_layers) >= 8


def test_gdal_shows_real_layers_with_their_names_crs_and_counts(geopackage_place, real_layers):
    with open_store(geopackage_place, create=True) as store:
        for name, (kind, layer) in real_layers.items():
            store.save_layer(name, layer, kind=kind, author="王工", reason="import")
    shown = dict(pyogrio.list_layers(geopackage_place).tolist())
    assert set(shown) == {*real_layers, "quhua_versions"}
    for name, (_, layer) in real_layers.items():
        seen = pyogrio.read_dataframe(geopackage_place, layer=name)
        assert seen.crs == layer.crs
        assert seen["id"].tolist() == layer.index.tolist()
        assert seen.geometry.geom_equals(layer.geometry.set_axis(seen.index)).all()
        plain = [column for column in layer.columns if column in seen.columns and column != "geometry"]
        for column in plain:
            assert seen[column].isna().tolist() == layer[column].isna().tolist()
