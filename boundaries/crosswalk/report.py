"""What a reader has to know about figures that were placed: totals, people outside, unknowns, estimates, doubles."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from boundaries.crosswalk.words import figure_word, figures_in_words, number_words, sentence
from gis.i18n import Text, listed

__all__ = ["PlacementReport"]

_TOTAL = Text(
    "{figure}：来源合计 {given}，落在目标内 {placed}，目标之外 {outside}",
    "{figure}: {given} in the sources, {placed} placed on targets, {outside} outside all of them",
)
_BASIS = Text(
    "其中{figure}：直接计数 {counted}，按楼栋或小区分摊 {dasymetric}，按面积估算 {area_weighted}",
    "of these {figure}: {counted} counted, {dasymetric} spread over buildings or compounds, "
    "{area_weighted} estimated by area",
)
_OUTSIDE = Text(
    "{count} 个来源要素全部或部分在所有目标之外（{figures}）：{ids}",
    "sources wholly or partly outside all targets ({figures}): {count} ({ids})",
)
_UNKNOWN = Text(
    "{count} 个来源要素没有{figure}（未知，不当作 0）：{ids}",
    "sources without {figure} (unknown, not taken as 0): {count} ({ids})",
)
_INCOMPLETE = Text(
    "{count} 个目标的数字不完整，因为其中有数字未知的来源：{ids}",
    "targets with incomplete figures, as a source in them is unknown: {count} ({ids})",
)
_EMPTY = Text("{count} 个目标没有任何来源覆盖：{ids}", "targets on which no source lies: {count} ({ids})")
_ESTIMATED = {
    "ancillary_not_given": Text(
        "没有给出楼栋或小区图层，{count} 个来源要素按面积估算：{ids}",
        "no layer of buildings or compounds is given; sources estimated by area: {count} ({ids})",
    ),
    "no_ancillary": Text(
        "{count} 个来源要素中没有楼栋或小区，按面积估算：{ids}",
        "sources estimated by area, as no building or compound lies in them: {count} ({ids})",
    ),
    "weight_unknown": Text(
        "{count} 个来源要素中的楼栋或小区缺少权重数字，按面积估算：{ids}",
        "sources estimated by area, as the buildings or compounds in them lack the weight: {count} ({ids})",
    ),
}
_CONTESTED = Text(
    "{count} 个来源要素所在的土地被多个目标重复占用，已在它们之间平分：{ids}",
    "sources on ground that several targets claim, divided evenly among these: {count} ({ids})",
)
_ROUNDED = Text(
    "{count} 个来源要素的{figure}不是整数，已取整且合计不变（合计四舍五入）：{ids}",
    "sources whose {figure} are no whole number, made whole together (their sum is rounded): {count} ({ids})",
)


@dataclass(frozen=True)
class PlacementReport:
    """Totals and everything that was found while figures were placed.

    Attributes
    ----------
    totals
        By figure: ``given`` (sum of the known sources as handed in), ``placed``, ``outside`` (these two add up to the
        given sum, made whole if so asked), ``counted``, ``dasymetric``, ``area_weighted`` (parts of ``placed``),
        ``unknown_sources``.
    outside
        Sources wholly or partly outside all targets: ``source_id``, ``share``, ``area_m2``, the amount of each figure.
    unknown
        ``figure``, ``source_id`` of each figure that a source does not know.
    rounded
        ``figure``, ``source_id`` of each figure that was no whole number and was made one.
    estimated
        ``source_id``, ``reason`` of sources placed by area: ``ancillary_not_given``, ``no_ancillary`` (none lies in the
        source) or ``weight_unknown``.
    contested_source_ids
        Sources with ground that several targets claim.
    incomplete_target_ids
        Targets on which a source with an unknown figure lies: what they have is not all.
    empty_target_ids
        Targets on which no source lies.
    double_counts
        People whom two sources count (:func:`find_double_counts`); they are in the totals twice.
    """

    totals: pd.DataFrame
    outside: pd.DataFrame
    unknown: pd.DataFrame
    rounded: pd.DataFrame
    estimated: pd.DataFrame
    contested_source_ids: tuple[str, ...]
    incomplete_target_ids: tuple[str, ...]
    empty_target_ids: tuple[str, ...]
    double_counts: pd.DataFrame

    def sentences(self) -> list[Text]:
        """Tell it all in both languages: the totals first, then what is doubtful."""
        return [*self._totals(), *self._doubts(), *self._doubles()]

    def _totals(self) -> Iterator[Text]:
        for figure, row in self.totals.iterrows():
            word = figure_word(str(figure))
            numbers = {str(name): number_words(value) for name, value in row.items()}
            yield sentence(_TOTAL, figure=word, **numbers)
            yield sentence(_BASIS, figure=word, **numbers)

    def _doubts(self) -> Iterator[Text]:
        if len(self.outside):
            sums = {figure: float(self.outside[figure].sum()) for figure in self.totals.index}
            yield _about(_OUTSIDE, tuple(self.outside["source_id"]), figures=figures_in_words(sums))
        for template, table in ((_UNKNOWN, self.unknown), (_ROUNDED, self.rounded)):
            for figure, rows in table.groupby("figure", sort=False):
                yield _about(template, tuple(rows["source_id"]), figure=figure_word(str(figure)))
        for reason, rows in self.estimated.groupby("reason"):
            yield _about(_ESTIMATED[str(reason)], tuple(rows["source_id"]))
        found = (
            (_CONTESTED, self.contested_source_ids),
            (_INCOMPLETE, self.incomplete_target_ids),
            (_EMPTY, self.empty_target_ids),
        )
        yield from (_about(template, ids) for template, ids in found if ids)

    def _doubles(self) -> Iterator[Text]:
        for zh, en in zip(self.double_counts["message"], self.double_counts["message_en"], strict=True):
            yield Text(zh, en)


def _about(template: Text, ids: tuple[str, ...], **facts: object) -> Text:
    return sentence(template, count=len(ids), ids=listed(ids), **facts)
