"""Coverages for the tests of tiles: crooked cells that share their lines corner by corner, as a county's units do."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4547"
CENTRE = (500_000.0, 3_700_000.0)


def crooked_cells(side: int, *, size_m: float = 200.0, corners: int = 4, seed: int = 0) -> gpd.GeoDataFrame:
    """Give side x side cells whose corners were moved and whose sides were bent, each side the same for both cells."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0), indexing="ij"), axis=-1)
    grid += rng.uniform(-0.25, 0.25, grid.shape)
    east = _bent(grid[:-1], grid[1:], corners, rng)
    north = _bent(grid[:, :-1], grid[:, 1:], corners, rng)
    rings = [
        np.concatenate(
            [east[i, j][:-1], north[i + 1, j][:-1], east[i, j + 1][:0:-1], north[i, j][:0:-1], grid[i, j][None]]
        )
        for i in range(side)
        for j in range(side)
    ]
    shapes = [shapely.Polygon(ring * size_m + CENTRE) for ring in rings]
    return gpd.GeoDataFrame(
        {
            "name": [f"单元{n}" for n in range(len(shapes))],
            "households": rng.integers(0, 400, len(shapes)).astype(float),
            "floors": rng.integers(-2, 30, len(shapes)),
            "is_old": rng.random(len(shapes)) < 0.5,
        },
        geometry=shapes,
        index=pd.Index([f"u{n + 1}" for n in range(len(shapes))], name="id"),
        crs=CRS,
    )


def _bent(start: np.ndarray, end: np.ndarray, corners: int, rng: np.random.Generator) -> np.ndarray:
    share = np.linspace(0, 1, corners + 2)[:, None]
    lines = start[..., None, :] * (1 - share) + end[..., None, :] * share
    lines[..., 1:-1, :] += rng.normal(0, 0.06 / corners, lines[..., 1:-1, :].shape)
    return lines
