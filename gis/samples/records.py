"""Faults in the records of the made town: doubles, containments, broken rings, codes, unknown and double figures."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.i18n import Text
from gis.kinds import Kind
from gis.samples.faults import Planter
from gis.samples.names import VILLAGES
from gis.samples.people import Settlement

__all__ = ["plant_record_faults"]

_VILLAGE_WITH_COMPOUND = VILLAGES[9]


def plant_record_faults(
    planter: Planter, settlement: Settlement, villages: "pd.Series[str]", layers: dict[Kind, gpd.GeoDataFrame]
) -> None:
    """Plant the faults that lie in rows and columns; the compounds layer of ``layers`` is replaced by a longer one."""
    shared = {one for fault in planter.faults if fault.kind == "compound_shared" for one in fault.ids}
    free = [str(one) for one in settlement.compounds.index if one not in shared]
    twice, outer, broken, *unknown = (free[at] for at in (20, 60, 100, 140, 180, 220))
    compounds = settlement.compounds.copy()
    compounds.loc[unknown, ["households", "resident_population"]] = np.nan
    compounds.loc[broken, "geometry"] = _crossed(compounds.geometry[broken])
    rows = [
        _duplicate(planter, compounds, twice, "C-901"),
        _contained(planter, compounds, outer, "C-902"),
        _in_village(planter, settlement, villages, layers, "C-903"),
    ]
    layers[Kind.COMPOUNDS] = gpd.GeoDataFrame(
        pd.concat([compounds, *rows]), geometry="geometry", crs=compounds.crs
    ).rename_axis("id")
    _note_rings_and_unknown(planter, layers[Kind.COMPOUNDS], broken, [*unknown, "C-902"])
    _spoil_codes(planter)
    for community, row in planter.communities.iterrows():
        note = Text(f"{row['name']}超过 3,000 户", "more than 3,000 households")
        planter.note("community_too_large", "communities", (str(community),), row["geometry"].area, note)


def _duplicate(planter: Planter, compounds: gpd.GeoDataFrame, original: str, copy: str) -> gpd.GeoDataFrame:
    row = compounds.loc[[original]].rename(index={original: copy})
    ids, area = tuple(sorted((original, copy))), row.geometry.iloc[0].area
    planter.note("duplicate", "compounds", ids, area, Text("同一小区登记两次", "one compound recorded twice"))
    note = Text("同一批住户计了两次", "the same households are counted twice")
    planter.note("people_counted_twice", "compounds", ids, area, note)
    return row


def _contained(planter: Planter, compounds: gpd.GeoDataFrame, outer: str, inner: str) -> gpd.GeoDataFrame:
    shape = shapely.buffer(compounds.geometry[outer].representative_point(), 18, quad_segs=4)
    row = compounds.loc[[outer]].rename(index={outer: inner})
    row["name"] = row["name"] + "二期"
    row[["households", "dwellings", "resident_population"]] = np.nan
    row["geometry"] = [shape]
    note = Text("小区位于另一个小区之内", "a compound lies inside another one")
    planter.note("containment", "compounds", (inner,), shape.area, note, other_layer="compounds", other_ids=(outer,))
    return row


def _in_village(
    planter: Planter,
    settlement: Settlement,
    villages: "pd.Series[str]",
    layers: dict[Kind, gpd.GeoDataFrame],
    new: str,
) -> gpd.GeoDataFrame:
    parcels = np.flatnonzero((villages == _VILLAGE_WITH_COMPOUND).fillna(value=False).to_numpy())
    parcel = int(max(parcels, key=lambda at: planter.plan.grounds[at].area))
    village = layers[Kind.URBAN_VILLAGES]
    code = str(village.index[village["name"] == _VILLAGE_WITH_COMPOUND][0])
    shape = shapely.buffer(planter.plan.grounds[parcel], -12.0, join_style="mitre")
    values: dict[str, Any] = {
        **{str(key): value for key, value in settlement.figures.loc[parcel].items()},
        "name": "菜园安置小区",
        "floors": 4,
    }
    note = Text("安置小区的住户同时计入城中村", "households of this compound are in the village's figure as well")
    planter.note(
        "people_counted_twice",
        "compounds",
        (new,),
        shape.area,
        note,
        other_layer="urban_villages",
        other_ids=(code,),
    )
    return gpd.GeoDataFrame([values], geometry=[shape], index=[new], crs=settlement.compounds.crs)


def _note_rings_and_unknown(planter: Planter, compounds: gpd.GeoDataFrame, broken: str, unknown: list[str]) -> None:
    area = shapely.make_valid(compounds.geometry[broken]).area
    planter.note("invalid_ring", "compounds", (broken,), area, Text("边线自相交", "the outline crosses itself"))
    ids = tuple(sorted(unknown))
    area = compounds.geometry[list(ids)].area.sum()
    planter.note("unknown_count", "compounds", ids, area, Text("没有户数", "no figure for households"))


def _spoil_codes(planter: Planter) -> None:
    grids = planter.grids
    used = {one for fault in planter.faults if fault.layer == "grids" for one in fault.ids}
    free = [str(one) for one in grids.index if one not in used]
    short, foreign, first, second = (free[at] for at in (5, 25, 45, 46))
    grids.loc[short, "code"] = grids["code"][short][:-1]
    grids.loc[foreign, "code"] = "411398" + grids["code"][foreign][6:]
    grids.loc[second, "code"] = grids["code"][first]
    area = grids.geometry.area
    planter.note("code_malformed", "grids", (short,), area[short], Text("代码只有 14 位", "the code has 14 digits"))
    note = Text("代码的县级部分与其他网格不同", "the county part of the code differs from all others")
    planter.note("code_malformed", "grids", (foreign,), area[foreign], note)
    ids = tuple(sorted((first, second)))
    note = Text("两个网格代码相同", "two grids have one code")
    planter.note("code_duplicate", "grids", ids, area[list(ids)].sum(), note)


def _crossed(shape: shapely.Polygon) -> shapely.Polygon:
    """Cross an outline over itself: a small bow tie on its first side."""
    ring = shapely.get_coordinates(shape)
    start, end = ring[0], ring[1]
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([-along[1], along[0]])
    centre = shapely.get_coordinates(shape.centroid)[0]
    inward = across if np.dot(across, centre - start) > 0 else -across
    middle = (start + end) / 2
    far, near = middle + 1.5 * along + 3 * inward, middle - 1.5 * along + 3 * inward
    return shapely.Polygon(np.vstack([ring[:1], far, near, ring[1:]]))
