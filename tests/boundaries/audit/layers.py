"""Small layers drawn by hand, and ways to read findings."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

CRS = 4547

# Four communities of 100 m by 100 m:
#   +----+----+
#   | nw | ne |
#   +----+----+
#   | sw | se |
#   +----+----+
SQUARES = {
    "sw": shapely.box(0, 0, 100, 100),
    "se": shapely.box(100, 0, 200, 100),
    "nw": shapely.box(0, 100, 100, 200),
    "ne": shapely.box(100, 100, 200, 200),
}


def layer_of(shapes: dict[str, shapely.Geometry], **columns: Any) -> gpd.GeoDataFrame:
    index = pd.Index(list(shapes), name="id")
    return gpd.GeoDataFrame(columns, index=index, geometry=list(shapes.values()), crs=CRS)


def communities(shapes: dict[str, shapely.Geometry] = SQUARES, **columns: Any) -> gpd.GeoDataFrame:
    names = {"sw": "西南社区", "se": "东南社区", "nw": "西北社区", "ne": "东北社区"}
    return layer_of(shapes, **({"name": [names.get(key, f"{key}社区") for key in shapes]} | columns))


def of_kind(findings: gpd.GeoDataFrame, kind: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...], float]]:
    """Give layer, ids, other ids and area of each finding of a kind, by ids."""
    rows = findings[findings["kind"] == kind]
    told = [(row.layer, row.ids, row.other_ids, round(row.area_m2, 3)) for row in rows.itertuples()]
    return sorted(told)
