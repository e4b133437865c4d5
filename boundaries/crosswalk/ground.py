"""Which part of each source lies on which target, every piece of ground once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.coverage.engine import Coverage
from boundaries.coverage.faces import NOISE_M2
from boundaries.coverage.parallel import in_chunks, mapped
from gis.crs import require_metric_crs
from gis.errors import SchemaError
from gis.geometry import polygonal_parts
from gis.i18n import Text, listed
from gis.schema import joined

__all__ = ["Places", "Shares", "Targets", "ground_areas", "share_ground"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometries = NDArray[np.object_]

_POINT = 0
_PLACES = (0, 3, 6)  # shapely type ids: Point, Polygon, MultiPolygon
_AT_ONCE = 2048
_CONTESTED_M2 = 1.0  # of ground that targets must claim twice before it is told
_NOTHING = 1e-9  # a share below this comes from rounding


@dataclass(frozen=True)
class Places:
    """Sound points and polygons with their ids, in the order of the ids; ``layer`` is the table they come from."""

    ids: "pd.Index[str]"
    shapes: Geometries
    layer: gpd.GeoDataFrame

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame, *, name: str) -> "Places":
        """Take a layer of points and polygons with unique ids in a CRS with metres; invalid rings are mended.

        Raises
        ------
        CrsError
            ``crs-missing`` or ``crs-not-metric``.
        SchemaError
            ``ids-duplicate``, or ``schema-mismatch`` for geometry that is missing, empty, or neither.
        """
        require_metric_crs(layer, name=name)
        if not layer.index.is_unique:
            repeated = layer.index[layer.index.duplicated()].unique()
            raise SchemaError("ids-duplicate", layer=name, column=layer.index.name or "id", ids=list(repeated))
        ordered = layer.iloc[np.argsort(layer.index.to_numpy(), kind="stable")]
        shapes = _mended(ordered.geometry.to_numpy())
        fit = np.isin(shapely.get_type_id(shapes), _PLACES) & ~shapely.is_empty(shapes)
        fit &= (shapely.get_type_id(shapes) == _POINT) | (shapely.area(shapes) > 0)
        if not fit.all():
            ids = listed(ordered.index[~fit])
            fault = Text(
                f"{ids.zh} 不是点或面，或几何为空、没有面积",
                f"{ids.en} hold neither a point nor a polygon with an area",
            )
            raise SchemaError("schema-mismatch", layer=name, kind=Text("人口来源", "source"), faults=joined([fault]))
        return cls(ordered.index, shapes, ordered)

    @cached_property
    def areas_m2(self) -> Floats:
        """The area of each; 0 for points."""
        return np.asarray(shapely.area(self.shapes), dtype=np.float64)


@dataclass(frozen=True)
class Targets:
    """Polygons that figures are placed on, in the order of their ids, and the pairs of them that share ground."""

    ids: "pd.Index[str]"
    polygons: Geometries
    pairs: tuple[Integers, Integers]

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame, *, name: str) -> "Targets":
        """Take a layer of polygons with unique ids in a CRS with metres; raises as ``Coverage.of``."""
        coverage = Coverage.of(layer, name=name)
        if not len(layer):
            none = np.empty(0, dtype=np.int64)
            return cls(coverage.ids, coverage.polygons, (none, none))
        pairs = coverage.pairs
        real = pairs.area_m2 > NOISE_M2
        return cls(coverage.ids, coverage.polygons, (pairs.left[real], pairs.right[real]))


@dataclass(frozen=True)
class Shares:
    """How each source lies on the targets: one entry for each pair, ordered by source and target position.

    ``share`` is the part of the source, ``area_m2`` its ground; of each source the shares and ``outside`` add up to 1.
    ``contested`` marks sources with more than 1 m2 of ground that two or more targets claim.
    """

    source: Integers
    target: Integers
    share: Floats
    area_m2: Floats
    outside: Floats
    contested: NDArray[np.bool_]


def share_ground(sources: Geometries, targets: Targets) -> Shares:
    """Share out the ground of every source among the targets that it lies on.

    Ground that k targets claim counts to each of them by 1/k, so that it counts once. A point belongs to one target,
    the first by id where several have it. Cost: n log n in the features, and an intersection for each pair of which
    the source is not wholly inside the target; contested sources are cut into faces one by one.
    """
    source, target, area = ground_areas(sources, targets.polygons)
    points = shapely.get_type_id(sources) == _POINT
    contested = _may_be_contested(source, target, targets.pairs, len(sources))
    later = points[source] & np.r_[False, source[1:] == source[:-1]] if len(source) else np.empty(0, dtype=bool)
    source, target, area = source[~later], target[~later], area[~later]
    for position, rows in _runs(source, contested & ~points):
        divided = _divided(sources[position], targets.polygons[target[rows]])
        contested[position] = area[rows].sum() - divided.sum() > _CONTESTED_M2
        area[rows] = divided
    whole = shapely.area(sources)[source]
    share = np.divide(area, whole, out=np.ones(len(area)), where=~points[source])
    held = np.bincount(source, weights=share, minlength=len(sources))
    over = np.maximum(held, 1.0)
    outside = np.where(1.0 - held > _NOTHING, 1.0 - held, 0.0)
    return Shares(source, target, share / over[source], area, outside, contested)


def ground_areas(sources: Geometries, polygons: Geometries) -> tuple[Integers, Integers, Floats]:
    """Give every source and polygon that share ground, with the area; a point on a polygon has area 0.

    Ordered by source, then polygon. Claims of several polygons on one ground all count in full.
    """
    tree = shapely.STRtree(sources)
    polygon, source = tree.query(polygons, predicate="intersects")
    inside_polygon, inside_source = tree.query(polygons, predicate="covers")
    count = max(len(sources), 1)
    inside = np.isin(polygon * count + source, inside_polygon * count + inside_source)
    area = np.array(shapely.area(sources)[source], dtype=np.float64)
    area[~inside] = _intersected(sources[source[~inside]], polygons[polygon[~inside]])
    real = (area > 0) | (shapely.get_type_id(sources)[source] == _POINT)
    source, polygon, area = source[real], polygon[real], area[real]
    order = np.lexsort((polygon, source))
    return source[order], polygon[order], area[order]


def _intersected(left: Geometries, right: Geometries) -> Floats:
    chunks = [(left[chunk], right[chunk]) for chunk in in_chunks(len(left), size=_AT_ONCE)]
    return np.concatenate([np.empty(0), *mapped(_areas, chunks)])


def _areas(work: tuple[Geometries, Geometries]) -> Floats:
    return np.asarray(shapely.area(shapely.intersection(*work)), dtype=np.float64)


def _may_be_contested(
    source: Integers, target: Integers, pairs: tuple[Integers, Integers], count: int
) -> NDArray[np.bool_]:
    """Mark sources that lie on both targets of a pair that overlaps."""
    hits = pd.DataFrame({"source": source, "target": target})
    both = (
        pd.DataFrame({"target": pairs[0], "other": pairs[1]})
        .merge(hits, on="target")
        .merge(hits.rename(columns={"target": "other"}), on=["source", "other"])
    )
    marked = np.zeros(count, dtype=bool)
    marked[both["source"].to_numpy(dtype=np.int64)] = True
    return marked


def _runs(source: Integers, chosen: NDArray[np.bool_]) -> Iterator[tuple[int, slice]]:
    for position in np.flatnonzero(chosen):
        first, last = np.searchsorted(source, [position, position + 1])
        yield int(position), slice(int(first), int(last))


def _divided(ground: object, claimants: Geometries) -> Floats:
    """Cut a source's ground where claims end, and give each face in equal parts to those that claim it."""
    claims = polygonal_parts(shapely.intersection(np.full(len(claimants), ground, dtype=object), claimants))
    noded = shapely.union_all(shapely.boundary(claims))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts([noded])))
    face, claim = shapely.STRtree(claims).query(shapely.point_on_surface(faces), predicate="intersects")
    times = np.bincount(face, minlength=len(faces))
    weights = shapely.area(faces)[face] / times[face]
    return np.bincount(claim, weights=weights, minlength=len(claims)).astype(np.float64)


def _mended(shapes: Geometries) -> Geometries:
    broken = ~shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), _PLACES[1:])
    if not broken.any():
        return shapes
    mended = shapes.copy()
    mended[broken] = polygonal_parts(shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False))
    return mended
