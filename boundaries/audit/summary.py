"""Findings summed up by kind."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.audit.kinds import FINDING_KINDS

__all__ = ["summarise_findings"]

_ABOUT_WHOLE_ROWS = frozenset({"community_too_large", "community_too_small"})
_MOSTLY = 0.5  # of its ground is no earlier community's: two drawings of one community are not two


def summarise_findings(findings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Sum findings up by kind, each person counted once within a kind.

    Parameters
    ----------
    findings
        The result of :func:`audit_layers`, or some of its rows.

    Returns
    -------
    DataFrame
        One row per kind that occurs, in the order of ``docs/findings.md``; index ``kind``; columns ``label``,
        ``label_en``, ``severity`` (the highest that occurs), ``count``, ``area_m2`` (of the union, so ground is
        counted once), ``households``, ``resident_population`` (NaN when no finding of the kind knows).

    Notes
    -----
    Where findings of one kind lie on the same ground, the people there are counted once: in the order of rank, each
    finding adds its people times the share of its area that no earlier one covers. That is exact for findings apart
    from each other and for repeated ground, and an estimate by area where they overlap in part. The own figures of
    communities too large or too small are nobody else's and are added whole, except for a community drawn twice.
    """
    rows = [
        _summary(kind, findings[findings["kind"] == kind]) for kind in FINDING_KINDS if (findings["kind"] == kind).any()
    ]
    columns = ["kind", "label", "label_en", "severity", "count", "area_m2", "households", "resident_population"]
    return pd.DataFrame(rows, columns=columns).set_index("kind")


def _summary(kind: str, rows: gpd.GeoDataFrame) -> dict[str, object]:
    about = FINDING_KINDS[kind]
    grounds = rows.geometry.to_numpy()
    new_areas = _new_areas(grounds)
    weights = new_areas / np.where(rows["area_m2"] > 0, rows["area_m2"], 1.0)
    weights[_brings_own_people(rows) & (weights >= _MOSTLY)] = 1.0
    ranks = {"high": 0, "medium": 1, "low": 2}
    return {
        "kind": kind,
        "label": about.label.zh,
        "label_en": about.label.en,
        "severity": min(rows["severity"], key=ranks.__getitem__),
        "count": len(rows),
        "area_m2": float(new_areas.sum()),
        "households": (rows["households"] * weights).sum(min_count=1),
        "resident_population": (rows["resident_population"] * weights).sum(min_count=1),
    }


def _brings_own_people(rows: gpd.GeoDataFrame) -> np.ndarray:
    """Tell which findings are about a whole community with its own figures."""
    return np.asarray((rows["people_basis"] == "own_figure") & rows["kind"].isin(_ABOUT_WHOLE_ROWS), dtype=bool)


def _new_areas(grounds: np.ndarray) -> np.ndarray:
    """Give the area of each ground that no earlier one covers."""
    areas = shapely.area(grounds)
    tree = shapely.STRtree(grounds)
    for at, ground in enumerate(grounds):
        met = tree.query(ground, predicate="intersects")
        earlier = met[met < at]
        if len(earlier):
            areas[at] = shapely.difference(ground, shapely.union_all(grounds[earlier])).area
    return areas
