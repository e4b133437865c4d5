"""Figures, layers and rows in words, in both languages."""

from collections.abc import Mapping
from math import isnan

from gis.i18n import Text
from gis.kinds import LAYER_KINDS

__all__ = ["figure_word", "figures_in_words", "layer_word", "number_words", "row_word", "sentence"]

_FIGURES: dict[str, Text] = {
    field.name: field.label for schema in LAYER_KINDS.values() for field in schema.fields if field.type == "figure"
}
_LAYERS: dict[str, Text] = {str(kind): schema.label for kind, schema in LAYER_KINDS.items()} | {
    "sources": Text("来源图层", "sources")
}


def figure_word(column: str) -> Text:
    """Name a figure for a reader; a column that no kind knows keeps its name."""
    return _FIGURES.get(column, Text(column, column))


def layer_word(layer: str) -> Text:
    """Name a layer for a reader."""
    return _LAYERS.get(layer, Text(layer, layer))


def row_word(layer: str, row_id: object) -> Text:
    """Name a row by its layer and id."""
    word = layer_word(layer)
    return Text(f"{word.zh} {row_id}", f"{row_id} of {word.en}")


def figures_in_words(amounts: Mapping[str, float]) -> Text:
    """Write amounts one after another; unknown ones are left out.

    Examples
    --------
    >>> figures_in_words({"households": 1200, "resident_population": 3100.5}).zh
    '户数 1,200、常住人口 3,100.5'
    """
    known = [(figure_word(column), value) for column, value in amounts.items() if not isnan(value)]
    if not known:
        return Text("数字未知", "figures unknown")
    return Text(
        "、".join(f"{word.zh} {_number(value)}" for word, value in known),
        ", ".join(f"{word.en} {_number(value)}" for word, value in known),
    )


def sentence(template: Text, **facts: object) -> Text:
    """Fill a template in both languages."""
    return Text(template.in_language("zh", **facts), template.in_language("en", **facts))


def number_words(value: float) -> Text:
    """Write a count, with a decimal where it is a fraction."""
    return Text("未知", "unknown") if isnan(value) else Text(_number(value), _number(value))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
