"""Made coverages for the benchmarks: cells with natural edges, and faults of known number."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

__all__ = ["Noise", "make_coverage"]

Noise = Literal["clean", "sparse", "dense"]

_CELL_M = 100.0
_STEP_M = 10.5  # about 43 vertices a cell
_CRS = 4547
_ORIGIN = (500_000.0, 3_700_000.0)


@dataclass(frozen=True)
class _Faults:
    """Shares of the cells with each fault."""

    jittered: float = 0.0
    dropped: float = 0.0
    shifted: float = 0.0
    doubled: float = 0.0
    contained: float = 0.0


_FAULTS: dict[Noise, _Faults] = {
    "clean": _Faults(),
    "sparse": _Faults(jittered=0.02, dropped=0.001, shifted=0.001, doubled=0.001, contained=0.001),
    "dense": _Faults(jittered=1.0),
}


def make_coverage(n: int, noise: Noise, *, seed: int = 1) -> gpd.GeoDataFrame:
    """Make a layer of about ``n`` cells (Voronoi cells with winding edges) and plant faults in some of them."""
    rng = np.random.default_rng(seed)
    cells = _with_faults(_natural_cells(n, rng), _FAULTS[noise], rng)
    ids = pd.Index([f"u{number:07d}" for number in range(len(cells))], name="id")
    return gpd.GeoDataFrame(index=ids, geometry=cells, crs=_CRS)


def _natural_cells(n: int, rng: np.random.Generator) -> NDArray[np.object_]:
    side = np.sqrt(n) * _CELL_M
    square = shapely.box(0, 0, side, side)
    points = shapely.MultiPoint(rng.uniform(0, side, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    cells = shapely.segmentize(shapely.intersection(cells, square), _STEP_M)
    return shapely.transform(cells, _winding)


def _winding(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move points along a smooth field that folds nowhere; equal points stay equal, so cells stay neighbours."""
    x, y = xy.round(3).T
    u = x + 4 * np.sin(y * 2 * np.pi / 61) + 1.2 * np.sin(y * 2 * np.pi / 23 + 1)
    v = y + 4 * np.sin(u * 2 * np.pi / 67) + 1.2 * np.sin(u * 2 * np.pi / 19 + 2)
    return np.column_stack([u, v]).round(3) + _ORIGIN


def _with_faults(cells: NDArray[np.object_], faults: _Faults, rng: np.random.Generator) -> NDArray[np.object_]:
    cells = cells.copy()
    lot = rng.random(len(cells))
    edges = np.cumsum([faults.jittered, faults.shifted, faults.doubled, faults.contained, faults.dropped])
    jittered, shifted, doubled, contained, dropped = (
        np.flatnonzero((lot >= low) & (lot < high)) for low, high in zip([0.0, *edges[:-1]], edges, strict=True)
    )
    cells[jittered] = _jittered(cells[jittered], rng)
    shifts = np.repeat(rng.normal(0, 3, (len(shifted), 2)), shapely.get_num_coordinates(cells[shifted]), axis=0)
    cells[shifted] = shapely.transform(cells[shifted], lambda xy: xy + shifts)
    inner = shapely.buffer(shapely.point_on_surface(cells[contained]), 5.0)
    extra = [cells[doubled], inner]
    return np.concatenate([np.delete(cells, dropped), *extra])


def _jittered(cells: NDArray[np.object_], rng: np.random.Generator, by_m: float = 0.3) -> NDArray[np.object_]:
    """Move every vertex by some decimetres; rings stay closed, and those that come to cross themselves are mended."""
    if not len(cells):
        return cells
    counts = shapely.get_num_coordinates(cells)
    moves = rng.normal(0, by_m, (counts.sum(), 2))
    ends = np.cumsum(counts)
    moves[ends - 1] = moves[np.r_[0, ends[:-1]]]
    moved = shapely.transform(cells, lambda xy: xy + moves)
    mended = shapely.make_valid(moved, method="structure", keep_collapsed=False)
    return np.where(np.isin(shapely.get_type_id(mended), (3, 6)), mended, cells)
