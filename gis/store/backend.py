"""What a database must do for the store beside standard SQL: open, bulk-write, bulk-read, and show current versions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import sqlalchemy as sa

from gis.store.frames import Frame, Manifest, Summary

__all__ = ["WRITE", "Backend", "Boxes", "Content", "Shown", "geometry_first", "open_cursor"]

Boxes = np.ndarray[Any, Any]
WRITE = "quhua_write"  # execution option of a connection that will write: SQLite takes its lock at once


@dataclass(frozen=True)
class Content:
    """One immutable table of rows: where it stands, what it means, and what a catalogue tells of it."""

    id: int
    manifest: Manifest
    rows: int
    summary: Summary


@dataclass(frozen=True)
class Shown:
    """The view that shows the current version of an item.

    ``edits_of`` is the item and the version whose rows the view shows, where edits of a plan lie on top of them.
    """

    view: str
    label: str
    edits_of: tuple[int, int] | None = None


class Backend(Protocol):
    """A database that the store can live in."""

    @property
    def place(self) -> str:
        """Say where the store is, without any password."""

    @property
    def reading(self) -> Mapping[str, Any]:
        """Name the execution options under which a transaction sees one state of the store."""

    def create_engine(self, *, create: bool) -> sa.Engine:
        """Connect to the database, and make it first if asked."""

    def prepare(self, connection: sa.Connection) -> None:
        """Take the lock under which the schema is migrated, and make what the schema needs."""

    def write_content(self, connection: sa.Connection, content: Content, frame: Frame) -> None:
        """Make the immutable table of a content and fill it."""

    def read_content(self, connection: sa.Connection, content: Content) -> Frame:
        """Read the immutable table of a content, in its order."""

    def show(self, connection: sa.Connection, shown: Shown, content: Content, *, boxes: Boxes | None = None) -> None:
        """Make the view of a current version, and register it where QGIS looks for layers.

        ``boxes`` (see ``Frame``) save reading them from the content again.
        """

    def hide(self, connection: sa.Connection, shown: Shown) -> None:
        """Remove the view of an item, and its registration; none is no fault."""

    def after_copy(self, connection: sa.Connection) -> None:
        """Let new ids start behind those that a copy brought."""


@contextmanager
def open_cursor(connection: sa.Connection, **options: Any) -> Iterator[Any]:
    """Open a cursor of the driver in the connection's transaction, for bulk work that SQLAlchemy would slow down."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor(**options)
    try:
        yield cursor
    finally:
        cursor.close()


def geometry_first(content: Content) -> list[str]:
    """Name the physical columns of a content's table, in the order in which rows are written and read."""
    geometry = [] if content.manifest.geometry is None else ["geom"]
    return [*geometry, "id", *(f"c{position}" for position in range(len(content.manifest.columns)))]
