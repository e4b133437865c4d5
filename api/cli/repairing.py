"""Commands that mend a layer: ``repair``, and ``accept`` for what is right as it is."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.analysis import records
from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output, figure
from gis.i18n import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from api.workflow.repairing import Repaired

__all__ = ["register"]

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    app.command("repair")(repair)
    app.command("accept")(accept)


def repair(
    folder: ProjectArgument,
    layer: Annotated[
        str, typer.Option(help="要修复的图层（名称或类型）· which layer, by name or kind")
    ] = "communities",
    rule: Annotated[
        str,
        typer.Option(
            help="归属规则 · who gets contested or unclaimed ground: longest_border | largest_area | smallest_area | "
            "fewest_households | most_compact | priority | village_owner"
        ),
    ] = "longest_border",
    priority: Annotated[
        list[str] | None, typer.Option(help="优先顺序中的标识，可重复 · an id in order of priority; repeat it")
    ] = None,
    wide_gaps: Annotated[str, typer.Option(help="宽空白 · wide gaps: leave | fill")] = "leave",
    enclaves: Annotated[str, typer.Option(help="一个要素内部的空白 · gaps inside one: leave | fill")] = "leave",
    duplicates: Annotated[str, typer.Option(help="重复 · duplicates: leave | drop_later")] = "leave",
    containments: Annotated[str, typer.Option(help="包含 · containments: leave | cut_out | drop_inner")] = "leave",
    max_gap_width: Annotated[float, typer.Option(help="填补不宽于此（米）的空白 · fill gaps up to this width")] = 10.0,
    min_border: Annotated[float, typer.Option(help="公共边短于此（米）者不得 · least shared border (m)")] = 0.0,
    undo: Annotated[str | None, typer.Option(help="撤销上次修复中的一项修改 · take back one change, by its id")] = None,
    *,
    follow_roads: Annotated[
        bool, typer.Option("--follow-roads", help="以道路中心线为新界线 · road centre lines become the new lines")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示将如何修改 · only show what would change")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """修复重叠和空白，逐处记录 · mend overlaps and gaps, and log every change."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.repairing import repair_project, undo_in_project
    from boundaries.repair import RepairRules
    from gis.project import Project

    project = Project.open(folder)
    if undo is not None:
        version = undo_in_project(project, layer=layer, change=undo)
        output.say(
            Text(
                "已撤销 {change}；{name} 现为第 {number} 版", "{change} is taken back; {name} is now version {number}"
            ),
            change=undo,
            name=version.name,
            number=version.number,
        )
        output.emit({"undone": undo, "version": version.as_dict()})
        return
    rules = RepairRules(
        overlaps=rule,  # type: ignore[arg-type]  # a word; the rules refuse those that they do not know
        gaps=rule,  # type: ignore[arg-type]
        wide_gaps=wide_gaps,  # type: ignore[arg-type]
        enclaves=enclaves,  # type: ignore[arg-type]
        duplicates=duplicates,  # type: ignore[arg-type]
        containments=containments,  # type: ignore[arg-type]
        max_gap_width_m=max_gap_width,
        min_border_m=min_border,
        priority=tuple(priority or ()),
        follow_roads=follow_roads,
    )
    with output.progress(Text("修复", "repairing")):
        repaired = repair_project(project, layer=layer, rules=rules, dry_run=dry_run)
    _show(output, repaired, dry_run=dry_run)


def _show(output: Output, repaired: "Repaired", *, dry_run: bool) -> None:
    import pandas as pd

    changes, remaining = repaired.repair.changes, repaired.repair.remaining
    names = repaired.names
    if changes.empty:
        output.say(Text("没有需要修改的地方", "there is nothing to change"))
    else:
        _list(output, Text("修改", "Changes"), changes)
        output.heading(Text("各要素的变化", "Who gains and loses"))
        output.table(
            [
                (Text("要素", "polygon"), False),
                (Text("增加（㎡）", "gained (m2)"), True),
                (Text("减少（㎡）", "lost (m2)"), True),
                (Text("增加户数", "households gained"), True),
                (Text("减少户数", "households lost"), True),
                (Text("增加人口", "people gained"), True),
                (Text("减少人口", "people lost"), True),
            ],
            [
                (names.get(str(one), str(one)), *(figure(value, decimals=0) for value in row))
                for one, row in zip(repaired.moved.index, repaired.moved.to_numpy().tolist(), strict=True)
            ],
        )
    if len(remaining):
        _list(output, Text("仍需决定", "Still to be decided"), remaining)
    if repaired.version is not None:
        output.say(
            Text("\n{name} 现为第 {number} 版", "\n{name} is now version {number}"),
            name=repaired.version.name,
            number=repaired.version.number,
        )
    elif dry_run:
        output.say(Text("\n以上只是预演，没有保存", "\nThis was a dry run; nothing is stored"))
    output.emit(
        {
            "layer": repaired.name,
            "version": None if repaired.version is None else repaired.version.as_dict(),
            "changes": records(pd.DataFrame(changes.drop(columns="geometry")).reset_index()),
            "moved": records(repaired.moved.reset_index()),
            "remaining": records(pd.DataFrame(remaining.drop(columns="geometry")).reset_index()),
            "accepted": dict(repaired.repair.accepted["reason"]),
        }
    )


def _list(output: Output, title: Text, rows: "gpd.GeoDataFrame") -> None:
    output.heading(Text(f"{title.zh}（{len(rows)}）", f"{title.en} ({len(rows)})"))
    column = "message" if output.lang == "zh" else "message_en"
    for one, message in rows[column].head(_SHOWN).items():
        output.say(Text("  · {message}  [{id}]", "  · {message}  [{id}]"), message=message, id=one)
    if len(rows) > _SHOWN:
        output.say(Text("  · 另有 {rest} 项", "  · and {rest} more"), rest=len(rows) - _SHOWN)


def accept(
    folder: ProjectArgument,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="问题的标识 · id of the finding")],
    reason: Annotated[str | None, typer.Option(help="理由 · why it is right as it is")] = None,
    *,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="取消认可 · accept it no longer")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """认可一个问题保留不动，记下理由 · keep a finding as it is, with the reason."""
    output = output_for(lang, as_json=as_json)

    from api.errors import UsageError
    from api.workflow.repairing import accept_finding
    from gis.project import Project

    if withdraw == bool(reason and reason.strip()):
        raise UsageError("wrong-use", reason="--reason | --withdraw")
    message = accept_finding(Project.open(folder), finding, reason=reason)
    said = (
        Text("不再认可：{message}", "accepted no longer: {message}")
        if withdraw
        else Text("已认可：{message}（理由：{reason}）", "accepted: {message} ({reason})")
    )
    output.say(said, message=message, reason=reason or "")
    output.emit({"finding": finding, "reason": reason})
