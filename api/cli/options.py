"""Options that every command shares."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import Output, current_language
from gis.i18n import LANGUAGES, Lang

__all__ = ["JsonOption", "LangOption", "ProjectArgument", "default_language", "output_for"]


def default_language() -> Lang:
    """Give the language of the environment variable ``QUHUA_LANG``; Chinese when it is not set."""
    wanted = os.environ.get("QUHUA_LANG", "zh").lower()[:2]
    return next((lang for lang in LANGUAGES if lang == wanted), "zh")


ProjectArgument = Annotated[Path, typer.Argument(metavar="DIR", help="项目文件夹 · project folder")]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="语言（默认取 QUHUA_LANG，否则中文）· language", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取 · print JSON for programs")]


def output_for(lang: Lang | None, *, as_json: bool) -> Output:
    """Make the command's voice in the asked or default language."""
    chosen = lang or default_language()
    current_language.set(chosen)
    return Output(chosen, as_json=as_json)
