"""Small tasks solved to proven optimality by integer programming, to tell how far a plan is from the best."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from boundaries.errors import InfeasiblePlanError, PlanError
from boundaries.graph import UnitGraph

__all__ = ["ExactAnswer", "solve_exactly"]

MOST_UNITS = 400
_ROUNDS = 500
_SOLVED, _IMPOSSIBLE = 0, 2  # of scipy.optimize.milp


@dataclass(frozen=True, eq=False)
class ExactAnswer:
    """What is known of the best division: the one found (None if none), its cost, and a bound no division beats."""

    assignment: "pd.Series[str] | None"
    cost: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether the division found is proven best."""
        return self.assignment is not None and self.cost <= self.bound + 1e-6 * max(1.0, abs(self.cost))

    @property
    def gap(self) -> float:
        """How far the cost may lie above the best, as a share of the cost."""
        return (self.cost - self.bound) / self.cost if self.cost > 0 else 0.0


def solve_exactly(
    graph: UnitGraph,
    *,
    n_communities: int,
    minimum: float,
    maximum: float,
    balance: str = "households",
    objective: str = "perimeter",
    time_limit_s: float = 60.0,
) -> ExactAnswer:
    """Divide the units at the least length of line between communities, and prove it.

    Parameters
    ----------
    graph
        At most ``MOST_UNITS`` units; in practice about 100 for 3 communities, fewer for more.
    n_communities, minimum, maximum, balance
        As for :func:`boundaries.propose_plans`; every community in one connected part.
    objective
        ``perimeter`` (metres of line) or ``cut_edges``.
    time_limit_s
        Seconds for the solver; when they run out, ``bound`` holds and ``proven`` is False.

    Raises
    ------
    InfeasiblePlanError
        ``proven-impossible``: no division fulfils the bounds with connected communities.
    PlanError
        ``option-invalid``: too many units.

    Notes
    -----
    Labelled assignment model with symmetry broken by order, and connectivity by minimal separators added as they are
    violated (after Oehrlein & Haunert 2017; Validi, Buchanan & Lykhovyd 2022), solved by HiGHS. Exponential at worst.
    """
    if len(graph) > MOST_UNITS:
        raise PlanError("option-invalid", option="graph", value=len(graph), reason=f"<= {MOST_UNITS}")
    model = _Model(graph, n_communities, minimum, maximum, balance, objective)
    end = time.monotonic() + time_limit_s
    for _ in range(_ROUNDS):
        label, bound = model.solve(end - time.monotonic())
        if label is None:
            break
        if not model.cut_off_torn(label):
            names = pd.Series([f"c{number + 1:02d}" for number in label], index=graph.ids, name="community_id")
            return ExactAnswer(names, model.cost_of(label), bound)
    return ExactAnswer(None, np.inf, bound)


