"""The sample county: a made county-seat town with all that planners hand in, and a list of its faults."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import islice

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.i18n import Text
from gis.kinds import Kind
from gis.samples.areas import UNASSIGNED, assign_communities, assign_grids, assign_villages, community_code
from gis.samples.faults import Fault, Planter, Spot
from gis.samples.layers import community_layer, extent_layer, facility_layer, grid_layer, unit_layer, village_layer
from gis.samples.names import COUNTY
from gis.samples.people import Settlement, settle
from gis.samples.records import plant_record_faults
from gis.samples.streets import railway_layer, road_layer, waterway_layer
from gis.samples.town import TownPlan, lay_out

__all__ = ["CRS", "NAME", "SampleCounty", "make_county"]

NAME = Text(*COUNTY)
CRS = "EPSG:4547"
_EXCLAVE_FROM, _EXCLAVE_TO = 4, 0  # a parcel in the middle community belongs to the north-western one


@dataclass(frozen=True)
class SampleCounty:
    """A made county: layers by kind, and its planted faults in the words of ``docs/findings.md``.

    ``faults`` has the columns ``kind, layer, ids, other_layer, other_ids, area_m2, note, note_en``; ids are tuples.
    """

    name: Text
    crs: str
    layers: dict[str, gpd.GeoDataFrame]
    faults: pd.DataFrame


def make_county(seed: int = 2026) -> SampleCounty:
    """Make the sample county; the same seed gives the same county.

    Returns
    -------
    SampleCounty
        Layers of all eleven kinds in EPSG:4547 (metres): 9 communities, 14 urban villages, about 90 grids, 400
        compounds, 6,000 buildings, 500 planning units, streets, a river, a railway, facilities; 45,000 households and
        120,000 residents. Units are an exact coverage of the extent; the other layers carry the planted faults.

    Examples
    --------
    >>> county = make_county()
    >>> len(county.layers["communities"]), int(county.layers["units"]["households"].sum())
    (9, 45000)
    """
    rng = np.random.default_rng(seed)
    plan = lay_out(rng)
    villages = assign_villages(plan)
    settlement = settle(plan.grounds, villages, CRS, rng)
    community_of, exclave = _with_exclave(plan, assign_communities(plan), villages)
    grid_of = _with_own_grid(
        assign_grids(plan, community_of, settlement.figures["households"].to_numpy()), villages == UNASSIGNED
    )
    layers = _sound_layers(plan, settlement, villages, community_of, grid_of, rng)
    planter = Planter(
        plan,
        layers[Kind.COMMUNITIES],
        layers[Kind.GRIDS],
        layers[Kind.COMPOUNDS],
        community_of,
        grid_of,
        villages.notna() | (villages.index == exclave),
    )
    _plant_ground_faults(planter, villages, exclave, layers)
    plant_record_faults(planter, settlement, villages, layers)
    return SampleCounty(NAME, CRS, {str(kind): layer for kind, layer in layers.items()}, _fault_table(planter.faults))


def _sound_layers(
    plan: TownPlan,
    settlement: Settlement,
    villages: "pd.Series[str]",
    community_of: NDArray[np.int64],
    grid_of: NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[Kind, gpd.GeoDataFrame]:
    managed = (villages != UNASSIGNED).fillna(value=True).to_numpy()
    return {
        Kind.EXTENT: extent_layer(plan, CRS),
        Kind.COMMUNITIES: community_layer(plan, community_of, settlement.figures, managed, CRS, rng),
        Kind.URBAN_VILLAGES: village_layer(plan, villages, settlement.figures, CRS),
        Kind.GRIDS: grid_layer(plan, grid_of, community_of, settlement.figures, CRS, rng),
        Kind.COMPOUNDS: settlement.compounds,
        Kind.BUILDINGS: settlement.buildings,
        Kind.UNITS: unit_layer(plan, settlement, villages, CRS),
        Kind.ROADS: road_layer(plan, CRS),
        Kind.WATERWAYS: waterway_layer(plan, CRS),
        Kind.RAILWAYS: railway_layer(plan, CRS),
        Kind.FACILITIES: facility_layer(plan, community_of, CRS, rng),
    }


def _with_exclave(
    plan: TownPlan, community_of: NDArray[np.int64], villages: "pd.Series[str]"
) -> tuple[NDArray[np.int64], int]:
    """Give one parcel deep inside a community to another community."""
    grounds = np.array(plan.grounds)
    inside = np.flatnonzero((community_of == _EXCLAVE_FROM) & villages.isna().to_numpy())
    others = shapely.union_all(grounds[community_of != _EXCLAVE_FROM])
    distance = shapely.distance(grounds[inside], others)
    chosen = int(inside[np.argmax(distance)])
    changed = community_of.copy()
    changed[chosen] = _EXCLAVE_TO
    return changed, chosen


def _with_own_grid(grid_of: NDArray[np.int64], unassigned: "pd.Series[bool]") -> NDArray[np.int64]:
    """Make the village that nobody manages a grid of its own."""
    changed = grid_of.copy()
    changed[unassigned.fillna(value=False).to_numpy()] = grid_of.max() + 1
    return changed


def _plant_ground_faults(
    planter: Planter, villages: "pd.Series[str]", exclave: int, layers: dict[Kind, gpd.GeoDataFrame]
) -> None:
    _note_exclave(planter, exclave)
    _note_unassigned(planter, layers[Kind.URBAN_VILLAGES])
    _note_split_villages(planter, villages, layers[Kind.URBAN_VILLAGES])
    strip = _strip_spot(planter)
    planter.strip(strip, width_m=18, length_m=90)
    spots = planter.spots()
    for width_m, spot in zip((10, 6, 4, 0.8, 0.5), _one_for_each_pair(planter, spots), strict=False):
        planter.overlap(spot, width_m=width_m, length_m=60)
    for width_m in (10, 5, 0.9, 0.6):
        planter.gap(next(spots), width_m=width_m, length_m=60)
    for spot in islice((spot for spot in spots if planter.has_compound(spot)), 3):
        planter.split_compound(spot)
    for spot in islice((spot for spot in spots if planter.may_lose(spot)), 3):
        planter.cross_grid(spot)


def _one_for_each_pair(planter: Planter, spots: Iterator[Spot]) -> Iterator[Spot]:
    """Take one spot for each pair of communities, as two overlaps of one pair would be one finding."""
    pairs: set[tuple[int, int]] = set()
    for spot in spots:
        pair = (int(planter.community_of[spot.west]), int(planter.community_of[spot.east]))
        if pair not in pairs:
            pairs.add(pair)
            yield spot


def _note_exclave(planter: Planter, parcel: int) -> None:
    ids = planter.communities.index
    inner, outer = str(ids[_EXCLAVE_TO]), str(ids[_EXCLAVE_FROM])
    area = planter.plan.grounds[parcel].area
    planter.note("exclave", "communities", (inner,), area, Text("飞地", "a detached part"))
    note = Text("社区内部有其他社区的飞地", "another community's part lies inside")
    planter.note("hole", "communities", (outer,), area, note, other_layer="communities", other_ids=(inner,))


def _note_unassigned(planter: Planter, villages: gpd.GeoDataFrame) -> None:
    village = villages[villages["name"] == UNASSIGNED]
    ground, name = village.geometry.iloc[0], str(village.index[0])
    common = shapely.length(shapely.intersection(planter.communities.geometry.to_numpy(), ground))
    around = planter.communities.index[common > 1.0]
    note = Text(f"{UNASSIGNED}无人管理", "nobody manages this village")
    planter.note("urban_village_unassigned", "urban_villages", (name,), ground.area, note)
    planter.note("gap", "communities", (), ground.area, note, other_layer="communities", other_ids=tuple(around))
    grid = str(planter.grids.index[planter.grid_of.max()])
    planter.grids.loc[grid, "community_code"] = None
    note = Text("网格没有所属社区", "the grid has no community")
    planter.note("grid_without_parent", "grids", (grid,), planter.grids.geometry[grid].area, note)


def _note_split_villages(planter: Planter, villages: "pd.Series[str]", layer: gpd.GeoDataFrame) -> None:
    for village, row in layer.iterrows():
        if row["name"] == UNASSIGNED:
            continue
        numbers = np.unique(planter.community_of[(villages == row["name"]).fillna(value=False).to_numpy()])
        if len(numbers) > 1:
            planter.note(
                "urban_village_shared",
                "urban_villages",
                (str(village),),
                row["geometry"].area,
                Text(f"{row['name']}分属 {len(numbers)} 个社区", f"{len(numbers)} communities share this village"),
                other_layer="communities",
                other_ids=tuple(community_code(int(number)) for number in numbers),
            )


def _strip_spot(planter: Planter) -> Spot:
    """Find where a street between two grids meets a north-south line between communities, away from villages."""
    parcels = planter.plan.parcels
    for spot in planter.all_spots():
        y = parcels[spot.east].north
        above = [
            at
            for at, other in enumerate(parcels)
            if other.south == y and other.west == spot.x and other.east - other.west > 100  # noqa: PLR2004
        ]
        if not above:
            continue
        east = {spot.east, above[0]}
        apart = planter.grid_of[spot.east] != planter.grid_of[above[0]]
        together = planter.community_of[spot.east] == planter.community_of[above[0]]
        if apart and together and not planter.barred.iloc[[*east, spot.west]].any():
            planter.barred.iloc[[*east, spot.west]] = True
            return Spot(spot.west, spot.east, spot.x, y, y)
    msg = "no street between two grids meets a community line with this seed"
    raise RuntimeError(msg)


def _fault_table(faults: list[Fault]) -> pd.DataFrame:
    columns = ["kind", "layer", "ids", "other_layer", "other_ids", "area_m2", "note"]
    table = pd.DataFrame([(*astuple(fault)[:6], fault.note) for fault in faults], columns=columns)
    table["note_en"] = [note.en for note in table["note"]]
    table["note"] = [note.zh for note in table["note"]]
    return table
