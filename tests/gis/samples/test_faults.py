"""The list of planted faults is complete: brute force by the definitions finds those and no others."""

from collections import defaultdict

import pytest
import shapely

from gis import samples
from tests.gis.samples import oracle

DOCUMENTED = {
    "overlap", "gap", "duplicate", "containment", "exclave", "hole", "interdigitated_strip", "invalid_ring",
    "urban_village_shared", "urban_village_unassigned", "compound_shared", "grid_crosses_communities",
    "grid_without_parent", "code_malformed", "code_duplicate", "people_counted_twice", "unknown_count",
    "community_too_large",
}  # fmt: skip


def _by_key(facts):
    areas = defaultdict(list)
    for kind, layer, ids, other_layer, other_ids, area_m2 in facts:
        areas[kind, layer, ids, other_layer, other_ids].append(area_m2)
    return {key: sorted(found) for key, found in areas.items()}


def _planted(county):
    columns = ["kind", "layer", "ids", "other_layer", "other_ids", "area_m2"]
    return _by_key(county.faults[columns].itertuples(index=False, name=None))


@pytest.mark.parametrize("seed", [2026, 1, 7])
def test_brute_force_finds_the_planted_faults_and_no_others(county, seed):
    county = county if seed == 2026 else samples.make_county(seed)
    found, planted = _by_key(oracle.all_facts(county.layers)), _planted(county)
    assert sorted(found.keys() - planted.keys()) == []
    assert sorted(planted.keys() - found.keys()) == []
    for key, areas in planted.items():
        assert found[key] == pytest.approx(areas, rel=1e-3, abs=0.1), key


def test_every_documented_kind_is_planted(county):
    kinds = county.faults["kind"].value_counts()
    assert set(kinds.index) == DOCUMENTED
    assert kinds["community_too_large"] == 9
    assert kinds["urban_village_shared"] >= 6
    assert kinds["overlap"] >= 8
    assert kinds["gap"] >= 9


def test_overlaps_and_gaps_come_thin_and_wide(county):
    for kind in ("overlap", "gap"):
        rows = county.faults[(county.faults["kind"] == kind) & (county.faults["layer"] == "communities")]
        width = 2 * shapely.length(shapely.maximum_inscribed_circle(rows.geometry.to_numpy(), tolerance=0.01))
        assert (width < 1.5).sum() >= 2
        assert (width > 40).sum() >= 1


def test_no_share_lies_near_its_threshold(county):
    """Shares of common ground are plainly above or below what counts, so that no tool may argue."""
    communities = county.layers["communities"]
    for name, least in (("grids", 0.01), ("compounds", 0.01), ("urban_villages", 0.001)):
        for shape in shapely.make_valid(county.layers[name].geometry.array):
            for area in oracle.shares(shape, communities).values():
                assert not (area > 0.7 and least / 1.5 < area / shape.area < least * 1.5)


def test_no_strip_is_nearly_one(county):
    """A looser definition of a strip finds the planted strips and no others."""
    loose = oracle.strips(county.layers["communities"], times=3, area_m2=350, border=0.5)
    strips = county.faults[county.faults["kind"] == "interdigitated_strip"]
    assert sorted(fact[2] for fact in loose) == sorted(strips["ids"])


def test_ids_of_faults_exist(county):
    for row in county.faults.itertuples():
        assert set(row.ids) <= set(county.layers[row.layer].index)
        assert row.ids == tuple(sorted(row.ids))
        if row.other_ids:
            assert set(row.other_ids) <= set(county.layers[row.other_layer].index)
        assert row.geometry.area == pytest.approx(row.area_m2)
        assert row.note
        assert row.note_en


def test_a_removed_fault_would_be_noticed(county):
    """The brute force sees a change: one overlap healed, one grid's code spoilt."""
    layers = {name: layer.copy() for name, layer in county.layers.items()}
    first = county.faults[(county.faults["kind"] == "overlap") & (county.faults["layer"] == "communities")].iloc[0]
    healed = layers["communities"].geometry[first["ids"][0]].difference(first.geometry.buffer(1e-6))
    layers["communities"].loc[first["ids"][0], "geometry"] = healed
    spoilt = layers["grids"].index[3]
    layers["grids"].loc[spoilt, "code"] = "12"
    found, planted = _by_key(oracle.all_facts(layers)), _planted(county)
    assert ("overlap", "communities", first["ids"], "", ()) in planted.keys() - found.keys()
    assert ("code_malformed", "grids", (spoilt,), "", ()) in found.keys() - planted.keys()


def test_the_box_filter_of_the_brute_force_loses_no_pair(county):
    for name in ("communities", "urban_villages", "grids"):
        layer = county.layers[name]
        assert {pair[:2] for pair in oracle.shared_ground(layer)} == oracle.independent_pairs(layer)
