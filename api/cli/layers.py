"""Commands that make a project and bring layers into it: ``init``, ``import``."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.errors import UsageError
from gis.i18n import Text, listed
from gis.kinds import schema_of

if TYPE_CHECKING:
    from api.workflow import Imported
    from gis.decisions import Question
    from gis.io.preview import Preview

__all__ = ["column_pairs", "register", "say_lines"]

_PROBLEMS = 1
_ROWS_TOLD = 20  # of each kind of fault or repair; --json tells all


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    app.command("init")(init)
    app.command("import")(import_layer)


def init(
    folder: ProjectArgument,
    name: Annotated[str | None, typer.Option(help="项目名称(默认取文件夹名)· project name")] = None,
    crs: Annotated[str | None, typer.Option(help="工作坐标系,如 EPSG:4547;不填则由首个图层决定 · working CRS")] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help="装入自带的示例县城 · fill with the bundled county")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """新建项目 · make a project folder."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.importing import create_project, import_sample
    from api.workflow.undoing import undone_on_failure

    imported = []
    with undone_on_failure(folder):
        project = create_project(folder, name=name, crs=crs, sample=sample)
        if sample:
            with output.progress(Text("生成并导入示例县城", "making and importing the sample county")) as stage:
                imported = import_sample(project, progress=stage)
    output.say(Text("已建立项目 {folder}", "project {folder} is ready"), folder=folder)
    for result in imported:
        _say_imported(output, result.name, result.kind, result.version.rows, result.version.number)
        for note in (*result.report.faults, *result.report.repairs):
            output.say(Text("    {id}:{text}", "    {id}: {text}"), id=note.id, text=note.text)
    output.emit({"project": str(folder), "layers": [_imported_record(output, result) for result in imported]})


def import_layer(
    folder: ProjectArgument,
    path: Annotated[str, typer.Argument(metavar="FILE", help="文件、文件夹或 .zip · file, folder or .zip")],
    kind: Annotated[str, typer.Option(help="图层类型,如 communities、units · kind of layer")],
    name: Annotated[str | None, typer.Option(help="在项目中的名称(默认同类型)· name in the project")] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层名 · layer inside the file")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未声明时的坐标系 · CRS when the file states none")] = None,
    datum: Annotated[str | None, typer.Option(help="wgs84 | cgcs2000 | gcj02 | bd09")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码,如 GB18030 · attribute encoding")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="列对应:标准列=源列,可重复,如 households=H_CNT;源列留空表示没有此列 · standard=source; empty: none"
        ),
    ] = None,
    *,
    swap_xy: Annotated[
        bool | None, typer.Option("--swap-xy/--no-swap-xy", help="先互换 x 与 y · exchange x and y first")
    ] = None,
    mend: Annotated[
        bool | None,
        typer.Option(
            "--mend/--no-mend", help="修复不合法的环（默认）；--no-mend 留给检查 · mend invalid rings (default)"
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="只显示会怎样读入和全部问题，不导入 · show mapping and every problem; nothing is stored"
        ),
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """导入图层 · import a layer into the project."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.importing import ImportRequest, import_file, preview_file
    from gis.project import Project

    request = ImportRequest(
        path=path,
        kind=kind,
        name=name or kind,
        layer=layer,
        crs=crs,
        datum=datum,
        encoding=encoding,
        swap_xy=swap_xy,
        mend_rings=mend,
        columns=column_pairs(column or []),
    )
    with Project.open(folder) as project:
        if dry_run:
            return _say_preview(output, kind, preview_file(project, request))
        with output.progress(Text("读入并存入项目", "reading and storing")):
            result = import_file(project, request)
    _say_imported(output, result.name, result.kind, result.version.rows, result.version.number)
    say_lines(
        output,
        [
            *(note.in_language(output.lang) for note in result.notes),
            *result.report.lines(output.lang, rows_of_a_code=_ROWS_TOLD),
        ],
    )
    output.emit({"kind": kind, "imported": True, "report": result.report.in_language(output.lang)})
    return 0


def _say_preview(output: Output, kind: str, found: "Preview") -> int:
    """Tell what importing would do; give the exit status, 1 when something stands in its way."""
    say_lines(output, found.report.lines(output.lang, rows_of_a_code=_ROWS_TOLD))
    for question in found.report.questions:
        _say_choices(output, _column_choices(kind, question))
    for problem in found.problems:
        output.say(Text("  不能导入：{text}", "  in the way: {text}"), text=problem.text)
        if problem.code.startswith("crs-"):
            _say_choices(output, [f"--crs {option}" for option in problem.options])
    if found.is_ready:
        output.say(
            Text(
                "  可以导入：去掉 --dry-run 再运行一次，以上列对应将记入 quhua.toml",
                "  ready: run it again without --dry-run; the mapping above will be kept in quhua.toml",
            )
        )
    output.emit({"kind": kind, "imported": False, **found.in_language(output.lang)})
    return 0 if found.is_ready else _PROBLEMS


def _column_choices(kind: str, question: "Question") -> list[str]:
    """Write the options of the command that answer a question about columns."""
    if question.code == "column-several":
        return [f"--column {question.column}={option}" for option in question.options]
    if question.code in {"column-ambiguous", "column-cut", "column-values"}:
        standard = [option for option in question.options if schema_of(kind).field(option)]
        return [f"--column {option}={question.column}" for option in standard]
    return []


def _say_choices(output: Output, choices: list[str]) -> None:
    if choices:
        output.say(
            Text("    可选：{choices}", "    to choose from: {choices}"), choices=listed(choices, limit=len(choices))
        )


def say_lines(output: Output, lines: list[str]) -> None:
    """Print lines that belong to the sentence above them."""
    for line in lines:
        output.say(Text("    {line}", "    {line}"), line=line)


def _imported_record(output: Output, result: "Imported") -> dict[str, object]:
    return {
        "name": result.name,
        "kind": result.kind,
        "features": result.version.rows,
        "report": result.report.in_language(output.lang),
    }


def _say_imported(output: Output, name: str, kind: str, rows: int, number: int) -> None:
    label = schema_of(kind).label
    output.say(
        Text("  {label}({name}):{rows} 个要素,第 {number} 版", "  {label} ({name}): {rows} features, version {number}"),
        label=label,
        name=name,
        rows=rows,
        number=number,
    )


def column_pairs(pairs: list[str]) -> dict[str, str]:
    """Read what ``--column`` states, standard column -> source column.

    Raises
    ------
    UsageError
        ``column-pair-invalid``.
    """
    split = [pair.partition("=") for pair in pairs]
    for pair, (target, _, _) in zip(pairs, split, strict=True):
        if not target.strip() or "=" not in pair:
            raise UsageError("column-pair-invalid", pair=pair)
    targets = [target.strip() for target, _, _ in split]
    if len(set(targets)) < len(targets):
        raise UsageError("column-pair-invalid", pair=listed(pairs))
    return {target.strip(): source.strip() for target, _, source in split}
