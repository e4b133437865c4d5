"""A town of four squares, as communities, units and findings; names hold what would break a careless page.

 y                                communities: 西街 <script> (c1), 东街 "&" (c2, with a bulge of 10 m over c1),
200 +----+----+                                北关 (c3), 南园 (c4)
    | c3 | c4 |                   units: each square halved from west to east
100 +----+----+
    | c1 | c2 |
  0 +----+----+
    0   100  200  x (metres from EAST, NORTH; EPSG:4547)
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.i18n import Text

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 3_700_000.0
EVIL = "西街</script><script>document.title='harm'</script><img src=x onerror=\"document.title='harm'\">"
NAMES = (EVIL, '东街 "&" {{ 7*7 }}', "北关", "南园")
LABELS = {
    "overlap": Text("重叠", "overlap"),
    "gap": Text("空白", "gap"),
    "unknown_count": Text("户数不详", "unknown count"),
}


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Give a box in metres from the town's corner."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def communities() -> gpd.GeoDataFrame:
    """The four communities; c2 laps over c1, and carries a column that must not come out."""
    return gpd.GeoDataFrame(
        {
            "name": NAMES,
            "households": [1200.0, 3400.0, np.nan, 900.0],
            "resident_population": [3000.0, 9000.0, np.nan, 2100.0],
            "网格员姓名": ["张三丰"] * 4,
        },
        geometry=[box(0, 0, 100, 100), box(90, 0, 200, 100), box(0, 100, 100, 200), box(100, 100, 200, 200)],
        index=pd.Index(["c1", "c2", "c3", "c4"], name="id"),
        crs=CRS,
    )


def plan_communities() -> gpd.GeoDataFrame:
    """Four communities that meet edge to edge, with unit counts."""
    layer = communities()
    layer.loc["c2", "geometry"] = box(100, 0, 200, 100)
    return layer.assign(unit_count=2)


def units() -> gpd.GeoDataFrame:
    """Eight units."""
    shapes = [box(50 * x, 100 * y, 50 * x + 50, 100 * y + 100) for y in range(2) for x in range(4)]
    return gpd.GeoDataFrame(
        {"households": [100.0] * 8}, geometry=shapes, index=pd.Index([f"u{n}" for n in range(8)], name="id"), crs=CRS
    )


def findings() -> gpd.GeoDataFrame:
    """An overlap, a gap, and rows without a figure (no place); in no order."""
    return gpd.GeoDataFrame(
        {
            "kind": ["gap", "overlap", "unknown_count"],
            "severity": ["high", "medium", "low"],
            "layer": ["communities"] * 3,
            "ids": [(), ("c1", "c2"), ("c3",)],
            "area_m2": [4.0, 1000.0, np.nan],
            "width_m": [2.0, 10.0, np.nan],
            "households": [2.0, 40.0, np.nan],
            "resident_population": [5.0, 120.0, np.nan],
            "people_basis": ["area_weighted", "units", None],
            "message": ["空白 4 ㎡", f"{EVIL}与东街重叠", "1 个社区没有户数"],
            "message_en": ["a gap of 4 m2", f"{EVIL} and East overlap", "1 community has no figure"],
        },
        geometry=[box(198, 150, 200, 152), box(90, 0, 100, 100), None],
        index=pd.Index(["f-gap", "f-overlap", "f-unknown"], name="id"),
        crs=CRS,
    )
