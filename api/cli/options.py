"""Options that every command shares."""

import errno
import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli.failures import current_folder
from api.cli.language import current_language, default_language
from api.cli.output import Output
from gis.i18n import Lang

__all__ = ["DryRunOption", "JsonOption", "LangOption", "ProjectArgument", "output_for"]


def _remembered(folder: Path) -> Path:
    current_folder.set(folder)
    try:
        folder.resolve()
    except RuntimeError as error:  # what pathlib makes of it
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder)) from error
    return folder


ProjectArgument = Annotated[
    Path, typer.Argument(metavar="DIR", readable=False, help="项目文件夹 · project folder", callback=_remembered)
]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="语言（默认取 QUHUA_LANG，否则中文）· language", show_default=False)
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="只看结果，不存入 · nothing is stored")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取 · print JSON for programs")]


def output_for(lang: Lang | None, *, as_json: bool) -> Output:
    """Make the command's voice in the asked or default language."""
    chosen = lang or default_language()
    current_language.set(chosen)
    return Output(chosen, as_json=as_json)
