"""Where every exception of a command becomes one sentence and an exit status."""

import errno
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

from api import VERSION
from api.cli.streams import DEBUG, silence_output
from api.cli.wording import wrong_use
from api.errors import MachineError
from api.interrupts import was_interrupted
from gis.errors import GisError
from gis.i18n import Lang, Text

__all__ = ["ERROR_LOG", "WRONG_USE", "current_folder", "failed"]

ERROR_LOG = "quhua-errors.log"
current_folder: ContextVar[Path | None] = ContextVar("current_folder", default=None)

WRONG_USE, _INTERNAL, _INTERRUPTED, _NO_READER = 2, 3, 130, 141  # the last two as shells tell SIGINT and SIGPIPE
_REASONS = {
    errno.ENOSPC: Text("磁盘已满;请腾出空间", "the disk is full; make room"),
    errno.EDQUOT: Text("磁盘配额已用完;请腾出空间", "the disk quota is used up; make room"),
    errno.EACCES: Text(
        "没有权限;请检查文件和文件夹的权限", "permission denied; check the rights of the file and its folder"
    ),
    errno.EPERM: Text(
        "系统不允许;请检查文件和文件夹的权限", "not permitted; check the rights of the file and its folder"
    ),
    errno.EROFS: Text("磁盘是只读的;请换一个位置", "the disk is read-only; take another place"),
    errno.ENOENT: Text("不存在", "it does not exist"),
    errno.ENOTDIR: Text("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: Text("它是文件夹;需要文件", "it is a folder; a file is needed"),
    errno.EEXIST: Text("已经存在;需要一个新位置", "it exists already; a new place is needed"),
    errno.ENOTEMPTY: Text("文件夹不是空的", "the folder is not empty"),
    errno.ENAMETOOLONG: Text("名称太长;请缩短", "the name is too long; shorten it"),
    errno.ELOOP: Text("链接循环", "its links run in a circle"),
    errno.EMFILE: Text("打开的文件太多;请关闭其他程序", "too many files are open; close other programs"),
    errno.EBUSY: Text("正被其他程序使用", "another program is using it"),
    errno.ETXTBSY: Text("正被其他程序使用", "another program is using it"),
    errno.EIO: Text("磁盘读写出错", "the disk fails to read or write"),
}
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
    raw = error.strerror or str(error)
    return MachineError(
        "file-refused",
        path=_STANDARD_OUTPUT if path is None else os.fsdecode(path) if isinstance(path, bytes) else str(path),
        reason=_REASONS.get(error.errno or 0, Text(raw, raw)),
    )


def _logged(error: BaseException) -> Text:
    """Write the traceback where its keeper finds it; say where: the project folder, else a new temporary file."""
    written = "".join(traceback.format_exception(error))
    if os.environ.get(DEBUG):
        sys.stderr.write(written)
        return Text("错误输出", "the error stream")
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
