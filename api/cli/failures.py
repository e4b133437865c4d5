"""Where every exception of a command becomes one sentence and an exit status."""

import json
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

import typer

from api.cli.streams import DEBUG, silence_output
from api.cli.wording import wrong_use
from api.errors import MachineError
from api.interrupts import was_interrupted
from gis.errors import GisError
from gis.i18n import Lang, Text
from gis.oserrors import reason_of

__all__ = ["ERROR_LOG", "WRONG_USE", "current_folder", "failed"]

ERROR_LOG = "quhua-errors.log"
current_folder: ContextVar[Path | None] = ContextVar("current_folder", default=None)

WRONG_USE, _INTERNAL, _INTERRUPTED, _NO_READER = 2, 3, 130, 141  # the last two as shells tell SIGINT and SIGPIPE
_STANDARD_OUTPUT = Text("标准输出", "standard output")


def failed(error: BaseException, *, lang: Lang, as_json: bool) -> int:
    """Say what went wrong in one sentence on the error stream; give the exit status.

    2 wrong use, bad input, or a file that the system refuses; 3 an error that nobody foresaw, its traceback logged;
    130 Ctrl-C; 141 nobody reads the output any more, which needs no sentence. An ``Exit`` keeps its own status.
    """
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        silence_output()
        return _NO_READER
    told, status = _told(error)
    _print(told, lang=lang, as_json=as_json)
    return status


def _told(error: BaseException) -> tuple[GisError, int]:
    if isinstance(error, KeyboardInterrupt | typer.Abort) or (was_interrupted() and not isinstance(error, GisError)):
        return MachineError("interrupted"), _INTERRUPTED
    if isinstance(error, GisError):
        return error, WRONG_USE
    if isinstance(error, typer.TyperException):
        return wrong_use(error), WRONG_USE
    if isinstance(error, MemoryError):
        return MachineError("memory-short"), WRONG_USE
    if isinstance(error, OSError) and error.errno is not None:
        return _refused(error), WRONG_USE
    return MachineError("internal-error", kind=type(error).__name__, place=_logged(error)), _INTERNAL


def _refused(error: OSError) -> MachineError:
    """Say which file the system refuses, and why; the file without a name is standard output."""
    path = error.filename if error.filename2 is None else f"{error.filename} -> {error.filename2}"
    if path is None:
        silence_output()
    return MachineError(
        "file-refused",
        path=_STANDARD_OUTPUT if path is None else os.fsdecode(path) if isinstance(path, bytes) else str(path),
        reason=reason_of(error),
    )


def _logged(error: BaseException) -> Text:
    """Write the traceback where its keeper finds it; say where: the project folder, else a new temporary file."""
    written = "".join(traceback.format_exception(error))
    if os.environ.get(DEBUG):
        sys.stderr.write(written)
        return Text("错误输出", "the error stream")
    from api import VERSION  # read from the installed package, which takes its time

    entry = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} quhua {VERSION} Python {sys.version.split()[0]}\n{written}\n"
    folder = current_folder.get()
    if folder is not None and (folder / "quhua.toml").is_file():
        with suppress(OSError), (folder / ERROR_LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(entry)
            return Text(str(log.name), str(log.name))
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix="quhua-errors-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.write(entry)
        return Text(name, name)
    sys.stderr.write(written)  # no file can be written anywhere
    return Text("错误输出", "the error stream")


def _print(error: GisError, *, lang: Lang, as_json: bool) -> None:
    """Print one clear sentence with its stable code on the error stream."""
    line = f"quhua: [{error.code}] {error.text(lang)}\n"
    if as_json:
        line = json.dumps({"code": error.code, "detail": error.text(lang)}, ensure_ascii=False) + "\n"
    with suppress(OSError):  # the error stream is closed as well: there is nobody to tell
        sys.stderr.write(line)
        sys.stderr.flush()
