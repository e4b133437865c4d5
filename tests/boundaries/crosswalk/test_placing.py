"""Figures on targets: exact on a lattice, kept to the person, told where they are not known."""

from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from boundaries.crosswalk import place_figures
from boundaries.errors import FiguresError
from gis.errors import CrsError, SchemaError
from tests.boundaries.crosswalk.lattice import CRS, cell, cell_shares, hamilton, label_grids, layer_of

_SHAPE = (5, 6)
_HOUSEHOLDS = ["households"]
_counts = st.lists(st.integers(0, 60), min_size=8, max_size=8)


def _sources(labels, counts, prefix="s"):
    return layer_of(labels, prefix=prefix, households=counts, resident_population=[3 * count for count in counts])


def _points(**columns):
    places = columns.pop("at")
    layer = gpd.GeoDataFrame(columns, geometry=[shapely.Point(*place) for place in places], crs=CRS)
    layer.index = pd.Index([f"p{number}" for number in range(len(places))], dtype="str", name="id")
    return layer


@settings(deadline=None, max_examples=40)
@given(label_grids(_SHAPE, most=8), label_grids(_SHAPE, most=4), _counts)
def test_areas_are_shared_as_counting_cells_shares_them(source_labels, target_labels, counts):
    assume((source_labels >= 0).any() and (target_labels >= 0).any())
    placed = place_figures(_sources(source_labels, counts), layer_of(target_labels, prefix="t"), counted_share=1.0)
    shares = cell_shares(source_labels, target_labels)
    expected = {}
    for source in sorted({source for source, _ in shares}):
        targets = sorted((t for s, t in shares if s == source), key=lambda target: (target < 0, target))
        amounts = hamilton([shares[source, target] * counts[source] for target in targets])
        expected |= {(f"s{source:03d}", target): amount for target, amount in zip(targets, amounts, strict=True)}
    got = {
        (row.source_id, int(row.target_id[1:])): row.households for row in placed.crosswalk.itertuples(index=False)
    } | {(row.source_id, -1): row.households for row in placed.report.outside.itertuples(index=False)}
    assert got == expected
    exact = {(f"s{s:03d}", f"t{t:03d}"): float(share) for (s, t), share in shares.items() if t >= 0}
    assert placed.crosswalk.set_index(["source_id", "target_id"])["share"].to_dict() == pytest.approx(exact, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    label_grids(_SHAPE, most=8),
    label_grids(_SHAPE, most=4),
    _counts,
    st.sampled_from([0.0, 0.5, 0.99, 1.0]),
    st.booleans(),
)
def test_nobody_is_lost_and_nobody_appears(source_labels, target_labels, counts, counted_share, whole):
    assume((source_labels >= 0).any())
    sources, targets = _sources(source_labels, counts), layer_of(target_labels, prefix="t")
    placed = place_figures(sources, targets, counted_share=counted_share, whole=whole)
    for figure in ("households", "resident_population"):
        by_source = placed.crosswalk.groupby("source_id")[figure].sum()
        by_source = by_source.add(placed.report.outside.groupby("source_id")[figure].sum(), fill_value=0.0)
        assert by_source.to_dict() == pytest.approx(sources[figure].to_dict(), abs=0 if whole else 1e-9)
        totals = placed.report.totals.loc[figure]
        assert totals["given"] == sources[figure].sum()
        assert totals["placed"] + totals["outside"] == pytest.approx(totals["given"], abs=0 if whole else 1e-9)
        assert totals["placed"] == pytest.approx(placed.targets[figure].sum(), abs=1e-9)
        assert totals[["counted", "dasymetric", "area_weighted"]].sum() == pytest.approx(totals["placed"], abs=1e-9)
        if whole:
            assert (placed.crosswalk[figure] == placed.crosswalk[figure].round()).all()
    assert (placed.crosswalk["share"] >= 0).all()
    assert (placed.crosswalk.groupby("source_id")["share"].sum() <= 1 + 1e-9).all()
    if counted_share == 0.0:
        assert set(placed.crosswalk["basis"]) <= {"counted"}


