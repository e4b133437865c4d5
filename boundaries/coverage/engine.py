"""The engine that overlaps, gaps and their audit share: a layer's polygons, its leftover segments and their faces."""

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.coverage.faces import Border, Faces, divide_ground
from boundaries.coverage.pairs import Pairs, overlapping_pairs
from boundaries.coverage.segments import Segments, boundary_segments, is_answered
from gis.crs import require_metric_crs
from gis.errors import SchemaError
from gis.geometry import polygonal_parts
from gis.i18n import Text, listed
from gis.kinds import Kind, schema_of
from gis.schema import joined
from gis.threads import in_threads

__all__ = ["Coverage", "Voids"]


@dataclass(frozen=True)
class Voids:
    """Gaps of a layer and what borders them."""

    parts: NDArray[np.object_]
    border: Border


@dataclass(frozen=True)
class Coverage:
    """Polygons that ought to be a coverage, ordered by id, with everything about their defects computed at most once.

    Make one with :meth:`of`. Cost: the boundary segments are sorted once; after that only what sound neighbours do
    not answer is noded and traced.
    """

    ids: "pd.Index[str]"
    polygons: NDArray[np.object_]
    mended: NDArray[np.bool_]
    executor: Executor | None = None

    @classmethod
    def of(cls, layer: gpd.GeoDataFrame, *, name: str = "layer", executor: Executor | None = None) -> "Coverage":
        """Take a layer of polygons with unique ids, in a projected CRS with metres.

        Rings that break the simple-features rules are mended (``make_valid``, structure method) and marked in
        ``mended``. Row order does not matter: polygons are put in the order of their ids. A precision grid that
        geometries carry is laid aside: an overlay would round all it gives to it.

        Raises
        ------
        CrsError
            ``crs-missing`` or ``crs-not-metric``.
        SchemaError
            ``ids-duplicate``, or ``schema-mismatch`` for geometry that is missing, empty, or not polygons.
        """
        require_metric_crs(layer, name=name)
        _require_polygons(layer, name=name)
        order = np.argsort(layer.index.to_numpy(), kind="stable")
        polygons = _off_the_grid(layer.geometry.to_numpy()[order])
        mended = ~in_threads(shapely.is_valid, polygons)
        if mended.any():
            polygons = polygons.copy()
            polygons[mended] = valid_polygons(polygons[mended])
        return cls(layer.index[order], polygons, mended, executor)

    def without(self, gone: "pd.Index[str]") -> "Coverage":
        """Give the coverage of the other polygons; what is known of their segments is known of them there too."""
        kept = ~self.ids.isin(gone)
        rest = Coverage(self.ids[kept], self.polygons[kept], self.mended[kept], self.executor)
        segments, _ = self.segments
        mine = segments.taken(kept[segments.owner])
        mine = Segments(mine.xy, mine.first, mine.second, (np.cumsum(kept) - 1)[mine.owner])
        rest.__dict__["segments"] = (mine, is_answered(mine))
        return rest

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The spatial index of the polygons, by position."""
        return shapely.STRtree(self.polygons)

    @cached_property
    def leftovers(self) -> Segments:
        """The boundary segments that no neighbour answers."""
        segments, answered = self.segments
        return segments.taken(~answered)

    @cached_property
    def seams(self) -> Segments:
        """The boundary segments that a neighbour answers, at once or after noding, in the order of owners."""
        segments, answered = self.segments
        on_seam = answered.copy()
        on_seam[np.flatnonzero(~answered)[self.faces.balanced]] = True
        return segments.taken(on_seam)

    @cached_property
    def segments(self) -> tuple[Segments, NDArray[np.bool_]]:
        """All boundary segments, in the order of owners, and which of them a neighbour answers as they are."""
        segments = boundary_segments(self.polygons)
        return segments, is_answered(segments)

    @cached_property
    def faces(self) -> Faces:
        """The faces that the leftover segments divide the ground into."""
        return divide_ground(self.leftovers)

    @cached_property
    def pairs(self) -> Pairs:
        """Every pair of polygons that share ground, however little."""
        which, deep = self.faces.drawn(self.faces.deep)
        depth = self.faces.depth[which]
        return overlapping_pairs(self.polygons, deep, self.tree, depth=depth, seams=self.seams, executor=self.executor)

    def voids(self, *, extent: BaseGeometry | None = None, min_area_m2: float) -> Voids:
        """Give the uncovered parts above an area: enclosed by the layer, or inside a valid polygonal extent."""
        faces = self.faces
        if extent is not None:
            faces = divide_ground(self.leftovers, boundary_segments(np.array([extent], dtype=object)))
        which, parts = faces.drawn(faces.empty)
        large = np.flatnonzero(shapely.area(parts) > min_area_m2)
        west, south, _, _ = shapely.bounds(parts[large]).T
        large = large[np.lexsort((south, west))]
        return Voids(parts[large], faces.border(which[large]))


def valid_polygons(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Mend polygons by ``make_valid`` (structure method); ground that a ring covers twice is kept once."""
    return polygonal_parts(shapely.make_valid(polygons, method="structure", keep_collapsed=False))


def _off_the_grid(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give the same coordinates without the precision grid that they may carry."""
    gridded = shapely.get_precision(polygons) > 0
    return shapely.set_precision(polygons, 0, mode="pointwise") if gridded.any() else polygons


def _require_polygons(layer: gpd.GeoDataFrame, *, name: str) -> None:
    if not layer.index.is_unique:
        repeated = layer.index[layer.index.duplicated()].unique()
        raise SchemaError("ids-duplicate", layer=name, column=layer.index.name or "id", ids=list(repeated))
    shapes = layer.geometry.to_numpy()
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    if not polygonal.all():
        ids = listed(layer.index[~polygonal])
        fault = Text(f"{ids.zh} 不是面或几何为空", f"{ids.en} hold no polygon")
        kind = schema_of(Kind.COMMUNITIES).label
        raise SchemaError("schema-mismatch", layer=name, kind=kind, faults=joined([fault]))
