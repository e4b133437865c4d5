"""Decide, face by face, who keeps contested ground and who gets unclaimed ground.

Decisions spread from sound ground inwards, in rounds: a face goes to a polygon that holds ground along one of its
edges, so that what it gains is joined to what it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boundaries.coverage.distinct import distinct
from boundaries.coverage.faces import NOISE_M2
from boundaries.repair.borders import Borders, borders_of, is_in, summed
from boundaries.repair.choices import Standing, allowed, best, scores
from boundaries.repair.covers import Covers
from boundaries.repair.ground import Ground
from boundaries.repair.places import Gaps, gaps_of
from boundaries.repair.rules import RepairRules

__all__ = ["LEFT", "Case", "Decisions", "decide", "gains", "losses"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN, LEFT = -1, -2
_TOUCHING_M = 0.1
_VANISHING_SHARE = 1e-3  # of a polygon's ground; who would keep less keeps all its contested ground instead


@dataclass(frozen=True)
class Case:
    """What there is to decide.

    ``left`` are faces that stay as they are. ``may_share`` are pairs of positions that may go on sharing ground.
    ``yields`` are pairs (outer, inner): the outer one gives way to the inner. ``forced``, when given, lists the
    keepers of faces, and no rule decides.
    """

    ground: Ground
    covers: Covers
    rules: RepairRules
    standing: Standing
    left: Flags
    fixed: Flags
    may_share: frozenset[tuple[int, int]] = frozenset()
    yields: frozenset[tuple[int, int]] = frozenset()
    forced: Mapping[int, tuple[int, ...]] | None = None

    @cached_property
    def clear(self) -> Flags:
        """The deep faces whose polygons are known."""
        clear = self.ground.deep.copy()
        clear[self.covers.unclear] = False
        return clear

    @cached_property
    def borders(self) -> Borders:
        """What lies beyond the edges of the defective faces."""
        return borders_of(self.ground, self.covers, self.clear | self.ground.empty, fixed=self.fixed)

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps, wide ones and enclaves told apart."""
        return gaps_of(self.ground, self.borders, max_width_m=self.rules.max_gap_width_m)

    @cached_property
    def face_m2(self) -> Floats:
        """The area of each face."""
        return self.ground.areas()

    @cached_property
    def face_perimeter_m(self) -> Floats:
        """The perimeter of each face."""
        perimeter = np.zeros(len(self.ground.depth) + 1)
        np.add.at(perimeter, self.ground.sides, self.ground.length_m[:, None])
        return perimeter[:-1]


@dataclass
class Decisions:
    """``keeper`` of each face: a position, or ``LEFT``; ``shared`` lists all keepers where several stay."""

    keeper: Integers
    shared: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def keepers(self, faces: Integers) -> tuple[Integers, Integers]:
        """Give rows of face and keeper."""
        alone = self.keeper[faces] >= 0
        if self.shared:
            alone &= ~np.isin(faces, list(self.shared))
        rows = [(face, one) for face in faces[~alone].tolist() for one in self.shared.get(face, ())]
        more = np.array(rows, dtype=np.int64).reshape(-1, 2)
        return np.r_[faces[alone], more[:, 0]], np.r_[self.keeper[faces[alone]], more[:, 1]]


def decide(case: Case) -> Decisions:
    """Decide about every defective face of a case; nobody loses all ground."""
    protected: set[int] = set()
    while True:
        decisions = _decided(case, frozenset(protected))
        vanishing = _vanishing(case, decisions)
        if not vanishing or case.forced is not None:
            return decisions
        if vanishing <= protected:
            left = case.left.copy()
            left[case.covers.face[np.isin(case.covers.polygon, list(protected))]] = True
            case = replace(case, left=left)
        protected |= vanishing


def losses(case: Case, decisions: Decisions) -> tuple[Integers, Integers]:
    """Give rows of face and polygon: who gives up contested ground."""
    covers = case.covers
    decided = np.flatnonzero(decisions.keeper >= 0)
    width = len(case.ground.coverage.polygons)
    face, keeper = decisions.keepers(decided)
    mine = decisions.keeper[covers.face] >= 0
    lost = mine & ~is_in(covers.face * width + covers.polygon, face * width + keeper)
    return covers.face[lost], covers.polygon[lost]


