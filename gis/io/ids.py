"""The unique text ids of a layer: from the column that was asked for, from ``id``, from the code, or made."""

from typing import Any

import pandas as pd

from gis.decisions import Decision
from gis.errors import SchemaError
from gis.i18n import Text, listed
from gis.io.draft import Draft
from gis.values import parse_codes

__all__ = ["settle_ids"]


def settle_ids(draft: Draft) -> None:
    """Make the index of the draft unique text ids named ``id``; call it when standard columns have their names.

    Raises
    ------
    SchemaError
        ``ids-missing`` or ``ids-duplicate`` in the column that was asked for; ``code-lost``.
    """
    stated = draft.mapping.sources.get("id")
    doubt = Text("", "")
    if stated is not None:
        ids = _required(draft, stated)
        draft.ids = Decision(
            stated, "stated", Text(f"标识：取自列“{stated}”，按指定", f"ids: from column {stated}, as stated")
        )
        if stated == "id":
            draft.frame = draft.frame.drop(columns="id")
        _set(draft, ids)
        return
    if "id" in draft.frame.columns:
        own = _usable(draft.frame["id"])
        if own is not None:
            draft.ids = Decision("id", "declared", Text("标识：取自列“id”", "ids: from column id"))
            draft.frame = draft.frame.drop(columns="id")
            _set(draft, own)
            return
        draft.frame = draft.frame.rename(columns={"id": "id_original"})
        doubt = Text(
            "列“id”不唯一或不完整，改名为 id_original;",
            "column id is not unique or not complete and is now id_original; ",
        )
    code = _usable(draft.frame["code"]) if draft.kind and "code" in draft.frame.columns else None
    if code is not None:
        draft.ids = Decision("code", "deduced", Text(f"标识：{doubt.zh}取自代码列", f"ids: {doubt.en}from the code"))
        _set(draft, code)
        return
    width = len(str(draft.rows_read))
    made = pd.Series([f"{draft.layer}-{row:0{width}d}" for row in draft.rows], index=draft.frame.index)
    draft.ids = Decision(
        None,
        "made",
        Text(f"标识：{doubt.zh}由图层名和行号生成", f"ids: {doubt.en}made from the layer's name and the row number"),
    )
    _set(draft, made)


def _required(draft: Draft, source: str) -> "pd.Series[Any]":
    parsed = parse_codes(draft.frame[draft.renamed.get(source, source)])
    if parsed.refused:
        raise SchemaError(
            "code-lost",
            layer=draft.layer,
            column=source,
            rows=draft.row_numbers([at for at, _ in parsed.refused]),
            values=[value for _, value in parsed.refused],
        )
    ids = parsed.cells
    missing = ids.isna().to_numpy().nonzero()[0]
    if len(missing):
        raise SchemaError("ids-missing", layer=draft.layer, column=source, rows=draft.row_numbers(missing))
    repeated = ids[ids.duplicated()].unique()
    if len(repeated):
        raise SchemaError("ids-duplicate", layer=draft.layer, column=source, ids=listed(repeated))
    return ids


def _usable(column: "pd.Series[Any]") -> "pd.Series[Any] | None":
    parsed = parse_codes(column)
    return None if parsed.refused or parsed.cells.isna().any() or parsed.cells.duplicated().any() else parsed.cells


def _set(draft: Draft, ids: "pd.Series[Any]") -> None:
    draft.frame = draft.frame.set_axis(pd.Index(ids.tolist(), name="id", dtype="str"), axis="index")