@settings(deadline=None, max_examples=20)
@given(label_grids(_SHAPE, most=8), label_grids(_SHAPE, most=4), _counts, st.randoms())
def test_row_order_and_order_keeping_names_change_nothing(source_labels, target_labels, counts, random):
    assume((source_labels >= 0).any() and (target_labels >= 0).any())
    sources, targets = _sources(source_labels, counts), layer_of(target_labels, prefix="t")
    placed = place_figures(sources, targets)
    mixed_sources = sources.iloc[random.sample(range(len(sources)), len(sources))]
    mixed_targets = targets.iloc[random.sample(range(len(targets)), len(targets))]
    again = place_figures(mixed_sources, mixed_targets)
    assert_frame_equal(again.crosswalk, placed.crosswalk)
    assert list(again.targets.index) == list(mixed_targets.index)
    assert_geodataframe_equal(again.targets.loc[targets.index], placed.targets)
    renamed = place_figures(sources.rename(index="z{}".format), targets.rename(index="y{}".format))
    assert renamed.targets["households"].tolist() == pytest.approx(placed.targets["households"].tolist(), nan_ok=True)


@settings(deadline=None, max_examples=20)
@given(label_grids(_SHAPE, most=8), label_grids(_SHAPE, most=4), _counts, st.permutations(range(4)))
def test_any_new_names_change_no_fraction(source_labels, target_labels, counts, names):
    assume((source_labels >= 0).any() and (target_labels >= 0).any())
    sources, targets = _sources(source_labels, counts), layer_of(target_labels, prefix="t")
    new = {f"t{label:03d}": f"t{name:03d}" for label, name in enumerate(names)}
    placed = place_figures(sources, targets, whole=False).targets
    renamed = place_figures(sources, targets.rename(index=new), whole=False).targets
    assert renamed["households"].tolist() == pytest.approx(placed["households"].tolist(), abs=1e-9, nan_ok=True)


@settings(deadline=None, max_examples=20)
@given(label_grids(_SHAPE, most=6), label_grids(_SHAPE, most=4), label_grids(_SHAPE, most=2, holes=False), _counts)
def test_halves_of_a_split_target_add_up(source_labels, target_labels, halves, counts):
    assume((source_labels >= 0).any() and (target_labels == 0).any())
    split = np.where((target_labels == 0) & (halves == 1), 9, target_labels)
    assume((split == 0).any())
    options = {"whole": False, "counted_share": 1.0, "sources_complete": True}
    one = place_figures(_sources(source_labels, counts), layer_of(target_labels, prefix="t"), **options).targets
    two = place_figures(_sources(source_labels, counts), layer_of(split, prefix="t"), **options).targets
    together = two["households"].rename(index={"t009": "t000"}).groupby(level=0).sum()
    assert together.to_dict() == pytest.approx(one["households"].to_dict(), abs=1e-9)


@settings(deadline=None, max_examples=20)
@given(label_grids(_SHAPE, most=8), _counts)
def test_placing_on_itself_changes_nothing(labels, counts):
    assume((labels >= 0).any())
    layer = _sources(labels, counts)
    placed = place_figures(layer, layer)
    assert_geodataframe_equal(placed.targets.drop(columns="figures_basis"), layer, check_dtype=False)
    assert set(placed.targets["figures_basis"]) == {"counted"}
    assert (placed.crosswalk["source_id"] == placed.crosswalk["target_id"]).all()
    assert placed.report.outside.empty


@settings(deadline=None, max_examples=40)
@given(label_grids(_SHAPE, most=6), label_grids(_SHAPE, most=3), label_grids(_SHAPE, most=3), _counts)
def test_ground_that_several_targets_claim_counts_once_in_equal_parts(source_labels, first, second, counts):
    assume((source_labels >= 0).any() and (first >= 0).any() and (second >= 0).any())
    sources = _sources(source_labels, counts)
    targets = pd.concat([layer_of(first, prefix="a"), layer_of(second, prefix="b")])
    placed = place_figures(sources, targets, counted_share=1.0, whole=False)
    expected = dict.fromkeys(targets.index, Fraction(0))
    for source in sorted(set(source_labels.ravel().tolist()) - {-1}):
        cells = np.argwhere(source_labels == source).tolist()
        for at in cells:
            claims = [f"{prefix}{labels[tuple(at)]:03d}" for prefix, labels in (("a", first), ("b", second))]
            claims = [claim for claim in claims if not claim.endswith("-01")]
            for claim in claims:
                expected[claim] += Fraction(counts[source], len(cells) * len(claims))
    got = placed.targets["households"].fillna(0.0)
    assert got.to_dict() == pytest.approx({key: float(value) for key, value in expected.items()}, abs=1e-6)
    twice = [
        f"s{source:03d}"
        for source in sorted(set(source_labels.ravel().tolist()) - {-1})
        if ((source_labels == source) & (first >= 0) & (second >= 0)).any()
    ]
    assert list(placed.report.contested_source_ids) == twice


