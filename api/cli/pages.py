"""Commands that show: ``map`` writes stand-alone pages, ``serve`` opens the project in a browser."""

import socket
from typing import Annotated

import typer
import uvicorn

from api.cli.options import JsonOption, LangOption, ProjectArgument, output_for
from api.errors import UsageError
from api.main import create_app
from api.settings import ServiceSettings
from api.workflow import draw_maps
from gis.i18n import Text
from gis.project import Project

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add this file's commands to the table."""
    app.command("map")(draw)
    app.command("serve")(serve)


def draw(folder: ProjectArgument, *, lang: LangOption = None, as_json: JsonOption = False) -> None:
    """绘制地图：检查结果和每个方案各一页，断网可开 · write maps that open with no network."""
    output = output_for(lang, as_json=as_json)
    project = Project.open(folder)
    with output.progress(Text("绘制地图", "drawing maps")):
        paths = draw_maps(project, lang=output.lang)
    for path in paths:
        output.say(Text("已写出 {path}", "wrote {path}"), path=str(path))
    output.emit({"maps": [str(path) for path in paths]})


def serve(
    folder: ProjectArgument,
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 · port")] = 8000,
    *,
    lang: LangOption = None,
) -> None:
    """在浏览器中打开项目（仅本机）· open the project in a browser, on this machine only."""
    output = output_for(lang, as_json=False)
    project = Project.open(folder)
    _require_free(port)
    output.say(
        Text(
            "项目 {name} 已在 http://127.0.0.1:{port} 打开；按 Ctrl+C 结束",
            "project {name} is open at http://127.0.0.1:{port}; Ctrl+C ends it",
        ),
        name=project.settings.project.name,
        port=port,
    )
    uvicorn.run(create_app(ServiceSettings(project=folder)), host="127.0.0.1", port=port, log_level="warning")


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise UsageError("port-taken", port=port) from None
