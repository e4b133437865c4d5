"""The command ``quhua``: one table of commands, and one place where an error becomes a sentence and an exit status."""

import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from api.cli import analysis, layers, pages, versions
from api.cli.options import default_language
from api.cli.output import current_language, print_error
from api.errors import UsageError
from gis.errors import GisError

__all__ = ["app", "main", "run"]

_WRONG_USE = 2

app = typer.Typer(
    name="quhua",
    help="区划：社区边界与网格规划 · boundary and grid planning for communities",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for room in (layers, analysis, pages, versions):
    room.register(app)


def main() -> None:
    """Run the command line and end the process with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 findings above the asked severity, 2 wrong use or bad input with one sentence."""
    as_json = "--json" in arguments
    current_language.set(default_language())
    try:
        status = app(list(arguments), standalone_mode=False)
    except GisError as error:
        print_error(error, lang=current_language.get(), as_json=as_json)
        return _WRONG_USE
    except TyperException as error:
        print_error(
            UsageError("wrong-use", reason=error.format_message()), lang=current_language.get(), as_json=as_json
        )
        return _WRONG_USE
    return status if isinstance(status, int) else 0
