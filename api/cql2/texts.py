"""Patterns of LIKE: ``%`` stands for any signs, ``_`` for one, and a backslash takes their meaning from them."""

import re
from functools import lru_cache

__all__ = ["like_pattern"]

_TOKEN = re.compile(r"\\(.)|(%)|(_)|([^\\%_]+|\\$)", re.DOTALL)


@lru_cache(maxsize=256)
def like_pattern(form: str) -> "re.Pattern[str]":
    r"""Compile a pattern that matches whole texts, in time linear in the text for each of its pieces.

    Examples
    --------
    >>> bool(like_pattern("东_社区%").match("东街社区（一）")), bool(like_pattern(r"5\%").match("55"))
    (True, False)
    """
    pieces = [""]
    for escaped, anything, one, plain in _TOKEN.findall(form):
        if anything:
            pieces.append("")
        else:
            pieces[-1] += "." if one else re.escape(escaped or plain)
    first, *middle = pieces
    if not middle:
        return re.compile(first + r"\Z", re.DOTALL)
    last = middle.pop()
    # each piece where it first fits, never tried again: what follows has the most room then
    within = "".join(f"(?>.*?{piece})" for piece in middle if piece)
    return re.compile(f"{first}{within}.*{last}" + r"\Z", re.DOTALL)
