"""The faults that repair is about, as the audit reports them, and the rows that are dropped by request."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import findings_frame
from boundaries.audit.shared_ground import find_gap_findings, find_pair_findings
from boundaries.audit.tolerances import Tolerances
from boundaries.repair.around import Around
from boundaries.repair.changes import Changes
from boundaries.repair.rules import OnContainment, OnDuplicate
from boundaries.standards import load_standard
from gis.kinds import Kind

__all__ = ["NestedIds", "context_of", "dropped_rows", "find_faults"]


@dataclass(frozen=True)
class NestedIds:
    """A duplicate (the later and the earlier) or a containment (the inner and the outer), by ids."""

    inner: str
    outer: str
    is_duplicate: bool


def context_of(layer: gpd.GeoDataFrame | None, around: Around) -> AuditContext:
    """Put a layer and those around it together, as the audit does; None: those around it alone."""
    given = dict(around.layers)
    if layer is not None:
        given[around.kind] = layer
    if around.extent_layer is not None and layer is not None:
        given[Kind.EXTENT] = around.extent_layer
    tolerances = Tolerances(duplicate_share=around.rules.duplicate_share)
    return AuditContext(given, load_standard("national_2026"), tolerances, around.executor)


def find_faults(layer: gpd.GeoDataFrame, around: Around) -> gpd.GeoDataFrame:
    """Find overlaps, duplicates, containments and gaps, with the ids that the audit gives them."""
    context = context_of(layer, around)
    found = find_pair_findings(context, kind=around.kind)
    if around.has_gaps:
        found += find_gap_findings(context, kind=around.kind)
    return findings_frame(found, crs=layer.crs)


def dropped_rows(
    layer: gpd.GeoDataFrame, around: Around, nested: Sequence[NestedIds]
) -> tuple[gpd.GeoDataFrame, Changes | None]:
    """Leave out the rows that the rules ask to drop; give the rest and the changes."""
    drops: dict[str, tuple[NestedIds, str]] = {}
    for pair in nested:
        if pair.is_duplicate and around.rules.duplicates is OnDuplicate.DROP_LATER:
            drops.setdefault(pair.inner, (pair, OnDuplicate.DROP_LATER))
        elif not pair.is_duplicate and around.rules.containments is OnContainment.DROP_INNER:
            drops.setdefault(pair.inner, (pair, OnContainment.DROP_INNER))
    if not drops:
        return layer, None
    people = context_of(layer, around).own_people(around.kind, list(drops))
    shapes = layer.geometry.loc[list(drops)].to_numpy()
    pairs = [pair for pair, _ in drops.values()]
    changes = Changes(
        kind=["duplicate" if pair.is_duplicate else "containment" for pair in pairs],
        rule=[rule for _, rule in drops.values()],
        claim_ids=[tuple(sorted((pair.inner, pair.outer))) for pair in pairs],
        from_ids=[(pair.inner,) for pair in pairs],
        to_ids=[(pair.outer,) for pair in pairs],
        geometry=shapes,
        people=np.array([(one.households, one.resident_population) for one in people], dtype=np.float64),
        people_basis=[one.people_basis for one in people],
    )
    return layer[~layer.index.isin(list(drops))], changes
