"""The sample county: a made county-seat town as planners hand it in, and a documented list of its faults."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.i18n import Text
from gis.kinds import Kind
from gis.samples.area_faults import plant_area_faults, plant_unmanaged_village, recode_exclaves
from gis.samples.areas import Areas, assign_areas
from gis.samples.consequences import check_strips, note_shared_ground
from gis.samples.faults import NoRoomError
from gis.samples.ground import Ground, prepare_ground
from gis.samples.layers import (
    building_layer,
    community_layer,
    compound_layer,
    extent_layer,
    grid_layer,
    place_names,
    unit_layer,
    village_layer,
)
from gis.samples.line_faults import plant_line_faults
from gis.samples.names import COUNTY
from gis.samples.people import Settlement, settle
from gis.samples.records import plant_record_faults, resettlement_compound
from gis.samples.scene import Scene
from gis.samples.services import facility_layer, railway_layer, road_layer, waterway_layer

__all__ = ["CRS", "NAME", "SampleCounty", "make_county"]

NAME = Text(*COUNTY)
CRS = "EPSG:4547"
_MAX_HOUSEHOLDS = 3_000  # of a community, by the national standard of 2026
_ATTEMPTS = 12  # about one town in ten leaves no room for some fault; the next one is drawn
_NOTES = (
    Text(
        "本县为虚构：地名、代码、人数均为编造，位置仅为坐标系示例。",
        "This county is made up: names, codes and figures are invented, and its place only serves the CRS.",
    ),
    Text(
        "规划单元无重叠、无缝隙；其户数与常住人口等于楼栋之和；社区数字等于其单元之和（以植入错误之前的划分为准）。",
        "Units are an exact coverage; their figures are the sums of their buildings', and those of a community "
        "the sums of its units as they were divided before faults were planted (table truth).",
    ),
    Text(
        "其余图层中植入的错误全部列于 faults；除此之外没有同类错误。",
        "Every fault planted in the other layers stands in faults; there are no others of those kinds.",
    ),
)


@dataclass(frozen=True)
class SampleCounty:
    """A made county.

    ``layers`` by kind; ``faults`` in the words of ``docs/findings.md``, with the columns ``kind, layer, ids,
    other_layer, other_ids, area_m2, note, note_en, geometry`` (ids are tuples); ``truth`` gives ``community_id`` and
    ``grid_id`` of every unit before faults were planted; ``notes`` say what the figures mean.
    """

    name: Text
    crs: str
    layers: dict[str, gpd.GeoDataFrame]
    faults: gpd.GeoDataFrame
    truth: pd.DataFrame
    notes: tuple[Text, ...]


def make_county(seed: int = 2026) -> SampleCounty:
    """Make the sample county; the same seed gives the same county.

    Parameters
    ----------
    seed
        Start of the random numbers; the tests hold the default one.

    Returns
    -------
    SampleCounty
        Layers of all eleven kinds in EPSG:4547 (metres): 9 communities, 14 urban villages, about 90 grids, 400
        compounds, about 6,000 buildings and 600 planning units, streets with three bridges over a river and two over a
        railway, facilities; 45,000 households and 120,000 residents.

    Examples
    --------
    >>> county = make_county()
    >>> len(county.layers["communities"]), int(county.layers["units"]["households"].sum())
    (9, 45000)
    """
    for attempt in range(_ATTEMPTS):
        try:
            return _drawn_county(np.random.default_rng([seed, attempt]))
        except NoRoomError as reason:
            last = reason
    raise last


def _drawn_county(rng: np.random.Generator) -> SampleCounty:
    ground = prepare_ground(rng)
    settlement = settle(ground, CRS, rng)
    areas = assign_areas(ground, settlement.figures["households"].to_numpy(), rng)
    scene, exclaves = _sound_scene(ground, settlement, areas, rng)
    truth = _truth(scene)
    resettlement_compound(scene, settlement.figures)
    still = _still_layers(scene, settlement, rng)
    plant_unmanaged_village(scene)
    plant_area_faults(scene, exclaves)
    plant_line_faults(scene)
    plant_record_faults(scene, _MAX_HOUSEHOLDS)
    note_shared_ground(scene)
    check_strips(scene)
    layers = _in_order(
        {
            **still,
            Kind.COMMUNITIES: scene.communities,
            Kind.GRIDS: scene.grids,
            Kind.COMPOUNDS: scene.compounds,
        }
    )
    return SampleCounty(NAME, CRS, layers, scene.faults.table(layers, CRS), truth, _NOTES)


def _sound_scene(
    ground: Ground, settlement: Settlement, areas: Areas, rng: np.random.Generator
) -> tuple[Scene, dict[int, int]]:
    figures = settlement.figures
    communities = community_layer(ground, areas, figures, CRS, rng)
    villages = village_layer(ground, figures, CRS)
    compounds, compound_ids = compound_layer(ground, settlement, CRS)
    none: NDArray[np.object_] = np.full(len(ground.shapes), "", dtype=object)
    community_ids = communities.index.to_numpy(dtype=object)[areas.community]
    empty = gpd.GeoDataFrame(geometry=[], crs=CRS)
    scene = Scene(ground, areas, communities, empty, compounds, villages, community_ids, none, compound_ids, rng)
    exclaves = recode_exclaves(scene)
    scene.grids = grid_layer(ground, areas, communities, exclaves, figures, rng)
    scene.grid_ids = scene.grids.index.to_numpy(dtype=object)[areas.grid]
    return scene, exclaves


def _truth(scene: Scene) -> pd.DataFrame:
    index = pd.Index([f"U-{number:03d}" for number in range(1, len(scene.community_ids) + 1)], name="id", dtype="str")
    return pd.DataFrame({"community_id": scene.community_ids, "grid_id": scene.grid_ids}, index=index)


def _still_layers(scene: Scene, settlement: Settlement, rng: np.random.Generator) -> dict[Kind, gpd.GeoDataFrame]:
    """Give the layers in which no fault is planted."""
    ground, names = scene.ground, scene.communities["name"].to_numpy()
    places = place_names(ground, scene.compounds, scene.compound_ids, scene.villages)
    return {
        Kind.EXTENT: extent_layer(ground, CRS),
        Kind.URBAN_VILLAGES: scene.villages,
        Kind.BUILDINGS: building_layer(settlement, places),
        Kind.UNITS: unit_layer(ground, settlement, places, scene.compound_ids, scene.villages),
        Kind.ROADS: road_layer(ground, CRS),
        Kind.WATERWAYS: waterway_layer(ground, CRS),
        Kind.RAILWAYS: railway_layer(ground, CRS),
        Kind.FACILITIES: facility_layer(ground, scene.areas.community, names, places, rng, CRS),
    }


def _in_order(layers: dict[Kind, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    return {str(kind): layers[kind] for kind in Kind}
