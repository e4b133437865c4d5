"""Standard columns of a layer that is being loaded: their names, and their cells as figures, codes and texts."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.columns import alias_table, fold_name
from gis.decisions import Question
from gis.errors import SchemaError
from gis.i18n import Text, listed
from gis.io.draft import Draft
from gis.kinds import Field, schema_of
from gis.values import LARGEST_FIGURE, Parsed, impossible_figures, parse_codes, parse_figures, parse_texts

__all__ = ["name_standard_columns", "read_standard_cells"]

_MAX_ROWS_TOLD = 20


def name_standard_columns(draft: Draft) -> None:
    """Rename the sources to the standard names; a column that stood under such a name moves aside, with a note."""
    sources: dict[str, list[str]] = {}
    for target, source in draft.mapping.sources.items():
        if target != "id":
            sources.setdefault(source, []).append(target)
    targets = {target for several in sources.values() for target in several}
    if draft.kind is not None:  # a standard name that nothing was mapped to must not be taken for the standard column
        targets |= {field.name for field in schema_of(draft.kind).fields}
    renamed = {source: several[0] for source, several in sources.items()}
    for name in draft.frame.columns:
        if name in targets and name not in renamed:
            renamed[name] = _free_name(name, draft.frame)
            draft.notes.append(
                Text(
                    f"原有的列“{name}”改名为“{renamed[name]}”",
                    f"the column {name} that was there is now {renamed[name]}",
                )
            )
    draft.frame = draft.frame.rename(columns=renamed)
    for several in sources.values():
        for target in several[1:]:
            draft.frame[target] = draft.frame[several[0]]
    draft.renamed = renamed


def read_standard_cells(draft: Draft) -> None:
    """Parse the cells of standard columns.

    Raises
    ------
    SchemaError
        ``not-a-number`` (text where a figure belongs), ``figure-impossible``, ``code-lost``; all with row numbers and
        values.
    """
    if draft.kind is None:
        return
    for field in schema_of(draft.kind).fields:
        if field.name in draft.frame.columns:
            try:
                _read_cells(draft, field)
            except SchemaError as error:
                draft.refusals.append(error)  # a preview tells them all; reading stops at the first
    if draft.refusals:
        raise draft.refusals[0]


def _read_cells(draft: Draft, field: Field) -> None:
    column = draft.frame[field.name]
    if field.type == "figure":
        parsed = parse_figures(column, target=field.name)
        _take(draft, field, parsed, "not-a-number")
        _check_figures(draft, field, parsed.cells)
    elif field.type == "code":
        _take(draft, field, parse_codes(column), "code-lost")
    elif field.type == "choice":
        draft.frame[field.name] = _choices(draft, field, column)
    else:
        draft.frame[field.name] = parse_texts(column)


def _take(draft: Draft, field: Field, parsed: Parsed, code: str) -> None:
    source = draft.mapping.sources[field.name]
    if parsed.refused:
        raise SchemaError(
            code,
            layer=draft.layer,
            column=source,
            rows=draft.row_numbers([at for at, _ in parsed.refused]),
            values=[value for _, value in parsed.refused],
        )
    if parsed.unknown:
        draft.notes.append(
            Text(
                f"列“{source}”有 {parsed.unknown} 行没有数值，按未知处理（不是 0）",
                f"column {source} has no value at {parsed.unknown} rows; unknown, not zero",
            )
        )
    if parsed.rewritten:
        draft.notes.append(
            Text(
                f"列“{source}”有 {parsed.rewritten} 行改写为规范形式（去掉单位、分隔符、全角字符等）",
                f"column {source} was rewritten at {parsed.rewritten} rows (units, separators, full-width characters)",
            )
        )
    draft.frame[field.name] = parsed.cells


def _check_figures(draft: Draft, field: Field, cells: "pd.Series[float]") -> None:
    """Refuse figures that nothing can have, and tell where whole things are counted in fractions."""
    source = draft.mapping.sources[field.name]
    wrong = impossible_figures(cells)
    if wrong:
        rows, values = draft.row_numbers([at for at, _ in wrong]), [value for _, value in wrong]
        limit = f"{LARGEST_FIGURE:,}"
        raise SchemaError("figure-impossible", layer=draft.layer, column=source, rows=rows, values=values, limit=limit)
    known = cells.fillna(0.0).to_numpy()
    broken = np.flatnonzero(field.whole & (known != np.floor(known)))
    if len(broken):
        rows_told = listed(draft.row_numbers(broken), limit=_MAX_ROWS_TOLD)
        draft.notes.append(
            Text(
                f"列“{source}”有 {len(broken)} 行不是整数（第 {rows_told.zh} 行），原样保留",
                f"column {source} holds fractions at {len(broken)} rows ({rows_told.en}); kept as they are",
            )
        )


def _choices(draft: Draft, field: Field, column: "pd.Series[Any]") -> "pd.Series[Any]":
    table = alias_table()["values"].get(field.name, {})
    words = {fold_name(word): choice for choice, every in table.items() for word in every}
    texts = parse_texts(column)
    choices = {word: words.get(fold_name(word), word) for word in texts.dropna().unique()}
    strange = sorted(word for word, choice in choices.items() if choice not in field.choices)
    if strange:
        draft.frame[_free_name(field.name, draft.frame)] = texts
        draft.questions.append(
            Question(
                "value-unknown",
                Text(
                    f"列“{field.label.zh}”的值 {listed(strange).zh} 不在可选范围（{listed(field.choices).zh}），"
                    f"按未知处理，原值另存一列",
                    f"column {field.label.en} holds {listed(strange).en}, none of {listed(field.choices).en}; "
                    "taken as unknown, the words are kept in a column of their own",
                ),
                column=field.name,
                options=field.choices,
                samples=tuple(strange[:5]),
            )
        )
    known = {word: choice for word, choice in choices.items() if choice in field.choices}
    return texts.map(known).astype("str")


def _free_name(name: str, frame: gpd.GeoDataFrame) -> str:
    fresh, number = f"{name}_original", 2
    while fresh in frame.columns:
        fresh, number = f"{name}_original{number}", number + 1
    return fresh
