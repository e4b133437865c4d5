"""Edits of plans: versions that say only what moved, on top of the version before them.

An edit is a version like any other (number, author, reason, time), with a row in ``quhua_edits`` that tells which units
moved, from where and to where. The rows of the plan are those of its *keyframe*, the last version that was kept whole,
with the edits since then applied. Every ``KEYFRAME_EVERY`` edits the plan is kept whole again, so that loading never
reads more than that many. The hash of an edit covers the hash of the version before it and the edit itself.
"""

import json
from dataclasses import dataclass, field

import sqlalchemy as sa

from gis.store.backend import Content
from gis.store.folding import Moves, edit_hash, edit_of, edits_between, fold, moves_json
from gis.store.frames import decode_frame, encode_frame, frame_hash
from gis.store.names import Entity
from gis.store.store import Store
from gis.store.tables import EDITS, VERSIONS
from gis.store.versions import LARGEST_NUMBER, Version, find_item, find_version, load_content, to_version
from gis.store.writing import Deed, append_version, find_or_write_content, lock_item, shown_of

__all__ = ["KEYFRAME_EVERY", "Edit", "LoggedEdit", "append_edit", "load_moves", "read_log"]

KEYFRAME_EVERY = 256
_SAVED, _DELETED = "save", "delete"


@dataclass(frozen=True)
class Edit:
    """What an edit does: its kind, the units that it moves, and which version it takes back or does again.

    ``moved_from`` and ``moved_to`` have the same units; both are empty for a deed that moves none, such as a lock.
    """

    deed: str
    moved_from: Moves = field(default_factory=dict)
    moved_to: Moves = field(default_factory=dict)
    target: int | None = None


@dataclass(frozen=True)
class LoggedEdit:
    """A line of a plan's log: the version, its deed (``save`` and ``delete`` for a version kept whole), units moved."""

    version: Version
    deed: str
    target: int | None
    unit_count: int


def append_edit(
    store: Store,
    name: str,
    edit: Edit,
    *,
    author: str,
    reason: str,
    expected: int,
    parameters: dict[str, object] | None = None,
) -> Version:
    """Append an edit to a plan, in one transaction.

    Parameters
    ----------
    store, name
        An open store, and a plan in it.
    edit
        What moves; ``moved_from`` is what the plan says at version ``expected``.
    author, reason, parameters
        Who edits, why, and what else belongs to the deed, as JSON can hold it.
    expected
        The number of the newest version that the author has seen; an edit is never made without it.

    Raises
    ------
    StoreError
        ``version-conflict``: somebody edited since; ``item-not-found``, ``item-deleted``; ``author-missing``;
        ``units-not-in-plan``; ``store-busy``, ``store-failed``.
    """
    with store.writing() as connection:
        found = find_version(connection, Entity.PLAN, name, None)
        deed = Deed.checked(
            Entity.PLAN, found.name, found.kind, author=author, reason=reason, parameters=parameters, expected=expected
        )
        item = lock_item(connection, deed)
        latest = find_version(connection, Entity.PLAN, name, None)  # again, now that nobody else can write
        values = {
            "item_id": item,
            "number": latest.number + 1,
            "deed": edit.deed,
            "target": edit.target,
            "unit_count": len(edit.moved_to),
            "moved_from": moves_json(edit.moved_from),
            "moved_to": moves_json(edit.moved_to),
        }
        before = edit_of(connection, latest.id)
        keyframe = latest.number if before is None else before.keyframe
        content = load_content(connection, latest.content_id)
        is_keyframe = latest.number + 1 - keyframe >= KEYFRAME_EVERY and latest.number == expected
        if is_keyframe:
            content = _kept_whole(store, connection, content, latest, keyframe, edit)
            keyframe = latest.number + 1
        digest = edit_hash(latest.content_hash, values, deed.parameters)
        row = append_version(connection, item, deed, content=content, content_hash=digest)
        connection.execute(sa.insert(EDITS).values(version_id=row.id, keyframe=keyframe, **values))
        if before is None or is_keyframe:
            shown = shown_of(Entity.PLAN, deed.name, deed.kind, edits_of=(item, keyframe))
            store.backend.show(connection, shown, content)
        return to_version(row)


def read_log(store: Store, name: str, *, after: int = 0) -> list[LoggedEdit]:
    """List what was done to a plan after a version number, oldest first, deletions and versions kept whole too.

    Raises
    ------
    StoreError
        ``item-not-found``.
    """
    query = (
        sa.select(VERSIONS, EDITS.c.deed, EDITS.c.target, EDITS.c.unit_count)
        .outerjoin(EDITS, EDITS.c.version_id == VERSIONS.c.id)
        .order_by(VERSIONS.c.number)
    )
    with store.reading() as connection:
        item = find_item(connection, Entity.PLAN, name)
        rows = connection.execute(
            query.where(VERSIONS.c.item_id == item, VERSIONS.c.number > min(after, LARGEST_NUMBER))
        ).all()
    return [_to_line(row) for row in rows]


def _to_line(row: "sa.Row[tuple[object, ...]]") -> LoggedEdit:
    if row.deed is None:
        return LoggedEdit(to_version(row), _DELETED if row.deleted else _SAVED, None, row.row_count)
    return LoggedEdit(to_version(row), row.deed, row.target, row.unit_count)


def load_moves(store: Store, name: str, number: int) -> tuple[Moves, Moves]:
    """Load where the units of one edit came from and where they went; both empty for a version kept whole.

    Raises
    ------
    StoreError
        ``item-not-found``, ``version-not-found``, ``item-deleted``.
    """
    with store.reading() as connection:
        edit = edit_of(connection, find_version(connection, Entity.PLAN, name, number).id)
    return ({}, {}) if edit is None else (json.loads(edit.moved_from), json.loads(edit.moved_to))


def _kept_whole(
    store: Store,
    connection: sa.Connection,
    content: Content,
    latest: "sa.Row[tuple[object, ...]]",
    keyframe: int,
    edit: Edit,
) -> Content:
    """Write the rows of the plan as the edit leaves them."""
    table = decode_frame(store.backend.read_content(connection, content))
    earlier = [json.loads(row.moved_to) for row in edits_between(connection, latest.item_id, keyframe, latest.number)]
    frame, summary = encode_frame(fold(table, [*earlier, edit.moved_to]))
    return find_or_write_content(connection, store.backend, frame, summary, frame_hash(frame))
