"""The made county is a county town: its size, its sums, its exact coverage, and what joins its parts."""

import time
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from gis import samples
from gis.schema import check_schema

FIGURES = ["households", "resident_population"]


def test_it_is_made_in_time_and_repeats(county):
    began = time.process_time()
    again = samples.make_county()
    assert time.process_time() - began < 5
    for kind, layer in county.layers.items():
        assert layer.to_wkb().equals(again.layers[kind].to_wkb()), kind
    assert county.faults.to_wkb().equals(again.faults.to_wkb())
    assert county.truth.equals(again.truth)


@pytest.mark.parametrize("seed", [1, 12])
def test_another_seed_gives_another_county(county, seed):
    other = samples.make_county(seed)
    assert other.layers["units"].to_wkb()["geometry"].tolist() != county.layers["units"].to_wkb()["geometry"].tolist()
    assert len(other.layers["communities"]) == 9
    assert set(other.faults["kind"]) == set(county.faults["kind"])


def test_it_is_a_county_town(county):
    sizes = {kind: len(layer) for kind, layer in county.layers.items()}
    assert sizes["communities"] == 9
    assert sizes["urban_villages"] == 14
    assert 85 <= sizes["grids"] <= 97
    assert 400 <= sizes["compounds"] <= 405
    assert 5_500 <= sizes["buildings"] <= 6_500
    assert 550 <= sizes["units"] <= 700
    west, south, east, north = county.layers["extent"].total_bounds
    assert 3_500 < east - west < 4_500
    assert 3_000 < north - south < 4_000


def test_every_layer_fits_its_kind(county):
    for kind, layer in county.layers.items():
        check_schema(layer, kind)
        assert layer.crs.to_epsg() == 4547
        assert layer.index.dtype == "str"


def test_units_are_an_exact_coverage_of_the_extent(county):
    shapes = county.layers["units"].geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)  # edges noded: neighbours share identical vertices
    extent = county.layers["extent"].geometry.iloc[0]
    assert shapely.area(shapes).sum() == pytest.approx(extent.area, abs=1e-3)
    assert shapely.union_all(shapes).symmetric_difference(extent).area < 1e-3


def test_people_add_up(county):
    layers = county.layers
    units, buildings, truth = layers["units"], layers["buildings"], county.truth
    assert units["households"].sum() == 45_000
    assert units["resident_population"].sum() == 120_000
    assert units["households"].max() < 700
    home = _unit_of(buildings.geometry.centroid, units)
    assert buildings[FIGURES].groupby(home).sum().reindex(units.index, fill_value=0).equals(units[FIGURES])
    assert (buildings["dwellings"] >= buildings["households"]).all()
    communities = units[FIGURES].groupby(truth["community_id"]).sum()
    assert communities.equals(layers["communities"].loc[communities.index, FIGURES].rename_axis("community_id"))
    grids = units["households"].groupby(truth["grid_id"]).sum()
    known = layers["grids"]["households"].reindex(grids.index).dropna()
    assert len(known) >= len(grids) - 2  # two grids are planted without a figure
    assert (known == grids[known.index]).all()
    villages = units[FIGURES].groupby(units["urban_village_id"]).sum()
    assert villages.equals(layers["urban_villages"][FIGURES].rename_axis("urban_village_id"))


def _unit_of(points, units) -> pd.Series:
    at, unit = units.sindex.query(points, predicate="within")
    assert list(at) == list(range(len(points)))  # every building lies in exactly one unit
    return pd.Series(units.index[unit], index=points.index)


def test_buildings_stand_within_one_unit_and_apart(county):
    units, buildings = county.layers["units"], county.layers["buildings"]
    home = units.geometry.loc[_unit_of(buildings.geometry.centroid, units)]
    assert shapely.contains(home.to_numpy(), buildings.geometry.to_numpy()).all()
    left, right = buildings.sindex.query(buildings.geometry, predicate="intersects")
    assert (left == right).all()


def test_villages_and_compounds_are_made_of_units(county):
    units = county.layers["units"]
    for village, shape in county.layers["urban_villages"].geometry.items():
        pieces = units.geometry[units["urban_village_id"] == village]
        assert shapely.union_all(pieces.to_numpy()).symmetric_difference(shape).area < 1e-3
    assert units["compound_id"].dropna().is_unique
    planted = {one for row in county.faults.itertuples() if row.layer == "compounds" for one in row.ids}
    for unit, compound in units["compound_id"].dropna().items():
        if compound not in planted:
            assert units.geometry[unit].contains(county.layers["compounds"].geometry[compound])


