"""Join a table to a layer by code or name; the unmatched are told on both sides, near matches are only offered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from gis.columns import alias_table, fold_name, map_columns
from gis.decisions import ColumnChoice, Question
from gis.errors import SchemaError
from gis.i18n import Text, listed
from gis.kinds import schema_of
from gis.names import fold_code, fold_place_name, name_likeness
from gis.values import LARGEST_FIGURE, impossible_figures, parse_codes, parse_figures

__all__ = ["Join", "JoinKey", "NearMatch", "join_table"]

_MAX_NEAR_PER_ROW = 3
_MAX_COMPARISONS = 4_000_000
_TELLING_CODE = 6  # a shorter number may be anything, such as a count of households


@dataclass(frozen=True)
class JoinKey:
    """What is compared: a column of the layer (``id`` is its index), one of the table, as codes or as names."""

    layer_column: str
    table_column: str
    compared_as: Literal["code", "name"]


@dataclass(frozen=True)
class NearMatch:
    """A row of the table that may belong to an unmatched feature: how alike (0 to 1), and why."""

    id: str
    layer_key: str
    row: int
    table_key: str
    likeness: float
    reason: Text


@dataclass(frozen=True)
class Join:
    """The layer with the columns of the table, and the account of both sides.

    ``unmatched_ids`` are features without a row, ``unmatched_rows`` rows (from 1) without a feature, ``repeated_rows``
    rows that share their key with another row and were therefore not used, ``repeated_ids`` features that share it with
    another feature: they would count the figures of their row more than once.
    """

    layer: gpd.GeoDataFrame
    key: JoinKey
    matched: int
    unmatched_ids: tuple[str, ...]
    unmatched_rows: tuple[int, ...]
    repeated_rows: tuple[int, ...]
    near: tuple[NearMatch, ...]
    columns: tuple[ColumnChoice, ...]
    questions: tuple[Question, ...] = field(default=())
    repeated_ids: tuple[str, ...] = ()

    def lines(self) -> list[Text]:
        """Write the account for a reader."""
        key = self.key
        lines = [
            Text(
                f"按 {key.layer_column} = {key.table_column} 挂接：{self.matched} 个要素找到了表格行",
                f"joined by {key.layer_column} = {key.table_column}: {self.matched} features found their row",
            )
        ]
        for count, shown, zh, en in (
            (len(self.unmatched_ids), listed(self.unmatched_ids), "个要素没有对应的行", "features without a row"),
            (len(self.unmatched_rows), listed(self.unmatched_rows), "行没有对应的要素", "rows without a feature"),
            (
                len(self.repeated_rows),
                listed(self.repeated_rows),
                "行的键重复，未采用",
                "rows share their key and were not used",
            ),
            (
                len(self.repeated_ids),
                listed(self.repeated_ids),
                "个要素的键重复，未挂接（否则同一行会重复计算）",
                "features share their key and were not joined (a row would count twice)",
            ),
        ):
            if count:
                lines.append(Text(f"{count} {zh}:{shown.zh}", f"{count} {en}: {shown.en}"))
        offered = [
            Text(
                f"可能对应（未采用）：{one.layer_key} ~ 第 {one.row} 行 {one.table_key}，{one.reason.zh}",
                f"may belong together (not used): {one.layer_key} ~ row {one.row} {one.table_key}, {one.reason.en}",
            )
            for one in self.near
        ]
        return [*lines, *offered]


def join_table(
    layer: gpd.GeoDataFrame,
    table: pd.DataFrame,
    *,
    on: tuple[str, str] | str | None = None,
    kind: str | None = None,
    columns: Mapping[str, str] | None = None,
    accept: Mapping[str, int] | None = None,
) -> Join:
    """Add the columns of a table to the features of a layer.

    Parameters
    ----------
    layer
        Any layer indexed by text ids; its rows and geometry are kept as they are.
    table
        Rows in any order; rows are counted from 1.
    on
        Column of the layer (``"id"`` for the index) and column of the table; only the latter, or None, takes the pair
        under which most keys meet, codes before names.
    kind
        Kind of the layer: standard columns of the table are then recognised, named and parsed as by ``read_layer``.
    columns
        Column of the result -> column of the table; with a kind it adds to what is recognised, without one only
        these columns are taken.
    accept
        Near matches that the planner confirmed: id of the feature -> row of the table.

    Returns
    -------
    Join
        ``.layer`` has unknown values (NaN) where no row was found, never zero. A column that exists already is replaced
        where a row was found, and kept elsewhere.

    Raises
    ------
    SchemaError
        ``join-key-missing`` (nothing meets, or a named column does not exist), ``join-row-unknown`` (an accepted id or
        row does not exist), ``join-row-taken`` (two features would have one row), ``not-a-number``,
        ``figure-impossible``, ``code-lost``.

    Notes
    -----
    A key that several rows or several features bear joins none of them: which is meant cannot be known. Cost: linear;
    near matches compare unmatched names pairwise.
    """
    key = _key(layer, table, on)
    fold = fold_code if key.compared_as == "code" else _exact_name
    ids = [str(one) for one in layer.index]
    layer_keys = [fold(value) for value in _layer_column(layer, key.layer_column)]
    table_keys = [fold(value) for value in table[key.table_column]]
    rows_by_key: dict[str, list[int]] = {}
    for row, value in enumerate(table_keys):
        rows_by_key.setdefault(value, []).append(row)
    rows_by_key.pop("", None)
    often = Counter(layer_keys)
    partner = [
        rows[0] if len(rows := rows_by_key.get(value, [])) == 1 and often[value] == 1 else -1 for value in layer_keys
    ]
    shared = [
        at
        for at, value in enumerate(layer_keys)
        if often[value] > 1 and value in rows_by_key and ids[at] not in (accept or {})
    ]
    _accept(partner, ids, len(table), accept or {})
    chosen, questions = _columns(table, key, kind, columns)
    joined = _joined(layer, table, partner, chosen, kind)
    used, known = set(partner), set(layer_keys)
    repeated = sorted(row for value, rows in rows_by_key.items() if len(rows) > 1 and value in known for row in rows)
    free_rows = [row for row in range(len(table)) if row not in used and row not in repeated]
    left_out = set(shared)
    lonely = [at for at, row in enumerate(partner) if row < 0 and at not in left_out]
    return Join(
        joined,
        key,
        sum(row >= 0 for row in partner),
        tuple(ids[at] for at in lonely),
        tuple(row + 1 for row in free_rows),
        tuple(row + 1 for row in repeated),
        _near(layer, table, key, lonely, free_rows, ids),
        chosen,
        questions,
        tuple(ids[at] for at in shared),
    )


def _key(layer: gpd.GeoDataFrame, table: pd.DataFrame, on: tuple[str, str] | str | None) -> JoinKey:
    if isinstance(on, tuple):
        return _stated_key(layer, table, on)
    if on is None:
        return _best_key(layer, table)
    if on not in table.columns:
        raise SchemaError("column-missing", layer="table", column=on, found=listed(table.columns, limit=20))
    return _best_key(layer, table[[on]])


def _stated_key(layer: gpd.GeoDataFrame, table: pd.DataFrame, on: tuple[str, str]) -> JoinKey:
    layer_column, table_column = on
    if layer_column not in {"id", *layer.columns}:
        raise SchemaError("column-missing", layer="layer", column=layer_column, found=listed(layer.columns, limit=20))
    if table_column not in table.columns:
        raise SchemaError("column-missing", layer="table", column=table_column, found=listed(table.columns, limit=20))
    values = _layer_column(layer, layer_column)
    return JoinKey(layer_column, table_column, "code" if _are_codes(values) else "name")


def _best_key(layer: gpd.GeoDataFrame, table: pd.DataFrame) -> JoinKey:
    """Take the codes that meet most often, and names only where no codes meet: one name may stand for many places."""
    columns = [name for name in ("code", "id", "name") if name == "id" or name in layer.columns]
    as_code = {name: _are_codes(_layer_column(layer, name)) for name in columns}
    for compared_as in ("code", "name"):
        best: tuple[int, JoinKey] | None = None
        for layer_column in columns:
            if as_code[layer_column] != (compared_as == "code"):
                continue
            fold = fold_code if compared_as == "code" else _exact_name
            keys = {fold(value) for value in _layer_column(layer, layer_column)} - {""}
            for table_column in table.columns:
                met = keys & {fold(value) for value in table[table_column]}
                if compared_as == "code" and not _is_code_column(str(table_column)):
                    met = {value for value in met if len(value) >= _TELLING_CODE}
                if met and (best is None or len(met) > best[0]):
                    best = len(met), JoinKey(layer_column, str(table_column), compared_as)
        if best is not None:
            return best[1]
    raise SchemaError("join-key-missing", found=listed(table.columns, limit=20))


def _is_code_column(name: str) -> bool:
    table = alias_table()
    rooms = [room for room in table.values() if isinstance(room, dict)]
    return fold_name(name) in {"ID", *(fold_name(one) for room in rooms for one in room.get("code", ()))}


def _are_codes(values: Sequence[Any]) -> bool:
    known = [str(value) for value in values if not pd.isna(value)]
    return bool(known) and all(fold_code(value).isascii() for value in known)


def _exact_name(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _layer_column(layer: gpd.GeoDataFrame, name: str) -> list[Any]:
    return list(layer.index) if name == "id" else layer[name].tolist()


def _accept(partner: list[int], ids: Sequence[str], rows: int, accept: Mapping[str, int]) -> None:
    position = {one: at for at, one in enumerate(ids)}
    for one, row in accept.items():
        if one not in position or not 1 <= row <= rows:
            raise SchemaError("join-row-unknown", id=one, row=row, rows=rows)
        partner[position[one]] = row - 1
    for row, count in Counter(row for row in partner if row >= 0).items():
        if count > 1:
            several = [ids[at] for at, own in enumerate(partner) if own == row]
            raise SchemaError("join-row-taken", row=row + 1, ids=listed(several))


def _columns(
    table: pd.DataFrame, key: JoinKey, kind: str | None, columns: Mapping[str, str] | None
) -> tuple[tuple[ColumnChoice, ...], tuple[Question, ...]]:
    stated = Text("按指定", "as stated")
    if kind is None:
        wanted = columns or {str(name): str(name) for name in table.columns if name != key.table_column}
        for source in wanted.values():
            if source not in table.columns:
                raise SchemaError("column-missing", layer="table", column=source, found=listed(table.columns, limit=20))
        return tuple(ColumnChoice(target, source, "stated", stated) for target, source in wanted.items()), ()
    mapping = map_columns(table, kind, columns=columns, layer="table")
    return tuple(one for one in mapping.choices if one.target not in {"name", "code", "id"}), mapping.questions


def _joined(
    layer: gpd.GeoDataFrame, table: pd.DataFrame, partner: list[int], choices: Sequence[ColumnChoice], kind: str | None
) -> gpd.GeoDataFrame:
    joined = layer.copy()
    found = pd.Series([row >= 0 for row in partner], index=layer.index)
    for choice in choices:
        column = _parsed(table[choice.source], choice, kind)
        taken = pd.Series(column.array.take(partner, allow_fill=True), index=layer.index, name=choice.target)
        if choice.target in joined.columns:  # an empty cell says nothing against what is known
            taken = taken.where(found & taken.notna(), joined[choice.target])
        joined[choice.target] = taken
    return joined


def _parsed(column: "pd.Series[Any]", choice: ColumnChoice, kind: str | None) -> "pd.Series[Any]":
    schema_field = schema_of(kind).field(choice.target) if kind is not None else None
    if schema_field is None or schema_field.type not in {"figure", "code"}:
        return column.astype(float) if column.dtype.kind in "iu" else column
    parsed = parse_figures(column, target=choice.target) if schema_field.type == "figure" else parse_codes(column)
    if parsed.refused:
        raise SchemaError(
            "not-a-number" if schema_field.type == "figure" else "code-lost",
            layer="table",
            column=choice.source,
            rows=[at + 1 for at, _ in parsed.refused],
            values=[value for _, value in parsed.refused],
        )
    wrong = impossible_figures(parsed.cells) if schema_field.type == "figure" else ()
    if wrong:
        rows, values, limit = [at + 1 for at, _ in wrong], [value for _, value in wrong], f"{LARGEST_FIGURE:,}"
        raise SchemaError(
            "figure-impossible", layer="table", column=choice.source, rows=rows, values=values, limit=limit
        )
    return parsed.cells


def _near(
    layer: gpd.GeoDataFrame, table: pd.DataFrame, key: JoinKey, lonely: list[int], free_rows: list[int], ids: list[str]
) -> tuple[NearMatch, ...]:
    """Compare the names that found no partner; same folded names first, then pairwise as far as the numbers allow."""
    if key.compared_as == "code" or not lonely or not free_rows:
        return ()
    layer_names = _layer_column(layer, key.layer_column)
    table_names = table[key.table_column].tolist()
    by_fold: dict[str, list[int]] = {}
    for row in free_rows:
        by_fold.setdefault(fold_place_name(table_names[row]), []).append(row)
    pairwise = len(lonely) * len(free_rows) <= _MAX_COMPARISONS
    near: list[NearMatch] = []
    for at in lonely:
        rows = free_rows if pairwise else by_fold.get(fold_place_name(layer_names[at]), [])
        alike = [(likeness, row) for row in rows if (likeness := name_likeness(layer_names[at], table_names[row]))]
        alike.sort(key=lambda one: (-one[0][0], one[1]))
        near += [
            NearMatch(ids[at], str(layer_names[at]), row + 1, str(table_names[row]), likeness, reason)
            for (likeness, reason), row in alike[:_MAX_NEAR_PER_ROW]
        ]
    return tuple(sorted(near, key=lambda one: (-one.likeness, one.id, one.row)))
