"""Faults in the records of the made town: rows entered twice, broken rings, wrong codes, unknown and double figures."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gis.i18n import Text
from gis.kinds import Kind
from gis.samples.layers import ids_of
from gis.samples.people import FIGURES
from gis.samples.scene import Scene

__all__ = ["plant_record_faults", "resettlement_compound"]

_TWICE = Text("同一批住户计了两次", "the same households are counted twice")


def resettlement_compound(scene: Scene, figures: pd.DataFrame) -> None:
    """Let a village have a resettlement compound of its own, whose people its figure counts as well."""
    free = (scene.ground.village >= 0) & (scene.ground.village != scene.areas.unassigned)
    unit = max(np.flatnonzero(free), key=lambda at: float(figures["households"].iloc[at]))
    village = str(scene.villages.index[scene.ground.village[unit]])
    compound = f"C-{len(scene.compounds) + 1:03d}"
    row: dict[str, Any] = {
        **{column: float(figures[column].iloc[unit]) for column in FIGURES},
        "name": f"{scene.villages['name'][village]}安置小区",
        "floors": 4.0,
    }
    scene.compounds = _with_row(scene.compounds, compound, row, scene.ground.yards[unit])
    scene.compound_ids[unit] = compound
    note = Text("安置小区的住户同时计入城中村", "households of this compound are in the village's figure as well")
    scene.faults.add(
        "people_counted_twice",
        Kind.COMPOUNDS,
        (compound,),
        note,
        other_layer=Kind.URBAN_VILLAGES,
        other_ids=(village,),
    )


def plant_record_faults(scene: Scene, max_households: float) -> None:
    """Plant the faults that lie in rows and columns, and note communities above the standard."""
    units = list(scene.free_units())
    named = scene.faults.named("compounds")
    compounds = [
        str(scene.compound_ids[at]) for at in units if scene.is_compound(at) and scene.compound_ids[at] not in named
    ]
    _compound_rows(scene, [one for one in compounds if scene.compounds["households"][one] > 60])  # noqa: PLR2004
    named = scene.faults.named("grids")
    grids = list(dict.fromkeys(str(scene.grid_ids[at]) for at in units if str(scene.grid_ids[at]) not in named))
    _grid_rows(scene, grids[:2])
    _grid_codes(scene, grids[2:6])
    _unknown_counts(scene, "grids", scene.grids, grids[6:8])
    _community_code(scene)
    for community, households in scene.communities["households"].items():
        if households > max_households:
            note = Text(f"{households:,.0f} 户，超过 {max_households:,.0f} 户", f"{households:,.0f} households")
            scene.faults.add("community_too_large", "communities", (str(community),), note)


def _compound_rows(scene: Scene, free: list[str]) -> None:
    twice, outer, broken, *unknown = free[:6]
    row = scene.compounds.loc[twice].drop("geometry").to_dict()
    copy = f"C-{len(scene.compounds) + 1:03d}"
    shape = scene.compounds.geometry[twice]
    old_name = f"{row['name']}(曾用名)"
    scene.compounds = _with_row(scene.compounds, copy, {**row, "name": old_name}, shape)
    scene.faults.add(
        "duplicate", "compounds", (twice, copy), Text("同一小区登记两次", "one compound recorded twice"), shape=shape
    )
    scene.faults.add("people_counted_twice", "compounds", (twice, copy), _TWICE, shape=shape)
    inner = f"C-{len(scene.compounds) + 1:03d}"
    whole = scene.compounds.loc[outer]
    part = shapely.intersection(whole.geometry, shapely.buffer(shapely.point_on_surface(whole.geometry), 30.0))
    figures = {column: float(round(whole[column] / 4)) for column in FIGURES}
    scene.compounds = _with_row(
        scene.compounds, inner, {**figures, "name": f"{whole['name']}二期", "floors": whole["floors"]}, part
    )
    note = Text("二期单独登记，又包含在整个小区之内", "the second phase is recorded alone and within the whole")
    scene.faults.add(
        "containment", "compounds", (inner,), note, shape=part, other_layer="compounds", other_ids=(outer,)
    )
    scene.faults.add("people_counted_twice", "compounds", (inner, outer), _TWICE, shape=part)
    scene.compounds.loc[broken, "geometry"] = _crossed(scene.compounds.geometry[broken])
    note = Text("边界线自相交", "the outline crosses itself")
    scene.faults.add("invalid_ring", "compounds", (broken,), note)
    _unknown_counts(scene, "compounds", scene.compounds, unknown)


def _grid_rows(scene: Scene, free: list[str]) -> None:
    """Enter a grid twice, and a dedicated grid within a grid that keeps its ground."""
    twice, _ = free
    row = scene.grids.loc[twice].drop("geometry").to_dict()
    shape = scene.grids.geometry[twice]
    scene.grids = _with_row(scene.grids, f"{twice}-2", row, shape)
    ids = (twice, f"{twice}-2")
    scene.faults.add("duplicate", "grids", ids, Text("同一网格录入两次", "one grid entered twice"), shape=shape)
    scene.faults.add("code_duplicate", "grids", ids, Text("同一网格录入两次，代码相同", "one grid entered twice"))
    named = scene.faults.named("grids") | {*free}
    unit = next(
        at
        for at in scene.free_units()
        if scene.ground.use[at] in ("学校", "医院", "工业", "公园") and str(scene.grid_ids[at]) not in named
    )
    outer = str(scene.grid_ids[unit])
    parent = scene.grids.loc[outer]
    order = 1 + max(int(code[-3:]) for code in scene.grids["code"] if code[:12] == outer[:12])
    inner = f"{outer[:12]}{order:03d}"
    row = {
        "name": f"{scene.communities['name'][scene.community_ids[unit]]}专属网格",
        "code": inner,
        "community_code": parent["community_code"],
        "households": 0.0,
        "resident_population": 0.0,
        "grid_type": "专属网格",
        "grid_workers": 1.0,
    }
    shape = scene.ground.yards[unit]
    scene.grids = _with_row(scene.grids, inner, row, shape)
    note = Text("专属网格未从综合网格中划出", "a dedicated grid lies in a general grid that keeps its ground")
    scene.faults.add("containment", "grids", (inner,), note, shape=shape, other_layer="grids", other_ids=(outer,))


def _grid_codes(scene: Scene, free: list[str]) -> None:
    short, foreign, first, second = free
    scene.grids.loc[short, "code"] = short[:-1]
    scene.faults.add("code_malformed", "grids", (short,), Text("代码只有 14 位", "the code has 14 digits"))
    scene.grids.loc[foreign, "code"] = f"{foreign[:6]}101{foreign[9:]}"
    note = Text("代码的乡镇部分与其他网格不同", "the township part of the code differs from all others")
    scene.faults.add("code_malformed", "grids", (foreign,), note)
    scene.grids.loc[second, "code"] = first
    note = Text("两个网格误用同一代码", "two grids bear one code by mistake")
    scene.faults.add("code_duplicate", "grids", (first, second), note)


def _community_code(scene: Scene) -> None:
    """Write letters O for zeros in a community's code; its grids copy the mistake."""
    named = scene.faults.named("communities")
    community = min(scene.communities.index, key=lambda one: (one in named, one))
    right = str(scene.communities["code"][community])
    wrong = right[:9] + right[9:].replace("0", "O")
    scene.communities.loc[community, "code"] = wrong
    scene.grids.loc[scene.grids["community_code"] == right, "community_code"] = wrong
    note = Text("代码中的数字 0 误为字母 O", "letters O stand for zeros in the code")
    scene.faults.add("code_malformed", "communities", (str(community),), note)


