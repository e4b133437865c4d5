"""Annealing: single moves and recombinations under a falling temperature, in chunks of counted steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from boundaries.proposals.arrays import (
    VIOLATION,
    Ints,
    Net,
    Scratch,
    State,
    Terms,
    new_scratch,
    new_state,
    recount,
    total_cost,
)
from boundaries.proposals.compiled import compiled
from boundaries.proposals.flips import flip_once
from boundaries.proposals.recom import recombine_once

__all__ = ["Schedule", "Searched", "anneal"]


@dataclass(frozen=True)
class Schedule:
    """How a search spends its steps; temperatures are in units of the cost, falling by a constant ratio.

    The price of leaving the bounds starts at ``gentle`` times its final value and reaches it after ``ramp`` of the
    steps, so that lines can pass through divisions out of balance while all is hot. The price of odd shapes starts
    ``assist`` higher and ends at its own value: round communities early leave shorter lines later.
    """

    steps: int
    hottest: float
    coldest: float
    chunks: int = 100
    steps_per_recombination: int = 100
    gentle: float = 0.02
    ramp: float = 0.8
    assist: float = 0.0


@dataclass(frozen=True)
class Searched:
    """The best division that a search met: within bounds where ``violation`` is zero."""

    label: Ints
    cost: float
    violation: float
    steps: int
    cut_short: bool


@compiled
def _run(
    net: Net,
    terms: Terms,
    state: State,
    work: Scratch,
    steps: int,
    temperature: float,
    every: int,
    rng: np.random.Generator,
) -> None:
    for step in range(steps):
        if every > 0 and step % every == 0:
            recombine_once(net, terms, state, work, temperature, 1, rng)
        flip_once(net, terms, state, temperature, rng)
    recount(net, terms, state)


def anneal(
    net: Net,
    terms: Terms,
    label: Ints,
    n_communities: int,
    *,
    schedule: Schedule,
    rng: np.random.Generator,
    out_of_time: Callable[[bool], bool] = lambda _sound: False,
) -> Searched:
    """Search from a division for a cheaper one; gives the best met at the end of a chunk.

    Parameters
    ----------
    net, terms
        The nodes and what is sought.
    label
        The division to start from, a community 0 .. ``n_communities`` - 1 for each node; each in one connected part.
    schedule
        Steps and temperatures.
    rng
        The source of every random choice.
    out_of_time
        Asked after each chunk, told whether a division within the bounds is at hand; True ends the search early, after
        one more chunk that settles what is there.

    Notes
    -----
    Simulated annealing after Kirkpatrick, Gelatt & Vecchi (1983). Time proportional to the steps.
    """
    state, work = new_state(net, terms, label, n_communities), new_scratch(net)
    best = Searched(state.label.copy(), total_cost(terms, state.sums), float(state.sums[VIOLATION]), 0, cut_short=False)
    per_chunk = max(1, schedule.steps // schedule.chunks)
    ratio = (schedule.coldest / schedule.hottest) ** (1 / max(1, schedule.chunks - 1))
    steps, cut_short = 0, False
    for chunk in range(schedule.chunks):
        cut_short = out_of_time(best.violation <= 0)
        done = 1.0 if cut_short else chunk / max(1, schedule.chunks - 1)
        temperature = schedule.hottest * ratio ** (done * (schedule.chunks - 1))
        eased = _eased(terms, schedule, done)
        _run(net, eased, state, work, per_chunk, temperature, schedule.steps_per_recombination, rng)
        steps += per_chunk
        cost, violation = total_cost(terms, state.sums), float(state.sums[VIOLATION])
        if (violation > 0, cost) < (best.violation > 0, best.cost):
            best = Searched(state.label.copy(), cost, violation, steps, cut_short=False)
        if cut_short:
            break
    return Searched(best.label, best.cost, best.violation, steps, cut_short)


def _eased(terms: Terms, schedule: Schedule, done: float) -> Terms:
    """Set the prices for a moment of the search, ``done`` from 0 to 1."""
    return terms._replace(
        penalty=terms.penalty * schedule.gentle ** (1 - min(1.0, done / schedule.ramp)),
        shape=terms.shape + schedule.assist * (1 - done),
    )
