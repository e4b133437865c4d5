"""The command ``plans``: the plans of a project, or the edits of one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from gis.i18n import Text

if TYPE_CHECKING:
    from gis.store import LoggedEdit

__all__ = ["register"]

_DEEDS = {
    "save": Text("整存", "kept whole"),
    "delete": Text("删除", "deleted"),
    "stroke": Text("移动单元", "stroke"),
    "merge": Text("合并", "merge"),
    "settle": Text("合并（无改动）", "merge, nothing taken"),
    "restore": Text("回到旧版本", "back to a version"),
    "undo": Text("撤销", "undo"),
    "redo": Text("重做", "redo"),
    "lock": Text("锁定", "lock"),
    "unlock": Text("解锁", "unlock"),
    "submit": Text("提交", "submit"),
    "reopen": Text("退回", "reopen"),
    "name": Text("命名版本", "name a version"),
}
_DEEDS["create"] = Text("新建", "made")  # the reason where none is given
_WHO = Text("操作人", "who")
_TIME = Text("时间", "time")


def register(app: typer.Typer) -> None:
    """Add this file's command to the table."""
    app.command("plans")(plans)


def plans(
    folder: ProjectArgument,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="方案名称，不填则列出全部 · a plan; all by default")
    ] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """方案及其修改记录 · the plans, or the edits of one."""
    output = output_for(lang, as_json=as_json)

    from gis.project import Project

    with Project.open(folder) as project:
        if name is None:
            _list(output, project)
        else:
            _log(output, project, name)


def _list(output: Any, project: Any) -> None:
    from api.workflow.drafts.desk import line_of
    from boundaries.drafts.standing import standing_of
    from gis.store import Entity, read_log

    rows, told = [], []
    for entry in project.store.items(Entity.PLAN):
        _, document, version = project.store.load_plan(entry.name)
        log = read_log(project.store, entry.name)
        standing = standing_of(map(line_of, log))
        title = Text(document["title"]["zh"], document["title"]["en"])
        state = _state(submitted=standing.submitted, locked=standing.plan_locked)
        edits = document.get("edited", {}).get("edits", 0)
        rows.append((entry.name, title, version.number, edits, state, _when(version), version.author))
        told.append({**version.as_dict(), "title": document["title"], "edits": edits, "submitted": standing.submitted})
    output.table(
        [
            (Text("名称", "name"), False),
            (Text("标题", "title"), False),
            (Text("版本", "version"), True),
            (Text("修改", "edits"), True),
            (Text("状态", "state"), False),
            (_TIME, False),
            (_WHO, False),
        ],
        rows,
    )
    output.emit({"plans": told})


def _log(output: Any, project: Any, name: str) -> None:
    from gis.store import read_log

    log: list[LoggedEdit] = read_log(project.store, name)
    output.table(
        [
            (Text("版本", "version"), True),
            (Text("做了什么", "deed"), False),
            (Text("针对第几版", "of version"), True),
            (Text("单元数", "units"), True),
            (_TIME, False),
            (_WHO, False),
            (Text("原因", "why"), False),
        ],
        [
            (
                edit.version.number,
                _DEEDS.get(edit.deed, edit.deed),
                "" if edit.target is None else edit.target,
                edit.unit_count,
                _when(edit.version),
                edit.version.author,
                _DEEDS.get(edit.version.reason, edit.version.reason),
            )
            for edit in log
        ],
    )
    edits = [
        {**edit.version.as_dict(), "deed": edit.deed, "target": edit.target, "units": edit.unit_count} for edit in log
    ]
    output.emit({"plan": name, "log": edits})


def _state(*, submitted: bool, locked: bool) -> Text:
    if submitted:
        return Text("已提交", "submitted")
    return Text("已锁定", "locked") if locked else Text("可修改", "open")


def _when(version: Any) -> str:
    return f"{version.created_at.astimezone():%Y-%m-%d %H:%M:%S}"
