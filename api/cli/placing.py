"""The command that places households and people on polygons: ``place``."""

from typing import Annotated

import typer

from api.cli.analysis import records
from api.cli.options import DryRunOption, JsonOption, LangOption, ProjectArgument, output_for
from gis.i18n import Text

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this file's command to the table."""
    app.command("place")(place)


def place(
    folder: ProjectArgument,
    onto: Annotated[
        str, typer.Option(help="落到哪类图层：units、communities 或 grids · kind of layer to place them on")
    ] = "units",
    *,
    dry_run: DryRunOption = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """把楼栋、小区、城中村的户数人口落到单元，每人只算一次 · place people on units, each counted once."""
    output = output_for(lang, as_json=as_json)

    from api.workflow.placing import place_people
    from gis.project import Project

    with Project.open(folder) as project, output.progress(Text("落户数人口", "placing people")):
        done = place_people(project, onto, store=not dry_run)
    output.heading(Text("每人只算一次", "Everybody counted once"))
    for line in done.counted.sentences():
        output.say(Text("  · {line}", "  · {line}"), line=line)
    output.heading(Text("落到图层", "Placed on the layer"))
    for line in done.placed.report.sentences():
        output.say(Text("  · {line}", "  · {line}"), line=line)
    if done.version:
        output.say(
            Text("已存为 {name} 第 {number} 版", "stored as {name}, version {number}"),
            name=done.version.name,
            number=done.version.number,
        )
    output.emit(
        {
            "layer": onto,
            "version": None if done.version is None else done.version.number,
            "figures": list(done.figures),
            "counted": records(done.counted.totals.reset_index()),
            "left_out": records(done.counted.left_out),
            "totals": records(done.placed.report.totals.reset_index()),
        }
    )
