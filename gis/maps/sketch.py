"""Thumbnails: a layer as one small drawing, with nothing to click and nothing to load."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gis.maps.colours import colour_neighbours, fill_of
from gis.maps.shapes import to_lonlat

__all__ = ["sketch_svg"]

_MARGIN_PX = 3.0


def sketch_svg(
    layer: gpd.GeoDataFrame, *, width_px: int = 240, height_px: int = 160, fills: Sequence[str] | None = None
) -> str:
    """Draw polygons as a small SVG: no text, north up, neighbours in different colours.

    Parameters
    ----------
    layer
        Polygons, any CRS.
    width_px, height_px
        The size of the drawing; the layer fills it as far as its form allows.
    fills
        A colour for each row; by default :func:`gis.maps.colours.colour_neighbours` chooses.

    Raises
    ------
    CrsError
        ``crs-missing``.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> sketch_svg(square, width_px=16, height_px=16, fills=["#fff"]).count("<path")
    1
    """
    colours = list(fills) if fills is not None else [fill_of(number) for number in colour_neighbours(layer)]
    shapes = _on_paper(to_lonlat(layer, name="sketch"), width_px, height_px)
    paths = "".join(
        f'<path d="{_path(shape)}" fill="{colour}"/>' for shape, colour in zip(shapes, colours, strict=True) if shape
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_px}" height="{height_px}" '
        f'viewBox="0 0 {width_px} {height_px}" fill-rule="evenodd" stroke="#2b2f38" stroke-width="1" '
        f'stroke-linejoin="round" aria-hidden="true">{paths}</svg>'
    )


def _on_paper(layer: gpd.GeoDataFrame, width_px: int, height_px: int) -> np.ndarray:
    """Move shapes to pixels, x shortened by the cosine of the latitude; half a pixel of detail is kept."""
    west, south, east, north = layer.total_bounds
    narrowing = np.cos(np.radians((south + north) / 2))
    width, height = max((east - west) * narrowing, 1e-9), max(north - south, 1e-9)
    scale = min((width_px - 2 * _MARGIN_PX) / width, (height_px - 2 * _MARGIN_PX) / height)
    left, top = (width_px - width * scale) / 2, (height_px - height * scale) / 2

    def to_pixels(points: np.ndarray) -> np.ndarray:
        x = (points[:, 0] - west) * narrowing * scale + left
        y = (north - points[:, 1]) * scale + top
        return np.column_stack([x, y])

    moved: np.ndarray = shapely.simplify(shapely.transform(layer.geometry.to_numpy(), to_pixels), 0.3)
    return moved


def _path(shape: shapely.Geometry) -> str:
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1].tolist()) + "Z"
        for ring in shapely.get_rings(shape)
    )
