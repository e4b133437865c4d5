"""Sources spread over buildings and compounds: by the right weight, in the right parts, or not at all."""

from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.crosswalk import place_figures
from boundaries.errors import FiguresError
from gis.errors import SchemaError
from tests.boundaries.crosswalk.lattice import CRS, cell_shares, label_grids, layer_of

_SHAPE = (5, 6)
_FIGURES = ["households"]


def _village(households=100):
    """One village, 100 m x 100 m, divided by targets at x = 50."""
    return gpd.GeoDataFrame({"households": [households]}, index=["v"], geometry=[shapely.box(0, 0, 100, 100)], crs=CRS)


def _halves():
    shapes = [shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)]
    return gpd.GeoDataFrame(index=["left", "right"], geometry=shapes, crs=CRS)


def _buildings(**columns):
    """Two buildings on the left (10 m x 10 m), one on the right (20 m x 10 m)."""
    shapes = [shapely.box(5, 5, 15, 15), shapely.box(20, 5, 30, 15), shapely.box(60, 5, 80, 15)]
    return gpd.GeoDataFrame(columns, index=["b1", "b2", "b3"], geometry=shapes, crs=CRS)


def _shares(placed):
    return dict(zip(placed.crosswalk["target_id"], placed.crosswalk["share"], strict=True))


@pytest.mark.parametrize(
    ("columns", "weight", "left"),
    [
        ({"households": [1, 2, 5]}, "households", 3 / 8),
        ({"households": [1, np.nan, 5], "dwellings": [1, 1, 8]}, "dwellings", 2 / 10),
        ({"households": [0, 0, 0], "dwellings": [1, 1, 8]}, "dwellings", 2 / 10),
        ({"floors": [6, 6, 3]}, "floor_area", 1200 / 1800),
        ({"floors": [6, np.nan, 3]}, "footprint", 200 / 400),
        ({}, "footprint", 200 / 400),
    ],
)
def test_the_best_weight_that_all_buildings_know_decides(columns, weight, left):
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=_buildings(**columns), whole=False)
    assert set(placed.crosswalk["weight"]) == {weight}
    assert set(placed.targets["figures_basis"]) == {"dasymetric"}
    assert _shares(placed) == pytest.approx({"left": left, "right": 1 - left})
    assert placed.targets["households"].tolist() == pytest.approx([100 * left, 100 - 100 * left])


def test_an_asked_weight_that_is_not_known_gives_a_labelled_estimate_by_area():
    buildings = _buildings(floors=[6, np.nan, 3])
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=buildings, weight="floor_area")
    assert placed.targets["households"].tolist() == [50.0, 50.0]
    assert set(placed.crosswalk["basis"]) == {"area_weighted"}
    assert placed.report.estimated.to_numpy().tolist() == [["v", "weight_unknown"]]
    assert any("缺少权重" in text.zh for text in placed.report.sentences())


def test_any_column_may_weigh_and_several_are_tried_in_order():
    buildings = _buildings(meters=[3, 0, np.nan], lamps=[1, 1, 6])
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=buildings, weight=["meters", "lamps"])
    assert placed.targets["households"].tolist() == [25.0, 75.0]
    assert set(placed.crosswalk["weight"]) == {"lamps"}


def test_layers_are_tried_in_order_for_each_source_by_itself():
    two = gpd.GeoDataFrame(
        {"households": [100, 100, 100]},
        index=["u", "v", "w"],
        geometry=[shapely.box(0, 100, 100, 200), shapely.box(0, 0, 100, 100), shapely.box(0, 200, 100, 300)],
        crs=CRS,
    )
    targets = gpd.GeoDataFrame(
        index=["l", "r"], geometry=[shapely.box(0, 0, 50, 300), shapely.box(50, 0, 100, 300)], crs=CRS
    )
    compounds = gpd.GeoDataFrame(
        {"households": [9, 1]},
        index=["c1", "c2"],
        geometry=[shapely.box(10, 110, 40, 140), shapely.box(60, 110, 90, 140)],
        crs=CRS,
    )
    layers = [_buildings(households=[1, 2, 5]), compounds]
    placed = place_figures(two, targets, figures=_FIGURES, ancillary=layers, whole=False)
    shares = placed.crosswalk.set_index(["source_id", "target_id"])["share"].to_dict()
    expected = {
        ("u", "l"): 0.9,
        ("u", "r"): 0.1,
        ("v", "l"): 0.375,
        ("v", "r"): 0.625,
        ("w", "l"): 0.5,
        ("w", "r"): 0.5,
    }
    assert shares == pytest.approx(expected)
    assert placed.report.estimated.to_numpy().tolist() == [["w", "no_ancillary"]]


def test_a_target_on_empty_ground_of_a_spread_source_has_nobody():
    left_only = _buildings(households=[1, 2, 5]).iloc[:2]
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=left_only)
    assert placed.targets["households"].tolist() == [100.0, 0.0]
    assert placed.targets["figures_basis"].tolist() == ["dasymetric", "dasymetric"]


