"""One pass of repair: divide the ground, decide, redraw the polygons, and write down what changes hands."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.audit.people import figures_of
from boundaries.coverage.engine import Coverage
from boundaries.coverage.faces import NOISE_M2
from boundaries.errors import RepairError
from boundaries.repair.around import Around
from boundaries.repair.changes import Changes, Ids
from boundaries.repair.counting import OwnFigures, people_on
from boundaries.repair.covers import covers_of
from boundaries.repair.decide import Case, Decisions, decide, gains, losses
from boundaries.repair.faults import NestedIds, context_of, dropped_rows
from boundaries.repair.ground import Ground, divided
from boundaries.repair.pairs import Nested, nested_pairs
from boundaries.repair.rebuild import rebuilt
from boundaries.repair.rules import OnContainment, OnWide
from boundaries.repair.standing import cutting_lines, fixed_edges, standing_of
from gis.i18n import listed

__all__ = ["Around", "Proposal", "propose"]

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Proposal:
    """The polygons after repair, in the order of ``ids``, which may still be drawn meanwhile; what changes hands."""

    ids: "pd.Index[str]"
    drawing: "Future[Geometries]"
    changes: Changes

    @property
    def polygons(self) -> Geometries:
        """Wait for the polygons."""
        return self.drawing.result()


def propose(
    layer: gpd.GeoDataFrame,
    around: Around,
    *,
    accepted: gpd.GeoDataFrame | None = None,
    chosen: Mapping[str, tuple[str, ...]] | None = None,
    coverage: Coverage | None = None,
) -> Proposal:
    """Repair a layer once.

    Parameters
    ----------
    layer, around
        The layer, and what surrounds it.
    accepted
        Findings that stay as they are.
    chosen
        Who keeps or gets the ground of each change, by the change's id; no rule decides then.
    coverage
        The coverage of ``layer``, where it is at hand.
    """
    if coverage is None:
        coverage = Coverage.of(layer, name=around.kind, executor=around.executor)
    lines = cutting_lines(around.rules, around.layers, around.parents)
    ground = divided(coverage, extent=around.extent if around.has_gaps else None, lines=lines)
    case, nested = _case(layer, coverage, ground, around, accepted)
    if around.rules.may_drop and chosen is None:
        stays = frozenset() if accepted is None else _accepted_pairs(coverage, accepted)
        pairs = [_by_ids(pair, coverage) for pair in nested if _key(pair) not in stays]
        rows, drops = dropped_rows(layer, around, pairs)
        if drops is not None:
            gone = layer.index.difference(rows.index)
            rest = propose(rows, around, accepted=accepted, coverage=coverage.without(gone))
            return Proposal(rest.ids, rest.drawing, Changes.joined([drops, rest.changes]))
    if chosen is not None:
        case = replace(case, forced=_forced(case, nested, chosen))
    decisions = decide(case)
    pool = ThreadPoolExecutor(1)  # draws while this thread writes the changes down
    lost, gained = losses(case, decisions), gains(case, decisions)
    drawing = pool.submit(rebuilt, ground, lost=lost, gained=gained)
    pool.shutdown(wait=False)
    changes = Changes.none() if chosen is not None else _changes(layer, around, case, nested, decisions)
    return Proposal(coverage.ids, drawing, changes)


def _key(pair: Nested) -> tuple[int, int]:
    return (min(pair.inner, pair.outer), max(pair.inner, pair.outer))


def _by_ids(pair: Nested, coverage: Coverage) -> NestedIds:
    return NestedIds(str(coverage.ids[pair.inner]), str(coverage.ids[pair.outer]), pair.is_duplicate)


def _case(
    layer: gpd.GeoDataFrame,
    coverage: Coverage,
    ground: Ground,
    around: Around,
    accepted: gpd.GeoDataFrame | None,
) -> tuple[Case, list[Nested]]:
    covers = covers_of(ground)
    rules = around.rules
    standing = standing_of(
        layer, coverage, ground, rules=rules, layers=around.layers, parents=around.parents, name=around.kind
    )
    nested = nested_pairs(covers, ground.areas(), standing.area_m2, share=rules.duplicate_share)
    cut_out = [pair for pair in nested if not pair.is_duplicate and rules.containments is OnContainment.CUT_OUT]
    fine = frozenset[tuple[int, int]]() if accepted is None else _accepted_pairs(coverage, accepted)
    stays = [pair for pair in nested if pair not in cut_out]
    may_share = fine | {_key(pair) for pair in stays}
    yields = frozenset((pair.outer, pair.inner) for pair in cut_out) - fine - {(b, a) for a, b in fine}
    case = Case(
        ground,
        covers,
        rules,
        standing,
        np.zeros(len(ground.depth), dtype=np.bool_),
        fixed_edges(ground, around.layers),
        frozenset(may_share),
        yields,
    )
    case.left[:] = _gaps_left(case, accepted) if around.has_gaps else ground.empty
    return case, nested


def _accepted_pairs(coverage: Coverage, accepted: gpd.GeoDataFrame) -> frozenset[tuple[int, int]]:
    pairs = accepted[accepted["kind"].isin(["overlap", "duplicate", "containment"])]
    both = [sorted((*ids, *others)) for ids, others in zip(pairs["ids"], pairs["other_ids"], strict=True)]
    at = [coverage.ids.get_indexer(pd.Index(ids)).tolist() for ids in both]
    return frozenset((min(pair), max(pair)) for pair in at if min(pair) >= 0)


def _gaps_left(case: Case, accepted: gpd.GeoDataFrame | None) -> Flags:
    """Mark the gaps that no rule may fill: wide ones and enclaves unless asked, and accepted ones."""
    ground, rules = case.ground, case.rules
    left = np.zeros(len(ground.depth), dtype=np.bool_)
    gaps = case.gaps
    stays = gaps.is_wide & np.where(gaps.is_enclave, rules.enclaves is OnWide.LEAVE, rules.wide_gaps is OnWide.LEAVE)
    left[gaps.face[stays]] = True
    if accepted is not None and (accepted["kind"] == "gap").any():
        shapes = accepted.geometry[accepted["kind"] == "gap"].to_numpy()
        points = shapely.point_on_surface(ground.rings.polygons(gaps.face))
        at, _ = shapely.STRtree(shapes).query(points, predicate="intersects")
        left[gaps.face[at]] = True
    return left


@dataclass(frozen=True)
class _Claims:
    """Who claims each of some faces: ``number`` of each face leads to ``members``, positions in order."""

    number: Integers
    members: list[tuple[int, ...]]

    @classmethod
    def of(cls, case: Case, faces: Integers) -> "_Claims":
        covers = case.covers
        start = np.searchsorted(covers.face, faces).tolist()
        stop = np.searchsorted(covers.face, faces, side="right").tolist()
        polygon = covers.polygon.tolist()
        seen: dict[tuple[int, ...], int] = {}
        numbers = [
            seen.setdefault(tuple(polygon[one:other]), len(seen)) for one, other in zip(start, stop, strict=True)
        ]
        return cls(np.array(numbers, dtype=np.int64), list(seen))


def _bare_changes(
    case: Case,
    nested: list[Nested],
    drawn: tuple[Integers, Geometries],
    *,
    keeper: Integers,
    shared: Mapping[int, tuple[int, ...]],
) -> Changes:
    """Write the changes of faces down, people apart; ``keeper`` of each face, or several of them in ``shared``."""
    faces, shapes = drawn
    claims = _Claims.of(case, faces)
    ids: list[str] = case.ground.coverage.ids.tolist()
    named = [tuple(ids[one] for one in members) for members in claims.members]
    kinds, rules = _kinds(nested, claims), _rules(case)
    kind = [kinds[one] for one in claims.number.tolist()]
    is_wide = np.zeros(len(case.ground.depth), dtype=np.bool_)
    is_wide[case.gaps.face[case.gaps.is_wide]] = True
    wide = is_wide[faces].tolist()
    rule = [rules["wide" if beyond else what] for what, beyond in zip(kind, wide, strict=True)]
    hands: dict[tuple[int, int], tuple[Ids, Ids]] = {}
    lost, kept = [], []
    for face, claim, one in zip(faces.tolist(), claims.number.tolist(), keeper.tolist(), strict=True):
        pair = hands.get((claim, one)) if face not in shared else None
        if pair is None:
            keepers = shared.get(face, (one,))
            members = claims.members[claim]
            pair = (tuple(ids[it] for it in members if it not in keepers), tuple(ids[it] for it in keepers))
            if face not in shared:
                hands[claim, one] = pair
        lost.append(pair[0])
        kept.append(pair[1])
    nobody = np.full((len(faces), 2), np.nan)
    claimed = [named[one] for one in claims.number.tolist()]
    return Changes(kind, rule, claimed, lost, kept, shapes, nobody, [""] * len(faces))


def _kinds(nested: list[Nested], claims: _Claims) -> list[str]:
    """Name what ground is that each group of polygons claims: gap, duplicate, containment, or overlap."""
    by_pair: dict[tuple[int, ...], str] = {
        _key(pair): "duplicate" if pair.is_duplicate else "containment" for pair in nested
    }
    return [by_pair.get(members, "overlap") if members else "gap" for members in claims.members]


def _rules(case: Case) -> dict[str, str]:
    """Give the rule by which each kind of ground is decided."""
    rules = case.rules
    return {
        "gap": rules.gaps,
        "overlap": rules.overlaps,
        "duplicate": rules.overlaps,
        "containment": OnContainment.CUT_OUT,
        "wide": OnWide.FILL,
    }


def _drawn(case: Case, chosen: Flags) -> tuple[Integers, Geometries]:
    """Draw faces in a settled order, those above noise."""
    faces = np.flatnonzero(chosen & (case.face_m2 > NOISE_M2))
    return faces, case.ground.rings.polygons(faces)


def _changes(
    layer: gpd.GeoDataFrame, around: Around, case: Case, nested: list[Nested], decisions: Decisions
) -> Changes:
    faces, shapes = drawn = _drawn(case, decisions.keeper >= 0)
    bare = _bare_changes(case, nested, drawn, keeper=decisions.keeper[faces], shared=decisions.shared)
    own = OwnFigures(figures_of(layer.loc[case.ground.coverage.ids]), case.standing.area_m2, case.face_m2)
    people, basis = people_on(shapes, faces, around=context_of(None, around), own=own, covers=case.covers)
    return replace(bare, people=people, people_basis=basis)


def _forced(case: Case, nested: list[Nested], chosen: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[int, ...]]:
    """Find the face of each change by its id."""
    faces, shapes = _drawn(case, case.clear | case.ground.empty)
    bare = _bare_changes(case, nested, (faces, shapes), keeper=np.zeros_like(faces), shared={})
    by_key = dict(zip(bare.keys, faces.tolist(), strict=True))
    unknown = [key for key in chosen if key not in by_key]
    if unknown:
        raise RepairError("changes-unlike", ids=listed(unknown))
    ids = case.ground.coverage.ids
    return {by_key[key]: tuple(ids.get_indexer(pd.Index(list(kept))).tolist()) for key, kept in chosen.items()}
