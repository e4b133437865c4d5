"""Faults of whole pieces of land: claimed twice, claimed by nobody, detached, and grids without a parent."""

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.i18n import Text
from gis.samples.faults import NoRoomError
from gis.samples.scene import Scene

__all__ = ["plant_area_faults", "plant_unmanaged_village", "recode_exclaves"]


def recode_exclaves(scene: Scene) -> dict[int, int]:
    """Choose two grids that another community manages: one deep inside its neighbours' land, one on a line.

    Returns
    -------
    dict
        Community by number of the grid.
    """
    chosen = []
    for touching in (1, 2):
        found = next(_grids_around(scene, touching=touching), None)
        if found is None:
            raise NoRoomError("exclave")
        scene.take(_ground_of(scene, found[0]))
        chosen.append(found)
    return dict(chosen)


def _grids_around(scene: Scene, *, touching: int) -> Iterator[tuple[int, int]]:
    """Give grids that border only their own community (1) or one more (2), each with a community that is not near."""
    community, grid = scene.areas.community, scene.areas.grid
    edge = shapely.buffer(shapely.coverage_union_all(scene.ground.shapes).boundary, 1.0)
    for number in scene.rng.permutation(grid.max() + 1):
        inside = grid == number
        ground = _ground_of(scene, int(number))
        homes = np.unique(community[shapely.dwithin(scene.ground.shapes, ground, 1.0)])
        strangers = np.setdiff1d(np.unique(community), homes)
        good = len(homes) == touching and scene.is_free(ground) and not shapely.intersects(ground, edge)
        rest = shapely.coverage_union_all(scene.ground.shapes[(community == community[inside][0]) & ~inside])
        whole = good and rest.geom_type == "Polygon" and _rings(rest) == (touching == 1) and _rings(ground) == 0
        if whole:
            centre = ground.centroid
            distance = [centre.distance(shapely.union_all(scene.ground.shapes[community == one])) for one in strangers]
            yield int(number), int(strangers[int(np.argmin(distance))])


def _ground_of(scene: Scene, grid: int) -> BaseGeometry:
    return shapely.coverage_union_all(scene.ground.shapes[scene.areas.grid == grid])


def plant_area_faults(scene: Scene, exclaves: dict[int, int]) -> None:
    """Plant faults of whole grids and units."""
    for number, (grid, community) in enumerate(exclaves.items()):
        _exclave(scene, grid, community, encloses=number == 0)
    for compound in (False, True):
        _claimed_twice(scene, compound=compound)
    for place in ("inside", "between", "edge"):
        _claimed_by_nobody(scene, place)
    _detached_grid(scene)
    _wrong_parents(scene)


def _exclave(scene: Scene, grid: int, community: int, *, encloses: bool) -> None:
    ground = _ground_of(scene, grid)
    at = int(np.flatnonzero(scene.areas.grid == grid)[0])
    loses = str(scene.community_ids[at])
    gains = str(scene.community_ids[np.flatnonzero(scene.areas.community == community)[0]])
    scene.give(scene.communities, gains, ground)
    scene.cut(scene.communities, loses, ground)
    names = (scene.communities["name"][gains], scene.communities["name"][loses])
    note = Text(f"{names[0]}的飞地，四周是{names[1]}", "a detached part within other communities")
    scene.faults.add("exclave", "communities", (gains,), note, shape=ground)
    if encloses:
        note = Text(f"{names[1]}内部有{names[0]}的飞地", "another community's part lies inside")
        scene.faults.add(
            "hole", "communities", (loses,), note, shape=ground, other_layer="communities", other_ids=(gains,)
        )


def plant_unmanaged_village(scene: Scene) -> None:
    """Let no community manage a village; its grid has no community either."""
    village = str(scene.villages.index[scene.areas.unassigned])
    ground = scene.villages.geometry[village]
    at = int(np.flatnonzero(scene.ground.village == scene.areas.unassigned)[0])
    grid, community = str(scene.grid_ids[at]), str(scene.community_ids[at])
    scene.cut(scene.communities, community, ground)
    scene.take(ground)
    name = scene.villages["name"][village]
    note = Text(f"{name}没有社区管理", "no community manages this village")
    scene.faults.add("urban_village_unassigned", "urban_villages", (village,), note, other_layer="communities")
    around = scene.neighbours(scene.communities, ground)
    note = Text(f"{name}一带无人管理", "nobody manages this ground: a village")
    scene.faults.add("gap", "communities", (), note, shape=ground, other_layer="communities", other_ids=around)
    scene.grids.loc[grid, "community_code"] = None
    note = Text("网格没有填写所属社区，所在地也没有社区", "the grid names no community, and none manages its ground")
    scene.faults.add("grid_without_parent", "grids", (grid,), note, other_layer="communities")


