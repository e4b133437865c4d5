"""The list of planted faults is complete: an independent brute force finds those and no others."""

import itertools
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries import build_graph
from gis import read_layer, samples
from gis.schema import check_schema


@pytest.fixture(scope="module")
def county() -> samples.SampleCounty:
    return samples.make_county()


def _faults(county, kind, layer=None) -> pd.DataFrame:
    table = county.faults[county.faults["kind"] == kind]
    return table if layer is None else table[table["layer"] == layer]


def _valid(layer: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    return dict(zip(layer.index, shapely.make_valid(layer.geometry.to_numpy()), strict=True))


def _all_pairs(layer: gpd.GeoDataFrame) -> dict[tuple[str, str], float]:
    """Shared area of every pair, no index."""
    shapes = _valid(layer)
    pairs = {}
    for one, two in itertools.combinations(sorted(shapes), 2):
        if shapes[one].intersects(shapes[two]):
            area = shapes[one].intersection(shapes[two]).area
            if area > 1:
                pairs[one, two] = area
    return pairs


def test_it_is_made_in_time_and_repeats(county):
    began = time.monotonic()
    again = samples.make_county()
    assert time.monotonic() - began < 5
    for kind, layer in county.layers.items():
        assert layer.to_wkb().equals(again.layers[kind].to_wkb()), kind
    other = samples.make_county(seed=7)
    assert other.layers["units"].to_wkb()["geometry"].tolist() != county.layers["units"].to_wkb()["geometry"].tolist()


def test_it_is_a_county_town(county):
    layers = county.layers
    assert {kind: len(layer) for kind, layer in layers.items() if kind in {"communities", "urban_villages"}} == {
        "communities": 9,
        "urban_villages": 14,
    }
    assert 85 <= len(layers["grids"]) <= 95
    assert 380 <= len(layers["compounds"]) <= 430
    assert 5_500 <= len(layers["buildings"]) <= 6_500
    assert layers["units"]["households"].sum() == layers["buildings"]["households"].sum() == 45_000
    assert layers["units"]["resident_population"].sum() == 120_000
    assert layers["units"]["households"].max() < 700
    for kind, layer in layers.items():
        check_schema(layer, kind)
        assert layer.crs.to_epsg() == 4547


def test_units_are_an_exact_connected_coverage(county):
    units = county.layers["units"]
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    assert shapely.union_all(units.geometry.to_numpy()).symmetric_difference(
        county.layers["extent"].geometry.iloc[0]
    ).area == pytest.approx(0, abs=0.01)
    assert build_graph(units).component.max() == 0


def test_overlaps_of_communities(county):
    planted = {tuple(row.ids): row.area_m2 for row in _faults(county, "overlap").itertuples()}
    found = _all_pairs(county.layers["communities"])
    assert found == pytest.approx(planted, rel=1e-6)


def test_gaps_of_communities(county):
    extent = county.layers["extent"].geometry.iloc[0]
    rest = extent.difference(shapely.union_all(county.layers["communities"].geometry.to_numpy()))
    found = sorted(part.area for part in shapely.get_parts(rest) if part.area > 1)
    assert found == pytest.approx(sorted(_faults(county, "gap")["area_m2"]), rel=1e-6)


@pytest.mark.parametrize("kind", ["units", "urban_villages", "buildings"])
def test_no_overlaps_elsewhere(county, kind):
    layer = county.layers[kind]
    left, right = layer.sindex.query(layer.geometry, predicate="overlaps")
    shapes = layer.geometry.to_numpy()
    assert (shapely.area(shapely.intersection(shapes[left], shapes[right])) < 0.01).all()


def test_grids_cover_each_other_nowhere(county):
    assert _all_pairs(county.layers["grids"]) == {}


def test_compounds_overlap_only_where_planted(county):
    planted = {tuple(row.ids) for row in _faults(county, "duplicate").itertuples()}
    planted |= {tuple(sorted((*row.ids, *row.other_ids))) for row in _faults(county, "containment").itertuples()}
    assert set(_all_pairs(county.layers["compounds"])) == planted


@pytest.mark.parametrize(
    ("kind", "layer", "share"),
    [
        ("urban_village_shared", "urban_villages", 0.001),
        ("compound_shared", "compounds", 0.01),
        ("grid_crosses_communities", "grids", 0.01),
    ],
)
def test_what_lies_in_several_communities(county, kind, layer, share):
    found = {}
    communities = _valid(county.layers["communities"])
    for one, shape in _valid(county.layers[layer]).items():
        inside = {other: shape.intersection(ground).area for other, ground in communities.items()}
        enough = {other for other, area in inside.items() if area > max(1, share * shape.area)}
        if len(enough) > 1:
            found[one] = enough
    planted = {row.ids[0]: set(row.other_ids) for row in _faults(county, kind).itertuples()}
    assert found == planted


def test_detached_parts_and_rings(county):
    communities = county.layers["communities"]
    parts = {one: len(shapely.get_parts(shape)) for one, shape in communities.geometry.items()}
    assert {one for one, count in parts.items() if count > 1} == {
        one for row in _faults(county, "exclave").itertuples() for one in row.ids
    }
    filled = set()
    for one, shape in communities.geometry.items():
        for ring in shapely.get_parts(shape)[0].interiors:
            ground = shapely.Polygon(ring)
            covered = shapely.union_all(communities.geometry.drop(one).to_numpy()).intersection(ground).area
            if covered > 0.5 * ground.area:
                filled.add(one)
    assert filled == {one for row in _faults(county, "hole").itertuples() for one in row.ids}


def test_invalid_rings(county):
    planted = {(row.layer, one) for row in _faults(county, "invalid_ring").itertuples() for one in row.ids}
    found = {(kind, one) for kind, layer in county.layers.items() for one in layer.index[~layer.is_valid]}
    assert found == planted


def test_codes(county):
    grids, communities = county.layers["grids"], county.layers["communities"]
    wrong = {one for one, code in grids["code"].items() if len(code) != 15 or not code.startswith("411399100")}
    assert wrong == {one for row in _faults(county, "code_malformed").itertuples() for one in row.ids}
    twice = set(grids.index[grids["code"].duplicated(keep=False)])
    assert twice == {one for row in _faults(county, "code_duplicate").itertuples() for one in row.ids}
    assert communities["code"].str.fullmatch(r"\d{12}").all()
    orphans = set(grids.index[~grids["community_code"].isin(communities["code"])])
    assert orphans == {one for row in _faults(county, "grid_without_parent").itertuples() for one in row.ids}


def test_sizes_and_unknown_figures(county):
    communities = county.layers["communities"]
    large = set(communities.index[communities["households"] > 3_000])
    assert large == {one for row in _faults(county, "community_too_large").itertuples() for one in row.ids}
    unknown = {(kind, one) for kind, layer in county.layers.items() if "households" in layer.columns
               for one in layer.index[layer["households"].isna()]}  # fmt: skip
    assert unknown == {(row.layer, one) for row in _faults(county, "unknown_count").itertuples() for one in row.ids}


def test_written_files_read_back_with_chinese_names(county, tmp_path: Path):
    paths = samples.write_county(county, tmp_path)
    assert not paths["communities"].with_suffix(".cpg").exists()
    assert paths["grids"].with_suffix(".cpg").read_text("ascii").strip()
    assert (tmp_path / "faults.csv").read_text("utf-8-sig").count("\n") == len(county.faults) + 1
    for kind, path in paths.items():
        columns = {target: source for source, target in samples.SOURCE_COLUMNS[kind].items()}
        layer = read_layer(path, kind, columns=columns)
        assert list(layer.index) == list(county.layers[kind].index), kind
        if "name" in layer.columns:
            assert list(layer["name"]) == list(county.layers[kind]["name"]), kind
    assert read_layer(paths["communities"], "communities")["name"].iloc[0] == "北关社区"


def test_small_shapes():
    assert samples.two_shifted_squares().area.sum() - samples.two_shifted_squares().union_all().area == 250
    assert shapely.coverage_is_valid(samples.four_square_grid().geometry.to_numpy())
    assert samples.ring_with_gap().union_all().interiors[0].is_closed
