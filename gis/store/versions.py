"""Versions and the catalogue: what was saved, when, by whom, why, and from what; read from the bookkeeping tables."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gis.errors import StoreError
from gis.i18n import Text, listed
from gis.order import natural_key
from gis.store.backend import Content
from gis.store.frames import Manifest, Summary
from gis.store.names import Entity, name_key
from gis.store.tables import CONTENTS, ITEMS, VERSIONS

__all__ = [
    "LARGEST_NUMBER",
    "Entry",
    "Version",
    "find_item",
    "find_version",
    "latest_versions",
    "load_content",
    "to_entry",
    "to_version",
    "version_rows",
]


@dataclass(frozen=True)
class Version:
    """One immutable version of a layer, of findings or of a plan.

    ``number`` counts from 1 within the item; ``parent`` is the ``id`` of the version before, None for the first.
    ``content_hash`` is the same in every backend; it is empty for a deletion.
    """

    id: int
    entity: Entity
    name: str
    kind: str
    number: int
    parent: int | None
    created_at: datetime
    author: str
    reason: str
    parameters: dict[str, Any] = field(hash=False)
    content_hash: str
    rows: int
    deleted: bool

    def as_dict(self) -> dict[str, Any]:
        """Give the version as JSON can hold it."""
        return {
            "id": self.id,
            "entity": str(self.entity),
            "name": self.name,
            "kind": self.kind,
            "number": self.number,
            "parent": self.parent,
            "created_at": self.created_at.isoformat(),
            "author": self.author,
            "reason": self.reason,
            "parameters": self.parameters,
            "content_hash": self.content_hash,
            "rows": self.rows,
            "deleted": self.deleted,
        }


@dataclass(frozen=True)
class Entry:
    """A line of the catalogue: an item, its latest version, and what a table of contents tells of it.

    ``since`` is when its first version was saved.
    """

    entity: Entity
    name: str
    kind: str
    version: Version
    rows: int
    columns: tuple[str, ...]
    geometry_type: str | None
    bounds: tuple[float, float, float, float] | None
    crs: str | None
    since: datetime


LARGEST_NUMBER = 2**31 - 1  # what the column holds in every database
_NOTHING = Text("无", "none")
_NEWEST = (
    sa.select(VERSIONS.c.item_id, sa.func.max(VERSIONS.c.number).label("number"))
    .group_by(VERSIONS.c.item_id)
    .subquery()
)


def version_rows(connection: sa.Connection, entity: Entity, name: str) -> list[sa.Row[Any]]:
    """Read all version rows of an item, oldest first.

    Raises
    ------
    StoreError
        ``item-not-found``: with the items that there are.
    """
    query = (
        sa.select(VERSIONS)
        .join(ITEMS, ITEMS.c.id == VERSIONS.c.item_id)
        .where(ITEMS.c.entity == str(entity), ITEMS.c.name_key == name_key(name))
        .order_by(VERSIONS.c.number)
    )
    rows = list(connection.execute(query))
    if not rows:
        names = [row.name for row in latest_versions(connection, entity) if not row.deleted]
        label = Text(f"{entity.label.zh} {name}", f"{entity.label.en} {name}")
        raise StoreError("item-not-found", name=label, found=listed(names, limit=20) if names else _NOTHING)
    return rows


def find_item(connection: sa.Connection, entity: Entity, name: str) -> int:
    """Find the item of a name.

    Raises
    ------
    StoreError
        ``item-not-found``: with the items that there are.
    """
    query = sa.select(ITEMS.c.id).where(ITEMS.c.entity == str(entity), ITEMS.c.name_key == name_key(name))
    item = connection.execute(query).scalar()
    return int(version_rows(connection, entity, name)[0].item_id if item is None else item)


def find_version(connection: sa.Connection, entity: Entity, name: str, number: int | None) -> sa.Row[Any]:
    """Find the row of one version, the latest unless a number is given.

    Raises
    ------
    StoreError
        ``item-not-found``, ``version-not-found``, or ``item-deleted``: the version is a deletion and holds no rows.
    """
    query = (
        sa.select(VERSIONS)
        .join(ITEMS, ITEMS.c.id == VERSIONS.c.item_id)
        .where(ITEMS.c.entity == str(entity), ITEMS.c.name_key == name_key(name))
        .order_by(VERSIONS.c.number.desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(VERSIONS.c.number == (number if 0 < number <= LARGEST_NUMBER else 0))  # 0 is no version's
    found = connection.execute(query).one_or_none()
    if found is None:
        raise StoreError(
            "version-not-found",
            name=name,
            version=number,
            latest=version_rows(connection, entity, name)[-1].number,
        )
    if found.deleted:
        raise StoreError("item-deleted", name=name, version=found.number, last=found.number - 1)
    return found


def latest_versions(connection: sa.Connection, entity: Entity | None) -> list[sa.Row[Any]]:
    """Read the newest version row of every item, deletions too, by entity and name (numbers in it count)."""
    query = sa.select(VERSIONS).join(
        _NEWEST, sa.and_(VERSIONS.c.item_id == _NEWEST.c.item_id, VERSIONS.c.number == _NEWEST.c.number)
    )
    if entity is not None:
        query = query.where(VERSIONS.c.entity == str(entity))
    return sorted(connection.execute(query), key=lambda row: (row.entity, natural_key(row.name)))


def load_content(connection: sa.Connection, content_id: int) -> Content:
    """Read the description of a content."""
    row = connection.execute(sa.select(CONTENTS).where(CONTENTS.c.id == content_id)).one()
    bounds = None if row.min_x is None else (row.min_x, row.min_y, row.max_x, row.max_y)
    return Content(
        id=row.id,
        manifest=Manifest.from_json(row.manifest),
        rows=row.row_count,
        summary=Summary(bounds, row.geometry_type, has_z=row.has_z, has_m=row.has_m),
    )


def to_version(row: sa.Row[Any]) -> Version:
    """Turn a row of the bookkeeping table into a version."""
    return Version(
        id=row.id,
        entity=Entity(row.entity),
        name=row.name,
        kind=row.kind,
        number=row.number,
        parent=row.parent_id,
        created_at=datetime.fromisoformat(row.created_at).astimezone(UTC),
        author=row.author,
        reason=row.reason,
        parameters=json.loads(row.parameters),
        content_hash=row.content_hash,
        rows=row.row_count,
        deleted=bool(row.deleted),
    )


def to_entry(connection: sa.Connection, row: sa.Row[Any]) -> Entry:
    """Describe the newest version of an item."""
    content = load_content(connection, row.content_id)
    first = connection.execute(
        sa.select(sa.func.min(VERSIONS.c.created_at)).where(VERSIONS.c.item_id == row.item_id)
    ).scalar_one()
    names = [column.name for column in content.manifest.columns]
    if content.manifest.geometry is not None:
        names.insert(content.manifest.geometry_position, content.manifest.geometry)
    return Entry(
        entity=Entity(row.entity),
        name=row.name,
        kind=row.kind,
        version=to_version(row),
        rows=content.rows,
        columns=tuple(names),
        geometry_type=content.summary.geometry_type,
        bounds=content.summary.bounds,
        crs=content.manifest.crs,
        since=datetime.fromisoformat(first).astimezone(UTC),
    )
