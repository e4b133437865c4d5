"""What the rules ask about the polygons of a layer, from the layer itself and from those around it."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.audit.people import figures_of
from boundaries.coverage.engine import Coverage, valid_polygons
from boundaries.errors import RepairError
from boundaries.repair.choices import Standing
from boundaries.repair.ground import Ground
from boundaries.repair.rules import RepairRules, Rule
from gis.i18n import listed
from gis.kinds import Kind, schema_of

__all__ = ["RIGID_TOLERANCE_M", "cutting_lines", "fixed_edges", "standing_of"]

RIGID_TOLERANCE_M = 0.01

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]
Layers = Mapping[str, gpd.GeoDataFrame]

_LINES = (Kind.ROADS, Kind.WATERWAYS, Kind.RAILWAYS)


def standing_of(
    layer: gpd.GeoDataFrame,
    coverage: Coverage,
    ground: Ground,
    *,
    rules: RepairRules,
    layers: Layers,
    parents: gpd.GeoDataFrame | None,
    name: str,
) -> Standing:
    """Look up what the rules in force need.

    Raises
    ------
    RepairError
        ``rule-layer-needed``, ``rule-column-needed``, ``rule-ids-unknown``.
    """
    used = {rules.overlaps, rules.gaps}
    households = figures_of(layer.loc[coverage.ids])[:, 0]
    if Rule.FEWEST_HOUSEHOLDS in used and np.isnan(households).all():
        raise RepairError("rule-column-needed", option=Rule.FEWEST_HOUSEHOLDS, layer=name, column="households")
    villages = layers.get(Kind.URBAN_VILLAGES)
    if Rule.VILLAGE_OWNER in used and villages is None:
        raise RepairError("rule-layer-needed", option=Rule.VILLAGE_OWNER, kind=schema_of(Kind.URBAN_VILLAGES).label)
    rank = np.full(len(coverage.ids), len(rules.priority), dtype=np.int64)
    at = coverage.ids.get_indexer(pd.Index(rules.priority))
    if (at < 0).any():
        unknown = [one for one, place in zip(rules.priority, at.tolist(), strict=True) if place < 0]
        raise RepairError("rule-ids-unknown", option="priority", layer=name, ids=listed(unknown))
    rank[at[::-1]] = np.arange(len(at))[::-1]
    standing = Standing(shapely.area(coverage.polygons), shapely.length(coverage.polygons), households, rank)
    if villages is not None and Rule.VILLAGE_OWNER in used:
        standing = _with_villages(standing, coverage, ground, villages)
    return standing if parents is None else _with_parents(standing, coverage, ground, parents)


def cutting_lines(rules: RepairRules, layers: Layers, parents: gpd.GeoDataFrame | None) -> Geometries:
    """Give the lines that become new lines: centre lines of roads, and the outlines of parent regions."""
    lines = np.empty(0, dtype=object)
    if rules.follow_roads:
        if Kind.ROADS not in layers:
            raise RepairError("rule-layer-needed", option="follow_roads", kind=schema_of(Kind.ROADS).label)
        lines = layers[Kind.ROADS].geometry.to_numpy()
    if parents is not None:
        lines = np.concatenate([lines, shapely.boundary(valid_polygons(parents.geometry.to_numpy()))])
    return lines


def fixed_edges(ground: Ground, layers: Layers) -> Flags:
    """Mark the edges that must stay lines: along a rigid road, river or railway, or along a cutting line."""
    fixed = ground.is_line.copy()
    rigid = [
        layers[kind].geometry.to_numpy()[(layers[kind]["rigidity"] == "rigid").to_numpy(dtype=bool)]
        for kind in _LINES
        if kind in layers and "rigidity" in layers[kind].columns
    ]
    lines = np.concatenate([np.empty(0, dtype=object), *rigid])
    if not len(lines) or not len(fixed):
        return fixed
    tree = shapely.STRtree(lines)
    edges, xy = ground.edges, ground.edges.xy
    defective = np.append(ground.deep | ground.empty, False)[ground.sides].any(axis=1)
    near = np.flatnonzero(defective)
    for points in (xy[edges.first], xy[edges.second], (xy[edges.first] + xy[edges.second]) / 2):
        at, _ = tree.query(shapely.points(points[near]), predicate="dwithin", distance=RIGID_TOLERANCE_M)
        near = near[np.unique(at)]
    fixed[near] = True
    return fixed


def _inner_points(ground: Ground) -> tuple[Integers, Geometries]:
    faces = np.flatnonzero(ground.deep | ground.empty)
    return faces, shapely.point_on_surface(ground.rings.polygons(faces))


def _over(ground: Ground, regions: Geometries) -> Integers:
    """Give the region over the inner point of each defective face; -1 for none."""
    over = np.full(len(ground.depth), -1, dtype=np.int64)
    faces, points = _inner_points(ground)
    at, region = shapely.STRtree(regions).query(points, predicate="intersects")
    over[faces[at[::-1]]] = region[::-1]
    return over


def _with_villages(standing: Standing, coverage: Coverage, ground: Ground, villages: gpd.GeoDataFrame) -> Standing:
    shapes = valid_polygons(villages.geometry.to_numpy())
    village, polygon = coverage.tree.query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[village], coverage.polygons[polygon]))
    share = np.round(area / shapely.area(shapes)[village], 9)
    keys = zip(village.tolist(), polygon.tolist(), strict=True)
    shares = dict(zip(keys, share.tolist(), strict=True))
    return replace(standing, village_of_face=_over(ground, shapes), village_share=shares)


def _with_parents(standing: Standing, coverage: Coverage, ground: Ground, parents: gpd.GeoDataFrame) -> Standing:
    """Give each polygon the parent region that holds most of it."""
    shapes = valid_polygons(parents.geometry.to_numpy())
    region, polygon = coverage.tree.query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[region], coverage.polygons[polygon]))
    order = np.lexsort((region, -area, polygon))
    polygon, first = np.unique(polygon[order], return_index=True)
    parent = np.full(len(coverage.ids), -1, dtype=np.int64)
    parent[polygon] = np.where(area[order][first] > 0, region[order][first], -1)
    return replace(standing, parent=parent, parent_of_face=_over(ground, shapes))
