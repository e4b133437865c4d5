"""Layers of people as levels, finest first: rows of one level never contain one another, duplicates are merged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from boundaries.crosswalk.double_counts import nested_rows
from boundaries.crosswalk.figures import figure_values
from boundaries.crosswalk.ground import Places

__all__ = ["Level", "Merged", "levels_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """Rows that count at one level: ids, shapes and their own figures ``(rows, figures)``, NaN unknown."""

    layer: str
    ids: "NDArray[np.object_]"
    shapes: NDArray[np.object_]
    own: Floats


@dataclass(frozen=True)
class Merged:
    """A row that is the same polygon as another: its id, the one that stays, and its figures that are not needed."""

    layer: str
    row_id: str
    kept_id: str
    figures: Floats


def levels_of(
    name: str, layer: gpd.GeoDataFrame, *, figures: Sequence[str], duplicate_share: float
) -> tuple[list[Level], list[Merged]]:
    """Give the rows of one layer as levels, inner rows before the rows that contain them.

    Of equal polygons the first by id stays, and takes over figures that only another one knows.
    """
    places = Places.of(layer, name=name)
    own = own_figures(places, figures, name=name)
    inner, outer, _, outer_share = nested_rows(places.shapes, duplicate_share=duplicate_share)
    same = outer_share >= duplicate_share
    root, merged = _merge(name, places, own, list(_pairs(inner[same], outer[same])))
    stays = root == np.arange(len(root))
    height = _heights(places, list(_pairs(inner[~same], outer[~same])), stays)
    ids = places.ids.to_numpy(dtype=object)
    ranks = [np.flatnonzero(stays & (height == rank)) for rank in range(int(height.max(initial=0)) + 1)]
    return [Level(name, ids[rank], places.shapes[rank], own[rank]) for rank in ranks], merged


def own_figures(places: Places, figures: Sequence[str], *, name: str) -> Floats:
    """Read figures as ``(rows, figures)``; a column that the layer lacks is unknown."""
    own = np.full((len(places.ids), len(figures)), np.nan)
    for at, figure in enumerate(figures):
        if figure in places.layer.columns:
            own[:, at] = figure_values(places.layer, figure, name=name)
    return own


def _pairs(inner: NDArray[np.int64], outer: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    return zip(inner.tolist(), outer.tolist(), strict=True)


def _merge(
    name: str, places: Places, own: Floats, equal: list[tuple[int, int]]
) -> tuple[NDArray[np.int64], list[Merged]]:
    """Find for each row the equal one that stays, and fill its unknown figures in place."""
    root = np.arange(len(places.ids))
    for one, two in sorted((min(pair), max(pair)) for pair in equal):
        root[two] = min(root[two], root[one])
    merged = []
    for row in np.flatnonzero(root != np.arange(len(root))).tolist():
        kept = int(root[row])
        new = np.isnan(own[kept]) & ~np.isnan(own[row])
        own[kept, new] = own[row, new]
        merged.append(Merged(name, places.ids[row], places.ids[kept], np.where(new, np.nan, own[row])))
    return root, merged


def _heights(places: Places, inside: list[tuple[int, int]], stays: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count for each row how many rows lie in it one in another, smallest areas first."""
    height = np.zeros(len(places.ids), dtype=np.int64)
    areas = places.areas_m2
    for inner, outer in sorted(inside, key=lambda pair: (float(areas[pair[0]]), pair)):
        if stays[inner] and stays[outer]:
            height[outer] = max(int(height[outer]), int(height[inner]) + 1)
    return height
