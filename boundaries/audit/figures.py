"""People counted twice, and rows without a count."""

from math import nan

import numpy as np
import pandas as pd
import shapely

from boundaries.audit.context import AuditContext, PolygonPair
from boundaries.audit.findings import Finding
from boundaries.audit.people import PEOPLE_COLUMNS, figures_of
from boundaries.audit.words import named_list
from gis.geometry import shared_ground
from gis.kinds import Kind, schema_of

__all__ = ["find_people_twice", "find_people_twice_in_villages", "find_unknown_counts"]


def find_people_twice(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report two compounds (or buildings) that are the same or lie in one another and both carry figures."""
    result = []
    for pair in context.nested_pairs(kind):
        households, residents = _smaller(context, kind, pair)
        left, right = context.labels(kind, [pair.left, pair.right])
        result.append(
            Finding(
                kind="people_counted_twice",
                layer=kind,
                ids=(pair.left, pair.right),
                geometry=pair.shared,
                households=households,
                resident_population=residents,
                people_basis="own_figure",
                facts={"left": left, "right": right},
            )
        )
    return result


def _smaller(context: AuditContext, kind: str, pair: PolygonPair) -> tuple[float, float]:
    figures = figures_of(context.layers[kind].loc[[pair.left, pair.right]])
    least = figures.min(axis=0)
    return float(least[0]), float(least[1])


def find_people_twice_in_villages(context: AuditContext) -> list[Finding]:
    """Report compounds that lie for the most part in an urban village while both carry figures."""
    compounds, villages = context.coverages[Kind.COMPOUNDS], context.coverages[Kind.URBAN_VILLAGES]
    compound_figures = figures_of(context.layers[Kind.COMPOUNDS])
    village_figures = figures_of(context.layers[Kind.URBAN_VILLAGES])
    at, village = villages.tree.query(compounds.polygons, predicate="intersects")
    shared = shared_ground(compounds.polygons[at], villages.polygons[village])
    inside = shapely.area(shared) >= context.tolerances.compound_in_village_share * shapely.area(compounds.polygons[at])
    both = (compound_figures[at] > 0).any(axis=1) & (village_figures[village] > 0).any(axis=1)
    result = []
    for row in np.flatnonzero(inside & both):
        compound_id, village_id = compounds.ids[at[row]], villages.ids[village[row]]
        figures = compound_figures[at[row]]
        result.append(
            Finding(
                kind="people_counted_twice",
                layer=Kind.COMPOUNDS,
                ids=(compound_id,),
                other_layer=Kind.URBAN_VILLAGES,
                other_ids=(village_id,),
                geometry=shared[row],
                households=float(figures[0]),
                resident_population=float(figures[1]),
                people_basis="own_figure",
                facts={
                    "left": context.label(Kind.COMPOUNDS, compound_id),
                    "right": context.label(Kind.URBAN_VILLAGES, village_id),
                },
            )
        )
    return result


def find_unknown_counts(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report the rows of a layer without a household figure, all in one finding."""
    layer = context.layers[kind]
    unknown = layer.index[layer[PEOPLE_COLUMNS[0]].isna()]
    if not len(unknown):
        return []
    ids = tuple(sorted(unknown))
    residents = pd.Series(figures_of(layer)[:, 1], index=layer.index).loc[list(ids)]
    return [
        Finding(
            kind="unknown_count",
            layer=kind,
            ids=ids,
            geometry=shapely.union_all(layer.geometry.loc[list(ids)].to_numpy()),
            households=nan,
            resident_population=float(residents.sum(min_count=1)),
            people_basis="own_figure" if residents.notna().any() else "",
            facts={
                "layer": schema_of(kind).label,
                "count": len(ids),
                "owners": named_list(context.labels(kind, ids)),
            },
        )
    ]
