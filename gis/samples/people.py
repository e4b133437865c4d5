"""Who lives on the parcels: compounds with their buildings, village houses, and the figures that add up from them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.samples.names import compound_name

__all__ = ["Settlement", "settle"]

_INSET_M = 12.0  # a compound's red line lies so far inside its parcel
_HOUSEHOLDS, _RESIDENTS = 45_000, 120_000
_BUILT_SHARE = 0.93  # of the parcels outside villages that hold a compound; the others are schools, parks, offices


@dataclass(frozen=True)
class Settlement:
    """Compounds and buildings as layers; the figures of every parcel, by its position."""

    compounds: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    figures: pd.DataFrame
    compound_of: "pd.Series[str]"


def settle(
    grounds: tuple[shapely.Polygon, ...], village_of: "pd.Series[str]", crs: str, rng: np.random.Generator
) -> Settlement:
    """Build on every parcel, and let households move in: about 45,000 of them and 120,000 residents.

    ``village_of`` gives the village of a parcel by its position, or NA.
    """
    is_village = village_of.notna().to_numpy()
    is_compound = ~is_village & (rng.random(len(grounds)) < _BUILT_SHARE)
    yards = shapely.buffer(np.array(grounds), -_INSET_M, join_style="mitre")
    sites = [
        _site(int(number), yards[number], village=bool(is_village[number]), rng=rng)
        for number in np.flatnonzero(is_village | is_compound)
    ]
    buildings = gpd.GeoDataFrame(pd.concat(sites, ignore_index=True), geometry="geometry", crs=crs)
    buildings.index = pd.Index([f"B-{number:04d}" for number in range(1, len(buildings) + 1)], name="id")
    _move_in(buildings, rng)
    figures = buildings.groupby("parcel")[["households", "dwellings", "resident_population"]].sum()
    figures = figures.reindex(range(len(grounds)), fill_value=0).astype(float)
    compounds, compound_of = _compounds(np.flatnonzero(is_compound), yards, figures, buildings, crs)
    buildings["name"] = _building_names(buildings, compound_of, village_of)
    columns = ["name", "households", "dwellings", "resident_population", "floors", "geometry"]
    return Settlement(compounds, buildings[columns], figures, compound_of)


def _site(number: int, yard: shapely.Polygon, *, village: bool, rng: np.random.Generator) -> pd.DataFrame:
    """Set houses in rows inside a yard: long slabs in a compound, small houses in a village."""
    length, depth, lane, gap = (13.0, 11.0, 11.0, 12.0) if village else (32.0, 12.0, 10.0, 18.0)
    west, south, east, north = yard.bounds
    xs = np.arange(west + 2, east - length, length + lane)
    ys = np.arange(south + 2, north - depth, depth + gap)
    corner_x, corner_y = (values.ravel() for values in np.meshgrid(xs, ys))
    houses = shapely.box(corner_x, corner_y, corner_x + length, corner_y + depth)
    houses = houses[shapely.contains(yard, houses)]
    floors = rng.integers(2, 5, len(houses)) if village else np.full(len(houses), rng.choice([5, 6, 6, 7, 11]))
    return pd.DataFrame({"parcel": number, "floors": floors, "village": village, "geometry": houses})


def _move_in(buildings: gpd.GeoDataFrame, rng: np.random.Generator) -> None:
    """Spread the town's households over floor area, and its residents over households, to the last one."""
    floor_area = buildings.area.to_numpy() * buildings["floors"].to_numpy()
    wish = floor_area * rng.lognormal(0.0, 0.25, len(buildings)) * np.where(buildings["village"], 0.75, 1.0)
    buildings["households"] = _shared_out(wish, _HOUSEHOLDS)
    crowd = buildings["households"].to_numpy() * rng.uniform(2.3, 3.0, len(buildings))
    buildings["resident_population"] = _shared_out(crowd, _RESIDENTS)
    empty = rng.binomial(3, 0.2, len(buildings))
    buildings["dwellings"] = buildings["households"] + empty


def _shared_out(wish: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    """Share a whole total out in proportion to wishes, by largest remainder."""
    exact = wish / wish.sum() * total
    whole = np.floor(exact)
    rest = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return np.asarray(whole, dtype=np.float64)


def _compounds(
    parcels: NDArray[np.int64],
    yards: NDArray[np.object_],
    figures: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    crs: str,
) -> tuple[gpd.GeoDataFrame, "pd.Series[str]"]:
    ids = [f"C-{number:03d}" for number in range(1, len(parcels) + 1)]
    floors = buildings.groupby("parcel")["floors"].max()
    compounds = gpd.GeoDataFrame(
        {
            "name": [compound_name(number) for number in range(len(parcels))],
            **{column: figures[column].to_numpy()[parcels] for column in figures.columns},
            "floors": floors.reindex(parcels).to_numpy(),
        },
        geometry=yards[parcels],
        index=pd.Index(ids, name="id"),
        crs=crs,
    )
    return compounds, pd.Series(ids, index=parcels)


def _building_names(
    buildings: gpd.GeoDataFrame, compound_of: "pd.Series[str]", village_of: "pd.Series[str]"
) -> list[str]:
    number = buildings.groupby("parcel").cumcount() + 1
    place = buildings["parcel"].map(compound_of).fillna(buildings["parcel"].map(village_of))
    return [f"{where} {which}号楼" for where, which in zip(place, number, strict=True)]
