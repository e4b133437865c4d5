"""The sound layers of the made town: parcels joined, figures summed, codes and names given."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.samples.areas import community_code
from gis.samples.names import COMMUNITIES, COUNTY, COUNTY_CODE, TOWN_CODE, VILLAGES
from gis.samples.people import Settlement
from gis.samples.town import TownPlan

__all__ = ["community_layer", "extent_layer", "facility_layer", "grid_layer", "unit_layer", "village_layer"]

_FACILITIES = (("党群服务中心", 9, 300), ("小学", 7, 1200), ("社区卫生服务站", 6, 80), ("农贸市场", 4, 150))


def extent_layer(plan: TownPlan, crs: str) -> gpd.GeoDataFrame:
    """Give the planning area: all parcels as one."""
    whole = shapely.coverage_union_all(np.array(plan.grounds))
    return gpd.GeoDataFrame(
        {"name": [COUNTY[0]], "code": [f"{COUNTY_CODE}{TOWN_CODE}000"]}, geometry=[whole], index=_ids(["E-1"]), crs=crs
    )


def community_layer(
    plan: TownPlan,
    community_of: NDArray[np.int64],
    figures: pd.DataFrame,
    managed: NDArray[np.bool_],
    crs: str,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Give today's nine communities; ids are their codes."""
    labels = np.where(managed, community_of, np.int64(-1)).astype(np.int64)
    layer = _dissolved(plan, labels, figures[["households", "dwellings", "resident_population"]], crs)
    numbers = layer.index.to_numpy()
    layer.insert(0, "name", [f"{COMMUNITIES[number]}社区" for number in numbers])
    layer.insert(1, "code", [community_code(int(number)) for number in numbers])
    layer["registered_population"] = np.round(layer["resident_population"] * rng.uniform(0.72, 0.9, len(layer)))
    layer["community_workers"] = rng.integers(7, 13, len(layer)).astype(float)
    layer["service_floor_area_m2"] = rng.integers(30, 90, len(layer)) * 10.0
    layer.index = _ids(layer["code"])
    return layer


def village_layer(plan: TownPlan, villages: "pd.Series[str]", figures: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Give the fourteen urban villages; ids are their villagers' committee codes (201 and on)."""
    numbers_of = {name: number for number, name in enumerate(VILLAGES)}
    labels = np.array([numbers_of.get(name, -1) for name in villages.astype(object)], dtype=np.int64)
    layer = _dissolved(plan, labels, figures[["households", "resident_population"]], crs)
    numbers = layer.index.to_numpy()
    layer.insert(0, "name", [VILLAGES[number] for number in numbers])
    layer.insert(1, "code", [f"{COUNTY_CODE}{TOWN_CODE}{201 + number}" for number in numbers])
    layer["conversion_status"] = [("managed", "keep", "convert")[number % 3] for number in numbers]
    layer.index = _ids(layer["code"])
    return layer


def grid_layer(
    plan: TownPlan,
    grid_of: NDArray[np.int64],
    community_of: NDArray[np.int64],
    figures: pd.DataFrame,
    crs: str,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Give the service grids, each coded with its community's code and an order from west to east, north to south."""
    layer = _dissolved(plan, grid_of, figures[["households", "resident_population"]], crs)
    parent = pd.Series(community_of).groupby(grid_of).first().to_numpy()
    centres = shapely.centroid(layer.geometry.to_numpy())
    band = np.floor(-shapely.get_y(centres) / 400)
    order = np.lexsort((shapely.get_x(centres), band, parent))
    rank = pd.Series(order).groupby(parent[order]).cumcount().to_numpy() + 1
    place = np.empty(len(order), dtype=int)
    place[order] = rank
    layer["community_code"] = [community_code(int(number)) for number in parent]
    layer.insert(0, "code", [f"{code}{which:03d}" for code, which in zip(layer["community_code"], place, strict=True)])
    names = [f"{COMMUNITIES[number]}第{which}网格" for number, which in zip(parent, place, strict=True)]
    layer.insert(0, "name", names)
    layer["grid_type"] = "综合网格"
    layer["grid_workers"] = rng.integers(1, 3, len(layer)).astype(float)
    layer.index = _ids(f"G-{number + 1:03d}" for number in range(len(layer)))
    return layer


def unit_layer(plan: TownPlan, settlement: Settlement, villages: "pd.Series[str]", crs: str) -> gpd.GeoDataFrame:
    """Give every parcel as a planning unit, with its compound or village where it has one."""
    positions = pd.RangeIndex(len(plan.grounds))
    village_code = villages.map({name: f"{COUNTY_CODE}{TOWN_CODE}{201 + at}" for at, name in enumerate(VILLAGES)})
    return gpd.GeoDataFrame(
        {
            "households": settlement.figures["households"].to_numpy(),
            "resident_population": settlement.figures["resident_population"].to_numpy(),
            "compound_id": settlement.compound_of.reindex(positions).astype(object).to_numpy(),
            "urban_village_id": village_code.astype(object).to_numpy(),
        },
        geometry=list(plan.grounds),
        index=_ids(f"U-{number + 1:03d}" for number in positions),
        crs=crs,
    )


def facility_layer(
    plan: TownPlan, community_of: NDArray[np.int64], crs: str, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Give service centres, one in each community, and schools, clinics and markets."""
    rows = []
    for kind, count, capacity in _FACILITIES:
        if kind == _FACILITIES[0][0]:
            chosen = [int(rng.choice(np.flatnonzero(community_of == number))) for number in range(count)]
            names = [f"{name}{kind}" for name in COMMUNITIES]
        else:
            chosen = [int(at) for at in rng.choice(len(plan.grounds), count, replace=False)]
            names = [f"{kind}{which + 1}" for which in range(count)]
        rows += [
            (name, kind, float(capacity), plan.grounds[at].representative_point())
            for name, at in zip(names, chosen, strict=True)
        ]
    table = pd.DataFrame(rows, columns=["name", "facility_type", "capacity", "geometry"])
    return gpd.GeoDataFrame(table, crs=crs).set_index(_ids(f"F-{at + 1:02d}" for at in range(len(table))))


def _dissolved(plan: TownPlan, labels: NDArray[np.int64], figures: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Join the parcels of each label and sum their figures; a negative label is left out."""
    grounds = np.array(plan.grounds)
    numbers = np.unique(labels[labels >= 0])
    shapes = [shapely.coverage_union_all(grounds[labels == number]) for number in numbers]
    sums = figures.groupby(labels).sum().loc[numbers]
    return gpd.GeoDataFrame(sums, geometry=shapes, crs=crs)


def _ids(values: object) -> "pd.Index[str]":
    return pd.Index(list(values), name="id", dtype="str")  # type: ignore[call-overload]
