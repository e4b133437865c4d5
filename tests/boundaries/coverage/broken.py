"""Made coverages with faults, for property tests: natural cells with jitter, and shapes on a coarse integer lattice."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

CRS = 4547


def as_layer(polygons: object, ids: object = None) -> gpd.GeoDataFrame:
    shapes = list(polygons)
    names = [f"c{number:03d}" for number in range(len(shapes))] if ids is None else list(ids)
    return gpd.GeoDataFrame(index=pd.Index(names, name="id"), geometry=shapes, crs=CRS)


def natural_cells(rng: np.random.Generator, *, n: int, side_m: float = 1000.0, exact: bool = True) -> np.ndarray:
    """Voronoi cells of random points, clipped to a square near a real place, their edges with many vertices.

    Exact cells share their vertices to the last digit; others differ by rounding, some 1e-10 m.
    """
    origin = np.array([500_000.0, 3_600_000.0])
    points = shapely.MultiPoint(rng.uniform(0, side_m, (n, 2)) + origin)
    square = shapely.box(*origin, *(origin + side_m))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    cells = shapely.segmentize(shapely.intersection(cells, square), 40.0)
    return shapely.transform(cells, lambda xy: xy.round(3)) if exact else cells


def jittered(cell: shapely.Polygon, rng: np.random.Generator, *, by_m: float) -> shapely.Geometry:
    xy = shapely.get_coordinates(cell)[:-1]
    moved = shapely.Polygon(xy + rng.normal(0, by_m, xy.shape))
    return shapely.make_valid(moved, method="structure", keep_collapsed=False)


@st.composite
def broken_coverages(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Natural cells, some of them jittered, dropped, shifted, doubled, or with another polygon inside."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cells = list(natural_cells(rng, n=draw(st.integers(2, 25)), exact=draw(st.booleans())))
    result = []
    for cell in cells:
        fate = rng.choice(["sound", "jitter", "drop", "shift", "double", "inside"], p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
        if fate == "jitter":
            result.append(jittered(cell, rng, by_m=draw(st.sampled_from([0.01, 0.3, 5.0]))))
        elif fate == "shift":
            result.append(shapely.transform(cell, lambda xy: xy + rng.normal(0, 3, 2)))
        elif fate == "double":
            result += [cell, cell]
        elif fate == "inside":
            result += [cell, cell.representative_point().buffer(cell.area**0.5 / 20)]
        elif fate == "sound":
            result.append(cell)
    return as_layer(result or cells)


@st.composite
def lattice_layers(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Boxes and L-shapes on whole multiples of ten metres: many edges lie on each other, with different points."""
    shapes = []
    for _ in range(draw(st.integers(1, 12))):
        x, y = draw(st.integers(0, 7)), draw(st.integers(0, 7))
        width, height = draw(st.integers(1, 5)), draw(st.integers(1, 5))
        shape = shapely.box(x, y, x + width, y + height)
        if draw(st.booleans()):
            cut = shapely.box(x + draw(st.integers(0, 3)), y + draw(st.integers(0, 3)), x + 9, y + 9)
            shape = shape.difference(cut) if not shape.difference(cut).is_empty else shape
        shapes.append(shapely.transform(shape, lambda xy: xy * 10))
    return as_layer(shapes)


@st.composite
def stacked_layers(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Two whole brick walls on each other, each sound in itself, of different brick sizes."""
    walls = []
    for _ in range(2):
        wide, high = draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (4, 4), (6, 3)]))
        walls += [shapely.box(x, y, x + wide, y + high) for x in range(0, 12, wide) for y in range(0, 12, high)]
    return as_layer([shapely.transform(brick, lambda xy: xy * 10) for brick in walls])
