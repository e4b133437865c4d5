"""The reader's language, known before anything is parsed, so that every sentence can be in it."""

import itertools
import os
from collections.abc import Sequence
from contextvars import ContextVar

from gis.i18n import Lang, language_named

__all__ = ["asked_language", "asks_for_json", "current_language", "default_language"]

current_language: ContextVar[Lang] = ContextVar("current_language", default="zh")

_OPTION = "--lang"


def default_language() -> Lang:
    """Give the language of the environment variable ``QUHUA_LANG``; Chinese when it is not set."""
    return language_named(os.environ.get("QUHUA_LANG", "")) or "zh"


def asked_language(arguments: Sequence[str]) -> Lang:
    """Give the language that ``--lang`` asks for among unparsed words, else the default.

    Examples
    --------
    >>> asked_language(["audit", "town", "--nonsense", "--lang=en"])
    'en'
    """
    words = _options(arguments)
    asked = [after for word, after in itertools.pairwise(words) if word == _OPTION]
    asked += [word.removeprefix(f"{_OPTION}=") for word in words if word.startswith(f"{_OPTION}=")]
    known = [lang for lang in map(language_named, asked) if lang]
    return known[-1] if known else default_language()


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Say whether ``--json`` stands among unparsed words.

    Examples
    --------
    >>> asks_for_json(["audit", "town", "--json"]), asks_for_json(["audit", "--", "--json"])
    (True, False)
    """
    return "--json" in _options(arguments)


def _options(arguments: Sequence[str]) -> Sequence[str]:
    """Give the words that may be options: all before a ``--``."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments
