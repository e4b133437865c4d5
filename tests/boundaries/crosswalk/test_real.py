"""Real figures: census blocks of Providence on precincts and wards, statistical areas of Tainan on villages."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries.crosswalk import count_once, find_double_counts, place_figures
from gis.samples import make_county

_PEOPLE = ["resident_population"]
_UTM_19N = 26919


def _read(path, index, **options):
    layer = gpd.read_file(path, **options)
    layer.index = layer[index].astype(str).rename("id")
    return layer


@pytest.fixture(scope="module")
def blocks(shared_data):
    layer = _read(shared_data / "maup_providence" / "blocks.zip", "GEOID10").to_crs(_UTM_19N)
    return layer.rename(columns={"TOTPOP": "resident_population"})[["resident_population", "geometry"]]


@pytest.fixture(scope="module")
def precincts(shared_data):
    return _read(shared_data / "maup_providence" / "precincts.zip", "NAME").to_crs(_UTM_19N)[["TOTPOP", "geometry"]]


@pytest.fixture(scope="module")
def wards(shared_data):
    return _read(shared_data / "maup_providence" / "districts.zip", "id").to_crs(_UTM_19N)[["geometry"]]


@pytest.fixture(scope="module")
def tainan(scenario1):
    names = {"H_CNT": "households", "P_CNT": "resident_population"}
    units = _read(scenario1, "CODEBASE", layer="units_bsa").rename(columns=names)
    return units[[*names.values(), "geometry"]], _read(scenario1, "VILLCODE", layer="villages_li")


def test_blocks_on_wards_are_counted_to_the_last_person(blocks, wards):
    placed = place_figures(blocks, wards, figures=_PEOPLE)
    assert len(blocks) == 3014
    assert placed.targets["resident_population"].sum() == 178_040
    assert placed.report.totals.loc["resident_population", ["placed", "outside", "counted"]].tolist() == [
        178_040,
        0,
        178_040,
    ]
    inside = {block: _ward_at(block, blocks, wards) for block in blocks.index[::40]}
    got = placed.crosswalk.set_index("source_id")["target_id"]
    assert got.loc[list(inside)].to_dict() == inside


def _ward_at(block, blocks, wards):
    point = blocks.geometry[block].representative_point()
    return next(ward for ward, ground in wards.geometry.items() if ground.contains(point))


def test_blocks_on_precincts_agree_with_the_published_sums(blocks, precincts):
    """``TOTPOP`` of the precincts was areal-interpolated from the same blocks by their publishers, by other means."""
    placed = place_figures(blocks, precincts, figures=_PEOPLE, counted_share=1.0, whole=False)
    assert np.abs(placed.targets["resident_population"] - precincts["TOTPOP"]).max() < 0.01
    totals = placed.report.totals.loc["resident_population"]
    assert totals["placed"] + totals["outside"] == pytest.approx(178_040)
    assert totals["placed"] == pytest.approx(precincts["TOTPOP"].sum(), abs=0.01)


def test_blocks_on_precincts_keep_the_total_in_whole_people(blocks, precincts):
    placed = place_figures(blocks, precincts, figures=_PEOPLE)
    totals = placed.report.totals.loc["resident_population"]
    assert totals["placed"] + totals["outside"] == 178_040
    assert placed.targets["resident_population"].sum() == totals["placed"]
    assert np.abs(placed.targets["resident_population"] - precincts["TOTPOP"]).max() < 10
    assert set(placed.targets["figures_basis"]) == {"counted", "mixed"}


def test_brute_force_gives_the_same_shares(blocks, precincts):
    """Every twentieth block against every precinct, one intersection at a time."""
    some = blocks.iloc[::20]
    placed = place_figures(some, precincts, figures=_PEOPLE, counted_share=1.0, whole=False)
    got = placed.crosswalk.set_index(["source_id", "target_id"])["share"]
    expected = {}
    for block, ground in some.geometry.items():
        for precinct, other in precincts.geometry.items():
            area = shapely.intersection(ground, other).area
            if area > 0:
                expected[block, precinct] = area / ground.area
    assert set(expected) == set(got.index)
    assert got.to_dict() == pytest.approx(expected, abs=1e-4)  # precincts overlap by 3 m2, which ours divides


def test_tainan_units_on_villages(tainan):
    units, villages = tainan
    placed = place_figures(units, villages)
    totals = placed.report.totals
    assert totals["given"].tolist() == [30_673, 76_876]
    assert (totals["placed"] + totals["outside"]).tolist() == [30_673, 76_876]
    assert placed.targets[["households", "resident_population"]].sum().tolist() == totals["placed"].tolist()
    assert totals["unknown_sources"].tolist() == [23, 23]
    assert len(placed.report.unknown) == 46
    assert len(placed.targets) == 38
    assert placed.report.incomplete_target_ids
    straddling = placed.crosswalk.loc[placed.crosswalk["basis"] == "area_weighted", "source_id"].nunique()
    assert straddling == len(placed.report.estimated)


def test_tainan_villages_of_their_own_count_are_near(tainan):
    """The villages' own registers of another month: 77,320 people; no village differs by more than 8 per cent."""
    units, villages = tainan
    placed = place_figures(units, villages).targets["resident_population"]
    assert (np.abs(placed - villages["population"]) / villages["population"]).max() < 0.08


