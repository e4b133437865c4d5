"""Live evaluation against the whole scorecard: after any strokes both tell the same of every community."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import Plan, build_graph, find_plan_faults, score_plan
from boundaries.drafts import Standing, build_ground, evaluate, find_breaches, move_units
from boundaries.drafts.evaluate import tally_told, totals_of, violations_of
from boundaries.errors import DraftError, PlanError
from boundaries.standards import load_standard
from gis.i18n import Text
from tests.boundaries.town import CRS, square_town

STANDARD = load_standard("national_2026")
TOTALS = [
    "n_communities",
    "in_parts",
    "cut_edges",
    "internal_perimeter_m",
    "mean_polsby_popper",
    "min_polsby_popper",
    "villages_split",
    "compounds_split",
    "out_of_standard",
    "max_deviation",
    "mean_deviation",
]
COLUMNS = ["unit_count", "units_without_figure", "area_km2", "perimeter_m", "polsby_popper", "parts", "off_standard"]


def town():
    """Six by five units; some unknown figures, villages by column, compounds by ground."""
    made = square_town(6, 5, households=np.random.default_rng(3).integers(50, 900, 30).astype(float) + 0.25)
    made.loc[["u1-1", "u4-3"], "households"] = np.nan
    made["urban_village_id"] = pd.Series({"u0-0": "v1", "u1-0": "v1", "u2-0": "v1", "u3-3": "v2", "u3-4": "v2"})
    return made


def compounds():
    west, south = 500_000, 3_000_000
    boxes = [(50, 150, 250, 250), (299.99, 300, 400, 450), (410, 10, 490, 90)]
    return gpd.GeoDataFrame(
        geometry=[shapely.box(west + w, south + s, west + e, south + n) for w, s, e, n in boxes],
        index=pd.Index(["k1", "k2", "k3"], name="id"),
        crs=CRS,
    )


UNITS = town()
LAYERS = {"compounds": compounds()}
GRAPH = build_graph(UNITS)
GROUND = build_ground(UNITS, GRAPH, standard=STANDARD, layers=LAYERS)


def series(labels):
    return pd.Series(labels, index=UNITS.index, dtype="str", name="community_id")


def scored(assignment):
    plan = Plan(assignment, Text("稿", "draft"), {"source": "draft", "balance": "households"})
    graph = GRAPH if assignment.notna().all() else None
    return score_plan(plan, UNITS, standard=STANDARD, layers=LAYERS, graph=graph)


def require_same(state, assignment):
    """Hold a state against the scorecard of the same assignment, made anew."""
    card = scored(assignment)
    totals = totals_of(state, GROUND)
    for key in TOTALS:
        assert totals.get(key) == pytest.approx(card.totals.get(key), rel=1e-9, abs=1e-9), key
    assert totals["units_unassigned"] == assignment.isna().sum()
    for community, row in card.table.iterrows():
        told = tally_told(state, GROUND, community)
        for column in COLUMNS:
            expected = row[column]
            assert told[column] == (None if pd.isna(expected) else pytest.approx(expected, rel=1e-9, abs=1e-9)), column
        for column in ("households", "resident_population"):
            expected = row[column]
            assert told["figures"][column] == (None if pd.isna(expected) else pytest.approx(expected, rel=1e-12))
    names = tuple(card.table.index)
    mine = {(one.code, one.community_id) for one in violations_of(state, GROUND, names)}
    assert mine == {(one.code, one.community_id) for one in card.violations}
    assert len(state.tallies) == len(card.table)


labels = st.sampled_from(["a", "b", "c", "d", None])
plans = st.lists(labels, min_size=30, max_size=30).filter(any)
strokes = st.lists(
    st.tuples(st.sets(st.sampled_from(list(UNITS.index)), min_size=1), st.sampled_from(["a", "b", "e", "f", None])),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(start=plans, strokes=strokes)
def test_after_any_strokes_the_state_is_that_of_the_whole_scorecard(start, strokes):
    assignment = series(start)
    state = evaluate(assignment, GROUND)
    require_same(state, assignment)
    for units, to in strokes:
        moves = dict.fromkeys(sorted(units), to)
        expected = assignment.copy()
        expected[list(moves)] = to
        if not expected.notna().any():
            return
        if expected.equals(assignment):
            with pytest.raises(DraftError) as caught:
                move_units(state, GROUND, moves)
            assert caught.value.code == "stroke-empty"
            continue
        effect = move_units(state, GROUND, moves)
        assert effect.before is state
        assert effect.after.assignment(GROUND).equals(expected)
        changed = expected.astype(object).where(expected.notna(), None)
        before = assignment.astype(object).where(assignment.notna(), None)
        moved = changed.index[(changed != before) & ~(changed.isna() & before.isna())]
        assert effect.moved_to == changed[moved].to_dict()
        assert effect.moved_from == before[moved].to_dict()
        state, assignment = effect.after, expected
        require_same(state, assignment)


@settings(deadline=None, max_examples=40)
@given(start=st.lists(st.sampled_from("abc"), min_size=30, max_size=30), strokes=strokes)
def test_parts_across_a_barrier_are_those_that_verification_finds(start, strokes):
    river = gpd.GeoDataFrame(geometry=[shapely.LineString([(500_300, 2_999_900), (500_300, 3_000_600)])], crs=CRS)
    ways = build_graph(UNITS, barriers=river)
    assert len(ways.barred) == 5
    ground = build_ground(UNITS, GRAPH, standard=STANDARD, ways=ways)
    state = evaluate(series(start), ground)
    for units, to in strokes:
        if to is None:
            continue
        try:
            effect = move_units(state, ground, dict.fromkeys(units, to))
        except DraftError:
            continue
        state = effect.after
        torn = {state.communities[code] for code, tally in state.tallies.items() if tally.ways > 1}
        faults = [fault.en for fault in find_plan_faults(state.assignment(ground), ways)]
        named = [fault.removeprefix("communities in several parts: ").split(", ") for fault in faults]
        assert named == ([sorted(torn)] if torn else [])


def halves(ground=GROUND):
    return evaluate(series(["a" if unit[1] in "012" else "b" for unit in UNITS.index]), ground)


def breaches(moves, standing=None, ground=GROUND):
    found = find_breaches(move_units(halves(ground), ground, moves), ground, standing or Standing())
    return {breach.code: breach for breach in found}


def test_a_stroke_that_tears_a_community_says_so():
    torn = breaches({f"u1-{row}": "b" for row in range(5)})
    assert torn["in-parts"].ids == ("a",) or set(torn["in-parts"].ids) <= {"a", "b"}
    assert "in-parts" not in breaches({"u2-2": "b"})


def test_a_stroke_that_splits_a_village_or_a_compound_says_so():
    assert breaches({"u2-0": "b"})["village-split"].ids == ("v1",)
    assert "village-split" not in breaches({f"u{column}-0": "b" for column in range(3)})
    assert breaches({"u2-2": "b", "u2-1": "b"})["compound-split"].ids == ("k1",)


def test_a_community_without_units_is_told():
    moves = {unit: "b" for unit in UNITS.index if unit[1] in "012"}
    assert breaches(moves)["community-emptied"].ids == ("a",)


def test_sizes_outside_the_standard_are_told_only_when_they_get_worse():
    found = breaches({"u0-0": "new"})
    assert found["below-standard"].ids == ("new",)
    assert not found["below-standard"].blocks


def test_locks_block():
    standing = Standing(locked_units=frozenset({"u0-0"}), locked_communities=frozenset({"b"}))
    found = breaches({"u0-0": "c"}, standing)
    assert (found["units-locked"].ids, found["units-locked"].blocks) == (("u0-0",), True)
    assert breaches({"u1-0": "b"}, standing)["communities-locked"].ids == ("b",)
    assert breaches({"u1-0": "c"}, Standing(submitted=True))["plan-submitted"].blocks
    assert breaches({"u1-0": "c"}, Standing(plan_locked=True))["plan-locked"].blocks


def test_a_community_across_a_river_is_told():
    river = gpd.GeoDataFrame(geometry=[shapely.LineString([(500_300, 2_999_900), (500_300, 3_000_600)])], crs=CRS)
    ground = build_ground(UNITS, GRAPH, standard=STANDARD, ways=build_graph(UNITS, barriers=river))
    assert breaches({"u3-2": "a"}, ground=ground)["barrier-crossed"].ids == ("a",)
    assert "in-parts" not in breaches({"u3-2": "a"}, ground=ground)


def test_units_that_do_not_exist_are_refused():
    with pytest.raises(DraftError) as caught:
        move_units(halves(), GROUND, {"nowhere": "a"})
    assert caught.value.code == "stroke-units-unknown"
    with pytest.raises(PlanError) as caught:
        evaluate(series(["a"] * 30).iloc[1:], GROUND)
    assert caught.value.code == "units-unassigned"
