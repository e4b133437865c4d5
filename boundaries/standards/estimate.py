"""How many communities a number of households asks for."""

import math
from dataclasses import dataclass

from boundaries.errors import StandardError
from boundaries.standards.profile import Standard
from gis.i18n import Text

__all__ = ["COLUMN_WORDS", "CommunityEstimate", "communities_needed"]

RESERVE_FOR_GROWTH = 0.1
_ROUNDING = 1e-9  # 0.9 * 3000 is not always exactly 2700 in floating point

COLUMN_WORDS = {"households": Text("户", "households"), "dwellings": Text("套住宅", "dwellings")}


@dataclass(frozen=True)
class CommunityEstimate:
    """The least and the greatest number of communities that fit a standard, the number suggested, and why.

    ``high`` is None when the standard sets no minimum. No number fits when ``low`` exceeds ``high``.
    """

    low: int
    high: int | None
    suggested: int
    why: Text

    @property
    def fits(self) -> bool:
        """Whether any number of communities keeps all of them within the standard on average."""
        return self.high is None or self.low <= self.high


def communities_needed(
    households: float, standard: Standard, *, reserve: float = RESERVE_FOR_GROWTH
) -> CommunityEstimate:
    """Estimate how many communities (or grids, by a grid profile) are needed.

    Parameters
    ----------
    households
        The total of the standard's ``column`` in the planning area.
    standard
        A profile with a maximum, or with a target.
    reserve
        Room for growth, as a share of the maximum: the suggestion fills communities to ``(1 - reserve) * maximum``.

    Returns
    -------
    CommunityEstimate
        ``low = ceil(total / maximum)``, ``high = floor(total / minimum)`` and ``suggested = ceil(total / ((1 -
        reserve) * maximum))`` clipped to both; for a profile with only a target, the numbers on both sides of
        ``total / target`` and the nearer one. ``why`` gives the reasons in words.

    Raises
    ------
    StandardError
        ``total-invalid``, ``reserve-invalid``, or ``standard-without-size`` for a profile with neither.

    Examples
    --------
    >>> from boundaries.standards import load_standard
    >>> estimate = communities_needed(45_000, load_standard("national_2026"))
    >>> estimate.low, estimate.high, estimate.suggested
    (15, 45, 17)
    """
    if not (math.isfinite(households) and households >= 0):
        raise StandardError("total-invalid", value=households)
    if not 0 <= reserve < 1:
        raise StandardError("reserve-invalid", value=reserve)
    if standard.maximum:
        return _by_bounds(households, standard, maximum=standard.maximum, reserve=reserve)
    if standard.target:
        return _by_target(households, standard, target=standard.target)
    raise StandardError("standard-without-size", standard=standard.key)


def _by_bounds(total: float, standard: Standard, *, maximum: float, reserve: float) -> CommunityEstimate:
    low = _ceil(total / maximum)
    high = math.floor(total / standard.minimum + _ROUNDING) if standard.minimum else None
    wanted = _ceil(total / ((1 - reserve) * maximum))
    suggested = max(low, wanted if high is None else min(wanted, high))
    return CommunityEstimate(low, high, suggested, _why(total, standard, low, high, suggested, reserve))


def _ceil(ratio: float) -> int:
    return math.ceil(ratio - _ROUNDING)


def _why(total: float, standard: Standard, low: int, high: int | None, suggested: int, reserve: float) -> Text:
    word = COLUMN_WORDS[standard.column]
    zh = (
        f"共 {total:,.0f} {word.zh}，按{standard.label.zh}，"
        f"每个不超过 {standard.maximum:,.0f} {word.zh}，至少需要 {low} 个"
    )
    en = (
        f"{total:,.0f} {word.en} in all; by the {standard.label.en}, at most {standard.maximum:,.0f} each, "
        f"so at least {low} are needed"
    )
    if high is not None:
        zh += f"；每个不少于 {standard.minimum:,.0f} {word.zh}，至多 {high} 个"
        en += f"; at least {standard.minimum:,.0f} each, so at most {high}"
    if high is not None and low > high:
        zh += f"；没有任何数量能使每个都在标准之内；取最接近的 {suggested} 个"
        en += f". No number keeps all of them within the standard; {suggested} is the nearest"
    else:
        zh += f"；预留 {reserve:.0%} 的增长余地，建议 {suggested} 个"
        en += f". With {reserve:.0%} room for growth, {suggested} are suggested"
    return Text(zh + _caveat(standard).zh, en + _caveat(standard).en)


def _by_target(total: float, standard: Standard, *, target: float) -> CommunityEstimate:
    ratio = total / target
    low, high = math.floor(ratio), math.ceil(ratio)
    suggested = max(1, math.floor(ratio + 0.5)) if total else 0
    low, high = min(low, suggested), max(high, suggested)
    if total:
        low = max(1, low)
    word = COLUMN_WORDS[standard.column]
    why = Text(
        f"共 {total:,.0f} {word.zh}，按{standard.label.zh}，每个约 {target:,.0f} {word.zh}，建议 {suggested} 个",
        f"{total:,.0f} {word.en} in all; by the {standard.label.en}, "
        f"about {target:,.0f} each, {suggested} are suggested",
    )
    return CommunityEstimate(low, high, suggested, Text(why.zh + _caveat(standard).zh, why.en + _caveat(standard).en))


def _caveat(standard: Standard) -> Text:
    if standard.repealed:
        return Text("（该标准已废止，仅供对照）", " (this standard is repealed; for comparison only)")
    if standard.advisory:
        return Text("（指导性标准，可按实际需要调整）", " (advisory; other sizes are allowed by need)")
    return Text("", "")
