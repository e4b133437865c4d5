"""The two tables that several commands print: findings by kind, and plans side by side."""

import math

import pandas as pd

from api.cli.output import Output, figure
from gis.i18n import Text

__all__ = ["COMPARED", "show_comparison", "show_findings"]

COMPARED: tuple[tuple[str, Text, str], ...] = (
    ("n_communities", Text("社区数", "communities"), "count"),
    ("violations", Text("不合标准（处）", "violations"), "count"),
    ("max_deviation", Text("最大偏差", "greatest deviation"), "percent"),
    ("mean_polsby_popper", Text("平均紧凑度", "mean compactness"), "ratio"),
    ("internal_perimeter_m", Text("界线总长（米）", "boundary length (m)"), "count"),
    ("households_moved", Text("变动户数", "households moved"), "count"),
    ("moved_share", Text("变动比例", "share moved"), "percent"),
    ("today_line_share", Text("沿用现有界线", "along today's lines"), "percent"),
    ("road_line_share", Text("沿道路", "along roads"), "percent"),
    ("villages_split", Text("分割城中村", "villages split"), "count"),
    ("compounds_split", Text("分割小区", "compounds split"), "count"),
    ("total_workers_needed", Text("应配社区工作者", "workers needed"), "count"),
)


_TODAY = Text(
    "现状一行按规划单元计算：每个单元整体归入占其面积最大的社区；检查结果按实际界线计算，因此分割的城中村和小区可能更多",
    "the row of today goes by units, each wholly in the community that holds most of it; the audit goes by the lines as"
    " they run, so it may find more villages and compounds shared",
)


def show_findings(output: Output, summary: pd.DataFrame) -> None:
    """Print how many findings of each kind there are and whom they touch."""
    output.heading(Text("检查结果", "Findings"))
    if summary.empty:
        output.say(Text("没有发现问题", "nothing was found"))
        return
    output.table(
        [
            (Text("问题", "finding"), False),
            (Text("数量", "count"), True),
            (Text("面积（㎡）", "area (m2)"), True),
            (Text("涉及户数", "households"), True),
            (Text("涉及人口", "people"), True),
        ],
        [
            (
                row["label"] if output.lang == "zh" else row["label_en"],
                row["count"],
                *(figure(row[key], decimals=0) for key in ("area_m2", "households", "resident_population")),
            )
            for _, row in summary.iterrows()
        ],
    )


def show_comparison(output: Output, comparison: pd.DataFrame) -> None:
    """Print today's division and the alternatives in one table."""
    output.heading(Text("方案比选", "Alternatives side by side"))
    shown = [column for column in COMPARED if column[0] in comparison.columns]
    name = "name" if output.lang == "zh" else "name_en"
    output.table(
        [(Text("方案", "plan"), False), *((title, True) for _, title, _ in shown)],
        [
            (
                f"{number}  {row[name]}" if number != "today" else row[name],
                *(_cell(row[key], form) for key, _, form in shown),
            )
            for number, row in comparison.iterrows()
        ],
    )
    if "today" in comparison.index:
        output.say(_TODAY)


def _cell(value: float, form: str) -> str:
    if math.isnan(value):
        return "—"
    if form == "percent":
        return f"{value:.1%}"
    return figure(value, decimals=0 if form == "count" else 2)
