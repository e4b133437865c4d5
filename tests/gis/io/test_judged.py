"""Validity found while a file is read against validity found afterwards."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.io import read_layer
from gis.io.gdal import read_raw

ROWS = 9_000


@pytest.fixture(scope="module")
def broken_layer():
    """Boxes in a row; two are bowties, and one comes with heights."""
    at = np.arange(ROWS) * 10.0 + 500_000
    shapes = shapely.box(at, 3_600_000, at + 8, 3_600_008)
    for row in (7, ROWS - 1):
        x = at[row]
        shapes[row] = shapely.Polygon([(x, 3_600_000), (x + 8, 3_600_008), (x + 8, 3_600_000), (x, 3_600_008)])
    return gpd.GeoDataFrame({"id": [f"b{row}" for row in range(ROWS)]}, geometry=shapes, crs="EPSG:4547")


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "fgb"])
def test_the_file_tells_its_broken_rings(tmp_path, broken_layer, suffix):
    path = tmp_path / f"layer.{suffix}"
    broken_layer.to_file(path, engine="pyogrio", **({"SPATIAL_INDEX": "NO"} if suffix == "fgb" else {}))
    judged = read_raw(path, layer="layer", encoding="UTF-8" if suffix == "shp" else None, judge=True).judged
    assert np.flatnonzero(~judged.valid).tolist() == [7, ROWS - 1]
    assert (judged.valid == shapely.is_valid(judged.shapes)).all()
    assert read_raw(path, layer="layer", encoding="UTF-8" if suffix == "shp" else None).judged is None
    layer = read_layer(path, "compounds")
    repairs = layer.attrs["load_report"].repairs
    assert [(one.row, one.code) for one in repairs] == [(8, "ring-mended"), (ROWS, "ring-mended")]
    assert shapely.is_valid(layer.geometry.to_numpy()).all()
    kept = read_layer(path, "compounds", mend_rings=False)
    assert np.flatnonzero(~shapely.is_valid(kept.geometry.to_numpy())).tolist() == [7, ROWS - 1]
