"""The bounds on a community's load: given, from a standard, or around the mean; and how many communities to try."""

import math
from dataclasses import dataclass

from boundaries.errors import InfeasiblePlanError
from boundaries.proposals.request import Request
from boundaries.standards import communities_needed

__all__ = ["DEVIATION_FROM_MEAN", "Bounds", "choose_bounds", "numbers_to_try"]

DEVIATION_FROM_MEAN = 0.15  # share of the mean that a community may differ by when the number is fixed
_NUMBERS_AROUND = (0, 1, -1, 2)
_NUMBERS_IN_RANGE = 5


@dataclass(frozen=True)
class Bounds:
    """Least and greatest load of one community, and where they come from.

    ``basis``: ``given``, ``standard``, ``standard_and_mean`` (within both), or ``mean`` (the standard does not reach
    the mean, or counts another figure).
    """

    minimum: float
    maximum: float
    basis: str


def choose_bounds(request: Request, *, total: float, n_communities: int, fixed_number: bool) -> Bounds:
    """Choose the bounds for a number of communities that share a total.

    Given bounds hold as they are. Otherwise the standard's, where it counts the balanced figure; and, when the number
    of communities is fixed, also ``DEVIATION_FROM_MEAN`` around the mean. Where the mean lies outside the standard,
    only the latter.
    """
    low, high = _standard_bounds(request)
    if request.minimum is not None or request.maximum is not None:
        minimum = request.minimum if request.minimum is not None else 0.0
        maximum = request.maximum if request.maximum is not None else math.inf
        return Bounds(minimum, maximum, "given")
    mean = total / n_communities
    around = (mean * (1 - DEVIATION_FROM_MEAN), mean * (1 + DEVIATION_FROM_MEAN))
    if low is None or high is None or not low <= mean <= high:
        return Bounds(*around, "mean")
    if not fixed_number:
        return Bounds(low, high, "standard")
    return Bounds(max(low, around[0]), min(high, around[1]), "standard_and_mean")


def _standard_bounds(request: Request) -> tuple[float | None, float | None]:
    standard = request.standard
    if standard.column != request.balance or (standard.minimum is None and standard.maximum is None):
        return None, None
    return standard.minimum or 0.0, standard.maximum if standard.maximum is not None else math.inf


def numbers_to_try(
    request: Request, n_communities: int | tuple[int, int] | None, *, total: float, standard_total: float | None
) -> list[int]:
    """Give the numbers of communities to try, the preferred one first.

    A fixed number is the only one. A range is tried at up to five numbers. Free: the number that the standard (or the
    given bounds) asks for, and its neighbours as far as they fit.

    Raises
    ------
    InfeasiblePlanError
        ``count-impossible``: the given bounds leave no number.
    """
    if isinstance(n_communities, int):
        return [n_communities]
    if n_communities is not None:
        low, high = n_communities
        return _spread_over(low, high)
    if request.maximum is not None and math.isfinite(request.maximum) and request.maximum > 0:
        return _from_given(request, total, request.maximum)
    estimate = communities_needed(total if standard_total is None else standard_total, request.standard)
    top = estimate.high if estimate.high is not None else estimate.suggested + 2
    wanted = [estimate.suggested + step for step in _NUMBERS_AROUND]
    return [number for number in wanted if max(1, estimate.low) <= number <= top] or [max(1, estimate.suggested)]


def _from_given(request: Request, total: float, maximum: float) -> list[int]:
    low = max(1, math.ceil(total / maximum - 1e-9))
    high = math.floor(total / request.minimum + 1e-9) if request.minimum else low + 2
    if low > high:
        raise InfeasiblePlanError(
            "count-impossible", total=total, n=low, minimum=request.minimum, maximum=maximum, low=low, high=high
        )
    middle = (maximum + (request.minimum or maximum)) / 2
    suggested = min(max(round(total / middle), low), high)
    return [number for number in (suggested + step for step in _NUMBERS_AROUND) if low <= number <= high]


def _spread_over(low: int, high: int) -> list[int]:
    count = min(_NUMBERS_IN_RANGE, high - low + 1)
    step = (high - low) / max(1, count - 1)
    return sorted({round(low + step * place) for place in range(count)})
