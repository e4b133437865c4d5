"""The change log: one row for each piece of ground that changes hands."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.repair.changes import Changes
from boundaries.repair.telling import messages_of
from gis.i18n import Text

__all__ = ["CHANGE_COLUMNS", "changes_frame", "ground_moved"]

CHANGE_COLUMNS = (
    "kind",
    "rule",
    "claim_ids",
    "from_ids",
    "to_ids",
    "area_m2",
    "households",
    "resident_population",
    "people_basis",
    "message",
    "message_en",
)


def changes_frame(changes: Changes, *, labels: Mapping[str, Text], crs: object) -> gpd.GeoDataFrame:
    """Put changes into a layer: the largest number of people first, then area; the index is their ids."""
    keys = changes.keys
    area_m2 = shapely.area(changes.geometry)
    zh, en = messages_of(changes, area_m2, labels)
    columns = {
        "kind": list(changes.kind),
        "rule": list(changes.rule),
        "claim_ids": list(changes.claim_ids),
        "from_ids": list(changes.from_ids),
        "to_ids": list(changes.to_ids),
        "area_m2": area_m2,
        "households": changes.people[:, 0],
        "resident_population": changes.people[:, 1],
        "people_basis": list(changes.people_basis),
        "message": zh,
        "message_en": en,
    }
    table = pd.DataFrame(columns, columns=list(CHANGE_COLUMNS), index=pd.Index(keys, name="id"))
    layer = gpd.GeoDataFrame(table, geometry=changes.geometry, crs=crs)
    people = layer["resident_population"].fillna(layer["households"]).fillna(-1.0).round(6)
    order = np.lexsort((np.array(keys, dtype=bytes), -layer["area_m2"].round(6), -people))
    return layer.iloc[order]


def ground_moved(changes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Sum a change log up by polygon: what each gained and lost.

    Parameters
    ----------
    changes
        ``Repair.changes``, or some of its rows.

    Returns
    -------
    DataFrame
        One row per id that gains or loses, ordered by id; columns ``area_gained_m2``, ``area_lost_m2``,
        ``households_gained``, ``households_lost``, ``residents_gained``, ``residents_lost``. Gained is ground that
        nobody or only others claimed; lost is ground that the polygon claimed. Unknown people count as 0.
    """
    figures = {"area_m2": "area_{}_m2", "households": "households_{}", "resident_population": "residents_{}"}
    gained = changes[np.array([not claims for claims in changes["claim_ids"]], dtype=bool)]
    tables = []
    for rows, ids, word in ((gained, "to_ids", "gained"), (changes, "from_ids", "lost")):
        table = pd.DataFrame(rows[[ids, *figures]]).explode(ids).dropna(subset=[ids])
        sums = table.groupby(ids)[list(figures)].sum()
        tables.append(sums.rename(columns={name: title.format(word) for name, title in figures.items()}))
    both = pd.concat(tables, axis=1).fillna(0.0).sort_index()
    both.index.name = "id"
    return both[[title.format(word) for title in figures.values() for word in ("gained", "lost")]]
