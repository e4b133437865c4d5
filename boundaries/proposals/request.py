"""What a planner asks of a search, read once and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.errors import PlanError
from boundaries.graph import UnitGraph
from boundaries.standards import Standard, load_standard

__all__ = ["Objective", "Request", "check_numbers", "read_request"]

Objective = Literal["perimeter", "cut_edges"]

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
    StandardError
        ``standard-unknown``.
    """
    if balance not in graph.counts.columns:
        raise PlanError("column-not-counted", column=balance, found=list(graph.counts.columns))
    if objective not in get_args(Objective):
        raise PlanError("option-unknown", option="objective", value=objective, known=list(get_args(Objective)))
    for name, value in (("time_limit_s", time_limit_s), ("effort", effort)):
        if not value > 0:
            raise PlanError("option-invalid", option=name, value=value, reason="> 0")
    for name, bound in (("minimum", minimum), ("maximum", maximum)):
        if bound is not None and not (np.isfinite(bound) and bound >= 0):
            raise PlanError("option-invalid", option=name, value=bound, reason=">= 0")
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


def check_numbers(n_communities: int | tuple[int, int] | None, alternatives: int) -> None:
    """Refuse counts that are no counts.

    Raises
    ------
    PlanError
        ``option-invalid``.
    """
    _check_count("alternatives", alternatives)
    if n_communities is None:
        return
    numbers = (n_communities,) if isinstance(n_communities, int) else tuple(n_communities)
    for number in numbers:
        _check_count("n_communities", number)
    if not isinstance(n_communities, int) and (len(numbers) != 2 or numbers[0] > numbers[1]):  # noqa: PLR2004
        raise PlanError("option-invalid", option="n_communities", value=n_communities, reason="low <= high")


def _check_count(option: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise PlanError("option-invalid", option=option, value=value, reason=">= 1")


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
        raise PlanError("option-invalid", option="centres", value="points", reason="units without geometry")
    points = np.asarray(centres.geometry.array, dtype=object)
    tree = shapely.STRtree(np.asarray(units.geometry.array, dtype=object))
    at, unit = tree.query(points, predicate="intersects")
    first = dict(zip(at[::-1].tolist(), unit[::-1].tolist(), strict=True))
    outside = [str(centres.index[place]) for place in range(len(points)) if place not in first]
    if outside:
        raise PlanError("option-invalid", option="centres", value=outside, reason="outside all units")
    return tuple(str(units.index[first[place]]) for place in range(len(points)))


def _read_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    given = dict(weights or {})
    for name, value in given.items():
        if name not in _WEIGHTS:
            raise PlanError("option-unknown", option="weights", value=name, known=list(_WEIGHTS))
        most = _WEIGHTS[name]
        if not 0 <= value <= most:
            raise PlanError("option-invalid", option=f"weights[{name}]", value=value, reason=f"0-{most:g}")
    return given
