"""Planning units and today's community of each."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import assign_by_overlap, build_units
from boundaries.errors import UnitsError
from gis.errors import CrsError
from tests.boundaries.town import CRS, square_town


def communities(*shapes: object) -> gpd.GeoDataFrame:
    names = [f"s{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame(geometry=list(shapes), index=pd.Index(names, name="id"), crs=CRS)


def test_each_unit_goes_to_the_community_with_most_of_it() -> None:
    """``s0`` takes 60 % of the middle unit; the last unit is nobody's."""
    town = square_town(4, 1)
    west, east = (
        shapely.box(500_000, 3_000_000, 500_160, 3_000_100),
        shapely.box(500_160, 3_000_000, 500_300, 3_000_100),
    )
    assigned = assign_by_overlap(town, communities(west, east))
    assert assigned.iloc[:3].to_dict() == {"u0-0": "s0", "u1-0": "s0", "u2-0": "s1"}
    assert assigned.isna().tolist() == [False, False, False, True]
    assert assigned.attrs == {"straddling": ["u1-0"], "ties": [], "unassigned": ["u3-0"]}


def test_a_tie_goes_to_the_first_by_id_and_is_told() -> None:
    town = square_town(1, 1)
    east, west = (
        shapely.box(500_050, 3_000_000, 500_100, 3_000_100),
        shapely.box(500_000, 3_000_000, 500_050, 3_000_100),
    )
    assigned = assign_by_overlap(town, communities(east, west))
    assert assigned.to_dict() == {"u0-0": "s0"}
    assert assigned.attrs["ties"] == ["u0-0"]


def test_scenario_1_matches_an_overlay(scenario1: object) -> None:
    units = gpd.read_file(scenario1, layer="units_bsa").rename(columns={"CODEBASE": "id"}).set_index("id")
    villages = gpd.read_file(scenario1, layer="villages_li").rename(columns={"VILLCODE": "id"}).set_index("id")
    assigned = assign_by_overlap(units, villages)
    pieces = gpd.overlay(
        units[["geometry"]].reset_index(), villages[["geometry"]].reset_index(names="village"), keep_geom_type=True
    )
    expected = pieces.assign(area=pieces.area).sort_values("area").groupby("id")["village"].last()
    assert assigned.to_dict() == expected.to_dict()
    assert assigned.nunique() == 38
    assert assigned.attrs["unassigned"] == []


def test_layers_in_other_crs_are_refused() -> None:
    with pytest.raises(CrsError) as refusal:
        assign_by_overlap(square_town(1, 1), communities(shapely.box(0, 0, 1, 1)).to_crs(4490))
    assert refusal.value.code == "crs-mismatch"


def test_units_are_given_back_as_a_copy() -> None:
    town = square_town(2, 2)
    units = build_units({"units": town})
    units["households"] = 0.0
    assert (town["households"] == 100.0).all()


def test_overlapping_units_are_refused_with_their_ids() -> None:
    town = square_town(3, 1)
    town.loc[["u2-0"], "geometry"] = [shapely.box(500_190, 3_000_000, 500_300, 3_000_100)]
    with pytest.raises(UnitsError) as refusal:
        build_units({"units": town})
    assert refusal.value.code == "units-overlap"
    assert refusal.value.facts["pairs"] == ["u1-0–u2-0"]


def test_overlaps_within_tolerance_pass() -> None:
    town = square_town(2, 1)
    town.loc[["u1-0"], "geometry"] = [shapely.box(500_099.995, 3_000_000, 500_200, 3_000_100)]
    assert len(build_units({"units": town})) == 2


def test_a_project_without_units_is_refused() -> None:
    with pytest.raises(UnitsError) as refusal:
        build_units({"roads": square_town(1, 1)})
    assert refusal.value.code == "units-missing"
    assert np.array(refusal.value.facts["found"]).tolist() == ["roads"]
