"""The public search for gaps."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.coverage.engine import Coverage, Voids, valid_polygons
from gis.crs import same_crs

__all__ = ["extent_ground", "find_gaps", "gaps_of"]


def find_gaps(
    layer: gpd.GeoDataFrame, *, extent: gpd.GeoDataFrame | None = None, min_area_m2: float = 1.0
) -> gpd.GeoDataFrame:
    """Find the ground that no polygon covers.

    Parameters
    ----------
    layer
        Polygons and multipolygons indexed by a unique id, in a projected CRS with metres. Invalid rings are mended
        for the search; the layer itself is untouched.
    extent
        Polygons that must be covered, in the CRS of ``layer``. With it, gaps are the uncovered ground inside the
        extent, open to the outside or not; without it, the uncovered ground that the layer encloses.
    min_area_m2
        Gaps of this area or less, in square metres, are left out.

    Returns
    -------
    GeoDataFrame
        One row per connected gap: ``area_m2``, ``neighbour_ids`` (tuple, in the order of ids: the polygons that
        border it along a line), ``geometry`` (Polygon); CRS of ``layer``; ordered from west to east. Empty, with the
        same columns, when none.

    Raises
    ------
    CrsError
        The CRS is missing, geographic, not in metres, or unlike the extent's.
    SchemaError
        Ids repeat, or a row holds no polygon.

    Notes
    -----
    Wide gaps and enclaves count like narrow ones. Two gaps that meet in a point are two.
    Cost: one sort of all boundary segments; noding and tracing only where neighbours disagree.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 100, 100), shapely.box(102.5, 0, 202.5, 100)]
    >>> layer = gpd.GeoDataFrame(index=["east", "west"], geometry=squares, crs=4547)
    >>> town = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 202.5, 100)], crs=4547)
    >>> find_gaps(layer, extent=town)[["area_m2", "neighbour_ids"]].values.tolist()
    [[250.0, ('east', 'west')]]
    """
    if extent is not None:
        same_crs(layer, extent, names=("layer", "extent"))
    coverage = Coverage.of(layer)
    ground = None if extent is None else extent_ground(extent)
    return gaps_of(coverage, coverage.voids(extent=ground, min_area_m2=min_area_m2), crs=layer.crs)


def gaps_of(coverage: Coverage, voids: Voids, *, crs: object) -> gpd.GeoDataFrame:
    """Give the gaps of a coverage at hand, as :func:`find_gaps` does."""
    border = voids.border
    ids = coverage.ids.to_numpy()[border.polygon]
    bounds = np.searchsorted(border.face, np.arange(len(voids.parts) + 1))
    neighbours = [tuple(ids[start:stop]) for start, stop in pairwise(bounds)]
    table = pd.DataFrame({"area_m2": shapely.area(voids.parts), "neighbour_ids": pd.Series(neighbours, dtype=object)})
    return gpd.GeoDataFrame(table, geometry=voids.parts, crs=crs)


def extent_ground(extent: gpd.GeoDataFrame) -> BaseGeometry:
    """Give all polygons of an extent as one valid geometry."""
    return shapely.union_all(valid_polygons(extent.geometry.to_numpy()))
