"""The project store: named layers, findings and plans, each an unbroken line of immutable versions.

Every save, restore and deletion appends a version with who, when, why, parameters, parent and content hash, in one
transaction; nothing is overwritten. Open one with :func:`gis.store.open_store`.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gis.collector import collector_paused
from gis.errors import StoreError
from gis.schema import check_schema
from gis.store.backend import WRITE, Backend
from gis.store.faults import database_faults
from gis.store.folding import document_of, edits_between, fold, keyframe_of
from gis.store.frames import decode_frame, encode_frame, frame_hash
from gis.store.names import Entity
from gis.store.tables import VERSIONS
from gis.store.versions import (
    Entry,
    Version,
    find_version,
    latest_versions,
    load_content,
    to_entry,
    to_version,
    version_rows,
)
from gis.store.writing import Deed, append_version, find_or_write_content, lock_item, shown_of, version_hash

__all__ = ["Store"]


class Store:
    """An open store. Safe to share between threads; use as a context manager, or call :meth:`close`."""

    def __init__(self, engine: sa.Engine, backend: Backend) -> None:
        self.engine = engine
        self.backend = backend

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Say where the store is: a file, or a database URL without its password."""
        return self.backend.place

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def save_layer(
        self,
        name: str,
        layer: gpd.GeoDataFrame,
        *,
        kind: str,
        author: str,
        reason: str,
        parameters: Mapping[str, Any] | None = None,
        expected: int | None = None,
    ) -> Version:
        """Check a layer against the schema of its kind and append it as a new version.

        Parameters
        ----------
        name
            1-60 letters, digits, Chinese characters, underscores or hyphens.
        layer
            Text ids in an index named ``id``, any CRS, the geometry family of the kind. Untouched.
        kind
            A kind of ``gis.kinds``.
        author, reason, parameters
            Who saves, why, and with which settings; ``parameters`` as JSON can hold it.
        expected
            The latest version number that the author has seen, 0 for none; None saves in any case.

        Raises
        ------
        SchemaError, CrsError
            The layer does not fit its kind, or has no CRS.
        StoreError
            ``version-conflict`` when somebody saved since; ``name-invalid``, ``name-reserved``, ``name-taken``;
            ``column-unsupported``, ``value-unsupported``, ``shape-not-finite``; ``store-busy``, ``store-failed``.
        """
        check_schema(layer, kind, name=name)
        deed = Deed.checked(
            Entity.LAYER, name, str(kind), author=author, reason=reason, parameters=parameters, expected=expected
        )
        return self._save(deed, layer)

    def load_layer(self, name: str, *, version: int | None = None) -> gpd.GeoDataFrame:
        """Load a layer as it was saved: index, dtypes, column order, missing values, geometry, CRS.

        ``attrs["version"]`` tells which version it is (:meth:`Version.as_dict`).

        Raises
        ------
        StoreError
            ``item-not-found``, ``version-not-found``, ``item-deleted``.
        """
        return self._load(Entity.LAYER, name, version)[0]

    def save_findings(
        self,
        name: str,
        findings: gpd.GeoDataFrame,
        *,
        author: str,
        reason: str,
        parameters: Mapping[str, Any] | None = None,
        expected: int | None = None,
    ) -> Version:
        """Append a set of findings (ids in the index, tuples of ids in columns); see :meth:`save_layer`."""
        deed = Deed.checked(
            Entity.FINDINGS, name, "findings", author=author, reason=reason, parameters=parameters, expected=expected
        )
        return self._save(deed, findings)

    def load_findings(self, name: str, *, version: int | None = None) -> gpd.GeoDataFrame:
        """Load a set of findings as it was saved; see :meth:`load_layer`."""
        return self._load(Entity.FINDINGS, name, version)[0]

    def save_plan(
        self,
        name: str,
        assignment: "pd.Series[Any]",
        *,
        document: Mapping[str, Any],
        author: str,
        reason: str,
        kind: str = "communities",
        parameters: Mapping[str, Any] | None = None,
        expected: int | None = None,
    ) -> Version:
        """Append a plan as a new version.

        Parameters
        ----------
        assignment
            Unit id (unique text index) to community id; comes back with its name and dtype.
        document
            What belongs to the plan beside it, as JSON can hold it: title, provenance, scorecard.
        kind
            What the plan divides into: ``communities`` or ``grids``.

        Raises
        ------
        StoreError
            As :meth:`save_layer`; ``document-invalid``: JSON cannot hold the document.
        """
        deed = Deed.checked(
            Entity.PLAN,
            name,
            kind,
            author=author,
            reason=reason,
            parameters=parameters,
            document=dict(document),
            expected=expected,
        )
        title = "community" if assignment.name is None else str(assignment.name)
        return self._save(deed, assignment.to_frame(title))

    def load_plan(self, name: str, *, version: int | None = None) -> "tuple[pd.Series[Any], dict[str, Any], Version]":
        """Load a plan: its assignment, its document, and which version it is.

        A version that is an edit has the document of the last version kept whole, with ``edited`` in it: what that
        document says of the plan (a scorecard, say) was said before the edits.

        Raises
        ------
        StoreError
            ``item-not-found``, ``version-not-found``, ``item-deleted``.
        """
        table, row = self._load(Entity.PLAN, name, version)
        with self.reading() as connection:
            document = document_of(connection, row)
        return table.iloc[:, 0], document, to_version(row)

    def layers(self) -> list[Entry]:
        """List the layers that are not deleted, by name."""
        return self.items(Entity.LAYER)

    def items(self, entity: str | None = None) -> list[Entry]:
        """List everything that is not deleted, by entity and name."""
        with self.reading() as connection:
            rows = latest_versions(connection, None if entity is None else Entity(entity))
            return [to_entry(connection, row) for row in rows if not row.deleted]

    def state(self, entity: str | None = None) -> tuple[int, int, str]:
        """Give what changes with every version that anybody saves (of one entity, if asked): they are only ever added.

        Cost: one small query, about a fifth of :meth:`items`.
        """
        query = sa.select(sa.func.count(), sa.func.max(VERSIONS.c.id), sa.func.max(VERSIONS.c.created_at))
        if entity is not None:
            query = query.where(VERSIONS.c.entity == str(Entity(entity)))
        with self.reading() as connection:
            count, last, moment = connection.execute(query.select_from(VERSIONS)).one()
        return (count, last or 0, moment or "")

    def newest(self) -> list[Version]:
        """List the newest version of every item, deletions too, by entity and name."""
        with self.reading() as connection:
            return [to_version(row) for row in latest_versions(connection, None)]

    def latest(self, name: str, *, entity: str = Entity.LAYER) -> Version:
        """Give the newest version of an item, without its rows.

        Raises
        ------
        StoreError
            ``item-not-found``, ``item-deleted``.
        """
        with self.reading() as connection:
            return to_version(find_version(connection, Entity(entity), name, None))

    def history(self, name: str, *, entity: str = Entity.LAYER) -> list[Version]:
        """List all versions of an item, oldest first, deletions too.

        Raises
        ------
        StoreError
            ``item-not-found``.
        """
        with self.reading() as connection:
            return [to_version(row) for row in version_rows(connection, Entity(entity), name)]

    def delete(
        self, name: str, *, author: str, reason: str, entity: str = Entity.LAYER, expected: int | None = None
    ) -> Version:
        """Append a version that says that the item is gone; its versions stay and can be restored.

        Raises
        ------
        StoreError
            ``item-not-found``, ``item-deleted``, ``version-conflict``.
        """
        with self.writing() as connection:
            latest = find_version(connection, Entity(entity), name, None)
            deed = Deed.checked(
                Entity(entity), latest.name, latest.kind, author=author, reason=reason, expected=expected
            )
            item = lock_item(connection, deed)
            find_version(
                connection, deed.entity, deed.name, None
            )  # again: somebody may have deleted it before the lock
            row = append_version(connection, item, deed, content=None, content_hash="")
            self.backend.hide(connection, shown_of(deed.entity, deed.name, ""))
            return to_version(row)

    def restore(
        self,
        name: str,
        version: int,
        *,
        author: str,
        reason: str,
        entity: str = Entity.LAYER,
        expected: int | None = None,
    ) -> Version:
        """Append an older version's content again as the newest version; ``parameters`` says which it was.

        Raises
        ------
        StoreError
            ``item-not-found``, ``version-not-found``, ``item-deleted``, ``version-conflict``.
        """
        with self.writing() as connection:
            old = find_version(connection, Entity(entity), name, version)
            is_edit = old.entity == Entity.PLAN and old.document is None
            deed = Deed.checked(
                Entity(entity),
                old.name,
                old.kind,
                author=author,
                reason=reason,
                parameters={"restored": version},
                document=document_of(connection, old) if old.entity == Entity.PLAN else None,
                expected=expected,
            )
            content, digest = load_content(connection, old.content_id), old.content_hash
            if is_edit:
                frame, summary = encode_frame(self._table(connection, old))
                content = find_or_write_content(connection, self.backend, frame, summary, frame_hash(frame))
                digest = version_hash(frame_hash(frame), deed.document)
            item = lock_item(connection, deed)
            row = append_version(connection, item, deed, content=content, content_hash=digest)
            self.backend.show(connection, shown_of(deed.entity, deed.name, deed.kind), content)
            return to_version(row)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a read transaction, which sees one state of the store; what the database refuses is a ``StoreError``."""
        with (
            database_faults(self.place),
            self.engine.connect().execution_options(**self.backend.reading) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a write transaction: all of it is kept, or nothing."""
        with (
            database_faults(self.place),
            self.engine.connect().execution_options(**{WRITE: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @collector_paused()
    def _save(self, deed: Deed, table: pd.DataFrame) -> Version:
        frame, summary = encode_frame(table)
        digest = frame_hash(frame)
        with self.writing() as connection:
            item = lock_item(connection, deed)
            content = find_or_write_content(connection, self.backend, frame, summary, digest)
            row = append_version(
                connection, item, deed, content=content, content_hash=version_hash(digest, deed.document)
            )
            shown = shown_of(deed.entity, deed.name, deed.kind)
            self.backend.show(connection, shown, content, boxes=frame.boxes)
            return to_version(row)

    @collector_paused()
    def _load(self, entity: Entity, name: str, number: int | None) -> tuple[Any, sa.Row[Any]]:
        with self.reading() as connection:
            row = find_version(connection, entity, name, number)
            table = self._table(connection, row)
        table.attrs["version"] = to_version(row).as_dict()
        return table, row

    def ids_of(self, connection: sa.Connection, row: sa.Row[Any]) -> frozenset[str]:
        """Give the ids of the rows of a version; edits of a plan do not change them."""
        return frozenset(self.backend.read_content(connection, load_content(connection, row.content_id)).ids)

    def _table(self, connection: sa.Connection, row: sa.Row[Any]) -> Any:
        """Give the rows of a version: those that it stands on, and for a plan the edits on top of them."""
        frame = self.backend.read_content(connection, load_content(connection, row.content_id))
        if len(frame) != row.row_count:
            raise StoreError("content-damaged", name=row.name, version=row.number, place=self.place)
        table = decode_frame(frame)
        if row.entity != Entity.PLAN or row.document is not None:
            return table
        edits = edits_between(connection, row.item_id, keyframe_of(connection, row), row.number)
        return fold(table, (json.loads(edit.moved_to) for edit in edits)) if edits else table
