"""Commands on versions and on whole projects: ``history revert delete verify move export restore``."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.errors import UsageError
from api.workflow.common import author
from gis.backup import export_project, restore_project
from gis.i18n import Text, listed
from gis.project import Project
from gis.store import Entity, Version, copy_store, open_store, verify_store

__all__ = ["register"]

_ENTITIES = {
    Entity.LAYER: Text("图层", "layer"),
    Entity.FINDINGS: Text("检查结果", "findings"),
    Entity.PLAN: Text("方案", "plan"),
}
_REASONS = {
    "import": Text("导入", "import"),
    "audit": Text("检查", "audit"),
    "propose": Text("提出方案", "propose"),
    "revert": Text("恢复旧版本", "revert"),
    "delete": Text("删除", "delete"),
    "replaced by a new search": Text("被新的搜索取代", "replaced by a new search"),
}
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="图层、方案或检查结果的名称 · layer, plan or findings")
]
ReasonOption = Annotated[str, typer.Option(help="原因，记入历史 · why; kept in the history")]


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    for name, command in (
        ("history", history),
        ("revert", revert),
        ("delete", delete),
        ("verify", verify),
        ("move", move),
        ("export", export),
        ("restore", restore),
    ):
        app.command(name)(command)


def history(
    folder: ProjectArgument,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="不填则列出全部 · all by default")] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """版本历史：谁、何时、为何 · the versions of an item, or the newest of all."""
    output = output_for(lang, as_json=as_json)
    with Project.open(folder) as project:
        if name is None:
            versions = [entry.version for entry in project.store.items()]
        else:
            entity, found = _found(project, name)
            versions = project.store.history(found, entity=entity)
    output.table(
        [
            (Text("名称", "name"), False),
            (Text("种类", "what"), False),
            (Text("版本", "version"), True),
            (Text("时间", "time"), False),
            (Text("操作人", "who"), False),
            (Text("原因", "why"), False),
            (Text("行数", "rows"), True),
        ],
        [_row(version) for version in versions],
    )
    output.emit({"versions": [version.as_dict() for version in versions]})


def revert(
    folder: ProjectArgument,
    name: NameArgument,
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="恢复到第几版 · which version")],
    reason: ReasonOption = "revert",
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """恢复旧版本（作为新的一版）· bring an older version back, as a new one."""
    output = output_for(lang, as_json=as_json)
    with Project.open(folder) as project:
        entity, found = _found(project, name)
        made = project.store.restore(found, version, author=author(), reason=reason, entity=entity)
    _say_version(output, Text("{name} 已恢复，现为第 {number} 版", "{name} is back, now version {number}"), made)


def delete(
    folder: ProjectArgument,
    name: NameArgument,
    reason: ReasonOption = "delete",
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """删除（历史保留，可恢复）· delete; the history stays and can be brought back."""
    output = output_for(lang, as_json=as_json)
    with Project.open(folder) as project:
        entity, found = _found(project, name)
        made = project.store.delete(found, author=author(), reason=reason, entity=entity)
    _say_version(
        output, Text("{name} 已删除；quhua revert 可恢复", "{name} is deleted; quhua revert brings it back"), made
    )


def verify(folder: ProjectArgument, *, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """逐版核对内容与校验值 · hold every version against its hash."""
    output = output_for(lang, as_json=as_json)
    with Project.open(folder) as project:
        checked = verify_store(project.store)
    output.say(Text("{count} 个版本完好", "{count} versions are sound"), count=checked)
    output.emit({"sound_versions": checked})


def move(
    folder: ProjectArgument,
    database: Annotated[str, typer.Argument(metavar="DATABASE", help="文件名或 postgresql:// 地址 · file name or URL")],
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """把项目库移到另一个数据库，版本与校验值不变 · move the store to another database, all versions kept."""
    output = output_for(lang, as_json=as_json)
    with Project.open(folder) as project:
        place = database if "://" in database else str(project.folder / database)
        with open_store(place, create=True) as target, output.progress(Text("复制版本", "copying versions")) as stage:
            copied = copy_store(
                project.store,
                target,
                progress=lambda done, total: stage(Text("复制版本", "copying versions"), done / max(total, 1)),
            )
        project.settings.project.database = database
        project.save_settings()
    output.say(
        Text(
            "{count} 个版本已移到 {place}；原数据库保留未动",
            "{count} versions are in {place}; the old one is left as it is",
        ),
        count=copied,
        place=place,
    )
    output.emit({"versions": copied, "database": database})


def export(
    folder: ProjectArgument,
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="要写出的 .zip · the .zip to write")],
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """把整个项目导出为一个文件 · write the whole project as one archive."""
    output = output_for(lang, as_json=as_json)
    if archive.exists() or archive.suffix.lower() != ".zip" or not archive.parent.is_dir():
        raise UsageError("archive-target", path=archive)
    with Project.open(folder) as project:
        path = export_project(project, archive)
    output.say(Text("已写出 {path}", "wrote {path}"), path=path)
    output.emit({"archive": str(path)})


def restore(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="quhua export 写出的文件 · from quhua export")],
    folder: ProjectArgument,
    database: Annotated[str | None, typer.Option(help="文件名或 postgresql:// 地址 · file name or URL")] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """从导出文件还原项目 · make a project from an archive."""
    output = output_for(lang, as_json=as_json)
    with restore_project(archive, folder, database=database) as project:
        items = len(project.store.items())
    output.say(Text("已还原项目 {folder}", "project {folder} is restored"), folder=folder)
    output.emit({"project": str(folder), "items": items})


def _found(project: Project, asked: str) -> tuple[Entity, str]:
    """Find what a name stands for, deleted items too; ``plan:NAME`` tells a plan from a layer of the same name."""
    known = [(version.entity, version.name) for version in project.store.newest()]
    prefix, _, rest = asked.rpartition(":")
    matches = [(entity, name) for entity, name in known if name == rest and prefix in ("", str(entity))]
    if len(matches) != 1:
        found = [f"{entity}:{name}" for entity, name in (matches or known)]
        raise UsageError("item-unclear", name=asked, found=listed(found, limit=20))
    return matches[0]


def _row(version: Version) -> tuple[object, ...]:
    return (
        version.name,
        _ENTITIES[version.entity],
        version.number,
        f"{version.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
        version.author,
        _REASONS.get(version.reason, version.reason),
        version.rows,
    )


def _say_version(output: Output, text: Text, version: Version) -> None:
    output.say(text, name=version.name, number=version.number)
    output.emit({"version": version.as_dict()})
