"""How a new version is written: all of it in one transaction, or nothing."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gis.errors import StoreError
from gis.store.backend import Backend, Content, Shown
from gis.store.frames import Frame, Summary
from gis.store.names import Entity, check_name, name_key, view_name
from gis.store.tables import CONTENTS, ITEMS, VERSIONS
from gis.store.values import is_clean, to_plain_json
from gis.store.versions import load_content

__all__ = ["Deed", "append_version", "find_or_write_content", "insert_content", "lock_item", "shown_of", "version_hash"]


@dataclass(frozen=True)
class Deed:
    """Who makes a version of which item, why and how; ``expected`` is the latest version number the author has seen."""

    entity: Entity
    name: str
    kind: str
    author: str
    reason: str
    parameters: str
    document: str | None
    expected: int | None

    @classmethod
    def checked(
        cls,
        entity: Entity,
        name: str,
        kind: str,
        *,
        author: str,
        reason: str,
        parameters: Any = None,
        document: Any = None,
        expected: int | None = None,
    ) -> "Deed":
        """Check the name, and write parameters and document as JSON.

        Raises
        ------
        StoreError
            ``name-invalid``, ``name-reserved``, ``author-missing``, ``document-invalid``.
        """
        for text in (author, reason, kind):
            if not text.strip() or not is_clean(text):
                raise StoreError("author-missing", name=name)
        return cls(
            entity=entity,
            name=check_name(name, entity),
            kind=kind,
            author=author,
            reason=reason,
            parameters=to_plain_json({} if parameters is None else parameters, what="parameters"),
            document=None if document is None else to_plain_json(document, what="document"),
            expected=expected,
        )


def version_hash(frame_digest: str, document: str | None) -> str:
    """Give the content hash of a version: of its rows, and of its document where it has one."""
    return frame_digest if document is None else hashlib.sha256(f"{frame_digest}|{document}".encode()).hexdigest()


def lock_item(connection: sa.Connection, deed: Deed) -> int:
    """Find or make the item of a name and lock it until the transaction ends, so that version numbers have no gap.

    Raises
    ------
    StoreError
        ``name-taken``: an item of nearly the same name exists (a database does not tell ``Roads`` from ``roads``).
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"entity": str(deed.entity), "name": deed.name, "name_key": name_key(deed.name)}
    connection.execute(insert(ITEMS).values(values).on_conflict_do_nothing())
    found = connection.execute(
        sa.select(ITEMS)
        .where(ITEMS.c.entity == values["entity"], ITEMS.c.name_key == values["name_key"])
        .with_for_update()
    ).one()
    if found.name != deed.name:
        raise StoreError("name-taken", name=deed.name, found=found.name)
    return int(found.id)


def find_or_write_content(
    connection: sa.Connection, backend: Backend, frame: Frame, summary: Summary, digest: str
) -> Content:
    """Give the stored content of that hash; write it where no version has held it before."""
    known = connection.execute(
        sa.select(CONTENTS.c.id).where(CONTENTS.c.frame_hash == digest).order_by(CONTENTS.c.id).limit(1)
    ).scalar()
    if known is not None:
        return load_content(connection, known)
    return insert_content(connection, backend, frame, summary, digest)


def insert_content(
    connection: sa.Connection, backend: Backend, frame: Frame, summary: Summary, digest: str, *, id_: int | None = None
) -> Content:
    """Write a content's description and its table of rows."""
    west, south, east, north = summary.bounds or (None,) * 4
    values = {
        "frame_hash": digest,
        "manifest": frame.manifest.to_json(),
        "row_count": len(frame),
        "geometry_type": summary.geometry_type,
        "has_z": summary.has_z,
        "has_m": summary.has_m,
        "min_x": west,
        "min_y": south,
        "max_x": east,
        "max_y": north,
    }
    if id_ is not None:
        values["id"] = id_
    new_id = connection.execute(sa.insert(CONTENTS).values(values).returning(CONTENTS.c.id)).scalar_one()
    content = Content(new_id, frame.manifest, len(frame), summary)
    backend.write_content(connection, content, frame)
    return content


def append_version(
    connection: sa.Connection, item_id: int, deed: Deed, *, content: Content | None, content_hash: str
) -> sa.Row[Any]:
    """Append the version row; a version without content is a deletion.

    Raises
    ------
    StoreError
        ``version-conflict``: somebody else saved since the author looked.
    """
    latest = connection.execute(
        sa.select(VERSIONS).where(VERSIONS.c.item_id == item_id).order_by(VERSIONS.c.number.desc()).limit(1)
    ).one_or_none()
    number = 0 if latest is None else latest.number
    if deed.expected is not None and deed.expected != number:
        raise StoreError("version-conflict", name=deed.name, expected=deed.expected, latest=number)
    values = {
        "item_id": item_id,
        "number": number + 1,
        "parent_id": None if latest is None else latest.id,
        "entity": str(deed.entity),
        "name": deed.name,
        "kind": deed.kind,
        "created_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "author": deed.author,
        "reason": deed.reason,
        "parameters": deed.parameters,
        "document": deed.document,
        "content_id": None if content is None else content.id,
        "content_hash": content_hash,
        "row_count": 0 if content is None else content.rows,
        "deleted": content is None,
    }
    return connection.execute(sa.insert(VERSIONS).values(values).returning(VERSIONS)).one()


def shown_of(entity: Entity, name: str, label: str, *, edits_of: tuple[int, int] | None = None) -> Shown:
    """Name the view of an item."""
    return Shown(view_name(entity, name), label, edits_of)
