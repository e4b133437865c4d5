"""Urban villages, compounds and grids that do not lie in exactly one community."""

from typing import Any

import pandas as pd

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding
from boundaries.audit.ground_shares import GroundShares, ground_shares, shares_in_words
from boundaries.audit.words import share_words
from gis.kinds import Kind

__all__ = [
    "find_crossing_grids",
    "find_grids_without_parent",
    "find_shared_compounds",
    "find_shared_villages",
    "find_unassigned_villages",
]

_SEVERAL = 2
_NEXT_TO_NOTHING = 0.0005  # would be written as 0.0 %


def find_shared_villages(context: AuditContext) -> list[Finding]:
    """Report urban villages on the ground of two or more communities."""
    share = context.tolerances.village_share
    return _shared(context, layer=Kind.URBAN_VILLAGES, finding="urban_village_shared", min_share=share)


def find_shared_compounds(context: AuditContext) -> list[Finding]:
    """Report compounds on the ground of two or more communities."""
    share = context.tolerances.compound_share
    return _shared(context, layer=Kind.COMPOUNDS, finding="compound_shared", min_share=share)


def find_crossing_grids(context: AuditContext) -> list[Finding]:
    """Report grids on the ground of two or more communities."""
    share = context.tolerances.grid_share
    return _shared(context, layer=Kind.GRIDS, finding="grid_crosses_communities", min_share=share)


def _shared(context: AuditContext, *, layer: str, finding: str, min_share: float) -> list[Finding]:
    limit = context.tolerances.min_area_m2
    hits = [
        (shares, holders)
        for shares in ground_shares(context, kind=layer)
        if len(holders := shares.holders(min_area_m2=limit, min_share=min_share)) >= _SEVERAL
    ]
    people = context.own_people(layer, [shares.row_id for shares, _ in hits])
    return [
        Finding(
            kind=finding,
            layer=layer,
            ids=(shares.row_id,),
            other_layer=Kind.COMMUNITIES,
            other_ids=tuple(sorted(community for community, _ in holders)),
            geometry=shares.ground,
            facts={
                "owner": context.label(layer, shares.row_id),
                "count": len(holders),
                "shares": shares_in_words(context, shares, holders),
            },
            **touched.columns(),
        )
        for (shares, holders), touched in zip(hits, people, strict=True)
    ]


def find_unassigned_villages(context: AuditContext) -> list[Finding]:
    """Report urban villages of which communities cover less than half."""
    kind, limits = Kind.URBAN_VILLAGES, context.tolerances
    hits = [
        shares for shares in ground_shares(context, kind=kind) if shares.covered_share < limits.village_covered_share
    ]
    people = context.own_people(kind, [shares.row_id for shares in hits])
    return [
        Finding(
            kind="urban_village_unassigned",
            layer=kind,
            ids=(shares.row_id,),
            other_layer=Kind.COMMUNITIES,
            other_ids=_holder_ids(context, shares),
            geometry=shares.ground,
            variant="whole" if shares.covered_share < _NEXT_TO_NOTHING else "",
            facts={"owner": context.label(kind, shares.row_id), "share": share_words(shares.covered_share)},
            **touched.columns(),
        )
        for shares, touched in zip(hits, people, strict=True)
    ]


def find_grids_without_parent(context: AuditContext) -> list[Finding]:
    """Report grids that name no community, one that does not exist, or another than the one they lie in."""
    kind = Kind.GRIDS
    faults = [
        (shares, fault) for shares in ground_shares(context, kind=kind) if (fault := _parent_fault(context, shares))
    ]
    people = context.own_people(kind, [shares.row_id for shares, _ in faults])
    return [
        Finding(
            kind="grid_without_parent",
            layer=kind,
            ids=(shares.row_id,),
            other_layer=Kind.COMMUNITIES,
            other_ids=_holder_ids(context, shares, min_share=context.tolerances.grid_parent_share),
            geometry=shares.ground,
            variant=fault.pop("variant"),
            facts={"owner": context.label(kind, shares.row_id), **fault},
            **touched.columns(),
        )
        for (shares, fault), touched in zip(faults, people, strict=True)
    ]


def _parent_fault(context: AuditContext, shares: GroundShares) -> dict[str, Any] | None:
    """Say what is wrong with a grid's parent; None when nothing is."""
    limit = context.tolerances.grid_parent_share
    grid = context.layers[Kind.GRIDS].loc[shares.row_id]
    codes = community_codes(context)
    named: str | None = None
    if "community_code" in grid.index:
        code = grid["community_code"]
        if pd.isna(code) or not str(code).strip():
            return {"variant": ""} | {"code": ""}
        named = codes.get(str(code).strip())
        if named is None:
            return {"variant": "unknown-code", "code": code}
    outside = 1 - shares.covered_share
    if outside > limit:
        return {"variant": "outside", "share": share_words(outside)}
    if named is not None:
        return _elsewhere(context, shares, named)
    return None


def _elsewhere(context: AuditContext, shares: GroundShares, named: str) -> dict[str, Any] | None:
    limit = context.tolerances.grid_parent_share
    held = dict(zip(shares.community_ids, shares.areas_m2 / shares.ground.area, strict=True))
    if not held or held.get(named, 0.0) > limit:
        return None
    holder, share = max(held.items(), key=lambda item: item[1])
    if share <= limit:
        return None
    return {
        "variant": "elsewhere",
        "named": context.label(Kind.COMMUNITIES, named),
        "other": context.label(Kind.COMMUNITIES, holder),
        "share": share_words(float(share)),
    }


def community_codes(context: AuditContext) -> dict[str, str]:
    """Map each community's code to its id; ids serve as codes where the layer has none."""
    communities = context.layers[Kind.COMMUNITIES]
    if "code" not in communities.columns:
        return {row_id: row_id for row_id in communities.index}
    codes = communities["code"].dropna()
    return {str(code).strip(): row_id for row_id, code in reversed(list(codes.items()))}


def _holder_ids(context: AuditContext, shares: GroundShares, *, min_share: float = 0.0) -> tuple[str, ...]:
    holders = shares.holders(min_area_m2=context.tolerances.min_area_m2, min_share=min_share)
    return tuple(sorted(community for community, _ in holders))
