"""Spread sources over the buildings or compounds in them, weighed by households, dwellings or floor area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.figures import figure_values
from boundaries.crosswalk.ground import Places, Targets, ground_areas, share_ground
from boundaries.crosswalk.settling import settle
from boundaries.errors import FiguresError

__all__ = [
    "NOT_GIVEN",
    "NO_ANCILLARY",
    "WEIGHTS",
    "WEIGHT_UNKNOWN",
    "Ancillary",
    "Spread",
    "spread_over",
    "take_ancillary",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WEIGHTS: tuple[str, ...] = ("households", "dwellings", "floor_area", "footprint")  # tried in this order
NOT_GIVEN = "ancillary_not_given"
NO_ANCILLARY = "no_ancillary"
WEIGHT_UNKNOWN = "weight_unknown"

_BELONGS_SHARE = 0.1  # of a building or compound that must lie in a source; less is a slip of the drawing
_WHOLE = 1 - 1e-9
_POINT = 0


@dataclass(frozen=True)
class Ancillary:
    """One layer of buildings or compounds with the weights it can give, by name; NaN where unknown."""

    name: str
    places: Places
    weights: dict[str, Floats]


@dataclass(frozen=True)
class Spread:
    """Shares of the sources that could be spread (target -1 is outside), their weight, and why others could not.

    ``shares`` has ``source, target, share``; ``weight`` and ``why_not`` are by source position.
    """

    shares: pd.DataFrame
    weight: dict[int, str]
    why_not: dict[int, str]


def take_ancillary(
    layers: gpd.GeoDataFrame | Sequence[gpd.GeoDataFrame] | None, *, weight: str | Sequence[str] | None
) -> tuple[list[Ancillary], tuple[str, ...]]:
    """Give the ancillary layers, best first, with the weights to try, in that order.

    Raises
    ------
    FiguresError
        ``weight-without-ancillary``, or ``weight-unknown``: no ancillary layer can give a weight that was asked for.
    """
    given = [layers] if isinstance(layers, gpd.GeoDataFrame) else list(layers or ())
    order = WEIGHTS if weight is None else (weight,) if isinstance(weight, str) else tuple(weight)
    taken = []
    for number, layer in enumerate(given, start=1):
        name = "ancillary" if len(given) == 1 else f"ancillary {number}"
        places = Places.of(layer, name=name)
        taken.append(Ancillary(name, places, dict(_weights(places, order, name=name))))
    if weight is not None:
        _require_weights(taken, order)
    return taken, order


def _weights(places: Places, order: Iterable[str], *, name: str) -> Iterable[tuple[str, Floats]]:
    for weight in order:
        if weight in places.layer.columns:
            yield weight, figure_values(places.layer, weight, name=name)
        elif weight == "footprint":
            yield weight, places.areas_m2
        elif weight == "floor_area" and "floors" in places.layer.columns:
            yield weight, places.areas_m2 * figure_values(places.layer, "floors", name=name)


def _require_weights(taken: Sequence[Ancillary], order: Sequence[str]) -> None:
    if not taken:
        raise FiguresError("weight-without-ancillary", weight=list(order))
    for weight in order:
        if not any(weight in layer.weights for layer in taken):
            columns = {str(column) for layer in taken for column in layer.places.layer.columns}
            raise FiguresError("weight-unknown", weight=weight, known=[*WEIGHTS, *sorted(columns - set(WEIGHTS))])


def spread_over(
    sources: Places, positions: Integers, targets: Targets, *, ancillary: Sequence[Ancillary], order: Sequence[str]
) -> Spread:
    """Spread the sources at ``positions`` over the first ancillary layer that lies in them and knows a weight.

    Within one source the first weight of ``order`` counts that every building or compound in it knows and that is not
    0 throughout. A building partly in the source, or partly on a target, counts by the share of its ground; one of
    which less than a tenth lies in the source does not count as in it.
    """
    found: list[pd.DataFrame] = []
    weight: dict[int, str] = {}
    why_not = dict.fromkeys(positions.tolist(), NO_ANCILLARY if ancillary else NOT_GIVEN)
    for layer in ancillary:
        todo = np.array(sorted(why_not), dtype=np.int64)
        pieces = _pieces(sources, todo, layer)
        chosen, values = _choose(pieces, layer, order)
        for position in pieces["source"].unique().tolist():
            if position in chosen:
                weight[position] = chosen[position]
                del why_not[position]
            else:
                why_not[position] = WEIGHT_UNKNOWN
        used = pieces["source"].isin(list(chosen)).to_numpy()
        found.append(_placed(pieces[used], values[used], targets))
    shares = pd.concat(found, ignore_index=True) if found else _no_shares()
    return Spread(shares, weight, why_not)


def _pieces(sources: Places, todo: Integers, layer: Ancillary) -> pd.DataFrame:
    """Cut the ancillary features by the sources: the part of each that lies in each, with its share and shape."""
    own = layer.places
    feature, at, area = ground_areas(own.shapes, sources.shapes[todo])
    points = shapely.get_type_id(own.shapes[feature]) == _POINT
    share = np.divide(area, own.areas_m2[feature], out=np.ones(len(area)), where=~points)
    enough = share >= _BELONGS_SHARE
    feature, at, share = feature[enough], at[enough], share[enough]
    shapes = own.shapes[feature]
    cut = share < _WHOLE
    shapes[cut] = shapely.intersection(shapes[cut], sources.shapes[todo[at[cut]]])
    return pd.DataFrame({"source": todo[at], "feature": feature, "share": share, "shape": shapes})


def _choose(pieces: pd.DataFrame, layer: Ancillary, order: Sequence[str]) -> tuple[dict[int, str], Floats]:
    """Name the weight of each source that has one, and give the weight of each piece."""
    chosen: dict[int, str] = {}
    values = np.full(len(pieces), np.nan)
    source = pieces["source"].to_numpy(dtype=np.int64)
    feature = pieces["feature"].to_numpy(dtype=np.int64)
    share = pieces["share"].to_numpy(dtype=np.float64)
    for name in order:
        if name not in layer.weights:
            continue
        of_piece = layer.weights[name][feature] * share
        sums = np.bincount(source, weights=of_piece)  # NaN where any is unknown
        fit = [position for position in np.flatnonzero(sums > 0).tolist() if position not in chosen]
        rows = np.isin(source, fit)
        values[rows] = of_piece[rows]
        chosen |= dict.fromkeys(fit, name)
    return chosen, values


def _placed(pieces: pd.DataFrame, values: Floats, targets: Targets) -> pd.DataFrame:
    """Let the weights of the pieces fall on the targets, and turn them into shares of each source."""
    shapes = pieces["shape"].to_numpy(dtype=object)
    settled = settle(share_ground(shapes, targets), points=shapely.get_type_id(shapes) == _POINT)
    source = pieces["source"].to_numpy(dtype=np.int64)[settled.source]
    fallen = pd.DataFrame({"source": source, "target": settled.target, "share": values[settled.source] * settled.share})
    shares: pd.DataFrame = fallen.groupby(["source", "target"])["share"].sum().reset_index()
    shares["share"] /= shares.groupby("source")["share"].transform("sum")
    return shares


def _no_shares() -> pd.DataFrame:
    return pd.DataFrame(
        {"source": np.empty(0, np.int64), "target": np.empty(0, np.int64), "share": np.empty(0, np.float64)}
    )
