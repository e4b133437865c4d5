"""The words on maps, and figures as a reader wants them, in both languages."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gis.i18n import Text

__all__ = ["WORDS", "area_text", "as_pair", "count_text", "is_known", "plain_text", "width_text"]

Pair = list[str]
"""A text for the page: Chinese, English."""

WORDS: Mapping[str, Text] = {
    "mark": Text("示意图，不作为划界依据", "Sketch map; not a basis for boundaries"),
    "approval": Text("审图号：", "Map approval no.:"),
    "date": Text("制图日期：", "Date:"),
    "source": Text("资料来源：", "Source:"),
    "legend": Text("图例与图层", "Legend and layers"),
    "findings": Text("问题清单", "Findings"),
    "all": Text("全选", "All"),
    "none": Text("清空", "None"),
    "search": Text("按名称筛选", "Filter by name"),
    "order": Text("排序", "Order"),
    "by_people": Text("按人数", "By people"),
    "by_severity": Text("按级别", "By severity"),
    "previous": Text("上一个", "Previous"),
    "next": Text("下一个", "Next"),
    "of": Text("第 {at} 个，共 {count} 个", "{at} of {count}"),
    "shown": Text("共 {count} 个", "{count} findings"),
    "nothing": Text("没有符合条件的问题", "No finding matches"),
    "nothing_found": Text("没有发现问题", "Nothing was found"),
    "placeless": Text("此问题没有图形位置", "This finding has no place on the map"),
    "whole": Text("显示全图", "Whole map"),
    "language": Text("English", "中文"),
    "panel": Text("收起/展开面板", "Fold or unfold the panel"),
    "labels": Text("名称与户数注记", "Names, with households"),
    "names": Text("名称注记", "Names"),
    "communities": Text("社区一览", "Communities"),
    "community": Text("社区", "Community"),
    "total": Text("合计", "Total"),
    "north": Text("北", "N"),
    "close": Text("关闭", "Close"),
}  # fmt: skip

AREA, WIDTH = Text("面积", "area"), Text("宽度", "width")
HOUSEHOLDS, PEOPLE = Text("户数", "households"), Text("人口", "people")
SEVERITY, BASIS = Text("级别", "severity"), Text("人数依据", "people counted from")
UNITS_COUNT = Text("规划单元数", "units")
SEVERITIES: Mapping[str, Text] = {
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
}
BASES: Mapping[str, Text] = {
    "units": Text("规划单元", "units"),
    "compounds": Text("小区", "compounds"),
    "buildings": Text("楼栋", "buildings"),
    "area_weighted": Text("按面积估算", "estimate by area"),
    "own_figure": Text("图层自身数字", "the layer's own figure"),
}
UNKNOWN = Text("不详", "unknown")
CHOICES: Mapping[str, Text] = {
    "keep": Text("保留", "keep"),
    "managed": Text("代管", "managed for the time being"),
    "convert": Text("村改居", "convert"),
    "rigid": Text("刚性", "rigid"),
    "elastic": Text("弹性", "elastic"),
}

_SQUARE_KM_FROM_M2 = 100_000


def is_known(value: Any) -> bool:
    """Say whether a cell holds a value: not None, NaN or NA, and not an empty text."""
    if isinstance(value, tuple | list):
        return bool(value)
    return not bool(pd.isna(value)) and value != ""


def count_text(value: Any) -> Text:
    """Write a count of households or people: whole, with thousands parted; unknown is said in words.

    Examples
    --------
    >>> count_text(1157.4).en, count_text(float("nan")).en
    ('1,157', 'unknown')
    """
    if not is_known(value) or not math.isfinite(value):
        return UNKNOWN
    written = f"{round(float(value)):,}"
    return Text(written, written)


def area_text(square_metres: Any) -> Text:
    """Write an area: square kilometres from a tenth of one on, else square metres.

    Examples
    --------
    >>> area_text(1157.25).zh, area_text(0.42).en, area_text(2_340_000).en
    ('1,157 ㎡', '0.42 m²', '2.34 km²')
    """
    if not is_known(square_metres) or not math.isfinite(square_metres):
        return UNKNOWN
    if square_metres >= _SQUARE_KM_FROM_M2:
        return Text(f"{square_metres / 1e6:,.2f} km²", f"{square_metres / 1e6:,.2f} km²")
    digits = 0 if square_metres >= 100 else 1 if square_metres >= 10 else 2  # noqa: PLR2004
    written = f"{square_metres:,.{digits}f}"
    return Text(f"{written} ㎡", f"{written} m²")


def width_text(metres: Any) -> Text:
    """Write a width in metres.

    Examples
    --------
    >>> width_text(0.314).zh
    '0.31 米'
    """
    if not is_known(metres) or not math.isfinite(metres):
        return UNKNOWN
    written = f"{metres:,.{2 if metres < 10 else 0}f}"  # noqa: PLR2004
    return Text(f"{written} 米", f"{written} m")


def plain_text(value: Any) -> Text:
    """Write a cell that is no figure: choices in words, all else as it stands."""
    written = str(value)
    return CHOICES.get(written, Text(written, written))


def as_pair(text: Text) -> Pair:
    """Give a text for the page."""
    return [text.zh, text.en]
