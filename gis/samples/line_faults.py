"""Faults along lines: overlaps and gaps as thin as slivers, strips, compounds and grids cut by a moved line."""

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gis.i18n import Text
from gis.samples.consequences import thin_parts
from gis.samples.faults import NoRoomError
from gis.samples.ground import on_the_ground
from gis.samples.scene import Scene, Seam

__all__ = ["plant_line_faults"]

_SLIVERS_M, _BANDS_M = (0.5, 0.9), (4.0, 6.0)
_BAND_SHARE = 0.004  # of a grid: below it a band does not make the grid cross communities
_STRIP_HALF_M, _STRIP_LENGTH_M = 8.0, 190.0
_CRUMB_M2 = 0.5


def plant_line_faults(scene: Scene) -> None:
    """Plant everything that lies along lines; a line moved for one fault moves in the grids as well."""
    for width_m in (*_SLIVERS_M, *_BANDS_M):
        _band(scene, scene.communities, width_m, overlap=True)
        _band(scene, scene.communities, width_m, overlap=False)
    for width_m in (0.7, 5.0):
        _band(scene, scene.grids, width_m, overlap=True)
        _band(scene, scene.grids, width_m, overlap=False)
    for _ in range(2):
        _strip(scene)
    for _ in range(2):
        _split_compound(scene)
    for _ in range(2):
        _crossing_grid(scene)
    _compound_over_street(scene)


def _band(scene: Scene, layer: gpd.GeoDataFrame, width_m: float, *, overlap: bool) -> None:
    """Let a polygon reach over its line by some decimetres or metres, or fall short of it."""
    on_communities = layer is scene.communities
    ids, name = (scene.community_ids, "communities") if on_communities else (scene.grid_ids, "grids")
    for seam in scene.community_seams() if on_communities else scene.grid_seams():
        piece = _along(scene, seam, width_m)
        gains, loses = str(ids[seam.gains]), str(ids[seam.loses])
        fits = shapely.get_num_interior_rings(piece) == 0 and scene.keeps_form(layer, piece, gains=gains, loses=loses)
        grid = scene.grids.geometry[str(scene.grid_ids[seam.loses])]
        fits = fits and not (overlap and scene.faults.overlaps(name, gains, loses))
        if piece.geom_type != "Polygon" or not fits or piece.area > _BAND_SHARE * grid.area:
            continue
        scene.take(piece)
        names = "与".join(str(layer["name"][one]) for one in (gains, loses))
        if overlap:
            scene.give(layer, gains, piece)
            note = Text(f"{names}重叠，宽约 {width_m:g} 米", f"an overlap about {width_m:g} m wide along a street")
            scene.faults.add("overlap", name, (gains, loses), note, shape=piece)
        else:
            scene.cut(layer, loses, piece)
            note = Text(f"{names}之间留有空白，宽约 {width_m:g} 米", f"a gap about {width_m:g} m wide along a street")
            scene.faults.add("gap", name, (), note, shape=piece, other_layer=name, other_ids=(gains, loses))
        return
    raise NoRoomError(name)


def _along(scene: Scene, seam: Seam, width_m: float) -> BaseGeometry:
    """Give the ground of the losing unit within a width of the middle stretch of the seam."""
    middle = substring(seam.line, 0.12, 0.88, normalized=True)
    band = shapely.buffer(middle, width_m, cap_style="flat", join_style="mitre")
    piece: BaseGeometry = shapely.intersection(band, scene.ground.shapes[seam.loses])
    return piece


def _strip(scene: Scene) -> None:
    """Let a community reach into its neighbour along a street: both sides of the street, and nothing behind them."""
    streets = [on_the_ground(line.shape) for line in scene.ground.skeleton.streets if line.rank == "secondary"]
    streets += [on_the_ground(street) for street in scene.ground.minor_streets]
    for loses in scene.rng.permutation(scene.communities.index):
        home = scene.communities.geometry[loses]
        for stretch in shapely.get_parts(shapely.intersection(streets, home)):
            for line in (stretch, shapely.reverse(stretch)):
                if line.geom_type == "LineString" and line.length >= _STRIP_LENGTH_M + 40:
                    start = shapely.get_point(line, 0)
                    gains = [
                        str(one)
                        for one in scene.communities.index
                        if one != loses and shapely.dwithin(scene.communities.geometry[one], start, 0.05)
                    ]
                    if len(gains) == 1 and _plant_strip(scene, line, gains[0], str(loses)):
                        return
    raise NoRoomError("interdigitated_strip")


