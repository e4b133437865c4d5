"""What a reader asked, as an error repeats it: enough to recognise it, never the whole of a long address."""

__all__ = ["quoted"]

_LONGEST = 80


def quoted(text: object) -> str:
    """Repeat a value of a request, cut after 80 signs.

    Examples
    --------
    >>> quoted("units"), len(quoted("x" * 5000))
    ('units', 81)
    """
    whole = str(text)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}…"
