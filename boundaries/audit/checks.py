"""The registry of checks: which function finds which kinds, and what it needs to run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from boundaries.audit.codes import CODE_DIGITS, find_duplicate_codes, find_malformed_codes
from boundaries.audit.context import AuditContext
from boundaries.audit.figures import find_people_twice, find_people_twice_in_villages, find_unknown_counts
from boundaries.audit.findings import Finding
from boundaries.audit.nesting import (
    find_crossing_grids,
    find_grids_without_parent,
    find_shared_compounds,
    find_shared_villages,
    find_unassigned_villages,
)
from boundaries.audit.offsets import find_shifted_layers
from boundaries.audit.parts import find_exclaves, find_holes, find_strips
from boundaries.audit.rings import find_invalid_rings
from boundaries.audit.shared_ground import find_gap_findings, find_pair_findings
from boundaries.audit.sizes import community_counts, find_off_standard
from gis.i18n import Text, listed
from gis.kinds import LAYER_KINDS, Kind

__all__ = ["CHECKS", "Check"]


@dataclass(frozen=True)
class Check:
    """One check: the kinds it finds, the layers and columns it needs, and the function that runs it.

    ``columns`` must be in the first layer of ``needs``; without ``needs`` it takes what layers there are.
    ``unless`` gives another reason to skip the check, or None;
    ``limits`` says what the check leaves out on these layers, or None.
    """

    key: str
    finds: tuple[str, ...]
    needs: tuple[Kind, ...]
    run: Callable[[AuditContext], list[Finding]]
    columns: tuple[str, ...] = ()
    unless: Callable[[AuditContext], Text | None] | None = None
    limits: Callable[[AuditContext], Text | None] | None = None

    def reason_to_skip(self, context: AuditContext) -> Text | None:
        """Say why the check cannot run on these layers; None when it can."""
        missing = [LAYER_KINDS[kind].label for kind in self.needs if not context.has(kind)]
        if missing:
            zh, en = listed(label.zh for label in missing), listed(label.en for label in missing)
            return Text(f"没有图层：{zh.zh}", f"no layer of {en.en}")
        absent = [column for column in self.columns if column not in context.given[self.needs[0]].columns]
        if absent:
            return Text(f"图层没有列 {listed(absent).zh}", f"the layer has no column {listed(absent).en}")
        return self.unless(context) if self.unless else None


_COVERAGES = (Kind.COMMUNITIES, Kind.GRIDS, Kind.UNITS)
_ONCE_COVERED = (*_COVERAGES, Kind.COMPOUNDS, Kind.BUILDINGS, Kind.URBAN_VILLAGES)
_POLYGONS = (Kind.EXTENT, *_ONCE_COVERED)
_COUNTED_TWICE = (Kind.COMPOUNDS, Kind.BUILDINGS)


def _no_bounds(context: AuditContext) -> Text | None:
    standard = context.standard
    if standard.minimum is None and standard.maximum is None:
        return Text(f"{standard.label.zh}没有上限或下限", f"the {standard.label.en} sets no bounds")
    counts, _ = community_counts(context)
    if counts.isna().all():
        column = standard.column
        return Text(f"没有任何社区有 {column} 的数值", f"no community has a figure for {column}")
    return None


def _no_parent_codes(context: AuditContext) -> Text | None:
    if "community_code" in context.given[Kind.GRIDS].columns:
        return None
    return Text(
        "网格没有列 community_code，只按位置检查", "grids have no column community_code; checked by place alone"
    )


CHECKS: tuple[Check, ...] = (
    *(Check("rings", ("invalid_ring",), (kind,), partial(find_invalid_rings, kind=kind)) for kind in _POLYGONS),
    *(
        Check("pairs", ("overlap", "duplicate", "containment"), (kind,), partial(find_pair_findings, kind=kind))
        for kind in _ONCE_COVERED
    ),
    *(Check("gaps", ("gap",), (kind,), partial(find_gap_findings, kind=kind)) for kind in _COVERAGES),
    *(
        Check("exclaves", ("exclave",), (kind,), partial(find_exclaves, kind=kind))
        for kind in (Kind.COMMUNITIES, Kind.GRIDS)
    ),
    Check("holes", ("hole",), (Kind.COMMUNITIES,), find_holes),
    Check("strips", ("interdigitated_strip",), (Kind.COMMUNITIES,), find_strips),
    Check("shared-villages", ("urban_village_shared",), (Kind.URBAN_VILLAGES, Kind.COMMUNITIES), find_shared_villages),
    Check(
        "unassigned-villages",
        ("urban_village_unassigned",),
        (Kind.URBAN_VILLAGES, Kind.COMMUNITIES),
        find_unassigned_villages,
    ),
    Check("shared-compounds", ("compound_shared",), (Kind.COMPOUNDS, Kind.COMMUNITIES), find_shared_compounds),
    Check("crossing-grids", ("grid_crosses_communities",), (Kind.GRIDS, Kind.COMMUNITIES), find_crossing_grids),
    Check(
        "parentless-grids",
        ("grid_without_parent",),
        (Kind.GRIDS, Kind.COMMUNITIES),
        find_grids_without_parent,
        limits=_no_parent_codes,
    ),
    *(
        Check(
            "malformed-codes", ("code_malformed",), (Kind(kind),), partial(find_malformed_codes, kind=kind), ("code",)
        )
        for kind in CODE_DIGITS
    ),
    *(
        Check("duplicate-codes", ("code_duplicate",), (kind,), partial(find_duplicate_codes, kind=kind), ("code",))
        for kind in _ONCE_COVERED
    ),
    *(
        Check("people-twice", ("people_counted_twice",), (kind,), partial(find_people_twice, kind=kind))
        for kind in _COUNTED_TWICE
    ),
    Check(
        "people-twice-in-villages",
        ("people_counted_twice",),
        (Kind.COMPOUNDS, Kind.URBAN_VILLAGES),
        find_people_twice_in_villages,
    ),
    *(
        Check("unknown-counts", ("unknown_count",), (kind,), partial(find_unknown_counts, kind=kind), ("households",))
        for kind in _ONCE_COVERED
    ),
    Check(
        "off-standard",
        ("community_too_large", "community_too_small"),
        (Kind.COMMUNITIES,),
        find_off_standard,
        unless=_no_bounds,
    ),
    Check("shifted-layers", ("layer_shifted",), (), find_shifted_layers),
)
