"""The command ``tiles``: a project as one file of vector tiles."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.errors import UsageError
from gis.i18n import Text, listed

__all__ = ["register"]

_MAX_ZOOM = 22


def register(app: typer.Typer) -> None:
    """Add this file's command to the table."""
    app.command("tiles")(tiles)


def tiles(
    folder: ProjectArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要写的 .pmtiles 文件 · the .pmtiles file to write")],
    collection: Annotated[
        list[str] | None,
        typer.Option("--collection", help="数据集，可重复；默认全部图层 · repeat it; every layer by default"),
    ] = None,
    min_zoom: Annotated[int, typer.Option(min=0, max=_MAX_ZOOM, help="最小级别 · smallest zoom")] = 8,
    max_zoom: Annotated[int, typer.Option(min=0, max=_MAX_ZOOM, help="最大级别 · greatest zoom")] = 16,
    *,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """把图层写成一个矢量瓦片文件（PMTiles）· write layers as one file of vector tiles (PMTiles)."""
    output = output_for(lang, as_json=as_json)
    if min_zoom > max_zoom:
        raise UsageError("zooms-reversed", min_zoom=min_zoom, max_zoom=max_zoom)

    from api.workflow.tiling import export_tiles
    from gis.project import Project

    stage = Text("编码矢量瓦片", "encoding vector tiles")
    with Project.open(folder) as project, output.progress(stage) as report:
        path, names = export_tiles(
            project,
            file,
            collections=collection or (),
            min_zoom=min_zoom,
            max_zoom=max_zoom,
            progress=lambda done: report(stage, done),
        )
    size = path.stat().st_size
    output.say(
        Text(
            "已写出 {path}：{names}，{min_zoom} 至 {max_zoom} 级，{size:,} 字节",
            "wrote {path}: {names}, zooms {min_zoom} to {max_zoom}, {size:,} bytes",
        ),
        path=str(path),
        names=listed(names, limit=20),
        min_zoom=min_zoom,
        max_zoom=max_zoom,
        size=size,
    )
    output.emit({"path": str(path), "collections": names, "min_zoom": min_zoom, "max_zoom": max_zoom, "bytes": size})