def test_three_claims_on_one_ground_give_a_third_each():
    square = cell(0, 0)
    source = gpd.GeoDataFrame({"households": [7]}, index=["s"], geometry=[square], crs=CRS)
    targets = gpd.GeoDataFrame(index=["c", "a", "b"], geometry=[square, square, square], crs=CRS)
    placed = place_figures(source, targets, figures=_HOUSEHOLDS)
    assert placed.targets["households"].to_dict() == {"c": 2.0, "a": 3.0, "b": 2.0}
    assert placed.report.contested_source_ids == ("s",)


class TestUnknown:
    """Unknown is not zero.

    0 0 1 1      sources: 0 has 10 households, 1 has none on record, 2 has 6
    2 2 . .      targets: the left half, the right half
    """

    source_labels = np.array([[0, 0, 1, 1], [2, 2, -1, -1]])
    target_labels = np.array([[0, 0, 1, 1], [0, 0, 1, 1]])

    def place(self, counts, **options):
        targets = layer_of(self.target_labels, prefix="t")
        return place_figures(_sources(self.source_labels, counts), targets, figures=_HOUSEHOLDS, **options)

    def test_a_target_with_only_unknown_sources_stays_unknown(self):
        placed = self.place([10, np.nan, 6], sources_complete=True)
        assert placed.targets["households"].tolist() == pytest.approx([16.0, np.nan], nan_ok=True)
        assert placed.targets["figures_basis"].tolist() == ["counted", "none"]
        assert placed.report.unknown.to_numpy().tolist() == [["households", "s001"]]
        assert placed.report.incomplete_target_ids == ("t001",)
        assert placed.report.totals.loc["households", ["given", "placed", "unknown_sources"]].tolist() == [16, 16, 1]

    def test_a_target_with_some_unknown_sources_is_told_to_be_incomplete(self):
        placed = self.place([10, 4, np.nan])
        assert placed.targets["households"].tolist() == [10.0, 4.0]
        assert placed.report.incomplete_target_ids == ("t000",)
        told = [text.zh for text in placed.report.sentences()]
        assert any("未知" in sentence and "s002" in sentence for sentence in told)

    def test_nothing_known_at_all(self):
        placed = self.place([np.nan, np.nan, np.nan])
        assert placed.targets["households"].isna().all()
        assert placed.report.totals.loc["households", ["given", "placed", "outside"]].isna().all()
        assert placed.report.totals.loc["households", "unknown_sources"] == 3
        assert any("未知" in text.zh for text in placed.report.sentences())

    def test_zero_is_a_number(self):
        assert self.place([0, 0, 0]).targets["households"].tolist() == [0.0, 0.0]


def test_a_target_without_sources_is_unknown_unless_the_sources_hold_everybody():
    labels = np.array([[0, -1]])
    source, targets = _sources(labels, [5]), layer_of(np.array([[0, 1]]), prefix="t")
    placed = place_figures(source, targets, figures=_HOUSEHOLDS)
    assert placed.targets["households"].tolist() == pytest.approx([5.0, np.nan], nan_ok=True)
    assert placed.targets["figures_basis"].tolist() == ["counted", "none"]
    assert placed.report.empty_target_ids == ("t001",)
    complete = place_figures(source, targets, figures=_HOUSEHOLDS, sources_complete=True)
    assert complete.targets["households"].tolist() == [5.0, 0.0]


def test_people_outside_are_told_with_their_ground():
    source = _sources(np.array([[0, 0, 0, 0]]), [8])
    placed = place_figures(source, layer_of(np.array([[0, 0, 0, -1]]), prefix="t"), figures=_HOUSEHOLDS)
    assert placed.report.outside.to_numpy().tolist() == [["s000", 0.25, pytest.approx(64.0), 2.0]]
    assert placed.report.totals.loc["households", ["placed", "outside"]].tolist() == [6.0, 2.0]
    assert any("目标之外" in text.zh and "s000" in text.zh for text in placed.report.sentences())


def test_a_sliver_over_the_line_does_not_divide_a_source():
    line = 100.0
    building = gpd.GeoDataFrame({"households": [9]}, index=["b"], geometry=[shapely.box(0, 0, 100.9, 10)], crs=CRS)
    targets = gpd.GeoDataFrame(
        index=["left", "right"], geometry=[shapely.box(0, 0, line, 50), shapely.box(line, 0, 200, 50)], crs=CRS
    )
    placed = place_figures(building, targets, figures=_HOUSEHOLDS)
    assert placed.crosswalk[["target_id", "basis", "share"]].to_numpy().tolist() == [["left", "counted", 1.0]]
    whole = place_figures(building, targets, figures=_HOUSEHOLDS, counted_share=1.0)
    assert whole.crosswalk["basis"].tolist() == ["area_weighted", "area_weighted"]
    assert whole.crosswalk["share"].tolist() == pytest.approx([100 / 100.9, 0.9 / 100.9])


