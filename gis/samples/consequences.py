"""What follows across layers from lines drawn wrong: villages, compounds and grids that several communities share.

The table of common ground is computed once all lines stand; each share must be plainly above or below its threshold.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gis.i18n import Text
from gis.samples.faults import NoRoomError
from gis.samples.scene import Scene

__all__ = ["check_strips", "note_shared_ground", "thin_parts"]

_VILLAGE_SHARE, _SHARE, _MIN_AREA_M2 = 0.001, 0.01, 1.0
_THIN_M, _GROWN_M = 30.0, 0.5  # the opening of docs/findings.md
_TIMES, _LEAST_STRIP_M2, _BORDERED = 3.0, 350.0, 0.5  # wider than the definition of a strip
_MARGIN = 1.6  # a share so near to its threshold would make a poor test


def note_shared_ground(scene: Scene) -> None:
    """Write down every village, compound and grid that lies on the ground of several communities."""
    _note(scene, "urban_village_shared", "urban_villages", scene.villages, _VILLAGE_SHARE)
    _note(scene, "compound_shared", "compounds", scene.compounds, _SHARE)
    _note(scene, "grid_crosses_communities", "grids", scene.grids, _SHARE)


def thin_parts(community: BaseGeometry) -> list[shapely.Polygon]:
    """Give the parts that an opening with a disc of 30 m takes away from a community."""
    opened = shapely.buffer(shapely.buffer(community, -_THIN_M / 2), _THIN_M / 2 + _GROWN_M)
    return list(shapely.get_parts(shapely.difference(community, opened)))


def check_strips(scene: Scene) -> None:
    """Refuse a town whose sound lines make a strip that nobody planted, or nearly one."""
    planted = [fault for fault in scene.faults.faults if fault.kind == "interdigitated_strip"]
    found = 0
    for one, shape in scene.communities.geometry.items():
        others = scene.communities.geometry.drop(one).array
        found += sum(_is_strip(part, others) for part in thin_parts(shape))
    if found != len(planted):
        raise NoRoomError("interdigitated_strip")


def _is_strip(part: shapely.Polygon, others: np.ndarray) -> bool:
    if part.area < _LEAST_STRIP_M2:
        return False
    width = 2 * shapely.maximum_inscribed_circle(part, tolerance=0.2).length
    if width > _THIN_M or part.length / 2 - width < _TIMES * width:
        return False
    along = shapely.length(shapely.intersection(part.boundary, shapely.buffer(others, 0.01)))
    return bool((along >= _BORDERED * part.length).any())


def _note(scene: Scene, kind: str, name: str, layer: gpd.GeoDataFrame, least: float) -> None:
    shares = _common_ground(layer, scene.communities)
    doubtful = shares["share"].between(least / _MARGIN, least * _MARGIN) & (shares["area_m2"] > _MIN_AREA_M2 / _MARGIN)
    if doubtful.any():
        raise NoRoomError(kind)
    passing = shares[(shares["share"] >= least) & (shares["area_m2"] > _MIN_AREA_M2)]
    for one, communities in passing.groupby("id")["community"]:
        if len(communities) > 1:
            names = [str(scene.communities["name"][community]) for community in communities]
            note = Text("位于" + "、".join(names), f"on the ground of {len(names)} communities")
            scene.faults.add(
                kind, name, (str(one),), note, other_layer="communities", other_ids=tuple(map(str, communities))
            )


def _common_ground(layer: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> pd.DataFrame:
    sound = shapely.make_valid(layer.geometry.array)
    row, community = communities.sindex.query(sound, predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(sound[row], communities.geometry.to_numpy()[community]))
    return pd.DataFrame(
        {
            "id": layer.index[row],
            "community": communities.index[community],
            "area_m2": area_m2,
            "share": area_m2 / shapely.area(np.asarray(sound)[row]),
        }
    )
