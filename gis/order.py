"""The order in which people expect names: numbers in them count as numbers."""

import re

__all__ = ["natural_key"]

_NUMBER = re.compile(r"([0-9]+)")


def natural_key(name: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Give a key that sorts names by their words and numbers; no two names are alike to it.

    Examples
    --------
    >>> sorted(["alternative_10", "alternative_2", "communities"], key=natural_key)
    ['alternative_2', 'alternative_10', 'communities']
    """
    parts = _NUMBER.split(name)  # words at even places, numbers at odd ones
    return tuple((int(part), "") if place % 2 else (-1, part) for place, part in enumerate(parts)), name
