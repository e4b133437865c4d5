"""What several commands print: findings by kind, plans side by side, and what each plan does."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.cli.output import Output, figure
from gis.i18n import Text

if TYPE_CHECKING:
    import pandas as pd

    from boundaries import Explanation, Plan, Transfer

__all__ = ["COMPARED", "show_comparison", "show_explanations", "show_findings"]

_TRANSFERS_SHOWN = 3

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


def show_findings(output: Output, summary: "pd.DataFrame") -> None:
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


def show_comparison(output: Output, comparison: "pd.DataFrame") -> None:
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


def show_explanations(output: Output, plans: "Sequence[Plan]", explanations: "Sequence[Explanation]") -> None:
    """Print for each alternative what it does, its largest transfers with what they buy, and what speaks against it."""
    output.heading(Text("方案说明", "What each alternative does"))
    for number, (plan, told) in enumerate(zip(plans, explanations, strict=True), start=1):
        output.say(Text("{number}  {name}：{summary}", "{number}  {name}: {summary}"), number=number, name=plan.name,
                   summary=told.summary)  # fmt: skip
        for transfer in told.transfers[:_TRANSFERS_SHOWN]:
            output.say(
                Text(
                    "   · {source} → {target}：{load} {figure}{why}", "   · {source} → {target}: {load} {figure}{why}"
                ),
                source=transfer.source_name,
                target=transfer.target_name,
                load=figure(transfer.load),
                figure=transfer.figure,
                why=_why(transfer),
            )
        output.say(Text("   最可能的反对意见：{it}", "   the strongest objection: {it}"), it=told.objection)


def _why(transfer: "Transfer") -> Text:
    if not transfer.bought:
        return Text("", "")
    first = transfer.bought[0]
    return Text(f"，{first.zh}", f", {first.en}")


def _cell(value: float, form: str) -> str:
    if math.isnan(value):
        return "—"
    if form == "percent":
        return f"{value:.1%}"
    return figure(value, decimals=0 if form == "count" else 2)
