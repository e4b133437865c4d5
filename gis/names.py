"""Names of places compared the way a clerk would: 台 is 臺, brackets and 社区 or 村委会 at the end say nothing."""

import re
from difflib import SequenceMatcher
from functools import cache

from gis.columns import alias_table
from gis.i18n import Text
from gis.values import plain

__all__ = ["fold_code", "fold_place_name", "name_likeness"]

_ENDINGS = re.compile(r"(社区居民委员会|社区居委会|居民委员会|村民委员会|居委会|村委会|社区|行政村|村|里|居)$")
_BRACKETED_LETTER = re.compile(r"[\[【〔](\w)[\]】〕]")  # how a rare character is written that a font lacks
_ASIDE = re.compile(r"[\[【〔(][^\]】〕)]*[\]】〕)]")
_SIGNS = re.compile(r"[\s·•・.,,。、\-_—/]+")
_UNKNOWN_LETTER = re.compile(r"[\ue000-\uf8ff\ufffd?□■○●〓*]|[\U000f0000-\U000ffffd]")
_LIKE, _SHORT = 0.74, 2


def fold_code(code: object) -> str:
    """Fold a code for comparison: no signs between its digits, no ``.0`` of a spreadsheet.

    Examples
    --------
    >>> fold_code("67000370-005"), fold_code(" 460105001001.0")
    ('67000370005', '460105001001')
    """
    text = re.sub(r"\.0+$", "", plain(code))
    return re.sub(r"[\W_]+", "", text).upper()


def fold_place_name(name: object) -> str:
    """Fold the name of a place: simplified characters, no brackets, signs or kind of unit at its end.

    Examples
    --------
    >>> fold_place_name("臺山社区居委会"), fold_place_name("台山(新)"), fold_place_name("[鹽]行里")
    ('台山', '台山', '盐行')
    """
    text = _BRACKETED_LETTER.sub(r"\1", plain(name))
    text = _SIGNS.sub("", _ASIDE.sub("", text)).translate(_variants())
    shorter = _ENDINGS.sub("", text)
    return shorter or text


def name_likeness(left: object, right: object) -> tuple[float, Text] | None:
    """Say how alike two names are that are not equal, from 0 to 1, and why; None when they are not alike.

    Examples
    --------
    >>> name_likeness("臺山社区", "台山村")[0], name_likeness("东门社区", "西门社区")
    (0.98, None)
    """
    folded = fold_place_name(left), fold_place_name(right)
    if folded[0] == folded[1] and folded[0]:
        return 0.98, Text("只差异体字、括号或“社区/村”等后缀", "differ only in variant characters, brackets or endings")
    if _fits_gap(*folded) or _fits_gap(folded[1], folded[0]):
        return 0.95, Text("只差一个缺失或无法显示的字", "differ only in a character that could not be shown")
    if min(map(len, folded)) <= _SHORT:
        return None
    ratio = SequenceMatcher(None, *folded, autojunk=False).ratio()
    if ratio < _LIKE:
        return None
    return round(ratio * 0.9, 3), Text("大部分字相同", "share most characters")


def _fits_gap(gappy: str, whole: str) -> bool:
    """Say whether a name with unshowable characters fits another, each of them standing for one character."""
    if not _UNKNOWN_LETTER.search(gappy) or len(whole) < _SHORT:
        return False
    pattern = "".join("." if _UNKNOWN_LETTER.match(letter) else re.escape(letter) for letter in gappy)
    return len(pattern.replace(".", "")) > 0 and re.fullmatch(pattern, whole) is not None


@cache
def _variants() -> dict[int, int]:
    folding = alias_table()["folding"]
    return str.maketrans(
        folding["traditional"] + folding["place_traditional"], folding["simplified"] + folding["place_simplified"]
    )
