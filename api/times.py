"""Times in query parameters, as RFC 3339 writes them."""

from datetime import datetime
from typing import NamedTuple

from api.errors import UsageError
from api.quoting import quoted
from gis.i18n import Text

__all__ = ["Span", "read_datetime"]

_OPEN = ("", "..")
_REASON = Text(
    "datetime={text}；应为时刻或时间段，例如 2026-01-01T00:00:00Z 或 2026-01-01T00:00:00Z/..",
    "datetime={text}; a moment or an interval is needed, such as 2026-01-01T00:00:00Z or 2026-01-01T00:00:00Z/..",
)


class Span(NamedTuple):
    """A span of time, both ends included; None is open. A moment is a span that ends as it begins."""

    start: datetime | None
    end: datetime | None


def read_datetime(text: str) -> Span:
    """Read the parameter ``datetime``: a moment, or an interval that may be open at one end.

    Raises
    ------
    UsageError
        ``parameter-invalid``.

    Notes
    -----
    Source: OGC 17-069r4, 7.15.4.
    """
    ends = text.split("/")
    try:
        moments = [None if end in _OPEN else _moment(end) for end in ends]
    except ValueError:
        raise _wrong(text) from None
    if len(moments) == 1 and moments[0] is not None:
        return Span(moments[0], moments[0])
    if len(moments) != 2 or moments == [None, None]:  # noqa: PLR2004 - from, to
        raise _wrong(text)
    start, end = moments
    if start is not None and end is not None and start > end:
        raise _wrong(text)
    return Span(start, end)


def _wrong(text: str) -> UsageError:
    reason = Text(_REASON.in_language("zh", text=quoted(text)), _REASON.in_language("en", text=quoted(text)))
    return UsageError("parameter-invalid", reason=reason)


def _moment(text: str) -> datetime:
    """Read a moment; one without date, time and zone is refused with ``ValueError``."""
    moment = datetime.fromisoformat(text.upper())
    if "T" not in text.upper() or moment.tzinfo is None:
        raise ValueError(text)
    return moment
