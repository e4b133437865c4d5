"""The table of the crosswalk while it is made: shares by position, then amounts by figure."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.crosswalk.ancillary import Spread
from boundaries.crosswalk.figures import whole_figures
from boundaries.crosswalk.rounding import largest_remainder
from boundaries.crosswalk.settling import OUTSIDE, Settled

__all__ = ["AREA_WEIGHTED", "COUNTED", "DASYMETRIC", "basis_by_target", "share_rows", "with_amounts"]

Floats = NDArray[np.float64]

COUNTED, DASYMETRIC, AREA_WEIGHTED = "counted", "dasymetric", "area_weighted"
MIXED, NONE = "mixed", "none"


def share_rows(settled: Settled, spread: Spread, *, areas_m2: Floats) -> pd.DataFrame:
    """Give a row for each source and target position: share, ground, basis and weight.

    The shares of each source add up to 1; the outside is target -1 and stands last. ``areas_m2`` are of the sources.
    """
    rows = pd.DataFrame(
        {
            "source": settled.source,
            "target": settled.target,
            "share": settled.share,
            "area_m2": settled.area_m2,
            "basis": np.where(settled.counted[settled.source], COUNTED, AREA_WEIGHTED),
            "weight": None,
        }
    ).astype({"weight": object})
    lost = (rows["target"] == OUTSIDE).to_numpy()
    rows.loc[lost, "area_m2"] = settled.share[lost] * areas_m2[settled.source[lost]]
    if spread.weight:
        rows = _spread_instead(rows, spread)
    return rows.iloc[np.lexsort((rows["target"], rows["target"] == OUTSIDE, rows["source"]))].reset_index(drop=True)


def _spread_instead(rows: pd.DataFrame, spread: Spread) -> pd.DataFrame:
    ours = rows["source"].isin(list(spread.weight))
    ground = rows.loc[ours, ["source", "target", "area_m2"]]
    merged = ground.merge(spread.shares, on=["source", "target"], how="outer").fillna({"share": 0.0, "area_m2": 0.0})
    merged = merged[(merged["target"] != OUTSIDE) | (merged["share"] > 0)]
    merged = merged.assign(basis=DASYMETRIC, weight=merged["source"].map(spread.weight).astype(object))
    return pd.concat([rows[~ours], merged[rows.columns]], ignore_index=True)


def with_amounts(rows: pd.DataFrame, values: Mapping[str, Floats], *, whole: bool) -> pd.DataFrame:
    """Add the amount of each figure: the source's value times the share, in whole numbers if so asked."""
    amounts = {figure: _amounts(rows, value, whole=whole) for figure, value in values.items()}
    return pd.concat([rows, pd.DataFrame(amounts, index=rows.index, dtype=np.float64)], axis=1)


def _amounts(rows: pd.DataFrame, value: Floats, *, whole: bool) -> Floats:
    source, share = rows["source"].to_numpy(dtype=np.int64), rows["share"].to_numpy(dtype=np.float64)
    if not whole:
        return np.asarray(value[source] * share)
    result = np.full(len(rows), np.nan)
    known = ~np.isnan(value[source])
    sources, group = np.unique(source[known], return_inverse=True)
    result[known] = largest_remainder(share[known], whole_figures(value)[sources], groups=group)
    return result


def basis_by_target(rows: pd.DataFrame, figures: list[str], *, count: int) -> "pd.Series[str]":
    """Name for each target position how its figures came about, from the rows that brought it any."""
    known = rows[(rows["target"] != OUTSIDE) & rows[figures].notna().any(axis=1)]
    bringing = known[known["share"] > 0]
    silent = known[~known["target"].isin(bringing["target"])]
    bases = pd.concat([bringing, silent]).groupby("target")["basis"].agg(["first", "nunique"])
    basis = bases["first"].where(bases["nunique"] == 1, MIXED)
    return basis.reindex(range(count), fill_value=NONE)