def test_buildings_can_be_kept_whole_by_source():
    labels = np.array([[0, 0, 0, 1, 1, 1]])
    sources = _sources(labels, [9, 9])
    targets = layer_of(np.array([[0, 0, 1, 1, 2, 2]]), prefix="t")
    limits = pd.Series({"s000": 0.0, "s001": 1.0})
    placed = place_figures(sources, targets, figures=_HOUSEHOLDS, counted_share=limits)
    assert placed.crosswalk[["source_id", "target_id", "basis", "households"]].to_numpy().tolist() == [
        ["s000", "t000", "counted", 9.0],
        ["s001", "t001", "area_weighted", 3.0],
        ["s001", "t002", "area_weighted", 6.0],
    ]
    assert placed.targets["figures_basis"].tolist() == ["counted", "area_weighted", "area_weighted"]


def test_the_basis_of_a_target_is_mixed_when_its_sources_differ():
    sources, targets = _sources(np.array([[0, 1, 1]]), [4, 4]), layer_of(np.array([[0, 0, 1]]), prefix="t")
    placed = place_figures(sources, targets, figures=_HOUSEHOLDS)
    assert placed.targets["figures_basis"].tolist() == ["mixed", "area_weighted"]
    assert placed.report.estimated.to_numpy().tolist() == [["s001", "ancillary_not_given"]]


def test_points_count_where_they_lie_and_once_on_a_shared_line():
    sources = _points(at=[(10.0, 5.0), (50.0, 5.0), (150.0, 5.0)], households=[3, 4, 5])
    targets = gpd.GeoDataFrame(
        index=["b", "a"], geometry=[shapely.box(0, 0, 50, 50), shapely.box(50, 0, 100, 50)], crs=CRS
    )
    placed = place_figures(sources, targets, figures=_HOUSEHOLDS)
    assert placed.crosswalk[["source_id", "target_id", "households"]].to_numpy().tolist() == [
        ["p0", "b", 3.0],
        ["p1", "a", 4.0],
    ]
    assert placed.report.outside["source_id"].tolist() == ["p2"]


def test_fractions_of_people_are_settled_among_those_that_have_one():
    sources = _sources(np.array([[0, 1, 2, 3]]), [10, 2.5, 3.7, 4.7])
    placed = place_figures(sources, layer_of(np.array([[0, 1, 2, 3]]), prefix="t"), figures=_HOUSEHOLDS)
    assert placed.targets["households"].tolist() == [10.0, 2.0, 4.0, 5.0]
    assert placed.report.rounded.to_numpy().tolist() == [[_HOUSEHOLDS[0], f"s00{row}"] for row in (1, 2, 3)]
    exact = place_figures(sources, layer_of(np.array([[0, 1, 2, 3]]), prefix="t"), figures=_HOUSEHOLDS, whole=False)
    assert exact.targets["households"].tolist() == [10.0, 2.5, 3.7, 4.7]
    assert exact.report.rounded.empty


def test_sources_that_count_twice_are_told():
    labels = np.array([[0, 0, 1]])
    sources = pd.concat([_sources(labels, [8, 4]), _sources(labels == 0, [99, 3], prefix="in")])
    sources = sources[sources.index != "in000"]
    placed = place_figures(sources, layer_of(labels, prefix="t"), figures=_HOUSEHOLDS)
    assert placed.report.double_counts[["reason", "ids", "other_id", "households"]].to_numpy().tolist() == [
        ["duplicate", ("s000",), "in001", 3.0]
    ]
    assert placed.report.totals.loc["households", "placed"] == 15.0


