"""The kinds of alternative that are looked for, and what each asks of the search."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from boundaries.proposals.arrays import Floats, Ints, Terms
from boundaries.proposals.bounds import Bounds
from boundaries.proposals.problem import Problem

__all__ = ["Recipe", "preferred_bounds", "recipes_for", "slot_costs", "terms_for"]

_TODAY_DISCOUNT = 0.6
_ROADS_DISCOUNT = 0.7
_AVOIDED_PRICE = 0.5  # for each plan at hand that has its line there
_PRICE_OF_LOAD = 6.0  # a node of mean load out of bounds, in mean lines
_EVEN_DEVIATION = 0.07  # from the mean, in the most even plan
_PREFERRED_DEVIATION = 0.3  # from the mean, in any plan, where the bounds allow more
_PRICE_OF_CHANGE = 2.0  # a node of mean load moved from home, in mean lines


@dataclass(frozen=True)
class Recipe:
    """What one search seeks.

    ``shape`` weighs roundness against length of line; ``today`` and ``roads`` are what lines along today's boundaries
    and along roads are spared of their price; ``change`` puts people moved first, at ``price`` times the usual price.
    """

    key: str
    n_communities: int
    shape: float = 0.0
    today: float = 0.0
    roads: float = 0.0
    change: bool = False
    price: float = 1.0
    attempt: int = 0
    round_number: int = 0
    ends_round: bool = False


def recipes_for(
    problem: Problem,
    bounds_by_number: Mapping[int, Bounds],
    *,
    attempts: int,
    compactness: float,
    roads: float,
    like_today: tuple[int, int],
) -> list[Recipe]:
    """List the searches in rounds: for each number of communities each kind, ``attempts`` times over.

    Kinds that could bring nothing new are left out, and their turns go to the plain search: roundness on a graph
    without ground, evenness where the bounds leave little room, today's lines without a division of today, roads
    without roads.
    ``like_today`` are the numbers of communities at which as few people as possible are to move.
    """
    compactness *= bool(problem.net.area.any())
    has_today = len(problem.today_names) > 0
    kinds: list[Recipe] = []
    if has_today:
        kinds += [Recipe("change", number, shape=1.0 * compactness, roads=roads, change=True) for number in like_today]
    for number, bounds in bounds_by_number.items():
        plain = Recipe("short", number, shape=0.25 * compactness, roads=roads)
        kinds += [
            plain,
            replace(plain, key="round", shape=1.5 * compactness) if compactness else plain,
            replace(plain, key="even", shape=1.0 * compactness) if _has_room(problem, number, bounds) else plain,
        ]
        if has_today:
            kinds.append(replace(plain, key="today", today=_TODAY_DISCOUNT))
        if problem.along_roads.any():
            kinds.append(replace(plain, key="roads", roads=max(roads, _ROADS_DISCOUNT)))
    recipes: list[Recipe] = []
    tried: Counter[Recipe] = Counter()
    for round_number in range(attempts):
        for place, kind in enumerate(kinds):
            ends_round = place == len(kinds) - 1
            recipes.append(replace(kind, attempt=tried[kind], round_number=round_number, ends_round=ends_round))
            tried[kind] += 1
    return recipes


def _has_room(problem: Problem, number: int, bounds: Bounds) -> bool:
    mean = float(problem.net.weight.sum()) / number
    return bounds.maximum - bounds.minimum > 2.5 * _EVEN_DEVIATION * mean


def slot_costs(problem: Problem, recipe: Recipe, avoided: Floats | None) -> Floats:
    """Give the cost of each slot: cheaper along today's lines and roads as the recipe says, dearer where avoided."""
    cost = problem.net.cost
    if avoided is not None:
        cost = np.asarray(cost * (1 + _AVOIDED_PRICE * avoided))
    spared = (1 - recipe.today * problem.along_today) * (1 - recipe.roads * problem.along_roads)
    return np.asarray(cost * spared)


def preferred_bounds(problem: Problem, recipe: Recipe, bounds: Bounds) -> tuple[float, float]:
    """Narrow the bounds to what a search aims at: near the mean for the even kind, not far from it for most others.

    A division outside these but within the bounds counts as found all the same. Where change counts first, the bounds
    stay as they are: nobody moves for the sake of evenness.
    """
    if recipe.change:
        return bounds.minimum, bounds.maximum
    mean = float(problem.net.weight.sum()) / recipe.n_communities
    deviation = _EVEN_DEVIATION if recipe.key == "even" else _PREFERRED_DEVIATION
    lower, upper = max(bounds.minimum, mean * (1 - deviation)), min(bounds.maximum, mean * (1 + deviation))
    return (lower, upper) if lower <= mean <= upper else (bounds.minimum, bounds.maximum)


def terms_for(problem: Problem, recipe: Recipe, bounds: Bounds, home: Ints, attachment: Floats) -> Terms:
    """Set the bounds and prices of one search.

    The price of leaving the bounds is such that a node of mean load, moved out of bounds, costs several times the mean
    line (where the bounds leave less room than such a node, half of that room does). Where change counts first, a node
    moved from home costs a third of that, times its ``attachment``.
    """
    weight = problem.net.weight
    mean_line = float(problem.net.cost.mean()) if len(problem.net.cost) else 1.0
    mean_load = max(float(weight.mean()), 1e-9)
    lower, upper = preferred_bounds(problem, recipe, bounds)
    room = (upper - lower) / 2
    return Terms(
        lower=lower,
        upper=upper,
        crowd=max(float(weight.sum()) / recipe.n_communities, 10 * mean_load),
        penalty=_PRICE_OF_LOAD * mean_line / max(min(mean_load, room), 1e-9 * mean_load),
        shape=recipe.shape,
        home=home,
        home_cost=weight * attachment * (recipe.change * recipe.price * _PRICE_OF_CHANGE * mean_line / mean_load),
    )
