"""Which urban villages and compounds lie in more than one community."""

import numpy as np
import pandas as pd
import shapely

from boundaries.audit.tolerances import Tolerances
from boundaries.metrics.case import Case, Metric
from gis.geometry import shared_ground
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["SPLIT_METRICS"]


def _villages_split(case: Case) -> float | None:
    return _split(case, "urban_village_id", Kind.URBAN_VILLAGES, Tolerances().village_share)


def _compounds_split(case: Case) -> float | None:
    return _split(case, "compound_id", Kind.COMPOUNDS, Tolerances().compound_share)


def _split(case: Case, column: str, kind: Kind, share: float) -> float | None:
    """Count by the units' own groups where they name them, else by the ground of the layer."""
    if column in case.units.columns:
        groups = case.units[column].dropna()
        pairs = pd.DataFrame({"group": groups, "community": case.labels.reindex(groups.index)}).drop_duplicates()
        return float((pairs["group"].value_counts() > 1).sum())
    if kind not in case.layers:
        return None
    shapes = np.asarray(case.layers[kind].geometry.array, dtype=object)
    grounds = np.asarray(case.communities.geometry.array, dtype=object)
    shape, ground = shapely.STRtree(grounds).query(shapes, predicate="intersects")
    area = shapely.area(shared_ground(shapes[shape], grounds[ground]))
    enough = (area > Tolerances().min_area_m2) & (area >= share * shapely.area(shapes[shape]))
    return float((pd.Series(shape[enough]).value_counts() > 1).sum())


SPLIT_METRICS: tuple[Metric, ...] = (
    Metric(
        "villages_split", "total", "villages", "low", 1, Text("被分割的城中村数", "urban villages split"),
        "villages with units, or more than 1 m2 and 0.1 % of their ground, in two communities", _villages_split,
    ),
    Metric(
        "compounds_split", "total", "compounds", "low", 1, Text("被分割的小区数", "compounds split"),
        "compounds with units, or more than 1 m2 and 1 % of their ground, in two communities", _compounds_split,
    ),
)  # fmt: skip