def test_ids_columns_and_geometry_of_the_targets_are_kept_and_inputs_untouched():
    sources = _sources(np.array([[0, 1]]), [5, 6]).rename_geometry("地块")
    targets = layer_of(np.array([[0, 1]]), prefix="t", name=["甲", "乙"], households=[70, 80]).rename_geometry("shape")
    before = sources.copy(), targets.copy()
    placed = place_figures(sources, targets.iloc[::-1])
    assert_geodataframe_equal(sources, before[0])
    assert_geodataframe_equal(targets, before[1])
    assert list(placed.targets.columns) == ["name", "households", "shape", "resident_population", "figures_basis"]
    assert placed.targets.index.tolist() == ["t001", "t000"]
    assert placed.targets.index.name == "id"
    assert placed.targets["households"].tolist() == [6.0, 5.0]
    assert placed.targets.crs == targets.crs
    assert placed.targets.geometry.name == "shape"
    assert list(placed.crosswalk.columns) == [
        "source_id",
        "target_id",
        "share",
        "area_m2",
        "basis",
        "weight",
        "households",
        "resident_population",
    ]


def test_empty_layers_are_answered():
    some = _sources(np.array([[0, 1]]), [5, 6])
    none = some.iloc[:0]
    outside = place_figures(some, none)
    assert outside.targets.empty
    assert outside.report.totals["outside"].tolist() == [11.0, 33.0]
    unknown = place_figures(none, some)
    assert unknown.targets["households"].isna().all()
    assert set(unknown.targets["figures_basis"]) == {"none"}
    assert unknown.report.totals["placed"].tolist() == [0.0, 0.0]
    nothing = place_figures(none, none)
    assert nothing.targets.empty
    assert list(nothing.crosswalk.columns) == list(unknown.crosswalk.columns)
    assert nothing.crosswalk.empty
    for answer in (outside, unknown, nothing):
        assert all(text.zh and text.en for text in answer.report.sentences())


def test_an_invalid_ring_is_mended_for_the_sharing():
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    source = gpd.GeoDataFrame({"households": [10]}, index=["bow"], geometry=[bow], crs=CRS)
    halves = gpd.GeoDataFrame(index=["l", "r"], geometry=[shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10)], crs=CRS)
    placed = place_figures(source, halves, figures=_HOUSEHOLDS)
    assert placed.targets["households"].tolist() == [5.0, 5.0]


class TestRefused:
    sources = _sources(np.array([[0, 1]]), [5, 6])
    targets = layer_of(np.array([[0, 1]]), prefix="t")

    def code(self, error, sources=None, targets=None, **options):
        with pytest.raises(error) as raised:
            place_figures(
                self.sources if sources is None else sources, self.targets if targets is None else targets, **options
            )
        assert raised.value.text("zh") != raised.value.text("en")
        return raised.value.code

    def test_crs(self):
        assert self.code(CrsError, sources=self.sources.set_crs(None, allow_override=True)) == "crs-missing"
        assert self.code(CrsError, targets=self.targets.to_crs(4490)) == "crs-not-metric"
        assert self.code(CrsError, targets=self.targets.to_crs(4548)) == "crs-mismatch"
        assert self.code(CrsError, ancillary=self.targets.to_crs(4548)) == "crs-mismatch"

    def test_ids(self):
        twice = pd.concat([self.sources, self.sources])
        assert self.code(SchemaError, sources=twice) == "ids-duplicate"
        assert self.code(SchemaError, targets=twice) == "ids-duplicate"

    def test_geometry(self):
        lines = self.sources.set_geometry(self.sources.boundary)
        flat = self.sources.set_geometry([shapely.Polygon([(0, 0), (1, 1), (2, 2)])] * 2, crs=CRS)
        assert self.code(SchemaError, sources=lines) == "schema-mismatch"
        assert self.code(SchemaError, sources=flat) == "schema-mismatch"
        assert self.code(SchemaError, targets=lines) == "schema-mismatch"

    @pytest.mark.parametrize(
        ("values", "error", "code"),
        [
            (["5", "x"], SchemaError, "not-a-number"),
            ([True, False], SchemaError, "not-a-number"),
            ([5, -1], FiguresError, "figures-negative"),
            ([5, np.inf], FiguresError, "figures-infinite"),
        ],
    )
    def test_figures(self, values, error, code):
        assert self.code(error, sources=self.sources.assign(households=values)) == code

    def test_a_missing_figure(self):
        assert self.code(SchemaError, figures=["dwellings"]) == "column-missing"

    def test_options(self):
        assert self.code(FiguresError, counted_share=1.5) == "share-invalid"
        assert self.code(FiguresError, counted_share=np.nan) == "share-invalid"
        assert self.code(FiguresError, counted_share=pd.Series({"s000": 1.0})) == "shares-incomplete"
        assert self.code(FiguresError, weight="households") == "weight-without-ancillary"
        assert self.code(FiguresError, weight="lamps", ancillary=self.targets) == "weight-unknown"
