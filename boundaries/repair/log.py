"""The change log: one row for each piece of ground that changes hands."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan, nan

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
        "{claims}重叠的 {area} 归{to}（{rule}）{people}",
        "{to} keeps {area} that {claims} claimed ({rule}){people}",
    ),
    "gap": Text(
        "无人管理的 {area} 划入{to}（{rule}）{people}", "{to} gets {area} that nobody managed ({rule}){people}"
    ),
    "dropped": Text(
        "{from_}与{to}重合或在其内，已删去（{rule}）{people}",
        "{from_}, on the ground of {to}, is dropped ({rule}){people}",
    ),
}


@dataclass(kw_only=True, slots=True)  # many thousands of them
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
    people: tuple[float, float, str] = field(default=(nan, nan, ""))

    @property
    def key(self) -> str:
        """A stable id: kind, who claims the ground, and where it lies to the millimetre."""
        text = "\x1f".join((self.kind, *self.claim_ids, "|", self.place))
        return f"{self.kind}-{hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"

    @property
    def sentence(self) -> str:
        """Which sentence tells the change."""
        if self.rule in {OnDuplicate.DROP_LATER, OnContainment.DROP_INNER}:
            return "dropped"
        return "overlap" if self.claim_ids else "gap"


class _Names:
    """Lists of names in words; each list is written once."""

    def __init__(self, labels: Mapping[str, Text]) -> None:
        self._labels = labels
        self._written: dict[tuple[str, ...], Text] = {}

    def __call__(self, ids: tuple[str, ...]) -> Text:
        """Write the names of polygons one after another."""
        found = self._written.get(ids)
        if found is None:
            found = self._written[ids] = named_list(self._labels[one] for one in ids)
        return found


def _people(households: float, residents: float, basis: str) -> Text:
    """Write who is touched; equal words for what is equal in words."""
    if basis == "area_weighted":
        households, residents = _in_words(households), _in_words(residents)
    return _written(households, residents, basis) if basis else Text("", "")


def _in_words(count: float) -> float:
    """Round an estimate as its words do: less than one, or whole numbers; there is but one ``nan`` to look up."""
    return 0.25 if 0 < count < 0.5 else nan if isnan(count) else float(round(count))  # noqa: PLR2004


@lru_cache(maxsize=4096)
def _written(households: float, residents: float, basis: str) -> Text:
    return people_words(households, residents, basis=basis)


def _messages(changes: Sequence[Change], names: _Names) -> tuple[list[str], list[str]]:
    """Tell each change in a sentence, in both languages."""
    rows = [
        (
            change.sentence,
            names(change.claim_ids),
            names(change.from_ids),
            names(change.to_ids),
            RULE_LABELS[change.rule],
            area_words(change.area_m2),
            _people(*change.people),
        )
        for change in changes
    ]
    words: list[list[str]] = []
    for lang in (0, 1):
        templates = {key: text[lang].format for key, text in _SENTENCES.items()}
        words.append(
            [
                templates[key](
                    claims=claims[lang],
                    from_=lost[lang],
                    to=kept[lang],
                    rule=rule[lang],
                    area=area[lang],
                    people=people[lang],
                )
                for key, claims, lost, kept, rule, area, people in rows
            ]
        )
    return words[0], words[1]


def places_of(shapes: NDArray[np.object_]) -> list[str]:
    """Write where pieces of ground lie: the south-west corner of their boxes, and how large they are."""
    bounds = shapely.bounds(shapes)
    boxes = np.column_stack([bounds[:, :2], bounds[:, 2:] - bounds[:, :2]]).tolist()
    return ["%.3f %.3f %.3f %.3f" % tuple(box) for box in boxes]  # noqa: UP031 - the quickest way


def keys_of(changes: Sequence[Change]) -> list[str]:
    """Give the ids of changes; the second of equal ones is numbered."""
    seen: dict[str, int] = {}
    keys = []
    for change in changes:
        key = change.key
        number = seen[key] = seen.get(key, 0) + 1
        keys.append(key if number == 1 else f"{key}-{number}")
    return keys


def changes_frame(changes: Sequence[Change], *, labels: Mapping[str, Text], crs: object) -> gpd.GeoDataFrame:
    """Put changes into a layer: the largest number of people first, then area; the index is their ids."""
    keys = keys_of(changes)
    zh, en = _messages(changes, _Names(labels))
    columns = {
        "kind": [change.kind for change in changes],
        "rule": [str(change.rule) for change in changes],
        "claim_ids": [change.claim_ids for change in changes],
        "from_ids": [change.from_ids for change in changes],
        "to_ids": [change.to_ids for change in changes],
        "area_m2": [change.area_m2 for change in changes],
        "households": [change.people[0] for change in changes],
        "resident_population": [change.people[1] for change in changes],
        "people_basis": [change.people[2] for change in changes],
        "message": zh,
        "message_en": en,
    }
    table = pd.DataFrame(columns, columns=list(CHANGE_COLUMNS), index=pd.Index(keys, name="id"))
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
