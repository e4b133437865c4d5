"""The town while faults are planted: its layers as they change, and where there is room for one more fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.samples.areas import Areas
from gis.samples.faults import FaultList
from gis.samples.ground import Ground

__all__ = ["Scene", "Seam"]

_APART_M = 70.0
_LEAST_SEAM_M = 70.0
_CRUMB_M2, _LEAST_REST = 0.5, 0.2


@dataclass(frozen=True)
class Seam:
    """The common edge of two units: ``gains`` on the side that a fault lets grow, ``loses`` on the other."""

    gains: int
    loses: int
    line: shapely.LineString


@dataclass
class Scene:
    """Layers of the town, changed in place by the planters, and the faults so far."""

    ground: Ground
    areas: Areas
    communities: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    community_ids: NDArray[np.object_]
    grid_ids: NDArray[np.object_]
    compound_ids: NDArray[np.object_]
    rng: np.random.Generator
    faults: FaultList = field(default_factory=FaultList)
    taken: list[BaseGeometry] = field(default_factory=list)

    def community_seams(self) -> Iterator[Seam]:
        """Give free places along lines between communities, in a shuffled order, each pair of communities early."""
        yield from self._seams(self.areas.community, self.areas.community, different=True)

    def grid_seams(self) -> Iterator[Seam]:
        """Give free places along lines between two grids of one community."""
        inside = self.areas.community[self.areas.border.left] == self.areas.community[self.areas.border.right]
        yield from self._seams(self.areas.grid, self.areas.community, different=True, among=inside)

    def compound_seams(self) -> Iterator[Seam]:
        """Give free places between two compounds of one grid."""
        yield from self._seams(self.areas.grid, self.areas.grid, different=False)

    def free_units(self) -> Iterator[int]:
        """Give units where nothing is planted yet, outside villages, in a shuffled order."""
        for unit in self.rng.permutation(len(self.ground.shapes)):
            if self.ground.village[unit] < 0 and self.is_free(self.ground.shapes[unit]):
                yield int(unit)

    def is_free(self, shape: BaseGeometry) -> bool:
        """Tell whether a shape is apart from every fault so far, and outside the villages."""
        near_fault = bool(self.taken) and bool(shapely.dwithin(self.taken, shape, _APART_M).any())
        return not near_fault and not shapely.intersects(self.villages.geometry.array, shape).any()

    def take(self, shape: BaseGeometry) -> None:
        """Keep other faults away from this ground."""
        self.taken.append(shape)

    def is_compound(self, unit: int) -> bool:
        """Tell whether a unit is a compound's parcel."""
        return bool(self.compound_ids[unit])

    def give(self, layer: gpd.GeoDataFrame, one: str, piece: BaseGeometry) -> None:
        """Let a polygon of a layer grow by a piece."""
        layer.loc[one, "geometry"] = shapely.union(layer.geometry[one], piece)

    def cut(self, layer: gpd.GeoDataFrame, one: str, piece: BaseGeometry) -> None:
        """Let a polygon of a layer lose a piece."""
        layer.loc[one, "geometry"] = shapely.difference(layer.geometry[one], piece)

    def keeps_form(
        self,
        layer: gpd.GeoDataFrame,
        piece: BaseGeometry,
        *,
        gains: str | None = None,
        loses: str | None = None,
    ) -> bool:
        """Tell whether the polygons would have as many parts and rings as before, and exactly the piece more or less.

        The area is compared because overlays in floating point may lose a polygon without an error.
        """
        changes = []
        if gains is not None:
            changes.append((layer.geometry[gains], shapely.union(layer.geometry[gains], piece), piece.area))
        if loses is not None:
            changes.append((layer.geometry[loses], shapely.difference(layer.geometry[loses], piece), -piece.area))
        return all(
            _form(old) == _form(new)
            and abs(new.area - old.area - more) < _CRUMB_M2
            and new.area > _LEAST_REST * old.area
            for old, new, more in changes
        )

    def neighbours(self, layer: gpd.GeoDataFrame, ground: BaseGeometry) -> tuple[str, ...]:
        """Name the polygons of a layer that border a piece of ground along a line."""
        near = layer.geometry.iloc[layer.sindex.query(shapely.buffer(ground, 1.0), predicate="intersects")]
        along = shapely.length(shapely.intersection(shapely.boundary(near.array), ground.boundary))
        return tuple(str(one) for one in near.index[along > 0])

    def _seams(
        self,
        label: NDArray[np.int64],
        parent: NDArray[np.int64],
        *,
        different: bool,
        among: NDArray[np.bool_] | None = None,
    ) -> Iterator[Seam]:
        border = self.areas.border
        chosen = ((label[border.left] != label[border.right]) == different) & ~self.areas.is_barrier
        if among is not None:
            chosen &= among
        pairs = np.unique(np.column_stack([border.left[chosen], border.right[chosen]]), axis=0)
        used: dict[tuple[int, int], int] = {}
        waiting = [tuple(int(one) for one in pair) for pair in self.rng.permutation(pairs)]
        while waiting:
            waiting.sort(key=lambda pair: used.get(self._key(parent, pair), 0))
            pair = waiting.pop(0)
            gains, loses = pair if self.rng.random() < 0.5 else pair[::-1]  # noqa: PLR2004  (a coin)
            line = _common_line(self.ground.shapes[gains], self.ground.shapes[loses])
            if line is not None and self.is_free(line):
                used[self._key(parent, pair)] = used.get(self._key(parent, pair), 0) + 1
                yield Seam(gains, loses, line)

    def _key(self, parent: NDArray[np.int64], pair: tuple[int, ...]) -> tuple[int, int]:
        first, second = sorted(int(parent[one]) for one in pair)
        return first, second


def _common_line(one: shapely.Polygon, two: shapely.Polygon) -> shapely.LineString | None:
    line = shapely.line_merge(shapely.intersection(one.boundary, two.boundary))
    return line if line.geom_type == "LineString" and line.length >= _LEAST_SEAM_M else None


def _form(shape: BaseGeometry) -> list[int]:
    parts = shapely.get_parts(shape)
    return sorted(len(part.interiors) if part.geom_type == "Polygon" else -1 for part in parts)
