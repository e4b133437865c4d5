"""Commands that judge and propose: ``audit``, ``propose``, ``compare``, ``summary``."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.cli.tables import show_comparison, show_explanations, show_findings
from api.errors import UsageError
from gis.errors import GisError
from gis.i18n import Text, listed
from gis.kinds import schema_of

if TYPE_CHECKING:
    import pandas as pd

    from boundaries.audit import Severity

__all__ = ["register"]

_FINDINGS_ABOVE = 1
_SHOWN = 10
_OPTIONS = {  # of propose, by their name in the settings
    "n_communities": "--communities",
    "minimum": "--minimum",
    "maximum": "--maximum",
    "alternatives": "--alternatives",
    "time_limit_s": "--time-limit",
    "seed": "--seed",
    "balance": "--balance",
}


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    app.command("audit")(audit)
    app.command("propose")(propose)
    app.command("summary")(summary)


def audit(
    folder: ProjectArgument,
    fail_on: Annotated[
        str | None,
        typer.Option(help="有此级别（high|medium|low）及以上的问题时以状态 1 退出 · exit 1 at this severity or above"),
    ] = None,
    output_file: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="另存为 .gpkg、.geojson 或 .xlsx · write the findings to a file"),
    ] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """检查图层：重叠、空白、交叉、编码、规模 · find overlaps, gaps, interleaving and more."""
    output = output_for(lang, as_json=as_json)

    import pandas as pd

    from api.workflow.auditing import audit_project, write_findings
    from boundaries.audit import Severity
    from gis.project import Project

    asked = severity(fail_on)
    project = Project.open(folder)
    with output.progress(Text("检查图层", "auditing layers")):
        audited = audit_project(project)
    show_findings(output, audited.summary)
    output.heading(Text(f"最要紧的 {_SHOWN} 个问题", f"The {_SHOWN} most pressing findings"))
    column = "message" if output.lang == "zh" else "message_en"
    pressing = audited.findings.assign(rank=[Severity(found).rank for found in audited.findings["severity"]])
    for finding, message in pressing.sort_values("rank", kind="stable")[column].head(_SHOWN).items():
        output.say(Text("  · {message} [{finding}]", "  · {message} [{finding}]"), message=message, finding=finding)
    _say_unchecked(output, audited.findings.attrs["audit_report"]["checks"])
    if output_file is not None:
        path = write_findings(audited.findings, output_file)
        output.say(Text("\n已写出 {path}", "\nwritten to {path}"), path=path)
    open_findings = audited.findings[audited.findings["accepted"] == ""]
    if accepted := len(audited.findings) - len(open_findings):
        output.say(
            Text("\n其中 {count} 个问题已经认可保留", "\n{count} of them are accepted as they are"), count=accepted
        )
    output.emit(
        {
            "version": audited.version.number,
            "summary": records(audited.summary.reset_index()),
            "findings": records(pd.DataFrame(audited.findings.drop(columns="geometry")).reset_index()),
            "report": audited.findings.attrs.get("audit_report"),
        }
    )
    ranks = [Severity(found).rank for found in open_findings["severity"]]
    return _FINDINGS_ABOVE if asked is not None and any(rank <= asked.rank for rank in ranks) else 0


def _unchecked(check: dict[str, Any]) -> tuple[str, str]:
    """Give the reason why a check was skipped, with the layer where the reason does not name it."""
    label = schema_of(check["layers"][0]).label
    zh, en = check["reason"], check["reason_en"]
    return (zh if label.zh in zh else f"{label.zh}：{zh}"), (en if label.en in en else f"{label.en}: {en}")


def _say_unchecked(output: Output, checks: list[dict[str, Any]]) -> None:
    """Say what could not be checked, each reason once."""
    reasons = {_unchecked(check) for check in checks if check["status"] == "skipped"}
    if reasons:
        told = Text("；".join(sorted(part[0] for part in reasons)), "; ".join(sorted(part[1] for part in reasons)))
        output.say(Text("\n部分检查未做：{reasons}", "\nSome checks were not made: {reasons}"), reasons=told)


def propose(
    folder: ProjectArgument,
    communities: Annotated[
        int | None, typer.Option(help="社区数；不填则在标准允许范围内自选 · how many; free by default")
    ] = None,
    minimum: Annotated[float | None, typer.Option(help="每个社区的下限 · lower bound per community")] = None,
    maximum: Annotated[float | None, typer.Option(help="每个社区的上限 · upper bound per community")] = None,
    alternatives: Annotated[
        int | None, typer.Option(help="方案个数，最多 50 · how many alternatives, 50 at most")
    ] = None,
    time_limit: Annotated[float | None, typer.Option(help="时限（秒）· time limit in seconds")] = None,
    seed: Annotated[int | None, typer.Option(help="随机种子；相同则方案相同 · same seed, same plans")] = None,
    balance: Annotated[
        str | None, typer.Option(help="均衡的数值列，默认 households · the figure that is balanced")
    ] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """提出社区划分方案 · propose alternative community divisions."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.proposing import propose_for_project
    from boundaries.errors import PlanError
    from gis.project import Project

    project = Project.open(folder)
    asked = {
        "n_communities": communities,
        "minimum": minimum,
        "maximum": maximum,
        "alternatives": alternatives,
        "time_limit_s": time_limit,
        "seed": seed,
        "balance": balance,
    }
    with output.progress(Text("搜索方案（首次运行需编译）", "searching (the first run compiles)")) as stage:
        try:
            proposed = propose_for_project(project, progress=stage, **asked)
        except PlanError as error:
            raise as_asked(error, asked) from error
    if proposed.estimate is not None:
        output.say(proposed.estimate.why)
    show_comparison(output, proposed.comparison)
    show_explanations(output, proposed.plans, proposed.explanations)
    for note in proposed.notes:
        output.say(note)
    output.emit(
        {
            "estimate": None
            if proposed.estimate is None
            else {
                "low": proposed.estimate.low,
                "high": proposed.estimate.high,
                "suggested": proposed.estimate.suggested,
            },
            "comparison": records(proposed.comparison.reset_index()),
            "plans": [
                {"name": name, "provenance": plan.provenance, "explanation": told.to_dict()}
                for name, plan, told in zip(proposed.names, proposed.plans, proposed.explanations, strict=True)
            ],
        }
    )


