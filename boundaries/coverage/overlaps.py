"""The public search for overlaps."""

import geopandas as gpd
import numpy as np

from boundaries.coverage.engine import Coverage

__all__ = ["find_overlaps", "overlaps_of"]


def find_overlaps(layer: gpd.GeoDataFrame, *, min_area_m2: float = 1.0) -> gpd.GeoDataFrame:
    """Find the areas that two polygons of one layer both cover.

    Parameters
    ----------
    layer
        Polygons and multipolygons indexed by a unique id, in a projected CRS with metres. Invalid rings are mended
        for the search (``shapely.make_valid``, structure method); the layer itself is untouched.
    min_area_m2
        Overlaps of this area or less, in square metres, are left out.

    Returns
    -------
    GeoDataFrame
        One row per pair, each pair once: ``left_id`` before ``right_id``, ``area_m2``, ``geometry`` (the shared
        ground; Polygon or MultiPolygon); CRS of ``layer``; sorted by ids. Empty, with the same columns, when none.

    Raises
    ------
    CrsError
        The CRS is missing, geographic, or not in metres.
    SchemaError
        Ids repeat, or a row holds no polygon.

    Notes
    -----
    Three polygons over one spot give three pairs; duplicates and contained polygons are pairs like others.
    Cost: one sort of all boundary segments; noding, tracing and intersections only where neighbours disagree.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 100, 100), shapely.box(97.5, 0, 197.5, 100)]
    >>> layer = gpd.GeoDataFrame(index=["east", "west"], geometry=squares, crs=4547)
    >>> find_overlaps(layer)["area_m2"].tolist()
    [250.0]
    """
    return overlaps_of(Coverage.of(layer), crs=layer.crs, min_area_m2=min_area_m2)


def overlaps_of(coverage: Coverage, *, crs: object, min_area_m2: float) -> gpd.GeoDataFrame:
    """Give the overlaps of a coverage at hand, as :func:`find_overlaps` does."""
    pairs = coverage.pairs
    large = np.flatnonzero(pairs.area_m2 > min_area_m2)
    return gpd.GeoDataFrame(
        {
            "left_id": coverage.ids[pairs.left[large]],
            "right_id": coverage.ids[pairs.right[large]],
            "area_m2": pairs.area_m2[large],
        },
        geometry=pairs.shared[large],
        crs=crs,
    )
