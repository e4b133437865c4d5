"""Plans as edits left them: the rows of a plan's keyframe, and on top of them what moved since."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from gis.errors import StoreError
from gis.i18n import listed
from gis.store.tables import EDITS, VERSIONS

__all__ = ["Moves", "document_of", "edit_hash", "edit_of", "edits_between", "fold", "keyframe_of", "moves_json"]

Moves = Mapping[str, str | None]
"""Unit id -> community id; None where the unit has no community."""


def edit_of(connection: sa.Connection, version_id: int) -> sa.Row[Any] | None:
    """Read the row that makes a version an edit; None for a version that was kept whole."""
    return connection.execute(sa.select(EDITS).where(EDITS.c.version_id == version_id)).one_or_none()


def keyframe_of(connection: sa.Connection, row: sa.Row[Any]) -> int:
    """Give the number of the version whose rows a version of a plan stands on; its own, if it was kept whole."""
    edit = edit_of(connection, row.id)
    return int(row.number if edit is None else edit.keyframe)


def edits_between(connection: sa.Connection, item_id: int, after: int, upto: int) -> Sequence[sa.Row[Any]]:
    """Read the edits of a plan after one version number, up to another, oldest first."""
    return connection.execute(
        sa.select(EDITS)
        .where(EDITS.c.item_id == item_id, EDITS.c.number > after, EDITS.c.number <= upto)
        .order_by(EDITS.c.number)
    ).all()


def fold(table: pd.DataFrame, moves: Iterable[Moves]) -> pd.DataFrame:
    """Apply moves, one after another, to an assignment as the store holds it: one column, indexed by unit id.

    Raises
    ------
    StoreError
        ``units-not-in-plan``.
    """
    last: dict[str, str | None] = {}
    for one in moves:
        last.update(one)
    column = table.columns[0]
    at = table.index.get_indexer(pd.Index(list(last), dtype=table.index.dtype))
    if (at < 0).any():
        unknown = [unit for unit, place in zip(last, at.tolist(), strict=True) if place < 0]
        raise StoreError("units-not-in-plan", count=len(unknown), ids=listed(unknown))
    values = np.array(table[column].to_numpy(), dtype=object)
    moved = np.empty(len(last), dtype=object)
    moved[:] = list(last.values())
    values[at] = moved
    return pd.DataFrame({column: pd.Series(values, index=table.index, dtype=table[column].dtype)})


def document_of(connection: sa.Connection, row: sa.Row[Any]) -> dict[str, Any]:
    """Give the document of a version of a plan; an edit has that of the last version kept whole, marked ``edited``."""
    if row.document is not None:
        kept: dict[str, Any] = json.loads(row.document)
        return kept
    last = connection.execute(
        sa.select(VERSIONS)
        .where(VERSIONS.c.item_id == row.item_id, VERSIONS.c.number < row.number, VERSIONS.c.document.is_not(None))
        .order_by(VERSIONS.c.number.desc())
        .limit(1)
    ).one()
    return {**json.loads(last.document), "edited": {"since": last.number, "edits": row.number - last.number}}


def moves_json(moves: Moves) -> str:
    """Write moves as canonical JSON: by unit id, no spaces."""
    return json.dumps(moves, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def edit_hash(parent_hash: str, edit: Mapping[str, Any], parameters: str) -> str:
    """Give the hash of an edit: of the version before it, and of all that the edit says."""
    parts = [
        parent_hash,
        edit["deed"],
        "" if edit["target"] is None else str(edit["target"]),
        edit["moved_from"],
        edit["moved_to"],
        parameters,
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
