"""The steps from a source to a finished layer; reading runs them and stops at the first refusal, a preview goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from gis.columns import ColumnMapping, map_columns
from gis.datum import Datum
from gis.decisions import ColumnChoice
from gis.errors import ReadError, SchemaError
from gis.geometry import FAMILY_NAMES, Family, clean_geometries, non_finite_rows
from gis.i18n import Text, listed
from gis.io.draft import Draft
from gis.io.dxf import close_lines
from gis.io.encoding import find_encoding
from gis.io.fields import name_standard_columns, read_standard_cells
from gis.io.ids import settle_ids
from gis.io.place import settle_place
from gis.io.postgis import is_database, read_postgis
from gis.io.raw import Wanted, choose_layer, read_draft
from gis.io.source import opened_files
from gis.io.texts import question_garbled_texts
from gis.kinds import PLACE_ROLES, schema_of

__all__ = ["STEPS", "Stated", "start_draft"]


@dataclass(frozen=True)
class Stated:
    """What the planner says about a source; nothing here is guessed."""

    kind: str | None = None
    layer: str | None = None
    crs: Any = None
    datum: Datum | None = None
    encoding: str | None = None
    columns: Mapping[str, str] | None = None
    mend_rings: bool = True
    swap_xy: bool = False
    remembered: Mapping[str, str] | None = None

    @property
    def standard_columns(self) -> dict[str, str]:
        """What is stated of columns other than those that say where a row of a table lies."""
        return _standard(self.columns)

    @property
    def remembered_columns(self) -> dict[str, str]:
        """What was confirmed before of the same columns."""
        return _standard(self.remembered)

    @property
    def family(self) -> Family | None:
        """The geometry family that the kind asks for."""
        return schema_of(self.kind).geometry if self.kind is not None else None


def _standard(columns: Mapping[str, str] | None) -> dict[str, str]:
    return {target: source for target, source in (columns or {}).items() if target not in PLACE_ROLES}


def start_draft(path: str | PathLike[str], stated: Stated) -> Draft:
    """Find the one layer that is meant and read it as it stands.

    Raises
    ------
    ReadError
        The source cannot be read, or it is not said which of its layers is meant; ``encoding-unknown``.
    SchemaError
        ``kind-unknown``.
    """
    if stated.kind is not None:
        schema_of(stated.kind)
    if stated.encoding is not None:
        find_encoding(stated.encoding, path=path)
    if is_database(path):
        draft = read_postgis(str(path), stated.layer)
    else:
        with opened_files(path) as files:
            source, name = choose_layer(files, stated.layer, path=path)
            columns = {**(stated.remembered or {}), **(stated.columns or {})}
            wanted = Wanted(str(path), stated.encoding, columns, judge=stated.mend_rings)
            draft = read_draft(source, name, wanted)
    draft.kind = stated.kind
    if stated.encoding is not None and draft.encoding.how != "stated":
        draft.notes.append(
            Text(
                f"此格式的文字编码是固定的（{draft.encoding.value}），指定的 {stated.encoding} 没有采用",
                f"the format fixes its encoding ({draft.encoding.value}); {stated.encoding}, as stated, was not used",
            )
        )
    return draft


def _question_texts(draft: Draft, _stated: Stated) -> None:
    question_garbled_texts(draft)


def _close_lines(draft: Draft, stated: Stated) -> None:
    close_lines(draft, stated.family)


def _map_columns(draft: Draft, stated: Stated) -> None:
    columns = stated.standard_columns
    if draft.kind is not None:
        remembered = stated.remembered_columns
        draft.mapping = map_columns(draft.frame, draft.kind, columns=columns, remembered=remembered, layer=draft.layer)
        _note_passed_over(draft, {target: source for target, source in remembered.items() if target not in columns})
        return
    for source in columns.values():  # without a kind nothing is recognised; what is stated is renamed
        if source not in draft.frame.columns:
            found = listed(draft.frame.columns, limit=20)
            raise SchemaError("column-missing", layer=draft.layer, column=source, found=found)
    reason = Text("按指定", "as stated")
    choices = tuple(ColumnChoice(target, source, "stated", reason) for target, source in columns.items())
    kept = tuple(str(name) for name in draft.frame.columns if name not in columns.values())
    draft.mapping = ColumnMapping(choices, (), kept)


def _note_passed_over(draft: Draft, remembered: Mapping[str, str]) -> None:
    """Tell which columns confirmed before this file does not have; they were looked for by name again."""
    sources = draft.mapping.sources
    gone = [f"{target}={source}" for target, source in remembered.items() if source and sources.get(target) != source]
    if gone:
        named = listed(gone, limit=20)
        draft.notes.append(
            Text(
                f"上次导入时的对应 {named.zh} 在此文件中没有相应的列，已重新按列名识别",
                f"columns of the import before that this file does not have were recognised anew: {named.en}",
            )
        )


def _clean(draft: Draft, stated: Stated) -> None:
    broken = non_finite_rows(draft.frame.geometry.to_numpy())
    if len(broken):
        raise ReadError("coordinates-not-finite", path=draft.path, layer=draft.layer, rows=draft.row_numbers(broken))
    clean = clean_geometries(
        draft.frame.geometry.to_numpy(), family=stated.family, mend_rings=stated.mend_rings, judged=draft.judged
    )
    sources = draft.mapping.sources
    label = sources.get("id") or sources.get("code") or sources.get("name")
    draft.note_rows(draft.faults, clean.faults, label=label)
    draft.note_rows(draft.repairs, clean.repairs, label=label)
    draft.notes += clean.notes
    if not clean.kept.any():
        raise _nothing_left(draft, stated)
    draft.frame = draft.frame.set_geometry(clean.geometries)[clean.kept]


def _nothing_left(draft: Draft, stated: Stated) -> ReadError:
    """Say why no geometry can be kept: there is none, or all are of another family than the kind asks for."""
    shapes = draft.frame.geometry.dropna()
    found = shapes[~shapes.is_empty].geom_type.value_counts()
    if found.empty or stated.kind is None:
        return ReadError("no-geometry", path=draft.path, layer=draft.layer)
    schema = schema_of(stated.kind)
    return ReadError(
        "geometry-unlike-kind",
        path=draft.path,
        layer=draft.layer,
        found=listed(f"{name} x {count}" for name, count in found.items()),
        kind=schema.label,
        needed=FAMILY_NAMES[schema.geometry],
    )


def _settle_place(draft: Draft, stated: Stated) -> None:
    settle_place(draft, crs=stated.crs, datum=stated.datum, swap_xy=stated.swap_xy)


def _standardise(draft: Draft, _stated: Stated) -> None:
    name_standard_columns(draft)
    read_standard_cells(draft)


def _settle_ids(draft: Draft, _stated: Stated) -> None:
    settle_ids(draft)


STEPS: tuple[Callable[[Draft, Stated], None], ...] = (
    _question_texts,
    _close_lines,
    _map_columns,
    _clean,
    _settle_place,
    _standardise,
    _settle_ids,
)
