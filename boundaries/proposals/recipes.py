"""The kinds of alternative that are looked for, and what each asks of the search."""

from dataclasses import dataclass

import numpy as np

from boundaries.proposals.arrays import Floats, Ints, Terms
from boundaries.proposals.bounds import Bounds
from boundaries.proposals.problem import Problem

__all__ = ["Recipe", "recipes_for", "slot_costs", "terms_for"]

_TODAY_DISCOUNT = 0.6
_PRICE_OF_LOAD = 6.0  # a node of mean load out of bounds, in mean lines
_PRICE_OF_CHANGE = 2.0  # a node of mean load moved from home, in mean lines
_EVEN_ROOM = 0.25  # of the room around the mean that the most even plan may use


@dataclass(frozen=True)
class Recipe:
    """What one search seeks. ``shape`` weighs roundness against length of line; ``change`` counts people moved first."""

    key: str
    n_communities: int
    shape: float = 0.0
    even: bool = False
    today_lines: bool = False
    change: bool = False
    attempt: int = 0


def recipes_for(
    problem: Problem, numbers: list[int], *, attempts: int, compactness: float, number_like_today: int | None
) -> list[Recipe]:
    """List the searches: for each number of communities each kind, each ``attempts`` times."""
    has_ground = bool(problem.net.area.any())
    has_today = len(problem.today_names) > 0
    recipes: list[Recipe] = []
    for number in numbers:
        for attempt in range(attempts):
            recipes.append(Recipe("short", number, shape=0.25 * compactness * has_ground, attempt=attempt))
            if has_ground:
                recipes.append(Recipe("round", number, shape=1.5 * compactness, attempt=attempt))
            recipes.append(Recipe("even", number, shape=0.5 * compactness * has_ground, even=True, attempt=attempt))
            if has_today:
                recipes.append(
                    Recipe("today", number, shape=0.25 * compactness * has_ground, today_lines=True, attempt=attempt)
                )
    if has_today and number_like_today is not None:
        shape = 1.0 * compactness * has_ground
        recipes += [
            Recipe("change", number_like_today, shape=shape, change=True, attempt=at) for at in range(2 * attempts)
        ]
    return recipes


def slot_costs(problem: Problem, recipe: Recipe) -> Floats:
    """Give the cost of each slot: lines along today's boundaries come cheaper where the recipe keeps to them."""
    cost = problem.net.cost
    if recipe.today_lines:
        return np.asarray(cost * (1 - _TODAY_DISCOUNT * problem.along_today))
    return cost


def terms_for(problem: Problem, recipe: Recipe, bounds: Bounds, home: Ints, attachment: Floats) -> Terms:
    """Set the bounds and prices of one search.

    The price of leaving the bounds is such that a node of mean load, moved out of bounds, costs several times the mean
    line (where the bounds leave less room than such a node, half of that room does); where change counts first, a node moved from home costs a third of that, times its ``attachment``.
    """
    weight = problem.net.weight
    mean_line = float(problem.net.cost.mean()) if len(problem.net.cost) else 1.0
    mean_load = max(float(weight.mean()), 1e-9)
    lower, upper = bounds.minimum, bounds.maximum
    if recipe.even:
        mean = float(weight.sum()) / recipe.n_communities
        lower, upper = max(lower, mean - _EVEN_ROOM * (mean - lower)), min(upper, mean + _EVEN_ROOM * (upper - mean))
    room = (upper - lower) / 2
    return Terms(
        lower=lower,
        upper=upper,
        crowd=max(float(weight.sum()) / recipe.n_communities, 10 * mean_load),
        penalty=_PRICE_OF_LOAD * mean_line / max(min(mean_load, room), 1e-9 * mean_load),
        shape=recipe.shape,
        home=home,
        home_cost=weight * attachment * (_PRICE_OF_CHANGE * mean_line / mean_load if recipe.change else 0.0),
    )