def _unknown_counts(scene: Scene, name: str, layer: gpd.GeoDataFrame, ids: list[str]) -> None:
    layer.loc[ids, ["households", "resident_population"]] = np.nan
    scene.faults.add("unknown_count", name, tuple(ids), Text("没有户数", "no figure for households"))


def _with_row(layer: gpd.GeoDataFrame, one: str, values: dict[str, Any], shape: BaseGeometry) -> gpd.GeoDataFrame:
    row = gpd.GeoDataFrame([values], geometry=[shape], index=ids_of([one]), crs=layer.crs)
    return gpd.GeoDataFrame(pd.concat([layer, row[layer.columns]]), geometry="geometry", crs=layer.crs).rename_axis(
        "id"
    )


def _crossed(shape: shapely.Polygon) -> shapely.Polygon:
    """Cross an outline over itself: a small bow tie of 3 m on its longest side."""
    ring = shapely.get_coordinates(shape)
    at = int(np.argmax(np.hypot(*np.diff(ring, axis=0).T)))
    start, end = ring[at], ring[at + 1]
    along = (end - start) / np.hypot(*(end - start))
    inward = np.array([-along[1], along[0]]) * (1 if shapely.is_ccw(shape.exterior) else -1)
    middle = (start + end) / 2
    far, near = middle + 1.5 * along + 3 * inward, middle - 1.5 * along + 3 * inward
    return shapely.Polygon(np.vstack([ring[: at + 1], far, near, ring[at + 1 :]]))
