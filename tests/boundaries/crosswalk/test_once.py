"""Everybody once: finer layers first, the rest of coarser ones kept, all that is left out told."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.crosswalk import count_once, place_figures
from boundaries.errors import FiguresError
from gis.errors import CrsError
from tests.boundaries.crosswalk.lattice import CRS, label_grids, layer_of

_FIGURES = ["households"]


def _layer(rows, crs=CRS):
    """Rows of ``id: (box, households)``."""
    return gpd.GeoDataFrame(
        {"households": [row[1] for row in rows.values()]},
        index=pd.Index(list(rows), name="id", dtype="str"),
        geometry=[shapely.box(*row[0]) for row in rows.values()],
        crs=crs,
    )


def _adds(counted):
    return counted.sources["households"].to_dict()


def _left_out(counted):
    return counted.left_out[["layer", "id", "reason", "own", "finer", "left_out", "counted_by"]].to_numpy().tolist()


class TestOneVillage:
    """A village of 500 households, 200 m x 100 m, with a compound on its left half that has two buildings."""

    village = _layer({"v": ((0, 0, 200, 100), 500)})
    compound = _layer({"c": ((0, 0, 100, 100), 120)})
    buildings = _layer({"b1": ((10, 10, 30, 20), 70), "b2": ((50, 10, 70, 20), 45)})

    def count(self, **layers):
        return count_once(layers, figures=_FIGURES)

    def test_alone_it_counts_itself(self):
        counted = self.count(urban_villages=self.village)
        assert _adds(counted) == {"urban_villages/v": 500.0}
        assert counted.left_out.empty

    def test_a_compound_in_it_counts_first_and_the_rest_stays_beside_it(self):
        counted = self.count(urban_villages=self.village, compounds=self.compound)
        assert _adds(counted) == {"compounds/c": 120.0, "urban_villages/v": 380.0}
        assert counted.sources.geometry["urban_villages/v"].equals(shapely.box(100, 0, 200, 100))
        assert _left_out(counted) == [
            ["urban_villages", "v", "counted_below", 500.0, 120.0, 120.0, ("compounds",)],
        ]
        assert counted.totals.loc[("urban_villages", "households")].tolist() == [500.0, 380.0, 120.0, 0.0]

    def test_buildings_count_before_compounds_and_a_small_difference_is_left_out(self):
        counted = self.count(urban_villages=self.village, compounds=self.compound, buildings=self.buildings)
        assert _adds(counted) == {"buildings/b1": 70.0, "buildings/b2": 45.0, "urban_villages/v": 385.0}
        assert _left_out(counted)[0] == ["compounds", "c", "counted_below", 120.0, 115.0, 120.0, ("buildings",)]
        told = [text.zh for text in counted.sentences()]
        assert any("住宅小区的户数" in sentence and "略去 120" in sentence for sentence in told)

    def test_an_unknown_building_keeps_the_whole_rest_of_its_compound(self):
        buildings = self.buildings.assign(households=[70, np.nan])
        counted = self.count(compounds=self.compound, buildings=buildings)
        assert _adds(counted) == {"buildings/b1": 70.0, "compounds/c": 50.0}
        assert counted.unknown.empty
        near = self.count(compounds=self.compound.assign(households=[71]), buildings=buildings)
        assert _adds(near) == {"buildings/b1": 70.0, "compounds/c": 1.0}

    def test_the_rest_of_a_compound_lives_in_the_unknown_buildings_too(self):
        counted = self.count(compounds=self.compound, buildings=self.buildings.assign(households=[70, np.nan]))
        known, unknown = self.buildings.geometry
        ground = counted.sources.geometry["compounds/c"]
        assert ground.equals(shapely.box(0, 0, 100, 100).difference(known))
        assert ground.contains(unknown)

    def test_a_rest_beside_which_no_ground_is_left_stays_on_all_of_it(self):
        filling = self.compound.set_geometry([shapely.box(0, 0, 199, 100)], crs=CRS)
        counted = self.count(urban_villages=self.village, compounds=filling)
        assert _adds(counted) == {"compounds/c": 120.0, "urban_villages/v": 380.0}
        assert counted.sources.geometry["urban_villages/v"].equals(shapely.box(0, 0, 200, 100))

    def test_nobody_knows(self):
        counted = self.count(buildings=self.buildings.assign(households=[70, np.nan]))
        assert _adds(counted) == pytest.approx({"buildings/b1": 70.0, "buildings/b2": np.nan}, nan_ok=True)
        assert counted.unknown.to_numpy().tolist() == [["buildings", "b2", "households"]]
        assert counted.totals.loc[("buildings", "households"), "unknown_rows"] == 1

    def test_an_unknown_village_adds_nothing_to_what_is_known_in_it(self):
        counted = self.count(urban_villages=self.village.assign(households=np.nan), compounds=self.compound)
        assert _adds(counted) == {"compounds/c": 120.0}

    def test_buildings_that_hold_more_than_their_compound_count(self):
        counted = self.count(compounds=self.compound.assign(households=[90]), buildings=self.buildings)
        assert sum(_adds(counted).values()) == 115.0
        assert _left_out(counted) == [["compounds", "c", "counted_below", 90.0, 115.0, 90.0, ("buildings",)]]
        assert any("少于其中下级要素之和" in text.zh for text in counted.sentences())

    def test_the_units_own_figures_come_last(self):
        units = _layer({"u1": ((0, 0, 100, 100), 130), "u2": ((100, 0, 200, 100), 370), "u3": ((200, 0, 300, 100), 8)})
        counted = self.count(units=units, compounds=self.compound)
        assert _adds(counted) == {"compounds/c": 120.0, "units/u2": 370.0, "units/u3": 8.0}

    def test_the_answer_can_be_placed_and_nobody_is_lost(self):
        counted = self.count(urban_villages=self.village, compounds=self.compound, buildings=self.buildings)
        units = _layer({"west": ((0, 0, 100, 100), 0), "east": ((100, 0, 200, 100), 0)})
        placed = place_figures(counted.sources, units, figures=_FIGURES)
        assert placed.targets["households"].to_dict() == {"west": 115.0, "east": 385.0}
        assert set(placed.targets["figures_basis"]) == {"counted"}
        assert placed.report.double_counts.empty


def test_duplicates_count_once_and_share_what_they_know():
    compounds = gpd.GeoDataFrame(
        {"households": [10, 12, np.nan], "resident_population": [np.nan, 40, 50]},
        index=pd.Index(["a", "b", "z"], name="id", dtype="str"),
        geometry=[shapely.box(0, 0, 100, 100)] * 3,
        crs=CRS,
    )
    counted = count_once({"compounds": compounds})
    assert counted.sources[["households", "resident_population"]].to_numpy().tolist() == [[10.0, 40.0]]
    table = counted.left_out[["id", "figure", "reason", "left_out", "counted_by"]]
    assert table.to_numpy().tolist() == [
        ["b", "households", "duplicate", 12.0, ("a",)],
        ["z", "resident_population", "duplicate", 50.0, ("a",)],
    ]
    assert counted.totals["given"].tolist() == [22.0, 90.0]
    assert counted.totals["left_out"].tolist() == [12.0, 50.0]


def test_compounds_in_compounds_count_from_the_inside_out():
    compounds = _layer({"outer": ((0, 0, 100, 100), 100), "inner": ((0, 0, 50, 50), 30), "core": ((0, 0, 20, 20), 10)})
    counted = count_once({"compounds": compounds}, figures=_FIGURES)
    assert _adds(counted) == {"compounds/core": 10.0, "compounds/inner": 20.0, "compounds/outer": 70.0}
    assert counted.sources.area.to_dict() == {
        "compounds/core": 400.0,
        "compounds/inner": 2500.0 - 400.0,
        "compounds/outer": 10_000.0 - 2500.0,
    }


def test_a_compound_on_the_line_of_two_villages_is_taken_from_both():
    villages = _layer({"v": ((0, 0, 100, 100), 100), "w": ((100, 0, 200, 100), 100)})
    compound = _layer({"c": ((80, 0, 120, 40), 41)})
    counted = count_once({"urban_villages": villages, "compounds": compound}, figures=_FIGURES)
    assert _adds(counted) == {"compounds/c": 41.0, "urban_villages/v": 79.0, "urban_villages/w": 80.0}
    slip = _layer({"c": ((95, 0, 200, 40), 41)})
    counted = count_once({"urban_villages": villages, "compounds": slip}, figures=_FIGURES)
    assert _adds(counted) == {"compounds/c": 41.0, "urban_villages/v": 100.0, "urban_villages/w": 59.0}


def test_each_figure_is_settled_by_itself():
    buildings = _layer({"b": ((10, 10, 30, 20), 70)})
    compound = _layer({"c": ((0, 0, 100, 100), 72)}).assign(resident_population=[200])
    counted = count_once({"buildings": buildings, "compounds": compound})
    table = counted.sources[["households", "resident_population"]]
    assert table.to_dict("index") == {
        "buildings/b": {"households": 70.0, "resident_population": 0.0},
        "compounds/c": {"households": 0.0, "resident_population": 200.0},
    }
    assert counted.sources.geometry["compounds/c"].equals(shapely.box(0, 0, 100, 100))


@settings(deadline=None, max_examples=30)
@given(
    label_grids((5, 6), most=3),
    label_grids((5, 6), most=6),
    st.lists(st.one_of(st.none(), st.integers(0, 90)), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=6, max_size=6),
    st.randoms(),
)
def test_totals_add_up_and_row_order_changes_nothing(village_labels, compound_labels, villages, compounds, random):
    assume((village_labels >= 0).any() and (compound_labels >= 0).any())
    layers = {
        "urban_villages": layer_of(village_labels, prefix="v", households=villages).astype({"households": float}),
        "compounds": layer_of(compound_labels, prefix="c", households=compounds).astype({"households": float}),
    }
    counted = count_once(layers, figures=_FIGURES)
    totals = counted.totals
    assert (totals["given"] == totals["counted"] + totals["left_out"]).all()
    for name, layer in layers.items():
        assert totals.loc[(name, "households"), "given"] == layer["households"].sum()
        mine = counted.sources[counted.sources["layer"] == name]
        assert mine["households"].sum() == totals.loc[(name, "households"), "counted"]
        lost = counted.left_out[counted.left_out["layer"] == name]
        assert lost["left_out"].sum() == totals.loc[(name, "households"), "left_out"]
    assert totals["counted"].sum() >= max(layers["compounds"]["households"].sum(), totals["counted"].max())
    shuffled = {name: layer.iloc[random.sample(range(len(layer)), len(layer))] for name, layer in layers.items()}
    again = count_once(shuffled, figures=_FIGURES)
    pd.testing.assert_frame_equal(again.sources, counted.sources)
    pd.testing.assert_frame_equal(again.left_out, counted.left_out)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=4), min_size=1, max_size=4),
    st.lists(st.floats(0.3, 2.0), min_size=4, max_size=4),
)
def test_nested_layers_follow_the_rule_worked_out_by_hand(buildings, factors):
    """Village n stands at y = 100 n with its buildings in it; its figure is their sum times a factor."""
    villages, houses = {}, {}
    for number, (members, factor) in enumerate(zip(buildings, factors, strict=False)):
        south = 100 * number
        villages[f"v{number}"] = ((0, south, 100, south + 90), float(round(sum(members) * factor)))
        for at, households in enumerate(members):
            houses[f"b{number}{at}"] = ((20 * at, south, 20 * at + 10, south + 10), float(households))
    layers = {"urban_villages": _layer(villages), "buildings": _layer(houses)}
    got = _adds(count_once(layers, figures=_FIGURES))
    expected = {f"buildings/{key}": value for key, (_, value) in houses.items()}
    for number, members in enumerate(buildings[: len(factors)]):
        own, inside = villages[f"v{number}"][1], sum(members)
        if own - inside > 0.1 * own or own == 0:
            expected[f"urban_villages/v{number}"] = max(own - inside, 0.0)
    assert got == expected


def test_layers_without_rows_or_figures():
    nothing = count_once({}, figures=_FIGURES)
    assert nothing.sources.empty
    assert nothing.sentences() == []
    empty = count_once({"compounds": _layer({"c": ((0, 0, 9, 9), 1)}).iloc[:0]}, figures=_FIGURES)
    assert empty.sources.empty
    assert empty.sources.crs == CRS
    bare = count_once({"compounds": _layer({"c": ((0, 0, 9, 9), 1)}).drop(columns="households")}, figures=_FIGURES)
    assert bare.unknown.to_numpy().tolist() == [["compounds", "c", "households"]]


def test_contract_ids_crs_and_untouched_inputs():
    layers = {"compounds": _layer({"c": ((0, 0, 9, 9), 1)}), "urban_villages": _layer({"v": ((0, 0, 99, 9), 10)})}
    before = {name: layer.copy() for name, layer in layers.items()}
    sources = count_once(layers, figures=_FIGURES).sources
    assert sources.index.name == "id"
    assert sources.index.is_unique
    assert sources.crs == CRS
    assert list(sources.columns) == ["layer", "source_id", "households", "geometry"]
    assert all(layers[name].equals(before[name]) for name in layers)


def test_what_cannot_be_counted_is_refused():
    compounds = _layer({"c": ((0, 0, 9, 9), 1)})
    with pytest.raises(FiguresError) as other:
        count_once({"communities": compounds})
    assert other.value.code == "layer-not-counted"
    with pytest.raises(FiguresError) as share:
        count_once({"compounds": compounds}, rest_share=2)
    assert share.value.code == "share-invalid"
    with pytest.raises(CrsError) as crs:
        count_once({"compounds": compounds, "buildings": _layer({"b": ((0, 0, 9, 9), 1)}, crs=4548)})
    assert crs.value.code == "crs-mismatch"
