"""The change log: one row for each piece of ground that changes hands."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.audit.words import area_words, named_list, people_words
from boundaries.repair.rules import OnContainment, OnDuplicate, OnWide, Rule
from gis.i18n import Text

__all__ = ["CHANGE_COLUMNS", "RULE_LABELS", "Change", "changes_frame", "ground_moved", "keys_of", "places_of"]

CHANGE_COLUMNS = (
    "kind",
    "rule",
    "claim_ids",
    "from_ids",
    "to_ids",
    "area_m2",
    "households",
    "resident_population",
    "people_basis",
    "message",
    "message_en",
)
_NUMBERS = ["area_m2", "households", "resident_population"]

RULE_LABELS: Mapping[str, Text] = {
    Rule.LONGEST_BORDER: Text("公共边最长", "longest shared border"),
    Rule.LARGEST_AREA: Text("面积最大", "largest area"),
    Rule.SMALLEST_AREA: Text("面积最小", "smallest area"),
    Rule.FEWEST_HOUSEHOLDS: Text("户数最少", "fewest households"),
    Rule.MOST_COMPACT: Text("形状更紧凑", "more compact"),
    Rule.PRIORITY: Text("指定的优先顺序", "the priority given"),
    Rule.VILLAGE_OWNER: Text("城中村所属社区", "the owner of the urban village"),
    OnWide.FILL: Text("按要求填补", "filled as asked"),
    OnDuplicate.DROP_LATER: Text("按要求删去后一个", "the later row is dropped as asked"),
    OnContainment.CUT_OUT: Text("按要求从外层挖出", "cut out of the outer one as asked"),
    OnContainment.DROP_INNER: Text("按要求删去内层", "the inner row is dropped as asked"),
}
_SENTENCES: Mapping[str, Text] = {
    "overlap": Text(
        "{claims}重叠的 {area} 归{to}({rule}){people}",
        "{to} keeps {area} that {claims} claimed ({rule}){people}",
    ),
    "gap": Text("无人管理的 {area} 划入{to}({rule}){people}", "{to} gets {area} that nobody managed ({rule}){people}"),
    "dropped": Text(
        "{from_}与{to}重合或在其内,已删去({rule}){people}",
        "{from_}, on the ground of {to}, is dropped ({rule}){people}",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One piece of ground that changes hands: who claimed it, who loses it, who has it from now on."""

    kind: str
    rule: str
    claim_ids: tuple[str, ...]
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    geometry: BaseGeometry
    area_m2: float
    place: str
    people: tuple[float, float, str] = field(default=(np.nan, np.nan, ""))

    @property
    def key(self) -> str:
        """A stable id: kind, who claims the ground, and where it lies to the millimetre."""
        text = "\x1f".join((self.kind, *self.claim_ids, "|", self.place))
        return f"{self.kind}-{hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"

    def row(self, labels: Mapping[str, Text]) -> tuple[object, ...]:
        """Give the columns of the log."""
        households, residents, basis = self.people
        is_dropped = self.rule in {OnDuplicate.DROP_LATER, OnContainment.DROP_INNER}
        sentence = _SENTENCES["dropped" if is_dropped else "gap" if not self.claim_ids else "overlap"]
        claims, loser, to = (_named(ids, labels) for ids in (self.claim_ids, self.from_ids, self.to_ids))
        rule, area = RULE_LABELS[self.rule], area_words(self.area_m2)
        people = people_words(households, residents, basis=basis)
        words = (
            template.format(claims=claim, from_=lost, to=taker, rule=by, area=size, people=touched)
            for template, claim, lost, taker, by, size, touched in zip(
                sentence, claims, loser, to, rule, area, people, strict=True
            )
        )
        ids = (self.claim_ids, self.from_ids, self.to_ids)
        return (self.kind, str(self.rule), *ids, self.area_m2, households, residents, basis, *words)


def places_of(shapes: NDArray[np.object_]) -> list[str]:
    """Write where pieces of ground lie: the south-west corner of their boxes, and how large they are."""
    bounds = shapely.bounds(shapes)
    return [f"{west:.3f} {south:.3f} {east - west:.3f} {north - south:.3f}" for west, south, east, north in bounds]


def keys_of(changes: Sequence[Change]) -> list[str]:
    """Give the ids of changes; the second of equal ones is numbered."""
    seen: dict[str, count[int]] = {}
    keys = []
    for change in changes:
        key = change.key
        number = next(seen.setdefault(key, count(1)))
        keys.append(key if number == 1 else f"{key}-{number}")
    return keys


def changes_frame(changes: Sequence[Change], *, labels: Mapping[str, Text], crs: object) -> gpd.GeoDataFrame:
    """Put changes into a layer: the largest number of people first, then area; the index is their ids."""
    keys = keys_of(changes)
    rows = [change.row(labels) for change in changes]
    table = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS), index=pd.Index(keys, name="id"))
    table = table.astype(dict.fromkeys(_NUMBERS, "float64"))
    shapes = np.array([change.geometry for change in changes], dtype=object)
    layer = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    people = layer["resident_population"].fillna(layer["households"]).fillna(-1.0).round(6)
    order = np.lexsort((np.array(keys, dtype=str), -layer["area_m2"].round(6), -people))
    return layer.iloc[order]


def ground_moved(changes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Sum a change log up by polygon: what each gained and lost.

    Parameters
    ----------
    changes
        ``Repair.changes``, or some of its rows.

    Returns
    -------
    DataFrame
        One row per id that gains or loses, ordered by id; columns ``area_gained_m2``, ``area_lost_m2``,
        ``households_gained``, ``households_lost``, ``residents_gained``, ``residents_lost``. Gained is ground that
        nobody or only others claimed; lost is ground that the polygon claimed. Unknown people count as 0.
    """
    figures = {"area_m2": "area_{}_m2", "households": "households_{}", "resident_population": "residents_{}"}
    gained = changes[np.array([not claims for claims in changes["claim_ids"]], dtype=bool)]
    tables = []
    for rows, ids, word in ((gained, "to_ids", "gained"), (changes, "from_ids", "lost")):
        table = pd.DataFrame(rows[[ids, *figures]]).explode(ids).dropna(subset=[ids])
        sums = table.groupby(ids)[list(figures)].sum()
        tables.append(sums.rename(columns={name: title.format(word) for name, title in figures.items()}))
    both = pd.concat(tables, axis=1).fillna(0.0).sort_index()
    both.index.name = "id"
    return both[[title.format(word) for title in figures.values() for word in ("gained", "lost")]]


def _named(ids: Sequence[str], labels: Mapping[str, Text]) -> Text:
    return labels[ids[0]] if len(ids) == 1 else named_list(labels[one] for one in ids)
