"""Lines and points of the made town: streets with their bridges, the river, the railway, and service facilities."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.samples.ground import Ground, on_the_ground
from gis.samples.layers import ids_of
from gis.samples.names import BRANCH_LINE, MAIN_STREETS, RIVER, minor_street_names

__all__ = ["facility_layer", "railway_layer", "road_layer", "waterway_layer"]

_CLASSES = {"arterial": "主干路", "secondary": "次干路", "bank": "次干路", "minor": "支路"}
_CROSSES = {"river": RIVER, "track": BRANCH_LINE}
_LEAST_STREET_M = 45.0
_FACILITIES = (("学校", "school", 1200), ("医院", "hospital", 300), ("市场", "market", 150))
_CLINICS = 6
_DEAD_END_M = 20.0  # a minor street ends so far from water and track


def road_layer(ground: Ground, crs: str) -> gpd.GeoDataFrame:
    """Give the named streets; ``bridge`` is true on pieces that cross the river or the railway (``crosses``)."""
    rows = list(_streets(ground))
    table = pd.DataFrame([row[:-1] for row in rows], columns=["name", "class", "rigidity", "bridge", "crosses"])
    index = ids_of(f"R-{number:03d}" for number in range(1, len(table) + 1))
    lines = [on_the_ground(row[-1]) for row in rows]
    return gpd.GeoDataFrame(table.set_index(index), geometry=lines, crs=crs)


def _streets(ground: Ground) -> Iterator[tuple[str, str, str, bool, str | None, BaseGeometry]]:
    for line in ground.skeleton.streets:
        rigidity = "rigid" if line.rank == "arterial" else "elastic"
        for part in shapely.get_parts(line.shape):
            if part.length >= _LEAST_STREET_M:
                yield MAIN_STREETS[line.key], _CLASSES[line.rank], rigidity, False, None, part
    for line in ground.skeleton.bridges:
        for part in shapely.get_parts(line.shape):
            yield MAIN_STREETS[line.key], _CLASSES["arterial"], "rigid", True, _CROSSES[line.rank], part
    names = minor_street_names()
    kept_clear = shapely.buffer(shapely.union(ground.skeleton.river, ground.skeleton.track), _DEAD_END_M)
    for street in ground.minor_streets:
        open_part = shapely.difference(street, kept_clear)
        if open_part.length >= _LEAST_STREET_M:
            yield next(names), _CLASSES["minor"], "elastic", False, None, open_part


def waterway_layer(ground: Ground, crs: str) -> gpd.GeoDataFrame:
    """Give the river, a rigid line."""
    return _rigid_line(RIVER, "河流", ground.skeleton.river, "W-1", crs)


def railway_layer(ground: Ground, crs: str) -> gpd.GeoDataFrame:
    """Give the railway, a rigid line."""
    return _rigid_line(BRANCH_LINE, "铁路", ground.skeleton.track, "T-1", crs)


def _rigid_line(name: str, kind: str, line: BaseGeometry, one: str, crs: str) -> gpd.GeoDataFrame:
    columns = {"name": [name], "class": [kind], "rigidity": ["rigid"]}
    return gpd.GeoDataFrame(columns, geometry=[on_the_ground(line)], index=ids_of([one]), crs=crs)


def facility_layer(
    ground: Ground,
    community: NDArray[np.int64],
    names: NDArray[np.object_],
    places: NDArray[np.object_],
    rng: np.random.Generator,
    crs: str,
) -> gpd.GeoDataFrame:
    """Give a service centre in each community (``names`` by number), schools, hospitals, markets, and clinics."""
    rows = []
    for number, name in enumerate(names):
        inside = np.flatnonzero((community == number) & (ground.village < 0) & (ground.use != "滨河绿地"))
        middle = shapely.get_coordinates(shapely.centroid(ground.shapes[inside]))
        at = inside[int(np.argmin(((middle - np.median(middle, axis=0)) ** 2).sum(axis=1)))]
        rows.append((f"{name}党群服务中心", "service_centre", float(rng.integers(100, 300)), int(at)))
    rows += [
        (places[at], kind, float(round(capacity * rng.uniform(0.5, 1.5))), int(at))
        for use, kind, capacity in _FACILITIES
        for at in np.flatnonzero(ground.use == use)
    ]
    for number, at in enumerate(rng.choice(np.flatnonzero(ground.use == "居住"), _CLINICS, replace=False)):
        rows.append((f"第{number + 1}社区卫生服务站", "clinic", float(rng.integers(30, 90)), int(at)))
    table = pd.DataFrame(rows, columns=["name", "facility_type", "capacity", "at"])
    points = shapely.point_on_surface(ground.yards[table.pop("at").to_numpy()])
    index = ids_of(f"F-{number:02d}" for number in range(1, len(table) + 1))
    return gpd.GeoDataFrame(table.set_index(index), geometry=list(points), crs=crs)
