"""Commands that judge and propose: ``audit``, ``propose``, ``compare``, ``summary``."""

from typing import Annotated

import pandas as pd
import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output, figure
from api.workflow import audit_project, overview, propose_for_project
from boundaries.audit.kinds import FINDING_KINDS, SEVERITIES
from gis.i18n import Text
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
        typer.Option(help="有此级别(high|medium|low)及以上的问题时以状态 1 退出 · exit 1 at this severity or above"),
    ] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> int:
    """检查图层:重叠、空白、交叉、编码、规模 · find overlaps, gaps, interleaving and more."""
    output = output_for(lang, as_json=as_json)
    asked = severity(fail_on)
    project = Project.open(folder)
    with output.progress(Text("检查图层", "auditing layers")):
        audited = audit_project(project)
    show_findings(output, audited.summary)
    output.heading(Text(f"涉及人数最多的 {_SHOWN} 个问题", f"The {_SHOWN} findings that touch most people"))
    column = "message" if output.lang == "zh" else "message_en"
    for message in audited.findings[column].head(_SHOWN):
        output.say(Text("{message}", "{message}"), message=f"  · {message}")
    for line in audited.skipped:
        output.say(line)
    output.emit(
        {
            "version": audited.version.number,
            "summary": records(audited.summary),
            "findings": records(pd.DataFrame(audited.findings.drop(columns="geometry")).reset_index()),
            "report": audited.findings.attrs.get("audit_report"),
        }
    )
    worst = [SEVERITIES.index(found) for found in audited.findings["severity"]]
    return _FINDINGS_ABOVE if asked is not None and any(rank <= asked for rank in worst) else 0


def propose(
    folder: ProjectArgument,
    communities: Annotated[
        int | None, typer.Option(help="社区数;不填则在标准允许范围内自选 · how many; free by default")
    ] = None,
    minimum: Annotated[float | None, typer.Option(help="每个社区的下限 · lower bound per community")] = None,
    maximum: Annotated[float | None, typer.Option(help="每个社区的上限 · upper bound per community")] = None,
    alternatives: Annotated[int | None, typer.Option(min=1, help="方案个数 · how many alternatives")] = None,
    time_limit: Annotated[float | None, typer.Option(help="时限(秒)· time limit in seconds")] = None,
    seed: Annotated[int | None, typer.Option(help="随机种子;相同则方案相同 · same seed, same plans")] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """提出社区划分方案 · propose alternative community divisions."""
    output = output_for(lang, as_json=as_json)
    project = Project.open(folder)
    output.say(
        Text("正在搜索方案(首次运行需编译,约半分钟)……", "searching (the first run compiles, about half a minute) ...")
    )
    with output.progress(Text("搜索方案", "searching")) as stage:
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
    """项目概况:问题、所需社区数、方案、地图 · what the project holds, on one page."""
    output = output_for(lang, as_json=as_json)
    project = Project.open(folder)
    seen = overview(project)
    output.heading(Text(f"项目概况:{project.settings.name}", f"Overview: {project.settings.name}"))
    if seen.findings is not None:
        show_findings(output, seen.findings)
    if seen.estimate is not None:
        output.heading(Text("需要多少个社区", "How many communities are needed"))
        output.say(seen.estimate.why)
    if seen.comparison is not None:
        show_comparison(output, seen.comparison)
    if seen.maps:
        output.heading(Text("地图(断网也能打开)", "Maps (they open with no network)"))
        for path in seen.maps:
            output.say(Text("  {path}", "  {path}"), path=str(path))
    output.emit(
        {
            "findings": None if seen.findings is None else records(seen.findings),
            "comparison": None if seen.comparison is None else records(seen.comparison.reset_index()),
            "maps": [str(path) for path in seen.maps],
        }
    )


def severity(word: str | None) -> int | None:
    """Give the rank of a severity, 0 the highest; an unknown word is refused by Typer's own error."""
    if word is None:
        return None
    if word not in SEVERITIES:
        raise typer.BadParameter(f"--fail-on {word}: {' | '.join(SEVERITIES)}")
    return SEVERITIES.index(word)


def show_findings(output: Output, findings: pd.DataFrame) -> None:
    """Print how many findings of each kind there are and whom they touch."""
    output.heading(Text("检查结果", "Findings"))
    if findings.empty:
        output.say(Text("没有发现问题", "nothing was found"))
        return
    rows = [
        (
            FINDING_KINDS[row.kind].label,
            int(row.count),
            figure(row.area_m2, decimals=0),
            figure(row.households, decimals=0),
            figure(row.resident_population, decimals=0),
        )
        for row in findings.itertuples(index=False)
    ]
    output.table(
        [
            (Text("问题", "finding"), False),
            (Text("数量", "count"), True),
            (Text("面积(㎡)", "area (m2)"), True),
            (Text("涉及户数", "households"), True),
            (Text("涉及人口", "people"), True),
        ],
        rows,
    )


def show_comparison(output: Output, comparison: pd.DataFrame) -> None:
    """Print today's plan and the alternatives in one table."""
    output.heading(Text("方案比选", "Alternatives side by side"))
    shown = comparison_columns()
    rows = [[row["label"], *(row[key] for key, _ in shown)] for _, row in comparison.iterrows()]
    output.table([(Text("方案", "plan"), False), *((title, True) for _, title in shown)], rows)


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Give the rows of a table as JSON can hold them; unknown numbers become null."""
    plain = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