def gains(case: Case, decisions: Decisions) -> tuple[Integers, Integers]:
    """Give rows of face and polygon: who gets ground that it did not have."""
    face, keeper = decisions.keepers(np.flatnonzero(decisions.keeper >= 0))
    new = ~case.ground.deep[face]
    return face[new], keeper[new]


def _vanishing(case: Case, decisions: Decisions) -> set[int]:
    face, polygon = losses(case, decisions)
    areas = case.standing.area_m2
    lost = np.bincount(polygon, weights=case.face_m2[face], minlength=len(areas))
    return set(np.flatnonzero((lost > 0) & (areas - lost <= _VANISHING_SHARE * areas)).tolist())


def _decided(case: Case, protected: frozenset[int]) -> Decisions:
    decisions = Decisions(np.full(len(case.ground.depth), LEFT, dtype=np.int64))
    decisions.keeper[(case.clear | case.ground.empty) & ~case.left] = OPEN
    crumbs = case.face_m2 <= NOISE_M2
    if case.forced is not None:
        decisions.keeper[~crumbs] = LEFT
        for one, keepers in case.forced.items():
            decisions.keeper[one] = keepers[0]
            if len(keepers) > 1:
                decisions.shared[one] = keepers
    face, polygon = _claims(case, decisions, protected)
    for among in (~crumbs, crumbs):
        _spread(case, decisions, (face, polygon), among, over_lines=False)
        _spread(case, decisions, (face, polygon), among, over_lines=True)
        _settle_rest(case, decisions, face, polygon, among)
    decisions.keeper[decisions.keeper == OPEN] = LEFT
    if case.forced is None:
        _keep_shared(case, decisions)
    return decisions


def _claims(case: Case, decisions: Decisions, protected: frozenset[int]) -> tuple[Integers, Integers]:
    """Give who may keep each contested face: not who yields to another there, and the protected alone."""
    face, polygon = case.covers.face, case.covers.polygon
    width = len(case.ground.coverage.polygons)
    keys = face * width + polygon
    out = np.zeros(len(face), dtype=np.bool_)
    for outer, inner in case.yields:
        if outer in protected:
            continue
        of_inner = face[polygon == inner]
        out |= np.isin(keys, of_inner * width + outer)
    if protected:
        safe = np.isin(polygon, list(protected))
        out |= ~safe & np.isin(face, face[safe & ~out])
    for at, members in _faces_to_leave(case, face[~out], polygon[~out]):
        if decisions.keeper[at] < 0:
            decisions.keeper[at] = LEFT
            decisions.shared[at] = members
    face, polygon = face[~out], polygon[~out]
    count = np.bincount(face, minlength=len(decisions.keeper))
    alone = (count[face] == 1) & (decisions.keeper[face] == OPEN)
    decisions.keeper[face[alone]] = polygon[alone]
    return face, polygon


def _faces_to_leave(case: Case, face: Integers, polygon: Integers) -> list[tuple[int, tuple[int, ...]]]:
    """Give the faces on which all who claim the ground may go on sharing it, and who they are."""
    if not case.may_share:
        return []
    involved = np.unique([one for pair in case.may_share for one in pair])
    count = np.bincount(face)
    inside = np.bincount(face[np.isin(polygon, involved)], minlength=len(count))
    result = []
    for one in np.flatnonzero((count > 1) & (inside == count)).tolist():
        start, stop = np.searchsorted(face, [one, one + 1])
        members = polygon[start:stop].tolist()
        if all((a, b) in case.may_share for i, a in enumerate(members) for b in members[i + 1 :]):
            result.append((one, tuple(members)))
    return result


