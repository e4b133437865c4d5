"""The definitions of docs/findings.md by brute force over plain shapely: slow, short, no code shared with the audit.

Each function gives facts of the form ``(kind, layer, ids, other_layer, other_ids, area_m2)``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely

Fact = tuple[str, str, tuple[str, ...], str, tuple[str, ...], float]

COVERAGES = ("communities", "grids", "units")
STACKED = (*COVERAGES, "compounds", "buildings", "urban_villages")
COUNTED = ("communities", "urban_villages", "grids", "compounds", "buildings", "units")
MIN_AREA_M2, SAME = 1.0, 0.999
LARGEST, SMALLEST = 3000, 1000


def all_facts(layers: dict[str, gpd.GeoDataFrame]) -> list[Fact]:
    """Every finding that the layers of the county hold, by definition."""
    broken = [fact for name, layer in layers.items() for fact in invalid_rings(name, layer)]
    sound = {name: layer.set_geometry(shapely.make_valid(layer.geometry.array)) for name, layer in layers.items()}
    pairs = {name: list(shared_ground(sound[name])) for name in STACKED}
    skip = {one for _, _, ids, *_ in broken for one in ids}
    communities = sound["communities"]
    return [
        *broken,
        *(fact for name in STACKED for fact in stacked(name, pairs[name])),
        *(fact for name in COVERAGES for fact in gaps(name, sound[name], sound["extent"])),
        *(fact for name in ("communities", "grids") for fact in exclaves(name, sound[name], skip)),
        *holes(communities),
        *strips(communities),
        *villages_on_communities(sound["urban_villages"], communities),
        *shared("compound_shared", "compounds", sound["compounds"], communities, 0.01),
        *shared("grid_crosses_communities", "grids", sound["grids"], communities, 0.01),
        *orphan_grids(sound["grids"], communities),
        *malformed("communities", communities, 12),
        *malformed("grids", sound["grids"], 15),
        *(fact for name, layer in sound.items() for fact in duplicate_codes(name, layer)),
        *(fact for name in ("compounds", "buildings") for fact in doubles(name, sound[name], pairs[name])),
        *doubles_in_villages(sound["compounds"], sound["urban_villages"]),
        *(fact for name in COUNTED for fact in unknown(name, layers[name], sound[name])),
        *sizes(communities),
    ]


def invalid_rings(name: str, layer: gpd.GeoDataFrame) -> Iterator[Fact]:
    for one, shape in layer.geometry.items():
        if not shape.is_valid:
            yield "invalid_ring", name, (one,), "", (), shapely.make_valid(shape).area


def shared_ground(layer: gpd.GeoDataFrame) -> Iterator[tuple[str, str, float, float, float]]:
    """Every pair of polygons with common ground: ids in text order, common area, and the area of both."""
    shapes = dict(layer.geometry.items())
    for left, right in _near_pairs(layer):
        low, high = sorted((left, right))
        common = shapes[low].intersection(shapes[high]).area
        if common > MIN_AREA_M2:
            yield low, high, common, shapes[low].area, shapes[high].area


def _near_pairs(layer: gpd.GeoDataFrame) -> Iterator[tuple[str, str]]:
    boxes = layer.geometry.bounds.to_numpy()
    order = np.argsort(boxes[:, 0], kind="stable")
    ids, boxes = layer.index[order], boxes[order]
    for at in range(len(boxes)):
        end = at + 1 + np.searchsorted(boxes[at + 1 :, 0], boxes[at, 2], side="right")
        meets = (boxes[at + 1 : end, 1] <= boxes[at, 3]) & (boxes[at + 1 : end, 3] >= boxes[at, 1])
        for other in np.flatnonzero(meets):
            yield ids[at], ids[at + 1 + other]


def stacked(name: str, pairs: Iterable[tuple[str, str, float, float, float]]) -> Iterator[Fact]:
    for low, high, common, low_area, high_area in pairs:
        smaller, larger = (low, high) if low_area <= high_area else (high, low)
        if common >= SAME * max(low_area, high_area):
            yield "duplicate", name, (low, high), "", (), common
        elif common >= SAME * min(low_area, high_area):
            yield "containment", name, (smaller,), name, (larger,), common
        else:
            yield "overlap", name, (low, high), "", (), common


def gaps(name: str, layer: gpd.GeoDataFrame, extent: gpd.GeoDataFrame) -> Iterator[Fact]:
    left = extent.union_all().difference(layer.union_all())
    for part in shapely.get_parts(left):
        if part.area > MIN_AREA_M2:
            yield "gap", name, (), name, tuple(sorted(_neighbours(part, layer))), part.area


def _neighbours(part: shapely.Geometry, layer: gpd.GeoDataFrame) -> Iterator[str]:
    for one, shape in layer.geometry.items():
        near = shape.buffer(1e-4)
        if near.intersects(part) and near.intersection(part.boundary).length > 0.01:
            yield one


def exclaves(name: str, layer: gpd.GeoDataFrame, skip: set[str]) -> Iterator[Fact]:
    for one, shape in layer.geometry.items():
        if one not in skip:
            for area in sorted(part.area for part in shapely.get_parts(shape))[:-1]:
                if area > MIN_AREA_M2:
                    yield "exclave", name, (one,), "", (), area


def holes(communities: gpd.GeoDataFrame) -> Iterator[Fact]:
    for one, shape in communities.geometry.items():
        others = communities.drop(index=one)
        for part in shapely.get_parts(shape):
            for ring in part.interiors:
                ground = shapely.Polygon(ring)
                covered = others.geometry.intersection(ground).area
                if ground.area > MIN_AREA_M2 and others.union_all().intersection(ground).area >= 0.5 * ground.area:
                    inside = tuple(sorted(covered.index[covered > MIN_AREA_M2]))
                    yield "hole", "communities", (one,), "communities", inside, ground.area


def strips(
    communities: gpd.GeoDataFrame, *, width_m: float = 30, times: float = 4, area_m2: float = 500, border: float = 0.6
) -> Iterator[Fact]:
    for one, shape in communities.geometry.items():
        thick = shape.buffer(-width_m / 2, quad_segs=16).buffer(width_m / 2 + 0.5, quad_segs=16)
        for part in shapely.get_parts(shape.difference(thick)):
            across = 2 * shapely.maximum_inscribed_circle(part, tolerance=0.1).length if part.area >= area_m2 else 0
            if across and across < width_m and part.length / 2 - across >= times * across:
                for other, neighbour in communities.geometry.drop(one).items():
                    along = part.boundary.intersection(neighbour.buffer(1e-3)).length
                    if along >= border * part.length:
                        yield "interdigitated_strip", "communities", (one,), "communities", (other,), part.area


def villages_on_communities(villages: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> Iterator[Fact]:
    yield from shared("urban_village_shared", "urban_villages", villages, communities, 0.001)
    for one, shape in villages.geometry.items():
        if shapely.union_all(communities.geometry.intersection(shape).array).area < 0.5 * shape.area:
            yield "urban_village_unassigned", "urban_villages", (one,), "communities", (), shape.area


def shares(shape: shapely.Geometry, communities: gpd.GeoDataFrame) -> dict[str, float]:
    """The ground of a polygon in every community, in square metres."""
    return dict(communities.geometry.intersection(shape).area.items())


def shared(
    kind: str, name: str, layer: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, least: float
) -> Iterator[Fact]:
    for one, shape in layer.geometry.items():
        ground = shares(shape, communities)
        passing = [other for other, area in ground.items() if area > MIN_AREA_M2 and area >= least * shape.area]
        if len(passing) > 1:
            yield kind, name, (one,), "communities", tuple(sorted(passing)), shape.area


def orphan_grids(grids: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> Iterator[Fact]:
    code_of = communities["code"]
    for one, row in grids.iterrows():
        named = row["community_code"]
        holders = tuple(o for o, area in shares(row.geometry, communities).items() if area > 0.5 * row.geometry.area)
        exists = isinstance(named, str) and named in set(code_of)
        if not exists or named not in set(code_of[list(holders)]):
            yield "grid_without_parent", "grids", (one,), "communities", holders, row.geometry.area


def malformed(name: str, layer: gpd.GeoDataFrame, digits: int) -> Iterator[Fact]:
    good = {
        one: code
        for one, code in layer["code"].items()
        if isinstance(code, str) and len(code) == digits and code.isascii() and code.isdigit()
    }
    county, county_rows = Counter(code[:6] for code in good.values()).most_common(1)[0]
    town, town_rows = Counter(code[:9] for code in good.values()).most_common(1)[0]
    for one, shape in layer.geometry.items():
        code = good.get(one)
        foreign_county = code is not None and county_rows >= 0.9 * len(good) and code[:6] != county
        foreign_town = code is not None and town_rows >= 0.9 * len(good) and code[:9] != town
        if code is None or foreign_county or foreign_town:
            yield "code_malformed", name, (one,), "", (), shape.area


def duplicate_codes(name: str, layer: gpd.GeoDataFrame) -> Iterator[Fact]:
    rows = defaultdict(list)
    for one, code in layer.get("code", {}).items():
        rows[code].append(one)
    for code, ids in rows.items():
        if isinstance(code, str) and len(ids) > 1:
            yield "code_duplicate", name, tuple(sorted(ids)), "", (), layer.geometry[ids].union_all().area


def doubles(
    name: str, layer: gpd.GeoDataFrame, pairs: Iterable[tuple[str, str, float, float, float]]
) -> Iterator[Fact]:
    for low, high, common, low_area, high_area in pairs:
        both = (layer["households"][[low, high]] > 0).all()
        if both and common >= SAME * min(low_area, high_area):
            yield "people_counted_twice", name, (low, high), "", (), common


def doubles_in_villages(compounds: gpd.GeoDataFrame, villages: gpd.GeoDataFrame) -> Iterator[Fact]:
    for one, row in compounds.iterrows():
        for village, ground in villages.geometry.items():
            inside = row.geometry.intersection(ground).area
            both = row["households"] > 0 and villages["households"][village] > 0
            if both and inside >= 0.5 * row.geometry.area:
                yield "people_counted_twice", "compounds", (one,), "urban_villages", (village,), row.geometry.area


def unknown(name: str, layer: gpd.GeoDataFrame, sound: gpd.GeoDataFrame) -> Iterator[Fact]:
    ids = tuple(sorted(layer.index[layer["households"].isna()]))
    if ids:
        yield "unknown_count", name, ids, "", (), sound.geometry[list(ids)].union_all().area


def sizes(communities: gpd.GeoDataFrame) -> Iterator[Fact]:
    for one, row in communities.iterrows():
        if row["households"] > LARGEST:
            yield "community_too_large", "communities", (one,), "", (), row.geometry.area
        if row["households"] < SMALLEST:
            yield "community_too_small", "communities", (one,), "", (), row.geometry.area


def independent_pairs(layer: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    """All pairs without any box filter, to check the filter of :func:`shared_ground` on small layers."""
    return {
        tuple(sorted((left, right)))
        for left, right in combinations(layer.index, 2)
        if layer.geometry[left].intersection(layer.geometry[right]).area > MIN_AREA_M2
    }
