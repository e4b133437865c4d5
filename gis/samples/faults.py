"""The list of planted faults: what each row says, and the table of them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis.i18n import Text

__all__ = ["Fault", "FaultList", "NoRoomError"]

_COLUMNS = ["kind", "layer", "ids", "other_layer", "other_ids", "area_m2", "note", "note_en", "geometry"]


class NoRoomError(Exception):
    """A town that leaves no room for something; another one is drawn instead."""


@dataclass(frozen=True)
class Fault:
    """One planted fault, in the words of ``docs/findings.md``.

    ``shape`` is the ground that it is about; None stands for the polygons of ``ids`` as they are in the end.
    """

    kind: str
    layer: str
    ids: tuple[str, ...]
    other_layer: str
    other_ids: tuple[str, ...]
    shape: Any
    note: Text


@dataclass
class FaultList:
    """Faults in the order in which they were planted."""

    faults: list[Fault] = field(default_factory=list)

    def add(
        self,
        kind: str,
        layer: str,
        ids: tuple[str, ...],
        note: Text,
        *,
        shape: Any = None,
        other_layer: str = "",
        other_ids: tuple[str, ...] = (),
    ) -> None:
        """Write a fault down; ids stand in text order."""
        self.faults.append(Fault(kind, layer, tuple(sorted(ids)), other_layer, tuple(sorted(other_ids)), shape, note))

    def named(self, layer: str) -> set[str]:
        """Give the ids of a layer that some fault names."""
        inside = {one for fault in self.faults if fault.layer == layer for one in fault.ids}
        return inside | {one for fault in self.faults if fault.other_layer == layer for one in fault.other_ids}

    def overlaps(self, layer: str, one: str, two: str) -> bool:
        """Tell whether two polygons of a layer overlap already: the audit would report both overlaps as one."""
        ids = tuple(sorted((one, two)))
        return any(fault.kind == "overlap" and fault.layer == layer and fault.ids == ids for fault in self.faults)

    def table(self, layers: Mapping[str, gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
        """Give the list as a table, ordered by kind, layer and ids."""
        rows = []
        for fault in sorted(self.faults, key=lambda one: (one.kind, one.layer, one.ids, one.other_ids)):
            shapes = [fault.shape] if fault.shape is not None else list(layers[fault.layer].geometry[list(fault.ids)])
            ground = shapely.union_all(shapely.make_valid(shapes))
            notes = (ground.area, fault.note.zh, fault.note.en, ground)
            rows.append((fault.kind, fault.layer, fault.ids, fault.other_layer, fault.other_ids, *notes))
        return gpd.GeoDataFrame(pd.DataFrame(rows, columns=_COLUMNS), geometry="geometry", crs=crs)
