"""What the database refuses, as one clear sentence of this program."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from gis.errors import StoreError

__all__ = ["database_faults"]

_BUSY = ("database is locked", "database table is locked", "could not obtain lock", "deadlock detected")
_FOREIGN = ("file is not a database", "unsupported file format")
_DAMAGED = ("malformed", "disk image")


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
        raise StoreError(_code(reason), place=place, path=place, reason=reason) from error


def _code(reason: str) -> str:
    for signs, code in ((_BUSY, "store-busy"), (_FOREIGN, "store-foreign"), (_DAMAGED, "store-damaged")):
        if any(sign in reason for sign in signs):
            return code
    return "store-failed"
