"""Repair of overlaps and gaps: a valid coverage, nobody lost, nothing sound touched, and a log that adds up."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings

from boundaries import audit_layers, repair_layer
from boundaries.coverage import find_gaps, find_overlaps
from boundaries.errors import RepairError
from boundaries.repair import CHANGE_COLUMNS, Repair, RepairRules, ground_moved
from gis.errors import CrsError, SchemaError
from tests.boundaries.coverage.broken import (
    as_layer,
    broken_coverages,
    jittered,
    lattice_layers,
    natural_cells,
    stacked_layers,
)

EVERYTHING = RepairRules(wide_gaps="fill", enclaves="fill", containments="cut_out", duplicates="drop_later")
NOISE_M2 = 1e-3


def boxes(*corners: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    return as_layer([shapely.box(*box) for box in corners], ids=[chr(ord("a") + at) for at in range(len(corners))])


def jittered_town(seed: int, *, n: int = 60, share: float = 0.2) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(seed)
    cells = natural_cells(rng, n=n)
    moved = rng.random(n) < share
    layer = as_layer([jittered(cell, rng, by_m=0.3) if move else cell for cell, move in zip(cells, moved, strict=True)])
    layer["households"] = rng.integers(10, 500, n)
    return layer


def assert_coverage(layer: gpd.GeoDataFrame) -> None:
    shapes = layer.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert shapely.coverage_is_valid(shapes)


def test_an_overlap_goes_to_the_claimant_with_the_longest_border():
    layer = boxes((0, 0, 100, 100), (90, 40, 200, 60))
    layer["households"] = [400, 20]
    repair = repair_layer(layer)
    change = repair.changes.iloc[0]
    assert (change["kind"], change["claim_ids"], change["from_ids"], change["to_ids"]) == (
        "overlap",
        ("a", "b"),
        ("b",),
        ("a",),
    )
    assert change["area_m2"] == pytest.approx(200)
    assert change["households"] == pytest.approx((400 * 200 / 10000 + 20 * 200 / 2200) / 2)
    assert repair.layer.area.tolist() == pytest.approx([10000, 2000])
    assert "公共边最长" in change["message"]
    assert "longest shared border" in change["message_en"]
    assert_coverage(repair.layer)


def test_a_narrow_gap_goes_to_the_neighbour_with_the_longest_border():
    layer = boxes((0, 0, 50, 99), (50, 0, 100, 99), (0, 100, 100, 200), (-10, 0, 0, 200), (100, 0, 110, 200))
    repair = repair_layer(layer)
    assert repair.changes[["kind", "claim_ids", "to_ids"]].to_numpy().tolist() == [["gap", (), ("c",)]]
    assert repair.layer.geometry["c"].area == pytest.approx(10100)
    assert_coverage(repair.layer)


def test_a_gap_open_to_the_outside_is_filled_inside_the_extent_only():
    layer = boxes((0, 0, 100, 100), (102, 0, 200, 100))
    extent = boxes((0, 0, 200, 100))
    assert repair_layer(layer).changes.empty
    repair = repair_layer(layer, extent=extent)
    assert repair.layer.area.sum() == pytest.approx(20000)
    assert repair.remaining.empty
    assert_coverage(repair.layer)


def test_points_that_one_neighbour_lacks_are_put_in():
    left = shapely.Polygon([(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)])
    layer = as_layer([left, shapely.box(100, 0, 200, 100)], ids=["a", "b"])
    assert not shapely.coverage_is_valid(layer.geometry.to_numpy())
    repair = repair_layer(layer)
    assert repair.changes.empty
    assert_coverage(repair.layer)


def test_index_order_columns_and_figures_are_kept_and_the_input_is_untouched():
    layer = jittered_town(1).sample(frac=1, random_state=3)
    before = layer.copy(deep=True)
    repair = repair_layer(layer, rules=EVERYTHING)
    pd.testing.assert_frame_equal(pd.DataFrame(layer), pd.DataFrame(before))
    pd.testing.assert_frame_equal(
        pd.DataFrame(repair.layer.drop(columns="geometry")), pd.DataFrame(layer.drop(columns="geometry"))
    )
    assert repair.layer.crs == layer.crs


def test_ground_away_from_defects_does_not_move():
    layer = jittered_town(2, share=0.05)
    repair = repair_layer(layer, rules=EVERYTHING)
    faulty = shapely.union_all(
        np.concatenate([find_overlaps(layer, min_area_m2=0).geometry, find_gaps(layer, min_area_m2=0).geometry])
    )
    sound = ~shapely.intersects(layer.geometry.to_numpy(), faulty)
    assert 0 < sound.sum() < len(layer)
    for before, after in zip(layer.geometry[sound], repair.layer.geometry[sound], strict=True):
        assert before.wkb == after.wkb
    for before, after in zip(layer.geometry[~sound], repair.layer.geometry[~sound], strict=True):
        assert shapely.symmetric_difference(before, after).difference(faulty.buffer(1e-6)).area < NOISE_M2
        far = {xy for xy in map(tuple, shapely.get_coordinates(before)) if faulty.distance(shapely.Point(xy)) > 1e-6}
        assert far <= set(map(tuple, shapely.get_coordinates(after)))


@pytest.mark.parametrize("seed", range(4))
def test_the_log_adds_up_to_the_change_of_every_area(seed):
    layer = jittered_town(seed)
    repair = repair_layer(layer, rules=EVERYTHING)
    change = (repair.layer.area - layer.area).rename("change")
    moved = ground_moved(repair.changes)
    expected = (moved["area_gained_m2"] - moved["area_lost_m2"]).reindex(layer.index, fill_value=0.0)
    assert np.abs(change - expected).max() < NOISE_M2
    assert repair.changes.index.is_unique


def assert_sound(layer: gpd.GeoDataFrame, repair: Repair) -> None:
    dropped = {one for ids in repair.changes.loc[repair.changes["rule"] == "drop_later", "from_ids"] for one in ids}
    assert list(repair.layer.index) == [one for one in layer.index if one not in dropped]
    assert shapely.is_valid(repair.layer.geometry.to_numpy()).all()
    assert not repair.layer.is_empty.any()
    gaps = find_gaps(layer, min_area_m2=0).geometry.to_numpy()
    whole = shapely.union_all(np.concatenate([layer.geometry.to_numpy(), gaps]))
    assert repair.layer.union_all().area == pytest.approx(whole.area, abs=NOISE_M2)
    again = repair_layer(repair.layer, kind="units", rules=EVERYTHING)
    assert again.changes.empty
    assert all(one is other for one, other in zip(again.layer.geometry, repair.layer.geometry, strict=True))


@settings(max_examples=60, deadline=None)
@given(broken_coverages())
def test_random_broken_layers_become_valid_coverages(layer):
    repair = repair_layer(layer, kind="units", rules=EVERYTHING)
    assert repair.remaining.empty, repair.remaining[["kind", "ids", "other_ids", "area_m2"]]
    assert_coverage(repair.layer)
    assert_sound(layer, repair)


@pytest.mark.parametrize("make", [lattice_layers, stacked_layers])
def test_crowded_layers_lose_nobody(make):
    """Here some polygons consist of nothing but ground of others; they stay, and the rest is told."""

    @settings(max_examples=60, deadline=None)
    @given(make())
    def check(layer: gpd.GeoDataFrame) -> None:
        repair = repair_layer(layer, kind="units", rules=EVERYTHING)
        assert_sound(layer, repair)
        if repair.remaining.empty:
            assert_coverage(repair.layer)

    check()


@settings(max_examples=40, deadline=None)
@given(broken_coverages())
def test_what_the_default_rules_leave_is_told_and_nothing_is_dropped(layer):
    repair = repair_layer(layer, kind="units")
    assert list(repair.layer.index) == list(layer.index)
    assert shapely.is_valid(repair.layer.geometry.to_numpy()).all()
    assert set(repair.remaining["kind"]) <= {"gap", "duplicate", "containment"}
    audit = audit_layers({"units": repair.layer})
    kinds = audit["kind"].isin(["overlap", "gap", "duplicate", "containment"])
    assert set(audit.index[kinds]) == set(repair.remaining.index)
    assert repair_layer(repair.layer, kind="units").changes.empty


def test_row_order_and_place_do_not_matter():
    layer = jittered_town(5)
    repair = repair_layer(layer)
    other = repair_layer(layer.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(pd.DataFrame(repair.changes), pd.DataFrame(other.changes))
    assert other.layer.loc[layer.index].geometry.geom_equals_exact(repair.layer.geometry, 0).all()
    moved = repair_layer(layer.set_geometry(layer.translate(1024, -2048)))
    pairs = [sorted(map(tuple, rows.changes[["from_ids", "to_ids"]].to_numpy())) for rows in (repair, moved)]
    assert pairs[0] == pairs[1]


def test_a_dry_run_changes_nothing_and_tells_the_same():
    layer = jittered_town(6)
    dry, wet = repair_layer(layer, dry_run=True), repair_layer(layer)
    pd.testing.assert_frame_equal(pd.DataFrame(dry.changes), pd.DataFrame(wet.changes))
    assert dry.layer is layer
    assert dry.remaining.empty
    assert wet.remaining.empty


def test_a_dry_run_tells_only_what_would_still_be_decided():
    layer = boxes((0, 0, 100, 100), (98, 0, 200, 100), (20, 20, 30, 30))
    dry, wet = repair_layer(layer, dry_run=True), repair_layer(layer)
    assert dry.changes["kind"].tolist() == ["overlap"]
    assert dry.remaining["kind"].tolist() == ["containment"]
    pd.testing.assert_frame_equal(pd.DataFrame(dry.remaining), pd.DataFrame(wet.remaining))


def test_bad_calls_are_refused():
    layer = boxes((0, 0, 1, 1))
    with pytest.raises(CrsError):
        repair_layer(layer.to_crs(4490))
    with pytest.raises(CrsError):
        repair_layer(layer, extent=layer.to_crs(4548))
    with pytest.raises(SchemaError):
        repair_layer(pd.concat([layer, layer]))
    with pytest.raises(RepairError, match="longest_border"):
        RepairRules(gaps="biggest")
    with pytest.raises(RepairError):
        RepairRules(max_gap_width_m=-1)
    with pytest.raises(RepairError):
        RepairRules(overlaps="priority")


def test_a_sound_layer_gives_an_empty_log_with_all_columns():
    repair = repair_layer(boxes((0, 0, 1, 1), (1, 0, 2, 1)))
    assert list(repair.changes.columns) == [*CHANGE_COLUMNS, "geometry"]
    assert repair.changes.empty
    assert ground_moved(repair.changes).empty