def as_asked(error: GisError, asked: Mapping[str, object]) -> GisError:
    """Name an option as the reader wrote it: on the command line, or else in the settings."""
    name = error.facts.get("option")
    if name not in _OPTIONS:
        return error
    written = _OPTIONS[name] if asked.get(name) is not None else f"quhua.toml [proposals] {name}"
    return type(error)(error.code, **(error.facts | {"option": written}))


def summary(folder: ProjectArgument, *, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """项目概况：问题、所需社区数、方案、地图 · what the project holds, on one page."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.overview import overview
    from gis.project import Project

    project = Project.open(folder)
    seen = overview(project)
    output.heading(Text(f"项目概况：{project.settings.project.name}", f"Overview: {project.settings.project.name}"))
    if seen.findings is None:
        output.say(Text("尚未检查；运行 quhua audit", "not audited yet; run quhua audit"))
    else:
        show_findings(output, seen.findings)
        if seen.stale:
            output.say(
                Text(
                    "检查之后图层又有更新（{layers}），以上结果可能过时；请重新运行 quhua audit",
                    "layers changed after the audit ({layers}), so this may be out of date; run quhua audit again",
                ),
                layers=listed(seen.stale),
            )
    if seen.estimate is not None:
        output.heading(Text("需要多少个社区", "How many communities are needed"))
        output.say(seen.estimate.why)
    for note in seen.notes:
        output.say(note)
    if seen.comparison is None:
        output.say(Text("尚无方案；运行 quhua propose", "no plans yet; run quhua propose"))
    else:
        show_comparison(output, seen.comparison)
    if seen.maps:
        output.heading(Text("地图（断网也能打开）", "Maps (they open with no network)"))
        for path in seen.maps:
            output.say(Text("  {path}", "  {path}"), path=str(path))
    output.emit(
        {
            "findings": None if seen.findings is None else records(seen.findings.reset_index()),
            "comparison": None if seen.comparison is None else records(seen.comparison.reset_index()),
            "maps": [str(path) for path in seen.maps],
        }
    )


def severity(word: str | None) -> "Severity | None":
    """Read a severity; an unknown word is refused.

    Raises
    ------
    UsageError
        ``wrong-use``.
    """
    from boundaries.audit import Severity

    if word is None:
        return None
    try:
        return Severity(word)
    except ValueError:
        known = listed(Severity)
        reason = Text(f"--fail-on 的值 {word} 不可用；可用：{known.zh}", f"--fail-on is {word}; known are {known.en}")
        raise UsageError("wrong-use", reason=reason) from None


def records(table: "pd.DataFrame") -> list[dict[str, object]]:
    """Give the rows of a table as JSON can hold them; unknown numbers become null."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
