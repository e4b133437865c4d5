"""Whole numbers that keep their total: the largest-remainder method."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from boundaries.errors import FiguresError

__all__ = ["largest_remainder"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_TIE_DECIMALS = 9  # remainders that agree to so many decimals are equal; floating point tells no more


def largest_remainder(amounts: ArrayLike, total: ArrayLike, *, groups: ArrayLike | None = None) -> Integers:
    """Share out whole totals in proportion to amounts, so that every group adds up to its total exactly.

    Parameters
    ----------
    amounts
        Finite numbers of 0 or more; only their proportions within a group matter.
    total
        The whole number to share out; with ``groups``, one for each group, in the order of group numbers.
    groups
        Group number of each amount, 0 to the number of totals less one, in any order; None is one group.

    Returns
    -------
    ndarray of int64
        One whole number for each amount. Each is its exact quota rounded down or up.

    Raises
    ------
    FiguresError
        ``amounts-invalid``, ``totals-invalid``, ``groups-invalid``; ``amounts-all-zero``: a group with a total above 0
        whose amounts are all 0 (or that has none).

    Notes
    -----
    Hamilton's method of apportionment (1791), also named after Vinton and Hare-Niemeyer: every amount first gets its
    quota rounded down; what is left goes, one each, to the largest remainders (Balinski & Young 1982, *Fair
    Representation*). Equal remainders: the earlier position first, so that the caller's order decides ties and the
    same input gives the same answer. Cost: one sort, n log n.

    Examples
    --------
    >>> largest_remainder([0.5, 0.3, 0.2], 7).tolist()
    [4, 2, 1]
    >>> largest_remainder([1, 1, 1, 9, 1], [2, 5], groups=[0, 0, 0, 1, 1]).tolist()
    [1, 1, 0, 5, 0]
    """
    values, totals, group = _checked(amounts, total, groups)
    sums = np.bincount(group, weights=values, minlength=len(totals))
    helpless = np.flatnonzero((totals > 0) & (sums <= 0))
    if len(helpless):
        raise FiguresError("amounts-all-zero", groups=helpless.tolist(), totals=totals[helpless].tolist())
    quotas = np.divide(values, sums[group], out=np.zeros(len(values)), where=sums[group] > 0) * totals[group]
    floors = np.floor(quotas)
    remainders = np.round(quotas - floors, _TIE_DECIMALS)
    left = totals - np.bincount(group, weights=floors, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((np.arange(len(values)), -remainders, group))
    starts = np.searchsorted(group[order], np.arange(len(totals)))
    rank = np.arange(len(values)) - starts[group[order]]
    result = floors.astype(np.int64)
    result[order] += rank < left[group[order]]
    return result


def _checked(amounts: ArrayLike, total: ArrayLike, groups: ArrayLike | None) -> tuple[Floats, Integers, Integers]:
    values = np.asarray(amounts, dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(bad):
        raise FiguresError("amounts-invalid", positions=bad.tolist())
    totals = _whole(total)
    group = np.zeros(len(values), dtype=np.int64) if groups is None else np.asarray(groups)
    fits = group.shape == values.shape and (not len(group) or group.dtype.kind in "iu")
    if not fits or (len(group) and not 0 <= group.min() <= group.max() < len(totals)):
        raise FiguresError("groups-invalid", last=len(totals) - 1)
    return values, totals, group.astype(np.int64)


def _whole(total: Any) -> Integers:
    totals = np.atleast_1d(np.asarray(total, dtype=np.float64))
    if not (np.isfinite(totals) & (totals >= 0) & (totals == np.floor(totals))).all():
        raise FiguresError("totals-invalid", totals=totals.tolist())
    return totals.astype(np.int64)
