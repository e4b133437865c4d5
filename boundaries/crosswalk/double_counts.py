"""People whom two rows count: the same polygon twice, one in another, or buildings, compounds and villages at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.figures import PEOPLE, figure_values
from boundaries.crosswalk.ground import Places, ground_areas
from boundaries.crosswalk.words import figures_in_words, layer_word, row_word, sentence
from gis.crs import same_crs
from gis.i18n import Text, listed
from gis.kinds import Kind

__all__ = ["DUPLICATE_SHARE", "INSIDE_SHARE", "LEVELS", "find_double_counts", "nested_rows"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEVELS: tuple[str, ...] = (Kind.BUILDINGS, Kind.COMPOUNDS, Kind.URBAN_VILLAGES, Kind.UNITS)  # finest first
DUPLICATE_SHARE = 0.999
INSIDE_SHARE = 0.5

_MESSAGES = {
    "duplicate": Text(
        "{inner}与{outer}是同一图形，都有数字，重复计算 {twice}",
        "{inner} and {outer} are the same polygon and both carry figures; counted twice: {twice}",
    ),
    "containment": Text(
        "{inner}位于{outer}之内，都有数字，重复计算 {twice}",
        "{inner} lies in {outer} and both carry figures; counted twice: {twice}",
    ),
    "level": Text(
        "{outer}与其中的 {count} 个{layer}（{inner}）都有数字，只能取一级；重复计算 {twice}",
        "{outer} and what lies in it of {layer} ({count}: {inner}) both carry figures, and one level only may count; "
        "counted twice: {twice}",
    ),
}


@dataclass(frozen=True)
class _Level:
    name: str
    places: Places
    figures: Floats  # (rows, figures); NaN unknown

    @property
    def carries(self) -> NDArray[np.bool_]:
        return np.asarray((self.figures > 0).any(axis=1))


def find_double_counts(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    figures: Sequence[str] = PEOPLE,
    duplicate_share: float = DUPLICATE_SHARE,
    inside_share: float = INSIDE_SHARE,
) -> pd.DataFrame:
    """Find people whom two rows count, within one layer and across layers.

    Parameters
    ----------
    layers
        Layers of points and polygons by name, indexed by unique ids, in one CRS with metres. ``buildings``,
        ``compounds``, ``urban_villages`` and ``units`` are compared with one another; any other only with itself.
    figures
        Columns that count people; a layer without one of them does not know it.
    duplicate_share
        Two polygons of one layer are the same when they share this part of both, and one lies in the other when they
        share this part of the smaller alone.
    inside_share
        A building, compound or village lies in a feature of a coarser layer when this part of it does.

    Returns
    -------
    DataFrame
        One row for each pair within a layer, and for each feature with finer ones in it: ``reason`` (duplicate,
        containment, level), ``layer`` and ``ids`` (a tuple) of the inner rows, ``other_layer``, ``other_id``, the
        people counted twice by figure (the smaller of both sides; 0 where one of them does not know it), ``message``
        (Chinese) and ``message_en``. Finer layers first, then by ids. Empty, with the same columns, when none.

    Raises
    ------
    CrsError, SchemaError, FiguresError
        As :func:`place_figures`.

    Notes
    -----
    Rows that carry no figure above 0 count nobody and are never reported. Two points at one place are not duplicates:
    several households share an address. Cost: n log n, and an intersection for each pair of polygons that meet.
    """
    levels = [_level(name, layer, figures) for name, layer in _finest_first(layers)]
    for other in levels[1:]:
        same_crs(levels[0].places.layer, other.places.layer, names=(levels[0].name, other.name))
    rows: list[dict[str, Any]] = []
    for at, level in enumerate(levels):
        rows += _within(level, figures, duplicate_share)
        if level.name in LEVELS:
            coarser = [other for other in levels[at + 1 :] if other.name in LEVELS]
            rows += [row for other in coarser for row in _across(level, other, figures, inside_share)]
    columns = ["reason", "layer", "ids", "other_layer", "other_id", *figures, "message", "message_en"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(dict.fromkeys(figures, np.float64))


def nested_rows(polygons: NDArray[np.object_], *, duplicate_share: float) -> tuple[Integers, Integers, Floats, Floats]:
    """Give the pairs of one layer of which one lies in the other: inner, outer, and the share of each, each pair once.

    Of two equal polygons the later one is the inner. Points count for nothing.
    """
    one, two = shapely.STRtree(polygons).query(polygons)
    once = one < two
    one, two = one[once], two[once]
    whole, boxes = shapely.area(polygons), shapely.bounds(polygons).reshape(-1, 4)
    low, high = np.maximum(boxes[one, :2], boxes[two, :2]), np.minimum(boxes[one, 2:], boxes[two, 2:])
    least = np.minimum(whole[one], whole[two])
    may = (least > 0) & ((high - low).prod(axis=1) >= duplicate_share * least)  # no more ground than their boxes share
    one, two = one[may], two[may]
    area = shapely.area(shapely.intersection(polygons[one], polygons[two]))
    first, second = area / whole[one], area / whole[two]
    swap = first > second
    inner, outer = np.where(swap, one, two), np.where(swap, two, one)
    inner_share, outer_share = np.maximum(first, second), np.minimum(first, second)
    nested = inner_share >= duplicate_share
    return inner[nested], outer[nested], inner_share[nested], outer_share[nested]


def _finest_first(layers: Mapping[str, gpd.GeoDataFrame]) -> list[tuple[str, gpd.GeoDataFrame]]:
    known = [(name, layers[name]) for name in LEVELS if name in layers]
    return known + [(name, layers[name]) for name in sorted(set(layers) - set(LEVELS))]


def _level(name: str, layer: gpd.GeoDataFrame, figures: Sequence[str]) -> _Level:
    places = Places.of(layer, name=name)
    unknown = np.full(len(places.ids), np.nan)
    columns = [
        figure_values(places.layer, figure, name=name) if figure in places.layer.columns else unknown
        for figure in figures
    ]
    return _Level(str(name), places, np.column_stack([*columns, np.empty((len(places.ids), 0))]))


def _within(level: _Level, figures: Sequence[str], duplicate_share: float) -> Iterator[dict[str, Any]]:
    carriers = np.flatnonzero(level.carries & (level.places.areas_m2 > 0))
    inner, outer, _, outer_share = nested_rows(level.places.shapes[carriers], duplicate_share=duplicate_share)
    for small, large, share in zip(carriers[inner], carriers[outer], outer_share, strict=True):
        twice = _smaller(level.figures[small], level.figures[large])
        if (twice > 0).any():
            reason = "duplicate" if share >= duplicate_share else "containment"
            yield _row(reason, level, [int(small)], (level, int(large)), dict(zip(figures, twice, strict=True)))


def _across(finer: _Level, coarser: _Level, figures: Sequence[str], inside_share: float) -> Iterator[dict[str, Any]]:
    small, large = np.flatnonzero(finer.carries), np.flatnonzero(coarser.carries & (coarser.places.areas_m2 > 0))
    at, holder, area = ground_areas(finer.places.shapes[small], coarser.places.shapes[large])
    whole = finer.places.areas_m2[small][at]
    inside = np.divide(area, whole, out=np.ones(len(area)), where=whole > 0) >= inside_share
    at, holder = small[at[inside]], large[holder[inside]]
    order = np.lexsort((at, holder))
    at, holder = at[order], holder[order]
    owners, starts = np.unique(holder, return_index=True)
    for owner, members in zip(owners.tolist(), np.split(at, starts[1:]), strict=False):
        twice = _smaller(_known_sums(finer.figures[members]), coarser.figures[owner])
        if (twice > 0).any():
            yield _row("level", finer, members.tolist(), (coarser, owner), dict(zip(figures, twice, strict=True)))


def _row(
    reason: str, level: _Level, members: list[int], other: tuple[_Level, int], twice: Mapping[str, float]
) -> dict[str, Any]:
    holder, owner = other
    ids, other_id = tuple(level.places.ids[members]), holder.places.ids[owner]
    inner = listed(ids) if reason == "level" else row_word(level.name, ids[0])
    message = sentence(
        _MESSAGES[reason],
        inner=inner,
        outer=row_word(holder.name, other_id),
        count=len(ids),
        layer=layer_word(level.name),
        twice=figures_in_words(twice),
    )
    place = {"reason": reason, "layer": level.name, "ids": ids, "other_layer": holder.name, "other_id": other_id}
    return {**place, **twice, "message": message.zh, "message_en": message.en}


def _smaller(one: Floats, two: Floats) -> Floats:
    return np.nan_to_num(np.minimum(one, two), nan=0.0)


def _known_sums(figures: Floats) -> Floats:
    sums = np.nansum(figures, axis=0)
    return np.where(np.isnan(figures).all(axis=0), np.nan, sums)
