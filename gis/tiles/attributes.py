"""The columns of a layer as a tile holds them: each value encoded once, rows as numbers of values."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.plain import plain_value, to_json
from gis.tiles.protobuf import encode_value

__all__ = ["Attributes"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Attributes:
    """Columns by name, and what kind each is (as TileJSON names them).

    ``codes`` gives each row's value in each column as a place in ``values``, -1 for none.
    """

    keys: tuple[str, ...]
    codes: Integers
    values: "npt.NDArray[np.object_]"
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Attributes":
        """Encode the columns of a table by the type of each cell; what is unknown is left out, lists become JSON."""
        codes = np.empty((len(table), len(table.columns)), dtype=np.int64)
        kinds = []
        known: dict[tuple[type, Any], int] = {}
        for at, name in enumerate(table.columns):
            cells = list(map(_cell, table[name].astype(object).tolist()))
            kinds.append(_kind({type(cell) for cell in cells if cell is not None}))
            codes[:, at] = [-1 if cell is None else known.setdefault((type(cell), cell), len(known)) for cell in cells]
        values = np.empty(len(known), dtype=object)
        values[:] = [encode_value(value) for _, value in known]
        return cls(tuple(map(str, table.columns)), codes, values, tuple(kinds))

    def of_rows(self, rows: Integers) -> tuple[list[bytes], Integers, Integers]:
        """Give what a tile of these rows needs: its values, and the tags of each row with where they begin."""
        codes = self.codes[rows]
        is_known = codes >= 0
        used, number = np.unique(codes[is_known], return_inverse=True)
        columns = np.broadcast_to(np.arange(len(self.keys)), codes.shape)
        tags = np.column_stack([columns[is_known], number]).ravel().astype(np.int64)
        starts = np.concatenate([[0], 2 * is_known.sum(axis=1).cumsum()]).astype(np.int64)
        return self.values[used].tolist(), tags, starts


def _cell(value: Any) -> Any:
    plain = plain_value(value)
    return to_json(plain) if isinstance(plain, list | dict) else plain


def _kind(types: AbstractSet[type]) -> str:
    """Name what a column holds as TileJSON does."""
    if types and types <= {bool}:
        return "Boolean"
    return "Number" if types and types <= {int, float} else "String"
