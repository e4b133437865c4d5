"""Real layers: both searches equal independent methods, and the published truth."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries import find_gaps, find_overlaps
from tests.boundaries.coverage.independent import gaps_by_complement, gaps_by_polygonize

pytestmark = pytest.mark.scenario1

DENVER, PROVIDENCE = 32613, 32619
SETS = {
    "villages": ("tainan_westcentral/tainan_westcentral.gpkg", "villages_li", None, 36, 1156.48, 19, 745.15),
    "units": ("tainan_westcentral/tainan_westcentral.gpkg", "units_bsa", None, 0, 0, 0, 0),
    "grids": ("tainan_westcentral/tainan_westcentral.gpkg", "grid_code1", None, 0, 0, 0, 0),
    "divisions": ("tainan_westcentral/tainan_westcentral.gpkg", "division_code2", None, 0, 0, 0, 0),
    "denver-2016": ("maup_denver/DenverCo_precincts2016_orig.shp", None, DENVER, 0, 0, 10, 3_149_301.09),
    "denver-2016-repaired": ("maup_denver/DenverCo_precincts2016_repaired.shp", None, DENVER, 0, 0, 10, 3_120_329.37),
    "denver-2020": ("maup_denver/DenverCo_precincts2020_orig.shp", None, DENVER, 1, 12.96, 10, 3_094_758.31),
    "denver-bad": ("maup_denver/bad_gap_region.shp", None, DENVER, 2, 78_824.31, 3, 3_203_027.92),
    "providence-blocks": ("maup_providence/blocks.zip", None, PROVIDENCE, 0, 0, 0, 0),
    "providence-precincts": ("maup_providence/precincts.zip", None, PROVIDENCE, 1, 3.36, 3, 98_042.06),
    "rhode-island": ("ri_precincts/RI_precincts.zip", None, PROVIDENCE, 9, 70.10, 28, 211_323.51),
}


def _read(folder: Path, path: str, layer: str | None, crs: int | None) -> gpd.GeoDataFrame:
    read = gpd.read_file(folder / path, layer=layer) if layer else gpd.read_file(folder / path)
    read = read.to_crs(crs) if crs else read
    return read.set_index(pd.Index([f"{number:05d}" for number in range(len(read))], name="id"))


@pytest.mark.parametrize("key", SETS)
def test_known_truth_and_independent_methods_agree(shared_data: Path, key: str) -> None:
    path, name, crs, n_overlaps, overlap_m2, n_gaps, gap_m2 = SETS[key]
    layer = _read(shared_data, path, name, crs)
    overlaps, gaps = find_overlaps(layer), find_gaps(layer)
    assert (len(overlaps), len(gaps)) == (n_overlaps, n_gaps)
    assert overlaps["area_m2"].sum() == pytest.approx(overlap_m2, abs=0.01)
    assert gaps["area_m2"].sum() == pytest.approx(gap_m2, abs=0.01)
    assert overlaps["area_m2"].tolist() == pytest.approx(_all_overlaps(layer), rel=1e-6)
    assert sorted(gaps["area_m2"]) == pytest.approx([area for area in gaps_by_complement(layer) if area > 1], rel=1e-6)
    assert sorted(gaps["area_m2"]) == pytest.approx([area for area in gaps_by_polygonize(layer) if area > 1], rel=1e-6)


def _all_overlaps(layer: gpd.GeoDataFrame) -> list[float]:
    """Intersect all pairs whose boxes meet, in the order of positions, which is the order of ids here."""
    shapes = layer.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes)
    pairs = sorted((one, other) for one, other in zip(left, right, strict=True) if one < other)
    areas = [shapes[one].intersection(shapes[other]).area for one, other in pairs]
    return [area for area in areas if area > 1]
