"""Layers drawn as labels on a lattice of unit squares, and their shares counted cell by cell without any geometry.

labels          layer
0 0 1           +-----+--+
0 2 1    ->     | 0   |1 |     -1 is ground that no polygon holds
-1 2 1          +--+--+  |
"""

from fractions import Fraction

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st

CRS = "EPSG:4547"
CELL_M = 8.0


def cell(row, column):
    west, south = 500_000.0 + CELL_M * column, 3_700_000.0 - CELL_M * row
    return shapely.box(west, south, west + CELL_M, south + CELL_M)


def layer_of(labels, *, prefix="", **columns):
    """Make one polygon (of one or more parts) of the cells of each label from 0 up; ids are ``prefix`` and label."""
    found = sorted(set(labels.ravel().tolist()) - {-1})
    shapes = [shapely.union_all([cell(*at) for at in np.argwhere(labels == label).tolist()]) for label in found]
    index = [f"{prefix}{label:03d}" for label in found]
    layer = gpd.GeoDataFrame(
        {name: [values[label] for label in found] for name, values in columns.items()},
        index=index,
        geometry=shapes,
        crs=CRS,
    )
    layer.index = layer.index.astype("str").rename("id")
    return layer


def cell_shares(sources, targets):
    """Give the share of each source in each target as an exact fraction, by counting cells; -1 is outside."""
    shares = {}
    for source in sorted(set(sources.ravel().tolist()) - {-1}):
        cells = targets[sources == source].tolist()
        for target in set(cells):
            shares[source, target] = Fraction(cells.count(target), len(cells))
    return shares


def hamilton(quotas):
    """Round exact quotas of a whole total by largest remainder, the plain way, ties to the earlier."""
    floors = [int(quota) for quota in quotas]
    left = sum(quotas) - sum(floors)
    by_remainder = sorted(range(len(quotas)), key=lambda at: (floors[at] - quotas[at], at))
    return [floor + (at in by_remainder[: int(left)]) for at, floor in enumerate(floors)]


def label_grids(shape, *, most, holes=True):
    labels = st.integers(-1 if holes else 0, most - 1)
    size = shape[0] * shape[1]
    return st.lists(labels, min_size=size, max_size=size).map(lambda values: np.array(values).reshape(shape))
