"""One sentence in two languages: Chinese first, English second."""

from collections.abc import Iterable
from string import Formatter
from typing import Any, Literal, NamedTuple, get_args

__all__ = ["LANGUAGES", "Lang", "Text", "language_named", "listed"]

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


class Text(NamedTuple):
    """A sentence, or a template with ``{named}`` fields, in both languages."""

    zh: str
    en: str

    def in_language(self, lang: Lang, **facts: Any) -> str:
        """Give the sentence in one language, its named fields filled in; facts that are ``Text`` are translated too."""
        template = self.zh if lang == "zh" else self.en
        filled = {key: _readable(value, lang) for key, value in facts.items()}
        return template.format(**filled) if filled else template

    def fields(self, lang: Lang) -> frozenset[str]:
        """Name the fields that the template of one language needs; a test holds both languages equal."""
        template = self.zh if lang == "zh" else self.en
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def language_named(text: str) -> Lang | None:
    """Read a language as systems write it; None when it is neither of ours.

    Examples
    --------
    >>> language_named("en_GB.UTF-8"), language_named("zh-CN"), language_named("fr"), language_named("")
    ('en', 'zh', None, None)
    """
    return next((lang for lang in LANGUAGES if lang == text.lower()[:2]), None)


def listed(values: Iterable[object], *, limit: int = 5) -> Text:
    """Write ids or names one after another, the first ``limit`` of them, then how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], limit=2).en
    'a, b and 1 more'
    """
    items = [str(value) for value in values]
    shown, rest = items[:limit], len(items) - limit
    if rest > 0:
        return Text("、".join(shown) + f" 等 {len(items)} 个", ", ".join(shown) + f" and {rest} more")
    return Text("、".join(shown), ", ".join(shown))


def _readable(value: object, lang: Lang) -> object:
    if isinstance(value, Text):
        return value.in_language(lang)
    if isinstance(value, list | tuple | set | frozenset):
        return listed(value).in_language(lang)
    return value
