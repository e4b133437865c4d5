"""The pages of the service: templates that escape every value, in both languages."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.pages.words import WORDS
from gis.i18n import Lang, Text

__all__ = ["render_page"]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(template: str, *, lang: Lang, **context: Any) -> str:
    """Fill a template; ``t(text)`` gives a text in the reader's language, ``w(key)`` a word of the pages."""

    def say(text: Text | str) -> str:
        return text.in_language(lang) if isinstance(text, Text) else text

    def word(key: str, **facts: Any) -> str:
        return WORDS[key].in_language(lang, **facts)

    return _environment().get_template(template).render(lang=lang, t=say, w=word, **context)
