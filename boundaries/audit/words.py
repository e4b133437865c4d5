"""Figures, names and places in words, in both languages."""

from collections.abc import Iterable, Sequence
from math import isnan

from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["area_words", "count_words", "length_words", "named_list", "people_words", "row_label", "share_words"]

_SINGULAR = {
    Kind.EXTENT: Text("规划范围", "extent"),
    Kind.COMMUNITIES: Text("社区", "community"),
    Kind.URBAN_VILLAGES: Text("城中村", "urban village"),
    Kind.GRIDS: Text("网格", "grid"),
    Kind.COMPOUNDS: Text("小区", "compound"),
    Kind.BUILDINGS: Text("楼栋", "building"),
    Kind.UNITS: Text("规划单元", "unit"),
}
_COUNTED = {
    "households": ("户", "household", "households"),
    "dwellings": ("套住宅", "dwelling", "dwellings"),
    "resident_population": ("人", "person", "people"),
}
_SQUARE_KILOMETRE_M2 = 1e6
_FEW_M2, _FEW_SHARE = 10, 0.1
_HALF = 0.5
_NEAR_WHOLE = 1e-6


def area_words(area_m2: float) -> Text:
    """Write an area for a reader.

    Examples
    --------
    >>> area_words(1156.6).zh, area_words(3_150_000).en, area_words(2.34).en
    ('1,157 ㎡', '3.15 km2', '2.3 m2')
    """
    if area_m2 >= _SQUARE_KILOMETRE_M2:
        number = f"{area_m2 / _SQUARE_KILOMETRE_M2:,.2f}"
        return Text(f"{number} 平方千米", f"{number} km2")
    number = f"{area_m2:,.1f}" if area_m2 < _FEW_M2 else f"{area_m2:,.0f}"
    return Text(f"{number} ㎡", f"{number} m2")


def length_words(length_m: float) -> Text:
    """Write a length for a reader."""
    number = f"{length_m:,.2f}" if length_m < _FEW_M2 else f"{length_m:,.0f}"
    return Text(f"{number} 米", f"{number} m")


def share_words(share: float) -> Text:
    """Write a share as per cent, with a decimal where it is small."""
    number = f"{share:.1%}" if round(share, 4) < _FEW_SHARE else f"{share:.0%}"
    return Text(number, number)


def count_words(count: float, column: str) -> Text:
    """Write a count of households, dwellings or people.

    Examples
    --------
    >>> count_words(1, "households").en, count_words(5012, "households").zh
    ('1 household', '5,012 户')
    """
    zh, one, many = _COUNTED[column]
    number = f"{count:,.0f}"
    return Text(f"{number} {zh}", f"{number} {one if number == '1' else many}")


def people_words(households: float, residents: float, *, basis: str) -> Text:
    """Write who is touched, as the end of a sentence; nothing when nobody knows."""
    known = [(households, "households"), (residents, "resident_population")]
    known = [(value, column) for value, column in known if not isnan(value)]
    if not known:
        return Text("", "")
    if not any(value for value, _ in known):
        return Text("，不涉及住户", ", nobody lives there")
    parts = [_about(value, column, basis) for value, column in known]
    space = " " if parts[0].zh[0].isdigit() else ""
    zh, en = "、".join(part.zh for part in parts), ", ".join(part.en for part in parts)
    return Text(f"，涉及{space}{zh}", f", touching {en}")


def _about(value: float, column: str, basis: str) -> Text:
    word = count_words(value, column)
    if 0 < value < _HALF:
        one = count_words(1, column)
        return Text(f"不足 {one.zh}", f"less than {one.en}")
    estimate = basis == "area_weighted" or abs(value - round(value)) > _NEAR_WHOLE
    return Text(f"约 {word.zh}", f"about {word.en}") if estimate else word


def row_label(kind: str, row_id: str, name: object) -> Text:
    """Name a row by its name, else by the word for its kind and its id."""
    if isinstance(name, str) and name.strip():
        return Text(name.strip(), name.strip())
    word = _SINGULAR[Kind(kind)]
    return Text(f"{word.zh}({row_id})", f"{word.en} {row_id}")


def kind_word(kind: str) -> Text:
    """Give the word for one row of a kind."""
    return _SINGULAR[Kind(kind)]


def named_list(names: Iterable[Text], *, limit: int = 5) -> Text:
    """Write names one after another: ``甲、乙和丙``."""
    items: Sequence[Text] = list(names)
    shown, rest = items[:limit], len(items) - limit
    zh, en = [name.zh for name in shown], [name.en for name in shown]
    if rest > 0:
        return Text("、".join(zh) + f"等 {len(items)} 个", ", ".join(en) + f" and {rest} more")
    if len(items) > 1:
        return Text("、".join(zh[:-1]) + "和" + zh[-1], ", ".join(en[:-1]) + " and " + en[-1])
    return Text("".join(zh), "".join(en))