def test_truth_nests_grids_in_nine_connected_communities(county):
    units, truth = county.layers["units"], county.truth
    assert list(truth.index) == list(units.index)
    assert len(truth[["grid_id", "community_id"]].drop_duplicates()) == truth["grid_id"].nunique()
    assert truth["community_id"].nunique() == 9
    for column in ("community_id", "grid_id"):
        for one, members in truth.groupby(column).groups.items():
            joined = shapely.coverage_union_all(units.geometry[members].to_numpy())
            assert joined.geom_type == "Polygon", one
    loads = units["households"].groupby(truth["community_id"]).sum()
    assert loads.between(3_500, 6_500).all()
    grids = units["households"].groupby(truth["grid_id"]).sum()
    assert 450 < grids.mean() < 550


def test_community_lines_mostly_follow_streets(county):
    units, truth = county.layers["units"], county.truth
    true = units.dissolve(truth["community_id"], method="coverage").geometry
    outline = shapely.union_all(shapely.boundary(true.to_numpy()))
    inner = outline.difference(county.layers["extent"].geometry.iloc[0].boundary.buffer(1))
    names = ("roads", "waterways", "railways")
    lines = shapely.union_all([shape for name in names for shape in county.layers[name].geometry]).buffer(3)
    assert inner.intersection(lines).length > 0.9 * inner.length


def _borders(units) -> Iterator[tuple[str, str, shapely.Geometry]]:
    left, right = units.sindex.query(units.geometry, predicate="intersects")
    shapes = units.geometry.to_numpy()
    for one, two in zip(left[left < right], right[left < right], strict=True):
        border = shapely.intersection(shapes[one], shapes[two])
        if border.length > 0:
            yield units.index[one], units.index[two], border


def test_water_and_track_are_crossed_at_bridges_only(county):
    layers = county.layers
    barriers = shapely.union_all([*layers["waterways"].geometry, *layers["railways"].geometry])
    roads = layers["roads"]
    bridges = roads.geometry[roads["bridge"]]
    assert not roads.geometry[~roads["bridge"]].intersects(barriers).any()
    assert bridges.intersects(barriers).all()
    assert roads["crosses"][roads["bridge"]].value_counts().to_dict() == {"清汝河": 3, "汝川铁路": 2}
    crossings = shapely.intersection(shapely.union_all(bridges.to_numpy()), barriers)
    everywhere, on_land, with_bridges = nx.Graph(), nx.Graph(), nx.Graph()
    for graph in (everywhere, on_land, with_bridges):
        graph.add_nodes_from(layers["units"].index)
    for one, two, border in _borders(layers["units"]):
        everywhere.add_edge(one, two)
        barred = border.intersection(barriers.buffer(1)).length > 0.5 * border.length
        if not barred:
            on_land.add_edge(one, two)
        if not barred or border.distance(crossings) < 40:
            with_bridges.add_edge(one, two)
    assert nx.is_connected(everywhere)
    assert nx.number_connected_components(on_land) == 3  # north of the river, south of it, beyond the railway
    assert nx.is_connected(with_bridges)


def test_lines_say_whether_they_may_move(county):
    roads = county.layers["roads"]
    assert set(roads["rigidity"][roads["class"] == "主干路"]) == {"rigid"}
    assert set(roads["rigidity"][roads["class"] != "主干路"]) == {"elastic"}
    assert set(county.layers["waterways"]["rigidity"]) == set(county.layers["railways"]["rigidity"]) == {"rigid"}
    assert roads["name"].str.len().gt(0).all()


def test_the_town_is_no_chessboard(county):
    """Directions of minor streets spread: no tenth of a right angle holds most of their length."""
    streets = county.layers["roads"].geometry[county.layers["roads"]["class"] == "支路"]
    parts = [(a, b) for line in streets.explode().to_numpy() for a, b in pairwise(shapely.get_coordinates(line))]
    start, end = np.array([a for a, _ in parts]), np.array([b for _, b in parts])
    angle = np.degrees(np.arctan2(*(end - start).T[::-1])) % 90
    share = np.histogram(angle, bins=np.arange(0, 91, 9), weights=np.hypot(*(end - start).T))[0]
    assert share.max() < 0.5 * share.sum()


def test_codes_and_orders_of_grids(county):
    """Codes before faults: 12 digits of the community, then an order from 1 on without gaps."""
    truth = county.truth
    assert truth["community_id"].str.fullmatch(r"411399100\d{3}").all()
    grids = pd.Series(sorted(set(truth["grid_id"])))
    assert grids.str.fullmatch(r"\d{15}").all()
    for _, orders in grids.str[12:].astype(int).groupby(grids.str[:12]):
        assert sorted(orders) == list(range(1, len(orders) + 1))


def test_facilities_serve_every_community(county):
    facilities, truth = county.layers["facilities"], county.truth
    centres = facilities[facilities["facility_type"] == "service_centre"]
    at = _unit_of(centres.geometry, county.layers["units"])
    assert set(truth["community_id"][at]) == set(county.layers["communities"].index)
    assert {"school", "clinic"} <= set(facilities["facility_type"])
    assert (facilities["capacity"] > 0).all()
