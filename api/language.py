"""Which language a reader wants: asked in the address, else what the browser says, else what the service was told."""

from fastapi import Request

from gis.i18n import LANGUAGES, Lang

__all__ = ["preferred_language", "reader_language"]


def reader_language(request: Request) -> Lang:
    """Give the language of the reader who asks."""
    asked = request.query_params.get("lang")
    default: Lang = request.app.state.service.settings.lang
    return next((lang for lang in LANGUAGES if lang == asked), None) or preferred_language(
        request.headers.get("accept-language"), default=default
    )


def preferred_language(header: str | None, *, default: Lang = "zh") -> Lang:
    """Read an ``Accept-Language`` header; the default when it names neither language.

    Examples
    --------
    >>> preferred_language("en-GB,en;q=0.9,zh;q=0.8"), preferred_language("fr"), preferred_language(None)
    ('en', 'zh', 'zh')
    """
    wanted: list[tuple[float, int, Lang]] = []
    for at, part in enumerate((header or "").split(",")):
        tag, _, weight = part.strip().partition(";")
        lang = next((lang for lang in LANGUAGES if tag.lower().split("-")[0] == lang), None)
        if lang:
            wanted.append((-_weight(weight), at, lang))
    return min(wanted)[2] if wanted and min(wanted)[0] < 0 else default


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
