"""The command ``grids``: divide the communities of a plan into service grids."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.analysis import as_asked, records
from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.cli.output import Output
from gis.i18n import Text

if TYPE_CHECKING:
    from api.workflow.dividing import Gridded

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this file's command to the table."""
    app.command("grids")(grids)


def grids(
    folder: ProjectArgument,
    plan: Annotated[str, typer.Option(help="要划分网格的方案 · the plan to divide")] = "alternative_1",
    standard: Annotated[str, typer.Option(help="网格标准 · grid profile")] = "grid_basic",
    time_limit: Annotated[float | None, typer.Option(help="时限（秒）· time limit in seconds")] = None,
    seed: Annotated[int | None, typer.Option(help="随机种子；相同则结果相同 · same seed, same grids")] = None,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """把方案的每个社区划分为网格并编号 · divide each community of a plan into numbered grids."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.dividing import divide_into_grids
    from boundaries.errors import PlanError
    from gis.project import Project

    project = Project.open(folder)
    with output.progress(Text("划分网格（首次运行需编译）", "dividing into grids (the first run compiles)")) as stage:
        try:
            gridded = divide_into_grids(
                project, plan, standard=standard, time_limit_s=time_limit, seed=seed, progress=stage
            )
        except PlanError as error:
            raise as_asked(error, {"time_limit_s": time_limit, "seed": seed}) from error
    _show(output, gridded)
    output.emit(
        {
            "layer": gridded.version.name,
            "version": gridded.version.number,
            "communities": records(gridded.table.reset_index()),
            "grids": records(gridded.layer.drop(columns="geometry").reset_index()),
            "provenance": gridded.grids.provenance,
        }
    )


def _show(output: Output, gridded: "Gridded") -> None:
    title = gridded.grids.name
    output.heading(Text(f"{title.zh}（{gridded.standard.label.zh}）", f"{title.en} ({gridded.standard.label.en})"))
    output.table(
        [
            (Text("社区", "community"), False),
            (Text("网格数", "grids"), True),
            (Text("户数", "households"), True),
            (Text("最小网格", "smallest"), True),
            (Text("最大网格", "largest"), True),
            (Text("标准之外", "outside"), True),
            (Text("网格员", "workers"), True),
        ],
        [
            (f"{community}  {row['name']}", *(row[column] for column in gridded.table.columns if column != "name"))
            for community, row in gridded.table.iterrows()
        ],
    )
    count = gridded.grids.provenance["n_grids"]
    share = gridded.grids.provenance["share_within"]
    output.say(
        Text(
            "\n共 {count} 个网格，{share:.1%} 在标准之内，需网格员 {workers:,.0f} 人；已存为图层 {layer}（代码为暂编）",
            "\n{count} grids, {share:.1%} of them within the profile; {workers:,.0f} grid workers needed; "
            "stored as layer {layer} (codes are provisional)",
        ),
        count=count,
        share=share,
        workers=gridded.table["grid_workers"].sum(),
        layer=gridded.version.name,
    )
    for note in gridded.notes:
        output.say(note)
