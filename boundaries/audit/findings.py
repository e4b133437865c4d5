"""One finding, its stable id, and the frame of all findings, ranked."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from boundaries.audit.kinds import FINDING_KINDS, Severity
from boundaries.audit.words import area_words, people_words

__all__ = ["COLUMNS", "Finding", "findings_frame"]

COLUMNS = (
    "kind",
    "severity",
    "layer",
    "ids",
    "other_layer",
    "other_ids",
    "area_m2",
    "width_m",
    "sliver",
    "households",
    "resident_population",
    "people_basis",
    "message",
    "message_en",
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something wrong at some place. ``facts`` fill the sentence of the kind, or of its ``variant``."""

    kind: str
    layer: str
    ids: tuple[str, ...]
    geometry: BaseGeometry
    other_layer: str = ""
    other_ids: tuple[str, ...] = ()
    width_m: float = nan
    sliver: bool = False
    households: float = nan
    resident_population: float = nan
    people_basis: str = ""
    variant: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A stable id: kind, layers and ids, and the place to the metre where one row can have several."""
        key = [self.kind, self.layer, *self.ids, "|", self.other_layer, *self.other_ids]
        if FINDING_KINDS[self.kind].placed:
            place = self.geometry.representative_point()
            key += [f"{place.x:.0f}", f"{place.y:.0f}"]
        digest = hashlib.blake2b("\x1f".join(key).encode(), digest_size=6).hexdigest()
        return f"{self.kind}-{digest}"

    @property
    def severity(self) -> Severity:
        """The severity of the kind; slivers matter little."""
        return Severity.LOW if self.sliver else FINDING_KINDS[self.kind].severity

    @property
    def people(self) -> float:
        """The number to rank by: residents, else households."""
        return self.households if isnan(self.resident_population) else self.resident_population

    def row(self) -> dict[str, Any]:
        """Give the columns of the finding's row, geometry apart."""
        template = FINDING_KINDS[self.kind].template(self.variant)
        people = people_words(self.households, self.resident_population, basis=self.people_basis)
        facts = {"area": area_words(self.geometry.area), "people": people, **self.facts}
        return {
            "kind": self.kind,
            "severity": str(self.severity),
            "layer": self.layer,
            "ids": self.ids,
            "other_layer": self.other_layer,
            "other_ids": self.other_ids,
            "area_m2": float(self.geometry.area),
            "width_m": self.width_m,
            "sliver": self.sliver,
            "households": self.households,
            "resident_population": self.resident_population,
            "people_basis": self.people_basis,
            "message": template.in_language("zh", **facts),
            "message_en": template.in_language("en", **facts),
        }


def findings_frame(findings: Iterable[Finding], *, crs: Any) -> gpd.GeoDataFrame:
    """Put findings into a layer: ranked by people touched (unknown last), then area; the index is their ids."""
    ranked = sorted(findings, key=_rank)
    ids = _distinct([finding.id for finding in ranked])
    table = pd.DataFrame([finding.row() for finding in ranked], columns=list(COLUMNS), index=pd.Index(ids, name="id"))
    numbers = ["area_m2", "width_m", "households", "resident_population"]
    table = table.astype(dict.fromkeys(numbers, "float64") | {"sliver": "bool"})
    shapes = np.array([finding.geometry for finding in ranked], dtype=object)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs)


def _rank(finding: Finding) -> tuple[Any, ...]:
    people = -1.0 if isnan(finding.people) else finding.people
    kinds = list(FINDING_KINDS)
    place = tuple(finding.geometry.bounds)
    return (-people, -finding.geometry.area, kinds.index(finding.kind), finding.layer, finding.ids, place)


def _distinct(ids: list[str]) -> list[str]:
    """Tell apart the rare findings of one kind and row within the same metre by a number."""
    seen: dict[str, int] = {}
    result = []
    for key in ids:
        seen[key] = seen.get(key, 0) + 1
        result.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return result
