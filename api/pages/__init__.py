"""The pages of the service: templates that escape every value, in both languages."""

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.caching import answer, entity_tag
from api.links import HTML
from api.pages.words import WORDS
from gis.i18n import Lang, Text

__all__ = ["page_answer", "render_page"]


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


def page_answer(request: Request, template: str, *, lang: Lang, **context: Any) -> Response:
    """Answer with a page, or that the reader's copy still holds."""
    page = render_page(template, lang=lang, **context)
    return answer(request, page, media_type=HTML, tag=entity_tag(page), headers={"Content-Language": lang})
