"""One pass of repair: divide the ground, decide, redraw the polygons, and write down what changes hands."""

from collections.abc import Mapping
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
from boundaries.repair.counting import OwnFigures, people_on
from boundaries.repair.covers import covers_of
from boundaries.repair.decide import Case, Decisions, decide, gains, losses
from boundaries.repair.faults import NestedIds, context_of, dropped_rows
from boundaries.repair.ground import Ground, divided
from boundaries.repair.log import Change, keys_of, places_of
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
    """The polygons after repair, in the order of ``ids``, and what changes hands."""

    ids: "pd.Index[str]"
    polygons: Geometries
    changes: list[Change]


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
        if drops:
            gone = layer.index.difference(rows.index)
            rest = propose(rows, around, accepted=accepted, coverage=coverage.without(gone))
            return Proposal(rest.ids, rest.polygons, [*drops, *rest.changes])
    if chosen is not None:
        case = replace(case, forced=_forced(case, nested, chosen))
    decisions = decide(case)
    lost, gained = losses(case, decisions), gains(case, decisions)
    polygons = rebuilt(ground, lost=lost, gained=gained)
    changes = [] if chosen is not None else _changes(layer, around, case, nested, decisions)
    return Proposal(coverage.ids, polygons, changes)


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


def _kinds(case: Case, nested: list[Nested], faces: Integers) -> list[str]:
    """Name what each face is: gap, duplicate, containment, or overlap."""
    by_pair: dict[tuple[int, ...], str] = {
        _key(pair): "duplicate" if pair.is_duplicate else "containment" for pair in nested
    }
    return [by_pair.get(members, "overlap") if members else "gap" for members in _members(case, faces)]


def _members(case: Case, faces: Integers) -> list[tuple[int, ...]]:
    covers = case.covers
    start = np.searchsorted(covers.face, faces).tolist()
    stop = np.searchsorted(covers.face, faces, side="right").tolist()
    polygon = covers.polygon.tolist()
    return [tuple(polygon[one:other]) for one, other in zip(start, stop, strict=True)]


def _bare_changes(
    case: Case, nested: list[Nested], faces: Integers, shapes: Geometries, keepers: list[tuple[int, ...]]
) -> list[Change]:
    """Write the changes of faces down, people apart."""
    ids = case.ground.coverage.ids.tolist()
    areas = shapely.area(shapes).tolist()
    wide_faces = set(case.gaps.face[case.gaps.is_wide].tolist())
    result = []
    for face, kind, members, kept, shape, area, place in zip(
        faces.tolist(),
        _kinds(case, nested, faces),
        _members(case, faces),
        keepers,
        shapes,
        areas,
        places_of(shapes),
        strict=True,
    ):
        rule: str = case.rules.overlaps if members else case.rules.gaps
        if kind == "containment":
            rule = OnContainment.CUT_OUT
        elif face in wide_faces:
            rule = OnWide.FILL
        result.append(
            Change(
                kind=kind,
                rule=rule,
                claim_ids=tuple(map(ids.__getitem__, members)),
                from_ids=tuple([ids[one] for one in members if one not in kept]),
                to_ids=tuple(map(ids.__getitem__, kept)),
                geometry=shape,
                area_m2=area,
                place=place,
            )
        )
    return result


def _drawn(case: Case, chosen: Flags) -> tuple[Integers, Geometries]:
    """Draw faces in a settled order, those above noise."""
    faces = np.flatnonzero(chosen & (case.face_m2 > NOISE_M2))
    return faces, case.ground.rings.polygons(faces)


def _changes(
    layer: gpd.GeoDataFrame, around: Around, case: Case, nested: list[Nested], decisions: Decisions
) -> list[Change]:
    faces, shapes = _drawn(case, decisions.keeper >= 0)
    keeper = decisions.keeper[faces].tolist()
    keepers = [decisions.shared.get(face, (one,)) for face, one in zip(faces.tolist(), keeper, strict=True)]
    bare = _bare_changes(case, nested, faces, shapes, keepers)
    own = OwnFigures(figures_of(layer.loc[case.ground.coverage.ids]), case.standing.area_m2, case.face_m2)
    people = people_on(shapes, faces, around=context_of(None, around), own=own, covers=case.covers)
    for change, one in zip(bare, people, strict=True):
        change.people = one
    return bare


def _forced(case: Case, nested: list[Nested], chosen: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[int, ...]]:
    """Find the face of each change by its id."""
    faces, shapes = _drawn(case, case.clear | case.ground.empty)
    bare = _bare_changes(case, nested, faces, shapes, [()] * len(faces))
    by_key = dict(zip(keys_of(bare), faces.tolist(), strict=True))
    unknown = [key for key in chosen if key not in by_key]
    if unknown:
        raise RepairError("changes-unlike", ids=listed(unknown))
    ids = case.ground.coverage.ids
    return {by_key[key]: tuple(ids.get_indexer(pd.Index(list(kept))).tolist()) for key, kept in chosen.items()}
