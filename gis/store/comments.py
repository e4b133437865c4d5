"""Comments on a plan, pinned to a place or a unit; append-only: an answer or a settlement is a row of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from gis.errors import StoreError
from gis.store.names import Entity
from gis.store.store import Store
from gis.store.tables import COMMENTS
from gis.store.values import is_clean
from gis.store.versions import find_item, find_version

__all__ = ["Comment", "add_comment", "read_comments"]


@dataclass(frozen=True)
class Comment:
    """What somebody said of a plan at one of its versions.

    ``lonlat`` is the place, in degrees; ``unit`` a unit of the plan. ``answers`` is the comment that this one answers;
    with ``settles`` it closes that one.
    """

    id: int
    number: int
    created_at: datetime
    author: str
    text: str
    lonlat: tuple[float, float] | None
    unit: str | None
    answers: int | None
    settles: bool


def add_comment(
    store: Store,
    name: str,
    text: str,
    *,
    author: str,
    lonlat: tuple[float, float] | None = None,
    unit: str | None = None,
    answers: int | None = None,
    settles: bool = False,
) -> Comment:
    """Append a comment to a plan; it makes no new version, so that it never stands in the way of an edit.

    Raises
    ------
    StoreError
        ``item-not-found``, ``item-deleted``; ``author-missing``: no author or no text; ``comment-not-found``: the
        comment that it answers is none of this plan's; ``units-not-in-plan``.
    """
    for words in (author, text):
        if not words.strip() or not is_clean(words):
            raise StoreError("author-missing", name=name)
    with store.writing() as connection:
        latest = find_version(connection, Entity.PLAN, name, None)
        if unit is not None and unit not in store.ids_of(connection, latest):
            raise StoreError("units-not-in-plan", count=1, ids=unit)
        if answers is not None:
            known = sa.select(COMMENTS.c.id).where(COMMENTS.c.id == answers, COMMENTS.c.item_id == latest.item_id)
            if connection.execute(known).scalar() is None:
                raise StoreError("comment-not-found", name=name, id=answers)
        longitude, latitude = lonlat or (None, None)
        values = {
            "item_id": latest.item_id,
            "number": latest.number,
            "created_at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "author": author,
            "text": text,
            "longitude": longitude,
            "latitude": latitude,
            "unit": unit,
            "answers": answers,
            "settles": settles,
        }
        row = connection.execute(sa.insert(COMMENTS).values(values).returning(COMMENTS)).one()
        return _to_comment(row)


def read_comments(store: Store, name: str) -> list[Comment]:
    """List the comments on a plan, oldest first.

    Raises
    ------
    StoreError
        ``item-not-found``.
    """
    with store.reading() as connection:
        item = find_item(connection, Entity.PLAN, name)
        query = sa.select(COMMENTS).where(COMMENTS.c.item_id == item).order_by(COMMENTS.c.id)
        return [_to_comment(row) for row in connection.execute(query)]


def _to_comment(row: sa.Row[Any]) -> Comment:
    return Comment(
        id=row.id,
        number=row.number,
        created_at=datetime.fromisoformat(row.created_at).astimezone(UTC),
        author=row.author,
        text=row.text,
        lonlat=None if row.longitude is None else (row.longitude, row.latitude),
        unit=row.unit,
        answers=row.answers,
        settles=bool(row.settles),
    )
