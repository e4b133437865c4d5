"""The command that adds a table to a layer: ``join``."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.layers import column_pairs, say_lines
from api.cli.options import DryRunOption, JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.errors import UsageError
from gis.i18n import Text, listed

if TYPE_CHECKING:
    from api.workflow.joining import Joined

__all__ = ["register"]

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add this file's command to the table."""
    app.command("join")(join)


def join(
    folder: ProjectArgument,
    path: Annotated[str, typer.Argument(metavar="TABLE", help="表格 .xlsx、.csv、.txt · table")],
    to: Annotated[str, typer.Option(help="挂接到项目中的哪个图层 · layer of the project to add it to")],
    key: Annotated[
        str | None,
        typer.Option(
            help="按哪一列挂接：表格列，或 图层列=表格列；不填则自动判断 · column of the table, or layer=table"
        ),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表名 · sheet of a workbook")] = None,
    encoding: Annotated[str | None, typer.Option(help="文本表格的编码，如 GB18030 · encoding of a text table")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="列对应：标准列=表格列，可重复 · standard=source, may be repeated")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="确认相近的一对：要素标识=表格行号，可重复 · confirm a near match: id=row, may be repeated"),
    ] = None,
    *,
    dry_run: DryRunOption = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """把表格按代码或名称挂接到图层，成为新的一版 · add a table to a layer by code or name, as a new version."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.joining import JoinRequest, join_file
    from gis.project import Project

    request = JoinRequest(
        path=path,
        to=to,
        key=key,
        sheet=sheet,
        encoding=encoding,
        columns=column_pairs(column or []),
        accept=_accepted(accept or []),
    )
    with Project.open(folder) as project:
        done = join_file(project, request, store=not dry_run)
    _say(output, to, done)
    output.emit(_record(output, done))
    return 0 if done.version or done.join.columns else 1


def _accepted(pairs: list[str]) -> dict[str, int]:
    accepted: dict[str, int] = {}
    for pair in pairs:
        one, _, row = pair.rpartition("=")
        if not one.strip() or not row.strip().isdecimal() or one.strip() in accepted:
            raise UsageError("accept-pair-invalid", pair=pair)
        accepted[one.strip()] = int(row)
    return accepted


def _say(output: Output, to: str, done: "Joined") -> None:
    join = done.join
    if done.version:
        output.say(
            Text(
                "  {to}：{count} 个要素挂接了表格，第 {number} 版",
                "  {to}: {count} features joined, version {number}",
            ),
            to=to,
            count=join.matched,
            number=done.version.number,
        )
    say_lines(output, [note.in_language(output.lang) for note in done.notes])
    account = join.lines()
    say_lines(output, [line.in_language(output.lang) for line in account[: len(account) - len(join.near)]])
    for choice in join.columns:
        output.say(
            Text("    {target} ← {source}：{reason}", "    {target} <- {source}: {reason}"),
            target=choice.target,
            source=choice.source,
            reason=choice.reason,
        )
    for question in join.questions:
        output.say(Text("    待确认：{text}", "    to decide: {text}"), text=question.text)
    if done.unused_columns:
        unused = listed(done.unused_columns, limit=_SHOWN)
        output.say(Text("    未采用的列：{unused}", "    columns not used: {unused}"), unused=unused)
    _say_unmatched_rows(output, done)
    _say_near(output, done)


def _say_unmatched_rows(output: Output, done: "Joined") -> None:
    rows = done.join.unmatched_rows
    if rows:
        shown = listed([f"{row} {done.row_keys[row - 1]}" for row in rows], limit=_SHOWN)
        output.say(Text("    没有对应要素的行：{rows}", "    rows without a feature: {rows}"), rows=shown)


def _say_near(output: Output, done: "Joined") -> None:
    near = done.join.near[:_SHOWN]
    if not near:
        return
    output.heading(
        Text("可能对应，均未采用；确认后请加 --accept", "may belong together, none is used; confirm with --accept")
    )
    output.table(
        [
            (Text("图层", "layer"), False),
            (Text("表格行", "row"), True),
            (Text("表格", "table"), False),
            (Text("理由", "why"), False),
            (Text("确认", "confirm"), False),
        ],
        [(one.layer_key, one.row, one.table_key, one.reason, f"--accept {one.id}={one.row}") for one in near],
    )
    if len(done.join.near) > len(near):
        output.say(
            Text("另有 {rest} 对，用 --json 列出", "{rest} more pairs; --json lists them"),
            rest=len(done.join.near) - len(near),
        )


def _record(output: Output, done: "Joined") -> dict[str, object]:
    join, lang = done.join, output.lang
    return {
        "joined": done.version is not None,
        "version": done.version.number if done.version else None,
        "key": {"layer": join.key.layer_column, "table": join.key.table_column, "compared_as": join.key.compared_as},
        "matched": join.matched,
        "unmatched_ids": join.unmatched_ids,
        "unmatched_rows": [{"row": row, "key": done.row_keys[row - 1]} for row in join.unmatched_rows],
        "repeated_rows": [{"row": row, "key": done.row_keys[row - 1]} for row in join.repeated_rows],
        "repeated_ids": join.repeated_ids,
        "near": [
            {
                "id": one.id,
                "layer_key": one.layer_key,
                "row": one.row,
                "table_key": one.table_key,
                "likeness": one.likeness,
                "reason": one.reason.in_language(lang),
            }
            for one in join.near
        ],
        "columns": [
            {"target": one.target, "source": one.source, "how": one.how, "reason": one.reason.in_language(lang)}
            for one in join.columns
        ],
        "unused_columns": done.unused_columns,
        "questions": [
            {"code": one.code, "text": one.text.in_language(lang), "column": one.column, "options": one.options}
            for one in join.questions
        ],
        "notes": [note.in_language(lang) for note in done.notes],
    }
