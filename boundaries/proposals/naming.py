"""Name each alternative by what it is best at among its peers, judged by the measures that the comparison shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.i18n import Text

__all__ = ["MERITS", "Merit", "name_alternatives"]


@dataclass(frozen=True)
class Merit:
    """A measure of the comparison that can give a plan its name.

    ``step`` is the last digit that the comparison shows: a lead that the reader cannot see names nothing.
    """

    key: str
    title: Text
    step: float
    more_is_better: bool = False


MERITS: tuple[Merit, ...] = (
    Merit("moved_share", Text("变动最少", "least change"), 0.001),
    Merit("internal_perimeter_m", Text("界线最短", "shortest boundaries"), 1.0),
    Merit("max_deviation", Text("规模最均衡", "most even size"), 0.001),
    Merit("mean_polsby_popper", Text("形状最紧凑", "most compact shapes"), 0.01, more_is_better=True),
    Merit("today_line_share", Text("沿用现有界线最多", "keeps most of today's lines"), 0.001, more_is_better=True),
    Merit("road_line_share", Text("沿道路划界最多", "follows roads most"), 0.001, more_is_better=True),
)
_MIDDLE, _OTHER = Text("折中方案", "a middle way"), Text("备选方案", "another option")
_NUMERALS = ("", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def name_alternatives(
    measures: Sequence[Mapping[str, float]], *, n_communities: Sequence[int] | None = None
) -> list[Text]:
    """Give each alternative a name that is true among those given.

    Parameters
    ----------
    measures
        The measures of each alternative by key, as the comparison shows them; those missing name nothing.
    n_communities
        How many communities each has, to be told in the name; None leaves it out.

    Returns
    -------
    list of Text
        What it is best at, alone and visibly so; else "a middle way" where it is worst in nothing, else
        "another option".
    """
    titles: list[list[Text]] = [[] for _ in measures]
    is_worst = np.zeros(len(measures), dtype=bool)
    for merit in MERITS:
        shown = _as_shown(measures, merit)
        if shown is None or shown.min() == shown.max():
            continue
        best = np.flatnonzero(shown == shown.min())
        if len(best) == 1:
            titles[int(best[0])].append(merit.title)
        is_worst |= shown == shown.max()
    names = _named(titles, is_worst)
    return names if n_communities is None else [_with_number(*pair) for pair in zip(names, n_communities, strict=True)]


def _as_shown(measures: Sequence[Mapping[str, float]], merit: Merit) -> NDArray[np.float64] | None:
    """Give the measure in steps of its last shown digit, small for good; None where some alternative lacks it."""
    values = np.array([own.get(merit.key, np.nan) for own in measures], dtype=np.float64)
    if not np.isfinite(values).all() or not len(values):
        return None
    return np.round(values / merit.step) * (-1 if merit.more_is_better else 1)


def _named(titles: list[list[Text]], is_worst: NDArray[np.bool_]) -> list[Text]:
    seen = {_MIDDLE: 0, _OTHER: 0}
    names = []
    for own, worst in zip(titles, is_worst, strict=True):
        if own:
            names.append(Text("、".join(title.zh for title in own), ", ".join(title.en for title in own)))
            continue
        word = _OTHER if worst else _MIDDLE
        seen[word] += 1
        names.append(_numbered(word, seen[word]))
    return names


def _numbered(word: Text, number: int) -> Text:
    if number == 1:
        return word
    numeral = _NUMERALS[number - 1] if number <= len(_NUMERALS) else str(number)
    return Text(f"{word.zh}{numeral}", f"{word.en}, no. {number}")


def _with_number(name: Text, number: int) -> Text:
    return Text(f"{name.zh}（{number} 个社区）", f"{name.en} ({number} communities)")
