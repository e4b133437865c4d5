"""The command ``quhua``: one table of commands, and one place where an error becomes a sentence and an exit status.

Command modules import what a command works with inside of it: geopandas, Numba and the web load in seconds, and
``--help``, wrong use and the small commands need none of them.
"""

import sys
from collections.abc import Sequence

import typer

from api.cli import analysis, dividing, joins, layers, pages, placing, plans, repairing, tiles, versions
from api.cli.failures import WRONG_USE, current_folder, failed
from api.cli.language import asked_language, asks_for_json, current_language
from api.cli.wording import Commands

__all__ = ["app", "run"]

app = typer.Typer(
    name="quhua",
    cls=Commands,
    help="区划：社区边界与网格规划 · boundary and grid planning for communities",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for room in (layers, joins, placing, analysis, repairing, dividing, plans, pages, tiles, versions):
    room.register(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 findings above the asked severity, else one sentence and what ``failed`` says.

    Without any word it shows the help, which is wrong use all the same.
    """
    current_language.set(asked_language(arguments))
    current_folder.set(None)
    try:
        with typer.main.get_command(app).make_context("quhua", list(arguments) or ["--help"]) as context:
            status = context.command.invoke(context)
        sys.stdout.flush()
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, the reader gets a sentence
        status = failed(error, lang=current_language.get(), as_json=asks_for_json(arguments))
        return status if arguments else WRONG_USE
    return status if isinstance(status, int) else 0
