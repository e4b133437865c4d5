"""``read(write(x)) == x`` for every format that is written, over layers that hypothesis draws."""

from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings

import gis
from tests.gis.io.layers import assert_same, layers

_RUN = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _again(layer: gpd.GeoDataFrame, name: str, *, encoding: str | None = None) -> gpd.GeoDataFrame:
    with TemporaryDirectory() as folder:
        path = gis.write_layer(layer, Path(folder) / name, encoding=encoding)
        return gis.read_layer(path)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
@_RUN
@given(layer=layers())
def test_formats_that_hold_everything(layer, suffix):
    again = _again(layer, f"社区{suffix}")
    assert again.crs == layer.crs
    assert_same(again, layer)


@pytest.mark.parametrize("encoding", [None, "gbk", "gb18030"])
@_RUN
@given(layer=layers())
def test_shapefile_keeps_names_texts_and_figures(layer, encoding):
    again = _again(layer, "社区.shp", encoding=encoding)
    assert again.crs == layer.crs
    assert_same(again, layer)


@pytest.mark.parametrize(("suffix", "encoding"), [(".csv", None), (".csv", "gbk"), (".tsv", None)])
@_RUN
@given(layer=layers())
def test_delimited_text_with_well_known_text(layer, suffix, encoding):
    again = _again(layer, f"社区{suffix}", encoding=encoding)
    assert again.crs == layer.crs
    assert_same(again, layer)


@_RUN
@given(layer=layers())
def test_excel_which_does_not_tell_1_from_1_point_0(layer):
    again = _again(layer, "社区.xlsx")
    assert again.crs == layer.crs
    assert_same(again, layer, dtypes=False)


@_RUN
@given(layer=layers())
def test_kml_in_longitude_and_latitude(layer):
    degrees = layer.to_crs(4326)
    again = _again(degrees, "社区.kml")
    assert again.crs == degrees.crs
    assert_same(again, degrees)


@pytest.mark.parametrize(("suffix", "encoding"), [(".tab", None), (".tab", "gbk"), (".mif", None), (".mif", "gbk")])
@_RUN
@given(layer=layers(with_bools=False))
def test_mapinfo_to_a_millimetre(layer, suffix, encoding):
    """Numbers with unknown ones come back as texts, never as zeros: MapInfo knows no empty cells."""
    again = _again(layer, f"社区{suffix}", encoding=encoding)
    assert again.crs == layer.crs
    if layer["households"].isna().any():
        again["households"] = again["households"].astype(float)
    assert_same(again, layer, tolerance=1e-5 if suffix == ".mif" else 1e-3)
