"""Carry a whole store into another one, of any backend: every version, number, date and hash stays."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from gis.errors import StoreError
from gis.store.folding import edit_hash, edit_of, edits_between, fold, keyframe_of
from gis.store.frames import Frame, decode_frame, encode_frame, frame_hash
from gis.store.names import Entity
from gis.store.store import Store
from gis.store.tables import COMMENTS, CONTENTS, EDITS, ITEMS, VERSIONS
from gis.store.versions import latest_versions, load_content
from gis.store.writing import insert_content, shown_of, version_hash

__all__ = ["copy_store", "verify_store"]

Progress = Callable[[int, int], None]


def copy_store(source: Store, target: Store, *, progress: Progress | None = None) -> int:
    """Copy every version of one store into another, empty one, in one transaction; give the number of versions.

    Every content is checked against its hash on the way, so a damaged store is never copied as a sound one.

    Parameters
    ----------
    source, target
        Open stores: GeoPackage or PostGIS, in any combination.
    progress
        Called with the contents done and their number.

    Raises
    ------
    StoreError
        ``store-not-empty``: the target holds versions; ``content-damaged``: the source does not match its hashes.
    """
    with source.reading() as reading, target.writing() as writing:
        if writing.execute(sa.select(sa.func.count()).select_from(ITEMS)).scalar_one():
            raise StoreError("store-not-empty", place=target.place)
        contents = reading.execute(sa.select(CONTENTS).order_by(CONTENTS.c.id)).all()
        for done, row in enumerate(contents, start=1):
            frame = _sound_frame(source, reading, row)
            summary = load_content(reading, row.id).summary
            insert_content(writing, target.backend, frame, summary, row.frame_hash, id_=row.id)
            if progress is not None:
                progress(done, len(contents))
        _copy_rows(reading, writing, ITEMS)
        versions = _copy_rows(reading, writing, VERSIONS)
        _copy_rows(reading, writing, EDITS)
        _copy_rows(reading, writing, COMMENTS)
        for row in latest_versions(writing, None):
            if not row.deleted:
                is_edited = edit_of(writing, row.id) is not None
                edits_of = (row.item_id, keyframe_of(writing, row)) if is_edited else None
                shown = shown_of(Entity(row.entity), row.name, row.kind, edits_of=edits_of)
                target.backend.show(writing, shown, load_content(writing, row.content_id))
        target.backend.after_copy(writing)
    return versions


def verify_store(store: Store) -> int:
    """Compute the hash of every version anew from what the database holds; give the number of versions checked.

    Raises
    ------
    StoreError
        ``content-damaged``: a version does not match its hash, or its rows are gone.
    """
    with store.reading() as connection:
        digests = {
            row.id: frame_hash(_sound_frame(store, connection, row)) for row in connection.execute(sa.select(CONTENTS))
        }
        versions = connection.execute(sa.select(VERSIONS).order_by(VERSIONS.c.id)).all()
        edits = {row.version_id: row for row in connection.execute(sa.select(EDITS))}
        by_id = {version.id: version for version in versions}
        for version in versions:
            edit, parent = edits.get(version.id), by_id.get(version.parent_id)
            is_sound = version.content_hash == _expected(version, digests, edit, parent)
            if is_sound and edit is not None and edit.keyframe == edit.number:
                is_sound = digests[version.content_id] == _folded_hash(store, connection, version, parent)
            if not is_sound:
                raise StoreError("content-damaged", name=version.name, version=version.number, place=store.place)
    return len(versions)


def _expected(
    version: sa.Row[Any], digests: dict[int, str], edit: sa.Row[Any] | None, parent: sa.Row[Any] | None
) -> str:
    if version.deleted:
        return ""
    if edit is not None and parent is not None:
        return edit_hash(parent.content_hash, edit._asdict(), version.parameters)
    return version_hash(digests[version.content_id], version.document)


def _folded_hash(
    store: Store, connection: sa.Connection, version: sa.Row[Any], parent: sa.Row[Any] | None
) -> str | None:
    """Hash the rows that a plan should have where it was kept whole again: the keyframe before, and the edits since."""
    if parent is None:
        return None
    table = decode_frame(store.backend.read_content(connection, load_content(connection, parent.content_id)))
    edits = edits_between(connection, version.item_id, keyframe_of(connection, parent), version.number)
    return frame_hash(encode_frame(fold(table, (json.loads(edit.moved_to) for edit in edits)))[0])


def _sound_frame(store: Store, connection: sa.Connection, row: sa.Row[Any]) -> Frame:
    """Read a content and hold it against its hash."""
    frame = store.backend.read_content(connection, load_content(connection, row.id))
    if frame_hash(frame) != row.frame_hash:
        name = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.content_id == row.id).limit(1)).one()
        raise StoreError("content-damaged", name=name.name, version=name.number, place=store.place)
    return frame


def _copy_rows(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> int:
    rows = [row._asdict() for row in reading.execute(sa.select(table).order_by(*table.primary_key.columns))]
    if rows:
        writing.execute(sa.insert(table), rows)
    return len(rows)
