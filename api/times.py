"""Times in query parameters, as RFC 3339 writes them."""

from datetime import datetime

from api.errors import UsageError
from gis.i18n import Text

__all__ = ["check_datetime"]

_OPEN = ("", "..")
_REASON = Text(
    "datetime={text}；应为时刻或时间段，例如 2026-01-01T00:00:00Z 或 2026-01-01T00:00:00Z/..",
    "datetime={text}; a moment or an interval is needed, such as 2026-01-01T00:00:00Z or 2026-01-01T00:00:00Z/..",
)


def check_datetime(text: str) -> None:
    """Check the parameter ``datetime``: a moment, or an interval that may be open at one end.

    Raises
    ------
    UsageError
        ``parameter-invalid``.

    Notes
    -----
    Source: OGC 17-069r4, 7.15.4. Features of this service have no time of their own, so every one of them matches.
    """
    ends = text.split("/")
    try:
        moments = [_moment(end) for end in ends if end not in _OPEN]
    except ValueError:
        moments = []
    is_interval = len(ends) == 2  # noqa: PLR2004 - from, to
    whole = len(moments) == 2 and moments[0] <= moments[1]  # noqa: PLR2004
    half_open = len(moments) == 1
    if not (whole or half_open if is_interval else len(ends) == 1 and half_open):
        reason = Text(_REASON.zh.format(text=text), _REASON.en.format(text=text))
        raise UsageError("parameter-invalid", reason=reason)


def _moment(text: str) -> datetime:
    """Read a moment; one without date, time and zone is refused with ``ValueError``."""
    moment = datetime.fromisoformat(text.upper())
    if "T" not in text.upper() or moment.tzinfo is None:
        raise ValueError(text)
    return moment
