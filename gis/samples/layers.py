"""The sound layers of the made town: units joined, figures summed, codes and names given."""

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from gis.samples.areas import Areas
from gis.samples.coverage import joined_by
from gis.samples.ground import LIVING, VILLAGE, Ground
from gis.samples.names import COMMUNITIES, COUNTY, COUNTY_CODE, TOWN_CODE, VILLAGES, compound_names
from gis.samples.people import FIGURES, Settlement

__all__ = [
    "building_layer",
    "community_layer",
    "compound_layer",
    "extent_layer",
    "grid_layer",
    "ids_of",
    "unit_layer",
    "village_layer",
]

TOWN = f"{COUNTY_CODE}{TOWN_CODE}"
_BANDS = 3  # rows in which grids are numbered


def extent_layer(ground: Ground, crs: str) -> gpd.GeoDataFrame:
    """Give the planning area: all units as one."""
    whole = shapely.coverage_union_all(ground.shapes)
    columns = {"name": [COUNTY[0]], "code": [f"{TOWN}000"]}
    return gpd.GeoDataFrame(columns, geometry=[whole], index=ids_of([f"{TOWN}000"]), crs=crs)


def community_layer(
    ground: Ground, areas: Areas, figures: pd.DataFrame, crs: str, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Give today's nine communities, one row a number of ``areas.community``; ids are their codes."""
    layer = _dissolved(ground, areas.community, figures, crs)
    number = _by_direction(layer)
    layer.insert(0, "name", [f"{COMMUNITIES[one][0]}社区" for one in number])
    layer.insert(1, "code", [f"{TOWN}{one + 1:03d}" for one in number])
    residents = layer["resident_population"]
    layer["registered_population"] = np.round(residents * rng.uniform(0.74, 0.93, len(layer)))
    layer["community_workers"] = np.round(residents / 10_000 * rng.uniform(7, 13, len(layer)))
    layer["service_floor_area_m2"] = rng.integers(24, 110, len(layer)) * 10.0
    return _by_code(layer)


def village_layer(ground: Ground, figures: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Give the fourteen urban villages; ids are their villagers' committee codes (201 and on)."""
    layer = _dissolved(ground, ground.village, figures[["households", "resident_population"]], crs)
    layer.insert(0, "name", list(VILLAGES))
    layer.insert(1, "code", [f"{TOWN}{201 + at}" for at in range(len(layer))])
    layer["conversion_status"] = [("keep", "managed", "convert")[at % 3] for at in range(len(layer))]
    return _by_code(layer)


def grid_layer(
    ground: Ground,
    areas: Areas,
    communities: gpd.GeoDataFrame,
    moved: dict[int, int],
    figures: pd.DataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Give the service grids, one row a number of ``areas.grid``; ids are their codes.

    ``moved`` names grids that another community than that of their ground manages.
    """
    layer = _dissolved(ground, areas.grid, figures[["households", "resident_population"]], communities.crs)
    parent = np.array([areas.community[np.flatnonzero(areas.grid == grid)[0]] for grid in range(len(layer))])
    for grid, community in moved.items():
        parent[grid] = community
    order = _orders(parent, shapely.centroid(layer.geometry.to_numpy()))
    codes = communities["code"].to_numpy()[parent]
    names = communities["name"].to_numpy()[parent]
    layer.insert(0, "name", [f"{name}第{one}网格" for name, one in zip(names, order, strict=True)])
    layer.insert(1, "code", [f"{code}{one:03d}" for code, one in zip(codes, order, strict=True)])
    layer.insert(2, "community_code", codes)
    layer["grid_type"] = "综合网格"
    layer["grid_workers"] = np.where(layer["households"] > 500, 2, 1) + rng.integers(0, 2, len(layer)) * 1.0  # noqa: PLR2004
    return _by_code(layer)


def compound_layer(ground: Ground, settlement: Settlement, crs: str) -> tuple[gpd.GeoDataFrame, NDArray[np.object_]]:
    """Give the compounds within their red lines, and the compound's id of every unit ("" for none)."""
    units = np.flatnonzero(ground.use == LIVING)
    names = {style: compound_names(style) for style in ("new", "old", "low")}
    floors = settlement.buildings.groupby("unit")["floors"].max().reindex(units).fillna(0.0)
    ids = ids_of(f"C-{number:03d}" for number in range(1, len(units) + 1))
    layer = gpd.GeoDataFrame(
        {
            "name": [next(names[settlement.style[unit]]) for unit in units],
            **{column: settlement.figures[column].to_numpy()[units] for column in FIGURES},
            "floors": floors.to_numpy(),
        },
        geometry=ground.yards[units],
        index=ids,
        crs=crs,
    )
    compound_ids = np.full(len(ground.shapes), "", dtype=object)
    compound_ids[units] = ids
    return layer, compound_ids


def building_layer(settlement: Settlement, places: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Give the buildings, named after the ``places`` of their units and numbered there."""
    buildings = settlement.buildings
    number = buildings.groupby("unit").cumcount() + 1
    where = places[buildings["unit"].to_numpy()]
    named = buildings.assign(name=[f"{place}{one}号楼" for place, one in zip(where, number, strict=True)])
    return named[["name", *FIGURES, "floors", "geometry"]]


def unit_layer(
    ground: Ground,
    settlement: Settlement,
    places: NDArray[np.object_],
    compound_ids: NDArray[np.object_],
    villages: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Give the planning units: every parcel, with its compound or village where it has one."""
    return gpd.GeoDataFrame(
        {
            "name": places,
            "households": settlement.figures["households"].to_numpy(),
            "resident_population": settlement.figures["resident_population"].to_numpy(),
            "land_use": ground.use,
            "compound_id": [one or None for one in compound_ids],
            "urban_village_id": [villages.index[one] if one >= 0 else None for one in ground.village],
        },
        geometry=list(ground.shapes),
        index=ids_of(f"U-{number:03d}" for number in range(1, len(ground.shapes) + 1)),
        crs=villages.crs,
    )


def place_names(
    ground: Ground, compounds: gpd.GeoDataFrame, compound_ids: NDArray[np.object_], villages: gpd.GeoDataFrame
) -> NDArray[np.object_]:
    """Name what stands on every unit: the compound, the village and which part of it, or the use and its number."""
    counters: dict[str, Iterator[int]] = {}
    names = []
    for unit, use in enumerate(ground.use):
        if compound_ids[unit]:
            names.append(str(compounds["name"][compound_ids[unit]]))
            continue
        stem = str(villages["name"].iloc[ground.village[unit]]) if use == VILLAGE else str(use)
        number = next(counters.setdefault(stem, iter(range(1, len(ground.use)))))
        names.append(f"{stem}{number}组" if use == VILLAGE else f"{stem}{number}号地")
    return np.array(names, dtype=object)


def ids_of(values: Iterable[str]) -> "pd.Index[str]":
    """Make the index of a layer."""
    return pd.Index(list(values), name="id", dtype="str")


def _dissolved(ground: Ground, labels: NDArray[np.int64], figures: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Join the units of each label and sum their figures; rows in the order of labels, negative ones left out."""
    numbers, shapes = joined_by(ground.shapes, labels)
    sums = figures.groupby(labels).sum().loc[numbers]
    return gpd.GeoDataFrame(sums, geometry=list(shapes), crs=crs)


def _by_code(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_index(ids_of(layer["code"]))


def _by_direction(layer: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Give each community the name whose direction from the centre of town fits best (assignment of least cost)."""
    centre = shapely.get_coordinates(shapely.centroid(layer.geometry.to_numpy()))
    place = (centre - centre.mean(axis=0)) / np.abs(centre - centre.mean(axis=0)).max(axis=0)
    wish = np.array([(east, north) for _, east, north in COMMUNITIES])
    _, chosen = linear_sum_assignment(((place[:, None, :] - wish[None, :, :]) ** 2).sum(axis=2))
    return chosen


def _orders(parent: NDArray[np.int64], centre: NDArray[np.object_]) -> NDArray[np.int64]:
    """Give grids their order within the community: from west to east, in bands from north to south."""
    x, y = shapely.get_x(centre), shapely.get_y(centre)
    order = np.empty(len(parent), dtype=np.int64)
    for community in np.unique(parent):
        inside = np.flatnonzero(parent == community)
        top, bottom = y[inside].max(), y[inside].min()
        band = np.minimum((top - y[inside]) * _BANDS // max(top - bottom, 1.0), _BANDS - 1)
        order[inside[np.lexsort((x[inside], band))]] = np.arange(1, len(inside) + 1)
    return order