class _Model:
    """The integer programme: a column for each unit and community, then one for each border."""

    def __init__(
        self, graph: UnitGraph, n_communities: int, minimum: float, maximum: float, balance: str, objective: str
    ) -> None:
        self._graph, self._k = graph, n_communities
        self._length = graph.shared_perimeter_m if objective == "perimeter" else np.ones(len(graph.left))
        self._weight = graph.counts[balance].fillna(0.0).to_numpy()
        self._range = (minimum, maximum)
        self._order = np.argsort(-self._weight, kind="stable")
        self._neighbours = _neighbours(graph)
        self._rows: list[tuple[float, float, list[int], list[float]]] = []
        self._add_rows()

    def solve(self, time_limit_s: float) -> tuple[NDArray[np.int64] | None, float]:
        """Solve the programme as it stands; gives the division, None when the time ran out, and the bound."""
        n_assigned = len(self._graph) * self._k
        cost = np.concatenate([np.zeros(n_assigned), self._length])
        integrality = np.concatenate([np.ones(n_assigned), np.zeros(len(self._length))])
        answer = milp(
            cost,
            integrality=integrality,
            bounds=Bounds(0.0, self._upper()),
            constraints=self._constraints(len(cost)),
            options={"time_limit": max(time_limit_s, 0.01), "mip_rel_gap": 0.0},
        )
        if answer.status == _IMPOSSIBLE:
            low, high = self._range
            raise InfeasiblePlanError("proven-impossible", n=self._k, minimum=low, maximum=high)
        bound = -np.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
        if answer.status != _SOLVED or answer.x is None:
            return None, bound
        label = answer.x[:n_assigned].reshape(-1, self._k).argmax(axis=1)
        return label.astype(np.int64), bound

    def cost_of(self, label: NDArray[np.int64]) -> float:
        """Give the length of line of a division."""
        return float(self._length[label[self._graph.left] != label[self._graph.right]].sum())

    def cut_off_torn(self, label: NDArray[np.int64]) -> bool:
        """Add a separator for each piece of a torn community, for every label; tell whether any was torn."""
        torn = False
        for community in range(self._k):
            members = np.flatnonzero(label == community)
            for inner, outer in _piece_pairs(self._graph, members, self._weight):
                torn = True
                between = self._separator(inner, outer, set(members.tolist()))
                for number in range(self._k):
                    columns = [self._column(unit, number) for unit in (inner, outer, *between)]
                    self._add_row(-np.inf, 1.0, columns, [1.0, 1.0, *([-1.0] * len(between))])
        return torn

    def _separator(self, inner: int, outer: int, members: set[int]) -> list[int]:
        """Give the units that border the inner piece and can be reached from the outer unit without passing them."""
        piece = _reached(self._neighbours, inner, members)
        border = {unit for member in piece for unit in self._neighbours[member]} - piece
        everyone = set(range(len(self._graph)))
        beyond = _reached(self._neighbours, outer, everyone - border)
        return sorted(unit for unit in border if beyond & set(self._neighbours[unit]))

    def _column(self, unit: int, community: int) -> int:
        return int(unit * self._k + community)

    def _upper(self) -> NDArray[np.float64]:
        """Let the heaviest unit be in the first community, the next in the first two, and so on."""
        upper = np.ones((len(self._graph), self._k))
        for place, unit in enumerate(self._order[: self._k - 1]):
            upper[unit, place + 1 :] = 0.0
        return np.concatenate([upper.ravel(), np.ones(len(self._length))])

    def _constraints(self, n_columns: int) -> LinearConstraint:
        low, high, columns, values = zip(*self._rows, strict=True)
        row = np.repeat(np.arange(len(self._rows)), [len(part) for part in columns])
        entries = (np.concatenate(values), (row, np.concatenate(columns)))
        return LinearConstraint(csr_array(coo_array(entries, shape=(len(self._rows), n_columns))), low, high)

    def _add_rows(self) -> None:
        n, k = len(self._graph), self._k
        for unit in range(n):
            self._add_row(1.0, 1.0, [self._column(unit, community) for community in range(k)], [1.0] * k)
        for community in range(k):
            columns = [self._column(unit, community) for unit in range(n)]
            self._add_row(*self._range, columns, self._weight.tolist())
            self._add_row(1.0, np.inf, columns, [1.0] * n)
        for edge, (left, right) in enumerate(zip(self._graph.left.tolist(), self._graph.right.tolist(), strict=True)):
            for community in range(k):
                pair = [self._column(left, community), self._column(right, community)]
                for sign in (1.0, -1.0):
                    self._add_row(-np.inf, 0.0, [*pair, n * k + edge], [sign, -sign, -1.0])
        self._break_symmetry()

    def _break_symmetry(self) -> None:
        """Let a unit be in community c only if an earlier one, by weight, is in community c - 1."""
        for place, unit in enumerate(self._order.tolist()):
            earlier = self._order[:place].tolist()
            for community in range(1, self._k):
                columns = [self._column(unit, community), *(self._column(other, community - 1) for other in earlier)]
                self._add_row(-np.inf, 0.0, columns, [1.0, *([-1.0] * len(earlier))])

    def _add_row(self, low: float, high: float, columns: list[int], values: list[float]) -> None:
        self._rows.append((low, high, columns, values))


def _neighbours(graph: UnitGraph) -> list[list[int]]:
    lists: list[list[int]] = [[] for _ in range(len(graph))]
    for left, right in zip(graph.left.tolist(), graph.right.tolist(), strict=True):
        lists[left].append(right)
        lists[right].append(left)
    return lists


def _reached(neighbours: list[list[int]], start: int, allowed: set[int]) -> set[int]:
    reached, fringe = {start}, [start]
    while fringe:
        for unit in neighbours[fringe.pop()]:
            if unit in allowed and unit not in reached:
                reached.add(unit)
                fringe.append(unit)
    return reached


def _piece_pairs(
    graph: UnitGraph, members: NDArray[np.int64], weight: NDArray[np.float64]
) -> Iterator[tuple[int, int]]:
    """Give, for each piece of a community but the heaviest, its heaviest unit and the heaviest of the main piece."""
    inside = np.isin(graph.left, members) & np.isin(graph.right, members)
    ends = (graph.left[inside], graph.right[inside])
    matrix = coo_array((np.ones(int(inside.sum())), ends), shape=(len(graph), len(graph)))
    piece = connected_components(matrix, directed=False)[1][members]
    heaviest = {
        number: int(members[piece == number][weight[members[piece == number]].argmax()])
        for number in set(piece.tolist())
    }
    load = {number: float(weight[members[piece == number]].sum()) for number in heaviest}
    main = max(heaviest, key=lambda number: (load[number], -heaviest[number]))
    for number, unit in sorted(heaviest.items()):
        if number != main:
            yield unit, heaviest[main]
