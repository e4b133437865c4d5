"""Name each alternative by what it is best at among its peers."""

from collections.abc import Callable

import numpy as np

from boundaries.proposals.selection import Candidate
from gis.i18n import Text

__all__ = ["name_alternatives"]

_TITLES: tuple[tuple[str, Text, Callable[[Candidate], float]], ...] = (
    ("moved", Text("变动居民最少", "fewest people moved"), lambda candidate: candidate.moved),
    ("line", Text("边界最短", "shortest boundaries"), lambda candidate: candidate.line),
    ("deviation", Text("规模最均衡", "most even size"), lambda candidate: candidate.deviation),
    ("spread", Text("形状最规整", "roundest shapes"), lambda candidate: candidate.spread),
    ("today", Text("沿用现有界线最多", "keeps most of today's lines"), lambda candidate: -candidate.along_today),
    ("roads", Text("沿道路划界最多", "follows the roads most"), lambda candidate: -candidate.along_roads),
)
_OTHER = Text("折中方案", "a middle way")
_NUMERALS = ("", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def name_alternatives(
    candidates: list[Candidate], *, tell_number: bool, has_today: bool, has_ground: bool, has_roads: bool
) -> list[Text]:
    """Give each alternative a name that is true among those given: what it is best at, else "a middle way".

    ``tell_number`` adds how many communities it has.
    """
    titles: list[list[Text]] = [[] for _ in candidates]
    known = {
        "moved": has_today,
        "today": has_today,
        "spread": has_ground,
        "roads": has_roads,
        "line": True,
        "deviation": True,
    }
    for key, title, value in _TITLES:
        if not known[key]:
            continue
        values = np.array([value(candidate) for candidate in candidates])
        best = np.flatnonzero(values <= values.min() + 1e-12)
        if len(best) == 1 and len(candidates) > 1:
            titles[int(best[0])].append(title)
    others = 0
    names = []
    for place, candidate in enumerate(candidates):
        if titles[place]:
            name = Text("、".join(title.zh for title in titles[place]), ", ".join(title.en for title in titles[place]))
        else:
            others += 1
            name = _numbered(others)
        names.append(_with_number(name, candidate) if tell_number else name)
    return names


def _numbered(number: int) -> Text:
    if number == 1:
        return _OTHER
    numeral = _NUMERALS[number - 1] if number <= len(_NUMERALS) else str(number)
    return Text(f"{_OTHER.zh}{numeral}", f"{_OTHER.en}, no. {number}")


def _with_number(name: Text, candidate: Candidate) -> Text:
    number = candidate.found.recipe.n_communities
    return Text(f"{name.zh}({number} 个社区)", f"{name.en} ({number} communities)")