class TestCounty:
    """The bundled county: 45,000 households and 120,000 people in about 6,000 buildings."""

    county = make_county()
    layers = county.layers

    def test_buildings_make_the_units_figures(self):
        units = self.layers["units"]
        placed = place_figures(self.layers["buildings"], units, sources_complete=True)
        for figure in ("households", "resident_population"):
            assert placed.targets[figure].tolist() == units[figure].tolist()
        assert set(placed.targets["figures_basis"]) == {"counted", "none"}

    def test_every_level_at_once_still_counts_everybody_once(self):
        kinds = ("buildings", "compounds", "urban_villages", "units")
        counted = count_once({kind: self.layers[kind] for kind in kinds})
        assert counted.totals["counted"].groupby("figure").sum().to_dict() == {
            "households": 45_000,
            "resident_population": 120_000,
        }

    def test_the_planted_double_counts_are_found_and_left_out(self):
        twice = find_double_counts({"compounds": self.layers["compounds"]})
        faults = self.county.faults
        within = faults[(faults["kind"] == "people_counted_twice") & (faults["other_layer"] == "")]
        planted = within["ids"].tolist()
        assert sorted(twice["reason"]) == ["containment", "duplicate"]
        assert len(planted) == len(twice)
        for ids in twice["ids"]:
            assert sum(set(ids) <= set(pair) for pair in planted) == 1
        counted = count_once({"compounds": self.layers["compounds"]})
        given = self.layers["compounds"]["households"].sum()
        assert counted.sources["households"].sum() == given - twice["households"].sum()

    def test_spreading_over_buildings_comes_nearer_than_area(self):
        """Villages onto the units that divide them; the truth is the buildings' own figures."""
        villages, units = self.layers["urban_villages"], self.layers["units"]
        buildings = self.layers["buildings"]
        truth = place_figures(buildings, units, figures=["households"]).targets["households"]
        bare = buildings.drop(columns=["households", "resident_population", "dwellings"])
        errors = {}
        for name, ancillary in (("spread", bare), ("area", None)):
            placed = place_figures(villages, units, figures=["households"], ancillary=ancillary)
            assert placed.report.totals.loc["households", "placed"] == villages["households"].sum()
            pieces = placed.crosswalk["target_id"][placed.crosswalk["basis"] != "counted"].unique()
            errors[name] = np.abs(placed.targets["households"] - truth).loc[pieces].sum()
        assert errors["spread"] < errors["area"] / 2
