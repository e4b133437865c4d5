"""Commands that make a project and bring layers into it: ``init``, ``import``."""

from typing import Annotated

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.errors import UsageError
from api.workflow import Imported, ImportRequest, create_project, import_file, import_sample, preview_file
from gis.i18n import Text, listed
from gis.kinds import schema_of
from gis.project import Project

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    app.command("init")(init)
    app.command("import")(import_layer)


def init(
    folder: ProjectArgument,
    name: Annotated[str | None, typer.Option(help="项目名称（默认取文件夹名）· project name")] = None,
    crs: Annotated[
        str | None, typer.Option(help="工作坐标系，如 EPSG:4547；不填则由首个图层决定 · working CRS")
    ] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help="装入自带的示例县城 · fill with the bundled county")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """新建项目 · make a project folder."""
    output = output_for(lang, as_json=as_json)
    project = create_project(folder, name=name, crs=crs, sample=sample)
    imported = []
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
    kind: Annotated[str, typer.Option(help="图层类型，如 communities、units · kind of layer")],
    name: Annotated[str | None, typer.Option(help="在项目中的名称（默认同类型）· name in the project")] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层名 · layer inside the file")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未声明时的坐标系 · CRS when the file states none")] = None,
    datum: Annotated[str | None, typer.Option(help="wgs84 | cgcs2000 | gcj02 | bd09")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码，如 GB18030 · attribute encoding")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="列对应：标准列=源列，可重复，如 households=H_CNT；源列留空表示没有此列 · standard=source; empty: none"
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示列对应，不导入 · show the mapping only")] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """导入图层 · import a layer into the project."""
    output = output_for(lang, as_json=as_json)
    request = ImportRequest(
        path=path,
        kind=kind,
        name=name or kind,
        layer=layer,
        crs=crs,
        datum=datum,
        encoding=encoding,
        columns=_column_pairs(column or []),
    )
    project = Project.open(folder)
    if dry_run:
        report = preview_file(request)
    else:
        result = import_file(project, request)
        report = result.report
        _say_imported(output, result.name, result.kind, result.version.rows, result.version.number)
    for line in report.lines(output.lang):
        output.say(Text("    {line}", "    {line}"), line=line)
    output.emit({"kind": kind, "imported": not dry_run, "report": report.in_language(output.lang)})


def _imported_record(output: Output, result: Imported) -> dict[str, object]:
    return {
        "name": result.name,
        "kind": result.kind,
        "features": result.version.rows,
        "report": result.report.in_language(output.lang),
    }


def _say_imported(output: Output, name: str, kind: str, rows: int, number: int) -> None:
    label = schema_of(kind).label
    output.say(
        Text(
            "  {label}（{name}）：{rows} 个要素，第 {number} 版",
            "  {label} ({name}): {rows} features, version {number}",
        ),
        label=label,
        name=name,
        rows=rows,
        number=number,
    )


def _column_pairs(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    for pair, (target, _, _) in zip(pairs, split, strict=True):
        if not target.strip() or "=" not in pair:
            raise UsageError("column-pair-invalid", pair=pair)
    targets = [target.strip() for target, _, _ in split]
    if len(set(targets)) < len(targets):
        raise UsageError("column-pair-invalid", pair=listed(pairs))
    return {target.strip(): source.strip() for target, _, source in split}