def _plant_strip(scene: Scene, line: shapely.LineString, gains: str, loses: str) -> bool:
    ground = shapely.buffer(substring(line, 0, _STRIP_LENGTH_M), _STRIP_HALF_M, cap_style="flat")
    piece = shapely.intersection(ground, scene.communities.geometry[loses])
    touched = scene.grids.index[scene.grids.sindex.query(piece, predicate="intersects")]
    losing = [str(one) for one in touched if shapely.intersection(scene.grids.geometry[one], piece).area > _CRUMB_M2]
    beside = [
        str(one)
        for one in scene.grid_ids[scene.community_ids == gains]
        if shapely.intersection(scene.grids.geometry[one].boundary, piece.boundary).length > _STRIP_HALF_M
    ]
    fits = (
        piece.geom_type == "Polygon"
        and scene.is_free(ground)
        and not shapely.dwithin(scene.compounds.geometry.array, piece, 0.3).any()
        and bool(beside)
        and set(losing) <= set(scene.grid_ids[scene.community_ids == loses])
        and scene.keeps_form(scene.communities, piece, gains=gains, loses=loses)
        and scene.keeps_form(scene.grids, piece, gains=beside[0])
        and all(
            scene.keeps_form(scene.grids, shapely.intersection(piece, scene.grids.geometry[one]), loses=one)
            for one in losing
        )
    )
    if not fits:
        return False
    _move(scene, piece, gains=gains, loses=loses, gaining_grid=beside[0], losing_grids=losing)
    names = (scene.communities["name"][gains], scene.communities["name"][loses])
    note = Text(f"{names[0]}沿街伸入{names[1]}，犬牙交错", "a strip along a street reaches into the other community")
    thin = thin_parts(scene.communities.geometry[gains])
    shape = max(thin, key=lambda part: shapely.intersection(part, piece).area)
    if abs(shape.area - piece.area) > 0.1 * piece.area:
        raise NoRoomError("interdigitated_strip")
    scene.faults.add(
        "interdigitated_strip",
        "communities",
        (gains,),
        note,
        shape=shape,
        other_layer="communities",
        other_ids=(loses,),
    )
    return True


def _move(
    scene: Scene, piece: BaseGeometry, *, gains: str, loses: str, gaining_grid: str, losing_grids: list[str]
) -> None:
    """Move a community line, and the grids' lines with it."""
    scene.take(piece)
    scene.give(scene.communities, gains, piece)
    scene.cut(scene.communities, loses, piece)
    scene.give(scene.grids, gaining_grid, piece)
    for grid in losing_grids:
        scene.cut(scene.grids, grid, shapely.intersection(piece, scene.grids.geometry[grid]))


def _split_compound(scene: Scene) -> None:
    """Move a community line through a compound."""
    for seam in scene.community_seams():
        if not scene.is_compound(seam.loses):
            continue
        unit, compound = scene.ground.shapes[seam.loses], str(scene.compound_ids[seam.loses])
        depth_m = 0.42 * unit.area / seam.line.length
        piece = shapely.intersection(shapely.buffer(seam.line, depth_m, cap_style="flat"), unit)
        piece = max(shapely.get_parts(piece), key=lambda part: part.area)
        gains, loses = str(scene.community_ids[seam.gains]), str(scene.community_ids[seam.loses])
        gaining, losing = str(scene.grid_ids[seam.gains]), str(scene.grid_ids[seam.loses])
        share = shapely.intersection(piece, scene.compounds.geometry[compound]).area / scene.compounds.area[compound]
        fits = (
            0.25 < share < 0.6  # noqa: PLR2004
            and scene.is_free(unit)
            and scene.keeps_form(scene.communities, piece, gains=gains, loses=loses)
            and scene.keeps_form(scene.grids, piece, gains=gaining, loses=losing)
        )
        if fits:
            _move(scene, piece, gains=gains, loses=loses, gaining_grid=gaining, losing_grids=[losing])
            scene.take(unit)
            return
    raise NoRoomError("compound_shared")


def _crossing_grid(scene: Scene) -> None:
    """Let a grid take a unit of the community next door."""
    for seam in scene.community_seams():
        unit = scene.ground.shapes[seam.loses]
        gaining, losing = str(scene.grid_ids[seam.gains]), str(scene.grid_ids[seam.loses])
        shapes = scene.grids.geometry
        fits = (
            0.06 * shapes[gaining].area < unit.area < 0.35 * min(shapes[gaining].area, shapes[losing].area)
            and scene.is_free(unit)
            and scene.keeps_form(scene.grids, unit, gains=gaining, loses=losing)
        )
        if fits:
            scene.take(unit)
            scene.give(scene.grids, gaining, unit)
            scene.cut(scene.grids, losing, unit)
            return
    raise NoRoomError("grid_crosses_communities")


def _compound_over_street(scene: Scene) -> None:
    """Draw a compound's red line over the lane between it and the next one."""
    for seam in scene.compound_seams():
        if not (scene.is_compound(seam.gains) and scene.is_compound(seam.loses)):
            continue
        one, two = str(scene.compound_ids[seam.gains]), str(scene.compound_ids[seam.loses])
        lane = shapely.buffer(substring(seam.line, 0.2, 0.8, normalized=True), 15.0, cap_style="flat")
        units = shapely.union(scene.ground.shapes[seam.gains], scene.ground.shapes[seam.loses])
        grown = shapely.union(scene.compounds.geometry[one], shapely.intersection(lane, units))
        shared = shapely.intersection(grown, scene.compounds.geometry[two])
        others = scene.compounds.geometry.drop(index=[one, two])
        if grown.geom_type == "Polygon" and shared.geom_type == "Polygon" and not others.intersects(grown).any():
            scene.take(units)
            scene.compounds.loc[one, "geometry"] = grown
            note = Text("两个小区的红线重叠", "the red lines of two compounds overlap")
            scene.faults.add("overlap", "compounds", (one, two), note, shape=shared)
            return
    raise NoRoomError("overlap of compounds")
