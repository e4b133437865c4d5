"""Communities above or below the standard."""

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from boundaries.audit.context import AuditContext, Touched
from boundaries.audit.findings import Finding
from boundaries.audit.words import count_words
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["community_counts", "find_off_standard"]


def find_off_standard(context: AuditContext) -> list[Finding]:
    """Report communities above the maximum or below the minimum of the standard."""
    standard = context.standard
    counts, people = community_counts(context)
    result = []
    for (row_id, count), touched in zip(counts.items(), people, strict=True):
        if standard.maximum is not None and count > standard.maximum:
            result.append(_off(context, str(row_id), count, standard.maximum, touched, kind="community_too_large"))
        elif standard.minimum is not None and count < standard.minimum:
            result.append(_off(context, str(row_id), count, standard.minimum, touched, kind="community_too_small"))
    return result


def community_counts(context: AuditContext) -> tuple["pd.Series[float]", list[Touched]]:
    """Count the standard's column in each community, its own figure before the people on its ground.

    Dwellings have no other source than the communities' own column; unknown stays NaN.
    """
    layer, column = context.layers[Kind.COMMUNITIES], context.standard.column
    people = context.own_people(Kind.COMMUNITIES, list(layer.index))
    own = layer[column] if column in layer.columns else pd.Series(np.nan, index=layer.index)
    counts = pd.to_numeric(own).astype("float64")
    if column != "households" or not counts.isna().any():
        return counts, people
    missing = np.flatnonzero(counts.isna())
    found = context.touched(layer.geometry.to_numpy()[missing], kind=Kind.COMMUNITIES)
    for at, touched in zip(missing, found, strict=True):
        people[at] = touched
        counts.iloc[int(at)] = touched.households
    return counts, people


def _off(context: AuditContext, row_id: str, count: float, bound: float, touched: Touched, *, kind: str) -> Finding:
    column = context.standard.column
    ground: BaseGeometry = context.layers[Kind.COMMUNITIES].geometry.loc[row_id]
    return Finding(
        kind=kind,
        layer=Kind.COMMUNITIES,
        ids=(row_id,),
        geometry=ground,
        facts={
            "owner": context.label(Kind.COMMUNITIES, row_id),
            "figure": count_words(count, column),
            "bound": count_words(bound, column),
            "excess": _excess(abs(count - bound), column),
            "standard": context.standard.label,
            "caveat": _caveat(context),
        },
        **touched.columns(),
    )


def _excess(count: float, column: str) -> Text:
    return Text(count_words(count, column).zh, f"{count:,.0f}")


def _caveat(context: AuditContext) -> Text:
    if context.standard.repealed:
        return Text("；该标准已废止", "; this standard is repealed")
    if context.standard.advisory:
        return Text("；该标准为指导性，可按实际需要调整", "; it is advisory, other sizes are allowed by need")
    return Text("", "")
