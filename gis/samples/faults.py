"""Plant faults in the layers of the made town, and write down each one: kind, layer, ids, area and a note.

Every fault is placed where it disturbs nothing else: thin pieces stay within the 12 m between a parcel's edge and its
compound, and each takes ground of grids that no other fault touches.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.i18n import Text
from gis.samples.town import TownPlan, bend

__all__ = ["Fault", "Planter", "Spot"]

_SEAM_M = 3  # a piece reaches so far back over the line that it grows from, so that no crack is left


@dataclass(frozen=True)
class Fault:
    """One planted fault, in the words of docs/findings.md."""

    kind: str
    layer: str
    ids: tuple[str, ...]
    other_layer: str
    other_ids: tuple[str, ...]
    area_m2: float
    note: Text


@dataclass(frozen=True)
class Spot:
    """A stretch of the line between two communities on the flat plan: west and east of it a parcel each."""

    west: int
    east: int
    x: int
    south: int
    north: int


@dataclass
class Planter:
    """The town while faults are planted: its plan, its layers (changed in place), and the list of faults so far."""

    plan: TownPlan
    communities: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    community_of: NDArray[np.int64]
    grid_of: NDArray[np.int64]
    barred: "pd.Series[bool]"
    faults: list[Fault] = field(default_factory=list)

    def note(self, kind: str, layer: str, ids: tuple[str, ...], area_m2: float, note: Text, **other: object) -> None:
        """Write a fault down."""
        other_ids = tuple(sorted(str(one) for one in other.get("other_ids", ())))  # type: ignore[attr-defined]
        self.faults.append(Fault(kind, layer, ids, str(other.get("other_layer", "")), other_ids, float(area_m2), note))

    def spots(self) -> Iterator[Spot]:
        """Give places for faults along the north-south lines: each grid loses ground once, no parcel serves twice."""
        losing: set[int] = set()
        parcels = {int(at) for at in np.flatnonzero(self.barred.to_numpy())}
        for spot in self.all_spots():
            if int(self.grid_of[spot.east]) not in losing and not {spot.west, spot.east} & parcels:
                losing.add(int(self.grid_of[spot.east]))
                parcels |= {spot.west, spot.east}
                yield spot

    def all_spots(self) -> Iterator[Spot]:
        """Give every stretch of at least 70 m where two parcels face each other over such a line."""
        for west, left in enumerate(self.plan.parcels):
            for east, right in enumerate(self.plan.parcels):
                if left.east != right.west or self.community_of[west] == self.community_of[east]:
                    continue
                south, north = max(left.south, right.south), min(left.north, right.north)
                if north - south >= 70:  # noqa: PLR2004  (metres of common line)
                    yield Spot(west, east, left.east, south + 10, north - 10)

    def overlap(self, spot: Spot, *, width_m: float, length_m: int) -> None:
        """Let the western community reach over the line into the eastern one."""
        west, east = self._sides(spot)
        piece = self._piece(spot, width_m, length_m)
        shared = shapely.intersection(piece, self.communities.geometry[east])
        self._set(west, shapely.union(self.communities.geometry[west], piece))
        note = Text(f"{self._names(west, east)}重叠约 {width_m:g} 米宽", f"an overlap about {width_m:g} m wide")
        self.note("overlap", "communities", tuple(sorted((west, east))), shared.area, note)

    def gap(self, spot: Spot, *, width_m: float, length_m: int) -> None:
        """Let the eastern community fall short of the line."""
        west, east = self._sides(spot)
        piece = self._piece(spot, width_m, length_m)
        lost = shapely.intersection(piece, self.communities.geometry[east])
        self._set(east, shapely.difference(self.communities.geometry[east], piece))
        note = Text(f"{self._names(west, east)}之间空白约 {width_m:g} 米宽", f"a gap about {width_m:g} m wide")
        self.note("gap", "communities", (), lost.area, note, other_layer="communities", other_ids=(west, east))

    def strip(self, spot: Spot, *, width_m: int, length_m: int) -> None:
        """Let the western community reach into the eastern one along a street between two parcels, as a thin strip."""
        west, east = self._sides(spot)
        half = width_m / 2
        ground = _ground(spot.x - _SEAM_M, spot.south - half, spot.x + length_m, spot.south + half)
        piece = shapely.difference(ground, self.communities.geometry[west])
        self._set(west, shapely.union(self.communities.geometry[west], ground))
        self._set(east, shapely.difference(self.communities.geometry[east], ground))
        note = Text(f"{self._names(west, east)}犬牙交错", "an interdigitated strip")
        self.note(
            "interdigitated_strip",
            "communities",
            (west,),
            piece.area,
            note,
            other_layer="communities",
            other_ids=(east,),
        )

    def split_compound(self, spot: Spot) -> None:
        """Move the line through the middle of the compound east of it; the grids follow."""
        west, east = self._sides(spot)
        parcel = self.plan.parcels[spot.east]
        middle = round((parcel.west + parcel.east) / 20) * 10
        piece = _ground(parcel.west, parcel.south, middle, parcel.north)
        for layer, (gains, loses) in (
            (self.communities, (west, east)),
            (self.grids, (self._grid(spot.west), self._grid(spot.east))),
        ):
            layer.loc[gains, "geometry"] = shapely.union(layer.geometry[gains], piece)
            layer.loc[loses, "geometry"] = shapely.difference(layer.geometry[loses], piece)
        compound = self._compound_in(self.plan.grounds[spot.east])
        note = Text(f"小区被{self._names(west, east)}的界线分开", "a community line runs through the compound")
        area = self.compounds.geometry[compound].area
        self.note(
            "compound_shared",
            "compounds",
            (compound,),
            area,
            note,
            other_layer="communities",
            other_ids=(west, east),
        )

    def cross_grid(self, spot: Spot) -> None:
        """Let the grid west of a line take the parcel east of it from its neighbour."""
        gains, loses = self._grid(spot.west), self._grid(spot.east)
        ground = self.plan.grounds[spot.east]
        self.grids.loc[gains, "geometry"] = shapely.union(self.grids.geometry[gains], ground)
        self.grids.loc[loses, "geometry"] = shapely.difference(self.grids.geometry[loses], ground)
        note = Text("网格跨两个社区", "the grid lies in two communities")
        self.note(
            "grid_crosses_communities",
            "grids",
            (gains,),
            self.grids.geometry[gains].area,
            note,
            other_layer="communities",
            other_ids=self._sides(spot),
        )

    def may_lose(self, spot: Spot) -> bool:
        """Tell whether the eastern grid stays in one part without the parcel, and the western one keeps no hole."""
        ground = self.plan.grounds[spot.east]
        rest = shapely.difference(self.grids.geometry[self._grid(spot.east)], ground)
        grown = shapely.union(self.grids.geometry[self._grid(spot.west)], ground)
        return all(shape.geom_type == "Polygon" and not len(shape.interiors) for shape in (rest, grown))

    def has_compound(self, spot: Spot) -> bool:
        """Tell whether the parcel east of the line holds a compound."""
        return bool(self.compounds.geometry.intersects(self.plan.grounds[spot.east]).any())

    def _sides(self, spot: Spot) -> tuple[str, str]:
        ids = self.communities.index
        return str(ids[self.community_of[spot.west]]), str(ids[self.community_of[spot.east]])

    def _grid(self, parcel: int) -> str:
        return str(self.grids.index[self.grid_of[parcel]])

    def _compound_in(self, ground: shapely.Polygon) -> str:
        return str(self.compounds.index[self.compounds.geometry.intersects(ground)][0])

    def _names(self, *ids: str) -> str:
        return "与".join(str(self.communities["name"][one]) for one in ids)

    def _piece(self, spot: Spot, width_m: float, length_m: int) -> shapely.Polygon:
        return _ground(spot.x - _SEAM_M, spot.south, spot.x + width_m, min(spot.south + length_m, spot.north))

    def _set(self, community: str, shape: shapely.Geometry) -> None:
        self.communities.loc[community, "geometry"] = shape


def _ground(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Bend a rectangle of the flat plan, with a vertex at every whole ten metres of it."""
    xs = np.unique([west, *np.arange(np.ceil(west / 10) * 10, east, 10), east])
    ys = np.unique([south, *np.arange(np.ceil(south / 10) * 10, north, 10), north])
    outline = [
        *((x, south) for x in xs[:-1]),
        *((east, y) for y in ys[:-1]),
        *((x, north) for x in xs[:0:-1]),
        *((west, y) for y in ys[:0:-1]),
    ]
    return shapely.Polygon(bend(np.array(outline, dtype=float)))