def test_a_building_of_a_neighbour_that_pokes_in_does_not_count():
    poking = gpd.GeoDataFrame({"households": [50]}, index=["n"], geometry=[shapely.box(99, 0, 119, 10)], crs=CRS)
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=poking)
    assert placed.report.estimated.to_numpy().tolist() == [["v", "no_ancillary"]]


def test_a_building_on_the_line_counts_on_both_sides_by_its_ground():
    across = gpd.GeoDataFrame({"households": [8]}, index=["x"], geometry=[shapely.box(30, 0, 70, 10)], crs=CRS)
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=across, whole=False)
    assert _shares(placed) == pytest.approx({"left": 0.5, "right": 0.5})
    askew = across.set_geometry([shapely.box(40, 0, 80, 10)], crs=CRS)
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=askew, whole=False)
    assert _shares(placed) == pytest.approx({"left": 0.25, "right": 0.75})


def test_addresses_may_be_points():
    points = gpd.GeoDataFrame(
        {"households": [3, 1]}, index=["a", "b"], geometry=[shapely.Point(10, 10), shapely.Point(90, 10)], crs=CRS
    )
    placed = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=points)
    assert placed.targets["households"].tolist() == [75.0, 25.0]
    blank = place_figures(_village(), _halves(), figures=_FIGURES, ancillary=points.drop(columns="households"))
    assert blank.report.estimated.to_numpy().tolist() == [["v", "weight_unknown"]]


def test_people_of_buildings_beyond_all_targets_are_outside():
    placed = place_figures(
        _village(), _halves().loc[["left"]], figures=_FIGURES, ancillary=_buildings(households=[1, 2, 5])
    )
    assert placed.report.outside[["source_id", "households"]].to_numpy().tolist() == [["v", 62.0]]
    assert placed.targets["households"].tolist() == [38.0]


def test_a_source_within_one_target_needs_no_buildings():
    placed = place_figures(_village(), _village()[["geometry"]], figures=_FIGURES, ancillary=_buildings())
    assert placed.targets["figures_basis"].tolist() == ["counted"]
    assert placed.report.estimated.empty


@settings(deadline=None, max_examples=40)
@given(
    label_grids(_SHAPE, most=4),
    label_grids(_SHAPE, most=9),
    label_grids(_SHAPE, most=3),
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.lists(st.integers(0, 9), min_size=9, max_size=9),
)
def test_weights_fall_as_counting_cells_lets_them_fall(source_labels, building_labels, target_labels, counts, weights):
    """Every building spreads its weight evenly over its cells; a cell brings it to the source and target it is in."""
    assume((source_labels >= 0).any() and (building_labels >= 0).any() and (target_labels >= 0).any())
    sources = layer_of(source_labels, prefix="s", households=counts)
    buildings = layer_of(building_labels, prefix="b", households=weights)
    targets = layer_of(target_labels, prefix="t")
    placed = place_figures(
        sources, targets, figures=_FIGURES, ancillary=buildings, weight="households", counted_share=1.0, whole=False
    )
    ground = cell_shares(source_labels, target_labels)
    in_source = cell_shares(building_labels, source_labels)
    for source in sorted({source for source, _ in ground}):
        members = [b for (b, s), share in in_source.items() if s == source and share >= Fraction(1, 10)]
        assume(all(share != Fraction(1, 10) for (_, s), share in in_source.items() if s == source))
        fallen = _fallen(source, members, source_labels, building_labels, target_labels, weights)
        total = sum(fallen.values())
        whole = [target for (s, target), share in ground.items() if s == source and share == 1]
        for target in {target for s, target in ground if s == source} - {-1}:
            if whole:
                share = Fraction(1)
            elif total:
                share = fallen.get(target, Fraction(0)) / total
            else:
                share = ground[source, target]
            row = placed.crosswalk.query(f"source_id == 's{source:03d}' and target_id == 't{target:03d}'")
            assert row["share"].item() == pytest.approx(float(share), abs=1e-9)
            assert row["basis"].item() == ("counted" if whole else "dasymetric" if total else "area_weighted")


def _fallen(source, members, source_labels, building_labels, target_labels, weights):
    fallen = {}
    for building in members:
        cells = np.argwhere(building_labels == building).tolist()
        for at in map(tuple, cells):
            if source_labels[at] == source:
                target = int(target_labels[at])
                fallen[target] = fallen.get(target, Fraction(0)) + Fraction(weights[building], len(cells))
    return fallen


def test_weights_must_be_numbers_of_zero_or_more():
    with pytest.raises(FiguresError) as negative:
        place_figures(_village(), _halves(), figures=_FIGURES, ancillary=_buildings(households=[1, -2, 5]))
    assert negative.value.code == "figures-negative"
    with pytest.raises(SchemaError) as text:
        place_figures(_village(), _halves(), figures=_FIGURES, ancillary=_buildings(floors=["6", "六", "3"]))
    assert text.value.code == "not-a-number"