def _spread(
    case: Case, decisions: Decisions, claimed: tuple[Integers, Integers], among: Flags, *, over_lines: bool
) -> None:
    """Decide in rounds, each about the faces that border ground held by somebody who may have them.

    Who would come over a line that must not move may have a face only with ``over_lines``: where nobody else may, a
    line lies on either side, and the rule chooses between them.
    """
    borders, rules = case.borders, case.rules
    width = len(case.ground.coverage.polygons)
    claims = claimed[0] * width + claimed[1]
    contested = case.ground.deep
    static = (borders.held_face, borders.held_by, borders.held_m, borders.held_line)
    while True:
        settled = decisions.keeper >= 0
        settled[list(decisions.shared)] = True
        waiting = (decisions.keeper == OPEN) & among
        rows = np.flatnonzero(waiting[borders.open_face] & settled[borders.open_to])
        to_face, to_holder = decisions.keepers(distinct(borders.open_to[rows]))
        row, holder = _expanded(borders.open_to[rows], to_face, to_holder)
        row = rows[row]
        first = waiting[static[0]]
        face = np.r_[static[0][first], borders.open_face[row]]
        polygon = np.r_[static[1][first], holder]
        metres = np.r_[static[2][first], borders.open_m[row]]
        is_line = np.r_[static[3][first], borders.open_line[row]]
        mine = ~contested[face] | is_in(face * width + polygon, claims)
        if not over_lines:
            barred = _barred(face[mine], polygon[mine], metres[mine] * is_line[mine], width)
            mine &= ~is_in(face * width + polygon, barred)
        face, polygon, metres = summed(face[mine], polygon[mine], metres[mine], width=width)
        least_m = np.where(case.face_m2[face] > NOISE_M2, rules.min_border_m, 0.0)
        good = allowed(case.standing, face=face, polygon=polygon, border_m=metres, least_m=least_m)
        chosen_face, chosen = _choose(case, face[good], polygon[good], metres[good])
        if not len(chosen_face):
            return
        decisions.keeper[chosen_face] = chosen


def _barred(face: Integers, polygon: Integers, line_m: Floats, width: int) -> Integers:
    """Give the keys of faces and polygons with more line between them than the end of one that meets it."""
    face, polygon, line_m = summed(face, polygon, line_m, width=width)
    far = line_m > _TOUCHING_M
    return np.asarray(face[far] * width + polygon[far])


def _expanded(wanted: Integers, face: Integers, holder: Integers) -> tuple[Integers, Integers]:
    """Join rows with all holders of their face: positions in ``wanted``, and holders."""
    order = np.argsort(face, kind="stable")
    face, holder = face[order], holder[order]
    start = np.searchsorted(face, wanted)
    number = np.searchsorted(face, wanted, side="right") - start
    row = np.repeat(np.arange(len(wanted)), number)
    return row, holder[np.arange(len(row)) - np.repeat(np.cumsum(number) - number - start, number)]


def _choose(case: Case, face: Integers, polygon: Integers, metres: Floats) -> tuple[Integers, Integers]:
    contested = case.ground.deep[face]
    score = np.empty(len(face))
    ground = (case.face_m2, case.face_perimeter_m)
    for rows, rule in ((contested, case.rules.overlaps), (~contested, case.rules.gaps)):
        score[rows] = scores(
            rule, case.standing, face=face[rows], polygon=polygon[rows], border_m=metres[rows], ground=ground
        )
    return best(face, polygon, metres, score)


def _settle_rest(case: Case, decisions: Decisions, face: Integers, polygon: Integers, among: Flags) -> None:
    """Decide about contested ground that borders nobody's own: the rule chooses among all who claim it."""
    width = len(case.ground.coverage.polygons)
    borders = case.borders
    own = is_in(borders.held_face * width + borders.held_by, face * width + polygon)
    touched = np.zeros(len(decisions.keeper), dtype=np.bool_)
    touched[borders.held_face[own]] = True
    touched[borders.open_face[borders.open_line]] = True
    rows = ((decisions.keeper == OPEN) & among & ~touched)[face]
    zero = np.zeros(int(rows.sum()))
    good = allowed(case.standing, face=face[rows], polygon=polygon[rows], border_m=zero, least_m=zero)
    chosen_face, chosen = _choose(case, face[rows][good], polygon[rows][good], zero[good])
    decisions.keeper[chosen_face] = chosen


def _keep_shared(case: Case, decisions: Decisions) -> None:
    """Let those who may share ground with the keeper of a face stay there, and all stay where nothing was decided."""
    if not case.may_share:
        return
    partners = {one for pair in case.may_share for one in pair}
    face, polygon = case.covers.face, case.covers.polygon
    for one in np.unique(face[np.isin(polygon, list(partners))]).tolist():
        keeper = int(decisions.keeper[one])
        if keeper < 0:
            continue
        start, stop = np.searchsorted(face, [one, one + 1])
        group = [keeper]
        for other in polygon[start:stop].tolist():
            if other != keeper and all(_pair(other, member) in case.may_share for member in group):
                group.append(other)
        if len(group) > 1:
            decisions.shared[one] = tuple(sorted(group))


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
