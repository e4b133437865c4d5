"""Changes in sentences of both languages: many thousands of them, so column by column."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import isnan, nan
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from boundaries.audit.words import area_words, named_list, people_words
from boundaries.repair.changes import Changes, Ids
from boundaries.repair.rules import OnContainment, OnDuplicate, OnWide, Rule
from gis.i18n import Text

__all__ = ["RULE_LABELS", "messages_of"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Strings = pd.api.extensions.ExtensionArray
Words = tuple[pa.Array, pa.Array]

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
_DROPS = frozenset({OnDuplicate.DROP_LATER, OnContainment.DROP_INNER})


def messages_of(changes: Changes, area_m2: Floats, labels: Mapping[str, Text]) -> tuple[Strings, Strings]:
    """Tell each change in a sentence, in both languages; ``labels`` names the polygons."""
    fields = {
        "claims": _names(changes.claim_ids, labels),
        "from_": _names(changes.from_ids, labels),
        "to": _names(changes.to_ids, labels),
        "rule": _each_once(changes.rule, lambda rule: RULE_LABELS[rule]),
        "area": _written(list(map(area_words, area_m2.tolist()))),
        "people": _people(changes.people, changes.people_basis),
    }
    which = [
        "dropped" if rule in _DROPS else "overlap" if claims else "gap"
        for rule, claims in zip(changes.rule, changes.claim_ids, strict=True)
    ]
    kinds, rows = _sorted_out(which)
    return _told(kinds, rows, fields, 0), _told(kinds, rows, fields, 1)


def _sorted_out(which: Sequence[str]) -> tuple[list[str], list[Integers]]:
    names = np.array(which, dtype=object)
    kinds = list(dict.fromkeys(which))
    return kinds, [np.flatnonzero(names == kind) for kind in kinds]


def _told(kinds: Sequence[str], rows: Sequence[Integers], fields: Mapping[str, Words], lang: int) -> Strings:
    """Fill the sentence of each kind in for all its rows at once, and put the rows in order again."""
    filled = [_filled(_SENTENCES[kind][lang], fields, lang, at) for kind, at in zip(kinds, rows, strict=True)]
    order = np.argsort(np.concatenate([np.empty(0, dtype=np.int64), *rows]), kind="stable")
    told: Strings = pd.array(pa.chunked_array(filled, pa.string()).take(pa.array(order)), dtype="str")
    return told


def _filled(template: str, fields: Mapping[str, Words], lang: int, rows: Integers) -> pa.Array:
    parts: list[pa.Array | pa.Scalar] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            parts.append(pa.scalar(literal))
        if name:
            parts.append(fields[name][lang].take(pa.array(rows)))
    return pc.binary_join_element_wise(*parts, "")


def _names(lists: Sequence[Ids], labels: Mapping[str, Text]) -> Words:
    return _each_once(lists, lambda ids: named_list(labels[one] for one in ids))


def _people(people: Floats, bases: Sequence[str]) -> Words:
    """Write who is touched; equal words for what is equal in words."""
    rows = [
        (_in_words(households), _in_words(residents), basis)
        if basis == "area_weighted"
        else (households, residents, basis)
        for (households, residents), basis in zip(people.tolist(), bases, strict=True)
    ]
    return _each_once(rows, lambda row: people_words(row[0], row[1], basis=row[2]) if row[2] else Text("", ""))


def _in_words(count: float) -> float:
    """Round an estimate as its words do: less than one, or whole numbers; there is but one ``nan`` to look up."""
    return 0.25 if 0 < count < 0.5 else nan if isnan(count) else float(round(count))  # noqa: PLR2004


def _each_once(values: Sequence[Any], write: Callable[[Any], Text]) -> Words:
    """Write values that come often, each once."""
    number: dict[Hashable, int] = {}
    at = pa.array([number.setdefault(value, len(number)) for value in values], pa.int64())
    zh, en = _written([write(value) for value in number])
    return zh.take(at), en.take(at)


def _written(texts: Sequence[Text]) -> Words:
    return pa.array([text[0] for text in texts], pa.string()), pa.array([text[1] for text in texts], pa.string())
