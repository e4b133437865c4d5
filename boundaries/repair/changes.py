"""Pieces of ground that change hands, and the ids that they go by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Changes", "Ids"]

Ids = tuple[str, ...]
_PLACE_BYTES = 32  # four numbers of eight bytes
_LISTS = ("kind", "rule", "claim_ids", "from_ids", "to_ids", "people_basis")


@dataclass(frozen=True)
class Changes:
    """Pieces of ground that change hands, column by column: who claimed each, who loses it, who has it from now on.

    ``people`` holds households and residents, ``(n, 2)``, NaN unknown; ``people_basis`` is empty where nobody counted.
    """

    kind: Sequence[str]
    rule: Sequence[str]
    claim_ids: Sequence[Ids]
    from_ids: Sequence[Ids]
    to_ids: Sequence[Ids]
    geometry: NDArray[np.object_]
    people: NDArray[np.float64]
    people_basis: Sequence[str]

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def none(cls) -> "Changes":
        """Give no changes."""
        return cls([], [], [], [], [], np.empty(0, dtype=object), np.empty((0, 2)), [])

    @classmethod
    def joined(cls, several: Sequence["Changes"]) -> "Changes":
        """Put changes one after another."""
        columns: dict[str, Any] = {name: [row for one in several for row in getattr(one, name)] for name in _LISTS}
        columns |= {name: np.concatenate([getattr(one, name) for one in several]) for name in ("geometry", "people")}
        return cls(**columns)

    @property
    def keys(self) -> list[str]:
        """A stable id for each: of its kind, who claims the ground, and where it lies to the millimetre.

        The second of equal ones is numbered.
        """
        heads: dict[tuple[str, Ids], bytes] = {}
        seen: dict[str, int] = {}
        keys = []
        places = _places_mm(self.geometry)
        for at, (kind, claims) in enumerate(zip(self.kind, self.claim_ids, strict=True)):
            head = heads.get((kind, claims))
            if head is None:
                head = heads[kind, claims] = "\x1f".join((kind, *claims, "|", "")).encode()
            place = places[at * _PLACE_BYTES : (at + 1) * _PLACE_BYTES]
            key = f"change-{hashlib.blake2b(head + place, digest_size=6).hexdigest()}"
            number = seen[key] = seen.get(key, 0) + 1
            keys.append(key if number == 1 else f"{key}-{number}")
        return keys


def _places_mm(shapes: NDArray[np.object_]) -> bytes:
    """Write where pieces of ground lie in whole millimetres: the boxes around them, ``_PLACE_BYTES`` for each."""
    return np.rint(shapely.bounds(shapes) * 1000.0).astype("<i8").tobytes()
