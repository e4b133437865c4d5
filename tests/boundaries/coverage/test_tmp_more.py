"""Overlaps and gaps equal those of plain methods, whatever is wrong with the layer."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries import find_gaps, find_overlaps
from tests.boundaries.coverage.broken import broken_coverages, lattice_layers, stacked_layers
from tests.boundaries.coverage.independent import gaps_by_complement, gaps_by_polygonize, overlaps_by_all_pairs

RELATIVE = 1e-6
NOISE_M2 = 1e-3  # below this, both methods see only rounding


layers = st.one_of(broken_coverages(), lattice_layers(), stacked_layers())
searching = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@searching
@given(layers)
def test_overlaps_are_those_of_all_pairs(layer: gpd.GeoDataFrame) -> None:
    found = find_overlaps(layer, min_area_m2=NOISE_M2)
    assert found.geometry.is_valid.all()
    expected = {pair: area for pair, area in overlaps_by_all_pairs(layer).items() if area > NOISE_M2}
    assert dict(zip(zip(found["left_id"], found["right_id"], strict=True), found["area_m2"], strict=True)) == (
        pytest.approx(expected, rel=RELATIVE)
    )


@searching
@given(layers)
def test_gaps_are_those_of_the_complement_and_of_polygonize(layer: gpd.GeoDataFrame) -> None:
    gaps = find_gaps(layer, min_area_m2=NOISE_M2)
    assert gaps.geometry.is_valid.all()
    found = sorted(gaps["area_m2"])
    for independent in (gaps_by_complement, gaps_by_polygonize):
        expected = [area for area in independent(layer) if area > NOISE_M2]
        assert found == pytest.approx(expected, rel=RELATIVE, abs=1e-6)


@searching
@given(layers, st.integers(0, 2**32 - 1))
def test_gaps_inside_an_extent_are_its_difference_with_the_union(layer: gpd.GeoDataFrame, seed: int) -> None:
    rng = np.random.default_rng(seed)
    west, south, east, north = layer.total_bounds
    margin = rng.uniform(-0.4, 0.4, 4) * (east - west)
    ground = shapely.box(west + margin[0], south + margin[1], east + margin[2], north + margin[3])
    if ground.is_empty or not ground.is_valid or ground.area < 1:
        ground = shapely.box(west, south, east, north)
    extent = gpd.GeoDataFrame(geometry=[ground], crs=layer.crs)
    found = sorted(find_gaps(layer, extent=extent, min_area_m2=NOISE_M2)["area_m2"])
    expected = [area for area in gaps_by_complement(layer, ground) if area > NOISE_M2]
    assert found == pytest.approx(expected, rel=RELATIVE, abs=1e-6)


@searching
@given(layers, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(layer: gpd.GeoDataFrame, random: object) -> None:
    order = list(range(len(layer)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = layer.iloc[order]
    assert find_overlaps(shuffled).to_wkt().equals(find_overlaps(layer).to_wkt())
    assert find_gaps(shuffled).to_wkt().equals(find_gaps(layer).to_wkt())


@searching
@given(layers)
def test_new_ids_change_only_ids(layer: gpd.GeoDataFrame) -> None:
    named = {row_id: f"z{len(layer) - number:03d}" for number, row_id in enumerate(layer.index)}
    renamed = layer.rename(index=named)
    pairs = {frozenset(pair) for pair in find_overlaps(renamed)[["left_id", "right_id"]].itertuples(index=False)}
    old = find_overlaps(layer)[["left_id", "right_id"]]
    assert pairs == {frozenset(map(named.__getitem__, pair)) for pair in old.itertuples(index=False)}
    assert sorted(find_gaps(renamed)["area_m2"]) == pytest.approx(sorted(find_gaps(layer)["area_m2"]), rel=RELATIVE)


@searching
@given(layers, st.integers(-4000, 4000), st.integers(-4000, 4000))
def test_a_shift_moves_findings_along(layer: gpd.GeoDataFrame, east_m: int, north_m: int) -> None:
    moved = layer.set_geometry(layer.translate(east_m, north_m))
    before, after = find_overlaps(layer, min_area_m2=0.1), find_overlaps(moved, min_area_m2=0.1)
    assert after["area_m2"].tolist() == pytest.approx(before["area_m2"].tolist(), rel=1e-5)
    assert after[["left_id", "right_id"]].equals(before[["left_id", "right_id"]])
    gaps = find_gaps(moved, min_area_m2=0.1)["area_m2"]
    assert sorted(gaps) == pytest.approx(sorted(find_gaps(layer, min_area_m2=0.1)["area_m2"]), rel=1e-5)


@searching
@given(layers)
def test_neighbours_of_gaps_border_them_along_a_line(layer: gpd.GeoDataFrame) -> None:
    for gap in find_gaps(layer).itertuples():
        outline = gap.geometry.boundary
        along = layer.geometry.buffer(1e-5).intersection(outline).length
        told = layer.index.isin(gap.neighbour_ids)
        assert (along[told] > 1e-6).all()
        assert (along[~told] < 1e-2).all()  # an acute corner that touches
        drawn = shapely.union_all(layer.geometry[told].boundary.buffer(1e-4).to_numpy())
        assert outline.difference(drawn).length == pytest.approx(0, abs=1e-3)


@searching
@given(st.one_of(lattice_layers(), stacked_layers()), st.floats(0.01, 89.0), st.sampled_from([0.0, 500_000.0, 4.05e7]))
def test_edges_that_lie_on_each_other_but_for_rounding_do_no_harm(
    layer: gpd.GeoDataFrame, degrees: float, easting_m: float
) -> None:
    """Turned by any angle, points of one edge lie off the other by some 1e-10 m, on either side."""
    turned = layer.set_geometry(layer.rotate(degrees, origin=(0, 0)).translate(easting_m, 10 * easting_m**0.9))
    found = find_overlaps(turned, min_area_m2=0.1)
    expected = {pair: area for pair, area in overlaps_by_all_pairs(turned).items() if area > 0.1}
    assert dict(zip(zip(found["left_id"], found["right_id"], strict=True), found["area_m2"], strict=True)) == (
        pytest.approx(expected, rel=1e-5)
    )
    exact = find_gaps(layer, min_area_m2=0.1)
    gaps = find_gaps(turned, min_area_m2=0.1)
    assert sorted(gaps["area_m2"]) == pytest.approx(sorted(exact["area_m2"]), rel=1e-5)
    assert sorted(gaps["neighbour_ids"]) == sorted(exact["neighbour_ids"])
