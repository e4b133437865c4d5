"""Which sources count wholly on one target, because all or nearly all of their ground lies there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.crosswalk.ground import Shares

__all__ = ["COUNTED_SHARE", "OUTSIDE", "Settled", "settle"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COUNTED_SHARE = 0.99
OUTSIDE = -1  # the target position of ground that no target holds
_TIE_DECIMALS = 9


@dataclass(frozen=True)
class Settled:
    """Shares with the outside as target -1, ordered by source, then target with the outside last.

    ``counted`` marks by source position those that count wholly on one target; they have one entry.
    """

    source: Integers
    target: Integers
    share: Floats
    area_m2: Floats
    counted: NDArray[np.bool_]


def settle(shares: Shares, *, points: NDArray[np.bool_], counted_share: float | Floats = COUNTED_SHARE) -> Settled:
    """Give each source wholly to the target (or the outside) that holds at least ``counted_share`` of it.

    Only the largest part can win; equal parts: the earlier target, and a target before the outside. Points always
    count wholly.
    """
    limit = np.where(points, 0.0, counted_share)
    count = len(shares.outside)
    lost = np.flatnonzero(shares.outside > 0)
    source = np.r_[shares.source, lost]
    target = np.r_[shares.target, np.full(len(lost), OUTSIDE)]
    share = np.r_[shares.share, shares.outside[lost]]
    area = np.r_[shares.area_m2, np.zeros(len(lost))]
    last = target == OUTSIDE
    best_first = np.lexsort((target, last, -np.round(share, _TIE_DECIMALS), source))
    first = best_first[np.r_[True, np.diff(source[best_first]) > 0]] if len(source) else best_first
    wins = first[np.round(share[first], _TIE_DECIMALS) >= limit[source[first]]]
    counted = np.zeros(count, dtype=bool)
    counted[source[wins]] = True
    share = share.copy()
    share[wins] = 1.0
    kept = np.flatnonzero(~counted[source])
    kept = np.r_[kept, wins]
    kept = kept[np.lexsort((target[kept], last[kept], source[kept]))]
    return Settled(source[kept], target[kept], share[kept], area[kept], counted)
