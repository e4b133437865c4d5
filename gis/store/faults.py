"""What the database refuses, as one clear sentence of this program."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from gis.errors import StoreError
from gis.i18n import Text

__all__ = ["database_faults"]

_BUSY = ("database is locked", "database table is locked", "could not obtain lock", "deadlock detected")
_FOREIGN = ("file is not a database", "unsupported file format")
_DAMAGED = ("malformed", "disk image")
_REASONS = {  # what SQLite says of the disk and its rights, for the reader
    "readonly database": Text(
        "没有写入权限;请检查文件及其文件夹的权限", "it may not be written; check the rights of the file and its folder"
    ),
    "unable to open database file": Text(
        "无法打开;请检查路径和权限", "it cannot be opened; check its path and the rights of its folder"
    ),
    "disk is full": Text("磁盘已满;请腾出空间", "the disk is full; make room"),
    "disk I/O error": Text("磁盘读写出错,或它不是文件", "the disk fails to read or write, or it is no file"),
}


@contextmanager
def database_faults(place: str) -> Iterator[None]:
    """Raise a ``StoreError`` for every error of the database, with the database's own first line as the reason.

    Raises
    ------
    StoreError
        ``store-busy``, ``store-foreign``, ``store-damaged`` or ``store-failed``.
    """
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error, psycopg.Error) as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        reason = (str(cause).strip() or type(cause).__name__).splitlines()[0]
        told = next((text for said, text in _REASONS.items() if said in reason), reason)
        raise StoreError(_code(reason), place=place, path=place, reason=told) from error


def _code(reason: str) -> str:
    for signs, code in ((_BUSY, "store-busy"), (_FOREIGN, "store-foreign"), (_DAMAGED, "store-damaged")):
        if any(sign in reason for sign in signs):
            return code
    return "store-failed"
