"""A filter in text or JSON, as the tree of operators that both stand for."""

import json
import re
from typing import Any, Literal

import cql2

from api.cql2.values import refused
from api.quoting import quoted
from gis.i18n import Text

__all__ = ["DEEPEST", "LONGEST", "FilterLanguage", "read_filter"]

FilterLanguage = Literal["cql2-text", "cql2-json"]
LONGEST = 8_192  # signs
DEEPEST = 50  # operators within operators: the parser recurses, and must never run out of stack
DEEPEST_BRACKETS = 8  # in text: where something within them is wrong, each level doubles the parser's time
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_CHAIN = re.compile(rf"(?:(?:\bnot\b|-)[\s(]*){{{DEEPEST},}}", re.IGNORECASE)


def read_filter(text: str, language: FilterLanguage) -> Any:
    """Parse a filter into the tree that CQL2 JSON defines.

    Raises
    ------
    UsageError
        ``filter-invalid``: it is no CQL2, longer than 8,192 signs, or nested too deep.
    """
    if len(text) > LONGEST:
        raise refused(Text(f"超过 {LONGEST:,} 个字符", f"it is longer than {LONGEST:,} signs"))
    if language == "cql2-json":
        return _read_json(text)
    bare = _QUOTED.sub("''", text)
    depth = _depth(bare)
    if depth is None:
        raise refused(Text("括号不成对", "its brackets do not match"))
    if depth > DEEPEST_BRACKETS:
        raise _too_deep(DEEPEST_BRACKETS)
    if _CHAIN.search(bare):
        raise _too_deep(DEEPEST)
    return _parsed(text)


def _read_json(text: str) -> Any:
    try:
        tree = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise _too_deep(DEEPEST) from None
    except ValueError:
        raise _wrong(text, "JSON") from None
    if not isinstance(tree, dict | bool):
        raise _wrong(text, "CQL2 JSON")
    if _nesting(tree) > 2 * DEEPEST:
        raise _too_deep(DEEPEST)
    return tree if isinstance(tree, bool) else _parsed(tree)


def _parsed(source: str | dict[str, Any]) -> Any:
    try:
        return cql2.Expr(source).to_json()
    except Exception as error:  # noqa: BLE001 - the library raises nothing more special for what is no CQL2
        place = re.search(r"-->\s*\d+:(\d+)", str(error))
        shown = source if isinstance(source, str) else json.dumps(source, ensure_ascii=False)
        at = int(place.group(1)) - 1 if place else 0
        raise _wrong(shown[max(0, at - 10) :], "CQL2") from None


def _depth(bare: str) -> int | None:
    """Count how deep brackets lie within each other; None where they do not match."""
    depth = most = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
        if depth < 0:
            return None
    return None if depth else most


def _nesting(tree: Any) -> int:
    """Count how deep lists and objects lie within each other, level by level."""
    level, depth = [tree], 0
    while level:
        level = [
            part
            for one in level
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth


def _no_number(word: str) -> float:
    raise ValueError(word)


def _too_deep(most: int) -> Exception:
    return refused(Text(f"嵌套超过 {most} 层", f"it is nested deeper than {most} levels"))


def _wrong(near: str, language: str) -> Exception:
    shown = quoted(near)
    return refused(Text(f"从此处起不是 {language}：{shown}", f"it is no {language} from here on: {shown}"))
