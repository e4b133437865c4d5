"""Give redrawn communities the ids that they had before, and new ones an id that nobody has."""

from collections.abc import Iterable

import pandas as pd

from boundaries.matching import match_communities
from boundaries.plan import fresh_ids

__all__ = ["renamed"]


def renamed(
    drawn: "pd.Series[str]", before: "pd.Series[str]", weight: "pd.Series[float]", *, taken: Iterable[str] = ()
) -> "pd.Series[str]":
    """Rename communities by what they were: a name that its own units held stays, the others match by people shared.

    ``before`` holds the earlier community of each unit; ``taken`` are ids in use elsewhere.

    Examples
    --------
    >>> drawn = pd.Series({"u1": "c01", "u2": "c01", "u3": "c02"})
    >>> before, weight = pd.Series("x", index=drawn.index), pd.Series(1.0, index=drawn.index)
    >>> renamed(drawn, before, weight, taken=["c01"]).to_dict()
    {'u1': 'x', 'u2': 'x', 'u3': 'c02'}
    """
    pairs = match_communities(drawn, before, weight + 1e-6)
    used = {*taken, *before.dropna(), *pairs.values()}
    fresh = fresh_ids(used)
    names = {community: pairs.get(community) or next(fresh) for community in sorted(set(drawn))}
    return drawn.map(names)
