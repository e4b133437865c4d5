"""What a planner asks of a search, read once and checked."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.errors import FiguresError, InfeasiblePlanError, PlanError
from boundaries.graph import UnitGraph
from boundaries.standards import Standard, load_standard
from gis.i18n import Text, listed

__all__ = ["MOST_ALTERNATIVES", "Objective", "Request", "check_numbers", "read_request"]

Objective = Literal["perimeter", "cut_edges"]

MOST_ALTERNATIVES = 50  # more than a council would ever compare
DEFAULT_STANDARD = "national_2026"
_WEIGHTS = {"compactness": 100.0, "roads": 1.0}  # by name, the most that can be asked


@dataclass(frozen=True, eq=False)
class Request:
    """The settings of one search. ``locked_units`` and ``locked_communities`` are the two ways of locking."""

    balance: str
    standard: Standard
    minimum: float | None
    maximum: float | None
    current: "pd.Series[str] | None"
    keep_whole: "pd.Series[str] | None"
    locked_units: "pd.Series[str]"
    locked_communities: tuple[str, ...]
    centres: tuple[str, ...]
    weights: Mapping[str, float]
    objective: Objective
    effort: float
    time_limit_s: float
    seed: int


def read_request(  # noqa: PLR0913 - the options of propose_plans
    graph: UnitGraph,
    units: gpd.GeoDataFrame | None,
    *,
    balance: str = "households",
    standard: Standard | str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    current: "pd.Series[str] | None" = None,
    keep_whole: "pd.Series[str] | None" = None,
    locked: "pd.Series[str] | Iterable[str] | None" = None,
    centres: Any = None,
    weights: Mapping[str, float] | None = None,
    objective: str = "perimeter",
    effort: float = 1.0,
    time_limit_s: float = 30.0,
    seed: int = 0,
) -> Request:
    """Check what is asked against the units.

    Raises
    ------
    PlanError
        ``column-not-counted``, ``units-unknown``, ``option-unknown`` or ``option-invalid``.
    FiguresError
        ``figures-missing``: there is nothing to balance.
    StandardError
        ``standard-unknown``.
    """
    _require_figures(graph, units, balance)
    if objective not in get_args(Objective):
        raise PlanError("option-unknown", option="objective", value=objective, known=list(get_args(Objective)))
    _check_effort(time_limit_s=time_limit_s, effort=effort, seed=seed)
    _check_bounds(minimum, maximum, total=float(graph.counts[balance].sum()))
    profile = standard if isinstance(standard, Standard) else load_standard(standard or DEFAULT_STANDARD)
    units_locked, communities_locked = _read_locks(graph, current, locked)
    return Request(
        balance=balance,
        standard=profile,
        minimum=minimum,
        maximum=maximum,
        current=_on_units(graph, current),
        keep_whole=_on_units(graph, keep_whole),
        locked_units=units_locked,
        locked_communities=communities_locked,
        centres=_read_centres(graph, units, centres),
        weights=_read_weights(weights),
        objective=objective,  # type: ignore[arg-type]
        effort=effort,
        time_limit_s=time_limit_s,
        seed=seed,
    )


def check_numbers(n_communities: int | tuple[int, int] | None, alternatives: int, *, n_units: int) -> None:
    """Refuse counts that are no counts, more alternatives than anybody compares, and more communities than units.

    Raises
    ------
    PlanError
        ``option-invalid``.
    InfeasiblePlanError
        ``communities-too-many``.
    """
    _check_count("alternatives", alternatives, most=MOST_ALTERNATIVES)
    if n_communities is None:
        return
    numbers = (n_communities,) if isinstance(n_communities, int) else tuple(n_communities)
    for number in numbers:
        _check_count("n_communities", number)
    if not isinstance(n_communities, int) and (len(numbers) != 2 or numbers[0] > numbers[1]):  # noqa: PLR2004
        raise _invalid("n_communities", n_communities, Text("应先小后大", "the lower number comes first"))
    if numbers[-1] > n_units > 0:
        raise InfeasiblePlanError("communities-too-many", n=numbers[-1], units=n_units)


def _check_count(option: str, value: object, *, most: int | None = None) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or (most is not None and value > most):
        needed = Text("应为不小于 1 的整数", "a whole number of 1 or more is needed")
        if most is not None:
            needed = Text(f"应为 1 到 {most} 的整数", f"a whole number from 1 to {most} is needed")
        raise _invalid(option, value, needed)


def _check_effort(*, time_limit_s: float, effort: float, seed: object) -> None:
    for name, value in (("time_limit_s", time_limit_s), ("effort", effort)):
        if not 0 < value < math.inf:
            raise _invalid(name, value, Text("应为大于 0 的有限数", "a finite number above 0 is needed"))
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise _invalid("seed", seed, Text("应为不小于 0 的整数", "a whole number of 0 or more is needed"))


def _check_bounds(minimum: float | None, maximum: float | None, *, total: float) -> None:
    if minimum is not None and not 0 <= minimum < math.inf:
        raise _invalid("minimum", minimum, Text("应为不小于 0 的有限数", "a finite number of 0 or more is needed"))
    if maximum is not None and not 0 < maximum < math.inf:
        raise _invalid("maximum", maximum, Text("应为大于 0 的有限数", "a finite number above 0 is needed"))
    if minimum is not None and maximum is not None and minimum > maximum:
        above = Text(f"下限不能大于上限 {maximum:g}", f"it must not be above the maximum of {maximum:g}")
        raise _invalid("minimum", minimum, above)
    if minimum is not None and minimum > total > 0:
        less = Text(f"全部规划单元合计只有 {total:g}", f"all units together have {total:g} only")
        raise _invalid("minimum", minimum, less)


def _invalid(option: str, value: object, reason: Text) -> PlanError:
    return PlanError("option-invalid", option=option, value=value, reason=reason)


def _require_figures(graph: UnitGraph, units: gpd.GeoDataFrame | None, balance: str) -> None:
    """Refuse to balance a figure that the units do not have, or of which there is none at all."""
    columns = list(graph.counts.columns)
    if balance not in columns:
        known = columns if units is None else [str(name) for name in units.columns if name != units.geometry.name]
        raise PlanError("column-not-counted", column=balance, found=_named(columns), columns=_named(known))
    figures = graph.counts[balance].to_numpy(dtype=np.float64)
    unknown = int(np.isnan(figures).sum())
    if len(figures) and not np.nansum(figures) > 0:
        others = [name for name in columns if graph.counts[name].sum() > 0]
        raise FiguresError(
            "figures-missing",
            column=balance,
            unknown=unknown,
            zero=int((figures == 0).sum()),
            found=_named(others),
        )


def _named(names: list[str]) -> Text:
    return listed(names, limit=20) if names else Text("无", "none")


def _on_units(graph: UnitGraph, series: "pd.Series[str] | None") -> "pd.Series[str] | None":
    if series is None:
        return None
    _require_known(graph, series.index)
    return series.reindex(graph.ids)


def _require_known(graph: UnitGraph, ids: "pd.Index[str]") -> None:
    unknown = ids.difference(graph.ids)
    if len(unknown):
        raise PlanError("units-unknown", count=len(unknown), ids=list(unknown))


def _read_locks(
    graph: UnitGraph, current: "pd.Series[str] | None", locked: "pd.Series[str] | Iterable[str] | None"
) -> tuple["pd.Series[str]", tuple[str, ...]]:
    nothing = pd.Series(dtype="str", index=pd.Index([], dtype="str", name="id"))
    if locked is None:
        return nothing, ()
    if isinstance(locked, pd.Series):
        held = locked.dropna()
        _require_known(graph, held.index)
        return held, ()
    names = tuple(dict.fromkeys(locked))
    today = set() if current is None else set(current.dropna())
    unknown = [name for name in names if name not in today]
    if unknown:
        raise PlanError("option-unknown", option="locked", value=unknown, known=sorted(today))
    return nothing, names


def _read_centres(graph: UnitGraph, units: gpd.GeoDataFrame | None, centres: Any) -> tuple[str, ...]:
    if centres is None:
        return ()
    if isinstance(centres, gpd.GeoDataFrame | gpd.GeoSeries):
        return _units_at(units, centres)
    ids = tuple(str(unit) for unit in (centres.to_numpy() if isinstance(centres, pd.Series) else centres))
    _require_known(graph, pd.Index(ids))
    return ids


def _units_at(units: gpd.GeoDataFrame | None, centres: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[str, ...]:
    if units is None:
        no_shapes = Text("规划单元没有图形", "the units have no shapes")
        raise _invalid("centres", Text("点", "points"), no_shapes)
    points = np.asarray(centres.geometry.array, dtype=object)
    tree = shapely.STRtree(np.asarray(units.geometry.array, dtype=object))
    at, unit = tree.query(points, predicate="intersects")
    first = dict(zip(at[::-1].tolist(), unit[::-1].tolist(), strict=True))
    outside = [str(centres.index[place]) for place in range(len(points)) if place not in first]
    if outside:
        raise _invalid("centres", outside, Text("不在任何规划单元内", "outside all units"))
    return tuple(str(units.index[first[place]]) for place in range(len(points)))


def _read_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    given = dict(weights or {})
    for name, value in given.items():
        if name not in _WEIGHTS:
            raise PlanError("option-unknown", option="weights", value=name, known=list(_WEIGHTS))
        most = _WEIGHTS[name]
        if not 0 <= value <= most:
            needed = Text(f"应为 0 到 {most:g} 的数", f"a number from 0 to {most:g} is needed")
            raise _invalid(f"weights[{name}]", value, needed)
    return given
