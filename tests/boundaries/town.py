"""A made town of square units, for tests that need geometry.

Rows run from the south. Each unit is 100 m square in EPSG:4547; ``u<column>-<row>``.
"""

import geopandas as gpd
import numpy as np
import shapely

CRS = "EPSG:4547"


def square_town(width: int, height: int, *, households: object = 100.0) -> gpd.GeoDataFrame:
    """Make ``width`` x ``height`` square units with so many households each (a number, or one for each unit)."""
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    west, south = columns.ravel() * 100.0, rows.ravel() * 100.0
    shapes = shapely.box(500_000 + west, 3_000_000 + south, 500_100 + west, 3_000_100 + south)
    ids = [f"u{column}-{row}" for column, row in zip(columns.ravel(), rows.ravel(), strict=True)]
    town = gpd.GeoDataFrame({"households": households}, geometry=list(shapes), index=ids, crs=CRS)
    town["households"] = town["households"].astype(float)
    town["resident_population"] = town["households"] * 2.5
    town.index.name = "id"
    return town