def _claimed_twice(scene: Scene, *, compound: bool) -> None:
    """Let a community claim a whole unit of its neighbour, which keeps it as well."""
    for seam in scene.community_seams():
        unit = scene.ground.shapes[seam.loses]
        gains, loses = str(scene.community_ids[seam.gains]), str(scene.community_ids[seam.loses])
        share = unit.area / scene.grids.geometry[str(scene.grid_ids[seam.loses])].area
        fits = (
            scene.is_compound(seam.loses) == compound
            and 0.03 < share < 0.4  # noqa: PLR2004
            and scene.is_free(unit)
            and not scene.faults.overlaps("communities", gains, loses)
            and scene.keeps_form(scene.communities, unit, gains=gains)
        )
        if fits:
            scene.take(unit)
            scene.give(scene.communities, gains, unit)
            names = "与".join(str(scene.communities["name"][one]) for one in (gains, loses))
            what = Text("同一小区", "compound") if compound else Text("同一地块", "piece of land")
            note = Text(f"{names}都认为{what.zh}归自己管理", f"two communities both claim the same {what.en}")
            scene.faults.add("overlap", "communities", (gains, loses), note, shape=unit)
            return
    raise NoRoomError("overlap")


def _claimed_by_nobody(scene: Scene, place: str) -> None:
    """Let a community leave out a unit: deep inside, on a line to another community, or at the edge of the town."""
    edge = shapely.coverage_union_all(scene.ground.shapes).boundary
    for unit in scene.free_units():
        ground, loses = scene.ground.shapes[unit], str(scene.community_ids[unit])
        homes = len(np.unique(scene.areas.community[shapely.dwithin(scene.ground.shapes, ground, 1.0)]))
        at_edge = bool(shapely.dwithin(ground, edge, 1.0))
        where = "between" if homes > 1 else "edge" if at_edge else "inside"
        grid = scene.grids.geometry[str(scene.grid_ids[unit])]
        if where != place or (homes > 1 and at_edge) or scene.is_compound(unit) or ground.area > 0.3 * grid.area:
            continue
        rest = shapely.difference(scene.communities.geometry[loses], ground)
        old, new = scene.communities.geometry[loses], rest
        more_rings = _rings(new) - _rings(old)
        if len(shapely.get_parts(new)) == len(shapely.get_parts(old)) and more_rings == (place == "inside"):
            scene.take(ground)
            scene.communities.loc[loses, "geometry"] = rest
            around = scene.neighbours(scene.communities, ground)
            name = scene.communities["name"][loses]
            note = Text(f"{name}漏划的地块", "a piece of land that its community leaves out")
            scene.faults.add("gap", "communities", (), note, shape=ground, other_layer="communities", other_ids=around)
            return
    raise NoRoomError("gap")


def _detached_grid(scene: Scene) -> None:
    """Give a unit to a grid of the same community that it does not touch."""
    for unit in scene.free_units():
        ground, losing = scene.ground.shapes[unit], str(scene.grid_ids[unit])
        mates = np.unique(scene.grid_ids[scene.areas.community == scene.areas.community[unit]].astype(str))
        for gaining in mates:
            shape = scene.grids.geometry[gaining]
            apart = not shapely.dwithin(shape, ground, 30.0) and shapely.dwithin(shape, ground, 400.0)
            if apart and ground.area < 0.3 * shape.area and scene.keeps_form(scene.grids, ground, loses=losing):
                scene.take(ground)
                scene.give(scene.grids, gaining, ground)
                scene.cut(scene.grids, losing, ground)
                note = Text("网格由不相连的两块组成", "the grid has two parts that do not touch")
                scene.faults.add("exclave", "grids", (gaining,), note, shape=ground)
                return
    raise NoRoomError("exclave of a grid")


def _wrong_parents(scene: Scene) -> None:
    """Let a grid name a community that does not exist, and another one the community next door."""
    named = scene.faults.named("grids")
    home_of = {
        str(scene.grid_ids[unit]): str(scene.community_ids[unit])
        for unit in scene.free_units()
        if str(scene.grid_ids[unit]) not in named
    }
    lost, stray = list(home_of)[:2]
    note = Text("网格所填的社区代码不存在", "the grid names a community that does not exist")
    _rename_parent(scene, lost, home_of[lost], f"{home_of[lost][:9]}099", note)
    other = next(str(one) for one in scene.communities.index if one != home_of[stray])
    note = Text("网格所填的社区不是它所在的社区", "the grid names another community than the one it lies in")
    _rename_parent(scene, stray, home_of[stray], other, note)


def _rename_parent(scene: Scene, grid: str, home: str, code: str, note: Text) -> None:
    scene.grids.loc[grid, "community_code"] = code
    scene.faults.add("grid_without_parent", "grids", (grid,), note, other_layer="communities", other_ids=(home,))


def _rings(shape: BaseGeometry) -> int:
    return int(sum(len(part.interiors) for part in shapely.get_parts(shape)))
