"""Commands that judge and propose: ``audit``, ``propose``, ``compare``, ``summary``."""

from typing import Annotated, Any

import pandas as pd
import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from api.cli.tables import show_comparison, show_findings
from api.errors import UsageError
from api.workflow import audit_project, overview, propose_for_project
from boundaries.audit import Severity
from gis.i18n import Text
from gis.kinds import schema_of
from gis.project import Project

__all__ = ["register"]

_FINDINGS_ABOVE = 1
_SHOWN = 10


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
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """检查图层：重叠、空白、交叉、编码、规模 · find overlaps, gaps, interleaving and more."""
    output = output_for(lang, as_json=as_json)
    asked = severity(fail_on)
    project = Project.open(folder)
    with output.progress(Text("检查图层", "auditing layers")):
        audited = audit_project(project)
    show_findings(output, audited.summary)
    output.heading(Text(f"最要紧的 {_SHOWN} 个问题", f"The {_SHOWN} most pressing findings"))
    column = "message" if output.lang == "zh" else "message_en"
    pressing = audited.findings.assign(rank=[Severity(found).rank for found in audited.findings["severity"]])
    for message in pressing.sort_values("rank", kind="stable")[column].head(_SHOWN):
        output.say(Text("  · {message}", "  · {message}"), message=message)
    _say_unchecked(output, audited.findings.attrs["audit_report"]["checks"])
    output.emit(
        {
            "version": audited.version.number,
            "summary": records(audited.summary.reset_index()),
            "findings": records(pd.DataFrame(audited.findings.drop(columns="geometry")).reset_index()),
            "report": audited.findings.attrs.get("audit_report"),
        }
    )
    ranks = [Severity(found).rank for found in audited.findings["severity"]]
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
        zh, en = ("；".join(sorted(part[0] for part in reasons)), "; ".join(sorted(part[1] for part in reasons)))
        output.say(Text(f"\n部分检查未做：{zh}", f"\nSome checks were not made: {en}"))


def propose(
    folder: ProjectArgument,
    communities: Annotated[
        int | None, typer.Option(help="社区数；不填则在标准允许范围内自选 · how many; free by default")
    ] = None,
    minimum: Annotated[float | None, typer.Option(help="每个社区的下限 · lower bound per community")] = None,
    maximum: Annotated[float | None, typer.Option(help="每个社区的上限 · upper bound per community")] = None,
    alternatives: Annotated[int | None, typer.Option(min=1, help="方案个数 · how many alternatives")] = None,
    time_limit: Annotated[float | None, typer.Option(help="时限（秒）· time limit in seconds")] = None,
    seed: Annotated[int | None, typer.Option(help="随机种子；相同则方案相同 · same seed, same plans")] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """提出社区划分方案 · propose alternative community divisions."""
    output = output_for(lang, as_json=as_json)
    project = Project.open(folder)
    with output.progress(Text("搜索方案（首次运行需编译）", "searching (the first run compiles)")) as stage:
        proposed = propose_for_project(
            project,
            progress=stage,
            n_communities=communities,
            minimum=minimum,
            maximum=maximum,
            alternatives=alternatives,
            time_limit_s=time_limit,
            seed=seed,
        )
    output.say(proposed.estimate.why)
    show_comparison(output, proposed.comparison)
    for note in proposed.notes:
        output.say(note)
    output.emit(
        {
            "estimate": {
                "low": proposed.estimate.low,
                "high": proposed.estimate.high,
                "suggested": proposed.estimate.suggested,
            },
            "comparison": records(proposed.comparison.reset_index()),
            "plans": [
                {"name": name, "provenance": plan.provenance}
                for name, plan in zip(proposed.names, proposed.plans, strict=True)
            ],
        }
    )


def summary(folder: ProjectArgument, *, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """项目概况：问题、所需社区数、方案、地图 · what the project holds, on one page."""
    output = output_for(lang, as_json=as_json)
    project = Project.open(folder)
    seen = overview(project)
    output.heading(Text(f"项目概况：{project.settings.project.name}", f"Overview: {project.settings.project.name}"))
    if seen.findings is None:
        output.say(Text("尚未检查；运行 quhua audit", "not audited yet; run quhua audit"))
    else:
        show_findings(output, seen.findings)
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


def severity(word: str | None) -> Severity | None:
    """Read a severity; an unknown word is refused.

    Raises
    ------
    UsageError
        ``option-invalid``.
    """
    if word is None:
        return None
    try:
        return Severity(word)
    except ValueError:
        raise UsageError("wrong-use", reason=f"--fail-on {word} ({' | '.join(Severity)})") from None


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Give the rows of a table as JSON can hold them; unknown numbers become null."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
