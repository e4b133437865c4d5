"""Which source column is which standard column: stated, recognised by name, or asked about; never guessed."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import pandas as pd

from gis.decisions import ColumnChoice, Question
from gis.errors import SchemaError
from gis.i18n import Text, listed
from gis.kinds import Field, LayerSchema, schema_of
from gis.values import parse_figures, plain

__all__ = ["ColumnMapping", "alias_table", "fold_name", "map_columns"]

_SAMPLES = 5
_FIRST_ROWS = 1000
_DBF_NAME_BYTES = 10
_UNIT_IN_BRACKETS = re.compile(
    r"[(\[【〔]\s*(户|戶|人|口|名|个|套|层|间|m2|m²|平方米|平米|㎡|家|床|位|座)\s*[)\]】〕]", re.IGNORECASE
)
_SCALED_UNIT = re.compile(
    r"[(\[【〔]\s*(万人|万户|千人|千户|亩|公顷|hm2|km2|平方公里|万平方米|万m2)\s*[)\]】〕]", re.IGNORECASE
)
_SAID = {
    "stated": Text("按指定", "as stated"),
    "remembered": Text("沿用上次导入时的对应", "as at the import before"),
}
_CODE = re.compile(r"\d{6,}(\.0)?")
_NOT_IN_NAMES = re.compile(r"[\s_\-./()\[\]【】〔〕]+")


@dataclass(frozen=True)
class ColumnMapping:
    """The choices made, the questions left, and the columns that are kept under their own names."""

    choices: tuple[ColumnChoice, ...]
    questions: tuple[Question, ...]
    kept: tuple[str, ...]

    @property
    def sources(self) -> dict[str, str]:
        """Standard column -> source column."""
        return {choice.target: choice.source for choice in self.choices}


def fold_name(name: object) -> str:
    """Fold a column name for comparison: NFKC, simplified characters, no blanks, signs or unit in brackets, upper case.

    Examples
    --------
    >>> fold_name("戶 數(户)"), fold_name("Shape_Area"), fold_name("村(社区)")
    ('户数', 'SHAPEAREA', '村社区')
    """
    text = plain(name).translate(_traditional())
    return plain(_NOT_IN_NAMES.sub("", _UNIT_IN_BRACKETS.sub("", text)).upper())


def map_columns(
    frame: pd.DataFrame,
    kind: str,
    *,
    columns: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    layer: str = "layer",
) -> ColumnMapping:
    """Find the source of each standard column of a kind.

    Parameters
    ----------
    frame
        The table as read; only names and values are looked at.
    kind
        A kind of layer, whose standard columns are looked for; ``id`` too.
    columns
        What the planner states, standard -> source; an empty source means that there is none.
    remembered
        What the planner confirmed for another file, in the same form; a source that is not there, or that a stated
        column takes, is passed over.
    layer
        Name for the error sentence.

    Returns
    -------
    ColumnMapping
        A name stated or standard wins, then the names of the kind, then the names of any kind, then a name cut to
        10 bytes by dBASE. Two columns that fit equally well, and names that may mean several things, become questions.

    Raises
    ------
    SchemaError
        ``kind-unknown``; ``column-missing``: a stated source does not exist; ``column-unknown``: a stated standard
        column does not belong to the kind.
    """
    schema = schema_of(kind)
    names = [str(name) for name in frame.columns]
    stated = _stated(frame, schema, columns or {}, layer=layer)
    confirmed = {
        target: source
        for target, source in (remembered or {}).items()
        if target not in (columns or {})
        and (not source or (source in names and source not in {one.source for one in stated if one.target != "id"}))
    }
    stated += _stated(frame, schema, confirmed, layer=layer, how="remembered")
    refused = {target for target, source in ({**confirmed, **(columns or {})}).items() if not source}
    taken = {choice.source for choice in stated if choice.target != "id"}  # a column may be id and code at once
    open_fields = [field for field in schema.fields if field.name not in refused | {one.target for one in stated}]
    choices, questions = list(stated), []
    for field in open_fields:
        choice, question = _recognise(frame, field, schema, [name for name in names if name not in taken])
        if choice:
            choices.append(choice)
            taken.add(choice.source)
        if question:
            questions.append(question)
    asked = {field.name for field in open_fields} - {choice.target for choice in choices}
    questions += _ambiguous(frame, schema, [name for name in names if name not in taken], asked)
    kept = tuple(name for name in names if name not in taken)
    return ColumnMapping(tuple(choices), tuple(questions), kept)


@cache
def alias_table() -> Mapping[str, Any]:
    """Give the alias table (``gis/aliases.toml``) as plain dicts and lists."""
    return tomllib.loads(resources.files("gis").joinpath("aliases.toml").read_text(encoding="utf-8"))


def _stated(
    frame: pd.DataFrame,
    schema: LayerSchema,
    columns: Mapping[str, str],
    *,
    layer: str,
    how: Literal["stated", "remembered"] = "stated",
) -> list[ColumnChoice]:
    choices, reason = [], _SAID[how]
    for target, source in columns.items():
        if target != "id" and schema.field(target) is None:
            known = ["id", *(field.name for field in schema.fields)]
            raise SchemaError(
                "column-unknown", layer=layer, column=target, kind=schema.label, known=listed(known, limit=20)
            )
        if not source:
            continue
        if source not in frame.columns:
            raise SchemaError("column-missing", layer=layer, column=source, found=listed(frame.columns, limit=20))
        choices.append(ColumnChoice(target, source, how, reason, _samples(frame[source])))
    return choices


def _recognise(
    frame: pd.DataFrame, field: Field, schema: LayerSchema, names: Sequence[str]
) -> tuple[ColumnChoice | None, Question | None]:
    """Give the best column for one standard column, or the question which of several equals it is."""
    for how, reason, fitting in _ranks(field, schema):
        found = [name for name in names if fitting(name)]
        if len(found) > 1 and _all_equal(frame, found):
            found = found[:1]
        if len(found) == 1:
            if how == "truncated" and not _values_fit(frame[found[0]], field):
                continue
            if field.name == "name" and _are_codes(frame[found[0]]):
                return None, _holds_codes(found[0], frame)
            return ColumnChoice(field.name, found[0], how, reason, _samples(frame[found[0]])), None
        if found:
            return None, _which_of(field, found, frame)
    return None, None


def _ranks(field: Field, schema: LayerSchema) -> Iterable[tuple[Literal["standard", "alias", "truncated"], Text, Any]]:
    yield "standard", Text("名称与标准列相同", "it has the standard name"), lambda name: name.lower() == field.name
    aliases = _aliases(str(schema.kind))
    for rank in ("kind", "any"):
        known = aliases[rank].get(field.name, frozenset())
        yield (
            "alias",
            Text(f"“{field.label.zh}”的常用列名", f"a usual name of {field.label.en}"),
            lambda name, known=known: fold_name(name) in known,
        )
    yield (
        "truncated",
        Text(f"是“{field.label.zh}”常用列名被截断后的样子", f"a usual name of {field.label.en}, cut to 10 bytes"),
        lambda name: (
            field.name in _cut_names(str(schema.kind)).get(fold_name(name), frozenset())
            and len(_cut_names(str(schema.kind))[fold_name(name)]) == 1
        ),
    )


@cache
def _aliases(kind: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    table = alias_table()
    own = {target: frozenset(map(fold_name, names)) for target, names in table.get(kind, {}).items()}
    general = {target: frozenset(map(fold_name, names)) for target, names in table["any"].items()}
    if "code" in own:  # 社区代码 names the community itself in a community layer, its parent elsewhere
        general = {target: names - own["code"] if target != "code" else names for target, names in general.items()}
    return {"kind": own, "any": general}


@cache
def _cut_names(kind: str) -> Mapping[str, frozenset[str]]:
    """Map what dBASE leaves of a name in 10 bytes (5 characters of GBK, 3 of UTF-8) to the columns it may be."""
    aliases, cut = _aliases(kind), defaultdict(set)
    whole = {name for rank in aliases.values() for names in rank.values() for name in names} | set(_ambiguous_names())
    for field in schema_of(kind).fields:
        if len(field.name) > _DBF_NAME_BYTES:
            cut[fold_name(field.name[:_DBF_NAME_BYTES])].add(field.name)
    for rank in aliases.values():
        for target, names in rank.items():
            for name in names:
                for codec in ("gb18030", "utf-8"):
                    short = name.encode(codec)[:_DBF_NAME_BYTES].decode(codec, "ignore")
                    if short != name and not short.isascii() and short not in whole:
                        cut[short].add(target)
    return {short: frozenset(targets) for short, targets in cut.items()}


@cache
def _ambiguous_names() -> Mapping[str, tuple[str, ...]]:
    return {fold_name(name): tuple(entry["means"]) for entry in alias_table()["ambiguous"] for name in entry["names"]}


def _ambiguous(frame: pd.DataFrame, schema: LayerSchema, names: Iterable[str], asked: set[str]) -> list[Question]:
    questions, meanings = [], alias_table()["meanings"]
    for name in names:
        scaled = _SCALED_UNIT.search(plain(name))
        bare = _SCALED_UNIT.sub("", plain(name))
        targets = [
            target
            for target in _ambiguous_names().get(fold_name(name), ())
            if meanings[target].get("column") in asked
            and str(schema.kind) in meanings[target].get("kinds", [str(schema.kind)])
        ]
        cut = _cut_names(str(schema.kind)).get(fold_name(name), frozenset()) & asked
        if scaled:
            targets = [target for target in asked if fold_name(bare) in _every_alias(str(schema.kind), target)]
            questions += [_scaled(name, target, scaled[1], frame) for target in targets]
        elif targets:
            questions.append(_may_mean(name, _ambiguous_names()[fold_name(name)], frame))
        elif cut:
            questions.append(_may_be_cut(name, sorted(cut), schema, frame))
    return questions


def _every_alias(kind: str, target: str) -> frozenset[str]:
    return frozenset().union(*(rank.get(target, frozenset()) for rank in _aliases(kind).values()))


def _may_mean(name: str, means: Sequence[str], frame: pd.DataFrame) -> Question:
    meanings = alias_table()["meanings"]
    options = tuple(meanings[target].get("column", target) for target in means)
    zh = "、".join(meanings[target]["zh"] for target in means)
    en = ", ".join(meanings[target]["en"] for target in means)
    samples = _samples(frame[name])
    return Question(
        "column-ambiguous",
        Text(
            f"列“{name}”可能是{zh}（值如 {listed(samples, limit=3).zh}）；未采用，请用列对应指定",
            f"column {name} may be {en} (values such as {listed(samples, limit=3).en}); not used, state what it is",
        ),
        column=name,
        options=tuple(dict.fromkeys(options)),
        samples=samples,
    )


def _may_be_cut(name: str, targets: Sequence[str], schema: LayerSchema, frame: pd.DataFrame) -> Question:
    labels = [field.label for field in schema.fields if field.name in targets]
    samples = _samples(frame[name])
    return Question(
        "column-cut",
        Text(
            f"列“{name}”像是被截断的列名，可能是{'、'.join(label.zh for label in labels)}"
            f"（值如 {listed(samples, limit=3).zh}）；未采用，请指定",
            f"column {name} looks cut short and may be {', '.join(label.en for label in labels)} "
            f"(values such as {listed(samples, limit=3).en}); not used, state what it is",
        ),
        column=name,
        options=tuple(targets),
        samples=samples,
    )


def _scaled(name: str, target: str, unit: str, frame: pd.DataFrame) -> Question:
    return Question(
        "column-unit",
        Text(
            f"列“{name}”的单位是{unit}，与 {target} 不同；未采用，请先换算",
            f"column {name} is in {unit}, unlike {target}; not used, convert it first",
        ),
        column=name,
        options=(target,),
        samples=_samples(frame[name]),
    )


def _are_codes(column: "pd.Series[Any]") -> bool:
    known = column.dropna()
    return not known.empty and all(_CODE.fullmatch(str(cell)) for cell in known)  # the first name settles it


def _holds_codes(name: str, frame: pd.DataFrame) -> Question:
    samples = _samples(frame[name])
    return Question(
        "column-values",
        Text(
            f"列“{name}”按列名是名称，但内容全是代码（如 {listed(samples, limit=2).zh}）；未采用，请确认",
            f"column {name} should hold names but holds codes (such as {listed(samples, limit=2).en}); not used",
        ),
        column=name,
        options=("name", "code"),
        samples=samples,
    )


def _which_of(field: Field, found: Sequence[str], frame: pd.DataFrame) -> Question:
    return Question(
        "column-several",
        Text(
            f"有几列都像“{field.label.zh}”：{listed(found).zh}；未采用，请指定一列",
            f"several columns look like {field.label.en}: {listed(found).en}; none is used, state one",
        ),
        column=field.name,
        options=tuple(found),
        samples=tuple(sample for name in found for sample in _samples(frame[name])[:2]),
    )


def _values_fit(column: "pd.Series[Any]", field: Field) -> bool:
    return field.type != "figure" or not parse_figures(column, target=field.name).refused


def _all_equal(frame: pd.DataFrame, names: Sequence[str]) -> bool:
    return all(frame[names[0]].equals(frame[name]) for name in names[1:])


def _samples(column: "pd.Series[Any]") -> tuple[str, ...]:
    for rows in (_FIRST_ROWS, len(column)):  # the first rows nearly always show enough different values
        found = column.iloc[:rows].dropna().drop_duplicates().head(_SAMPLES)
        if len(found) == _SAMPLES:
            break
    return tuple(str(value) for value in found)


@cache
def _traditional() -> dict[int, int]:
    folding = alias_table()["folding"]
    return str.maketrans(folding["traditional"], folding["simplified"])
