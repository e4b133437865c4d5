"""Areal interpolation against tobler (PySAL), where both mean the same: extensive sums, nothing outside reallocated.

tobler 0.13 keeps areas in 32-bit floats, so real layers agree to a millionth of the figure and not of a person; the
same sums by ``geopandas.overlay`` in 64 bits agree to a millionth of a person.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.crosswalk import place_figures
from tests.boundaries.crosswalk.lattice import label_grids, layer_of

area_weighted = pytest.importorskip("tobler.area_weighted", reason="tobler is not installed (pip install tobler)")

_PEOPLE = ["resident_population"]


def _by_tobler(sources, targets):
    answer = area_weighted.area_interpolate(
        sources.reset_index(drop=True),
        targets[[targets.geometry.name]].reset_index(drop=True),
        extensive_variables=_PEOPLE,
        allocate_total=False,
        n_jobs=1,
    )
    return answer["resident_population"].to_numpy()


def _by_us(sources, targets):
    placed = place_figures(sources, targets, figures=_PEOPLE, counted_share=1.0, whole=False, sources_complete=True)
    return placed.targets["resident_population"].to_numpy()


@settings(deadline=None, max_examples=25)
@given(
    label_grids((5, 6), most=8),
    label_grids((5, 6), most=4),
    st.lists(st.floats(0, 5000), min_size=8, max_size=8),
)
def test_any_layers_without_overlap_get_the_same_sums(source_labels, target_labels, counts):
    assume((source_labels >= 0).any() and (target_labels >= 0).any())
    sources = layer_of(source_labels, prefix="s", resident_population=counts)
    targets = layer_of(target_labels, prefix="t")
    assert _by_us(sources, targets) == pytest.approx(_by_tobler(sources, targets), abs=1e-6)


def _by_overlay(sources, targets):
    pieces = gpd.overlay(
        sources.assign(own_m2=sources.area)[["resident_population", "own_m2", "geometry"]],
        targets.rename_axis("target").reset_index(),
        how="intersection",
        keep_geom_type=True,
    )
    amounts = pieces["resident_population"] * pieces.area / pieces["own_m2"]
    return amounts.groupby(pieces["target"]).sum().reindex(targets.index, fill_value=0.0).to_numpy()


@pytest.fixture(scope="module")
def blocks(shared_data):
    layer = gpd.read_file(shared_data / "maup_providence" / "blocks.zip").to_crs(26919).set_index("GEOID10")
    return layer.rename(columns={"TOTPOP": "resident_population"}).astype({"resident_population": float})


def test_providence_on_squares_of_half_a_kilometre(blocks):
    west, south, east, north = blocks.total_bounds
    x, y = np.meshgrid(np.arange(west + 900, east - 900, 500.0), np.arange(south, north, 500.0))
    squares = gpd.GeoDataFrame(geometry=shapely.box(x, y, x + 500, y + 500).ravel(), crs=blocks.crs)
    squares.index = [f"q{number:04d}" for number in range(len(squares))]
    ours = _by_us(blocks, squares)
    assert 100_000 < ours.sum() < 178_040
    assert ours == pytest.approx(_by_tobler(blocks, squares), rel=1e-6, abs=1e-6)
    assert ours == pytest.approx(_by_overlay(blocks, squares), rel=0, abs=1e-6)


def test_where_targets_overlap_tobler_counts_the_ground_twice_and_we_do_not(blocks):
    town = shapely.box(*blocks.total_bounds)
    twice = gpd.GeoDataFrame(index=["a", "b"], geometry=[town, town], crs=blocks.crs)
    assert _by_tobler(blocks, twice).sum() == pytest.approx(2 * 178_040)
    assert _by_us(blocks, twice).sum() == pytest.approx(178_040)
