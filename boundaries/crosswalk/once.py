"""Count everybody once: the finest layer that knows the people of a place, and of coarser ones what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.double_counts import DUPLICATE_SHARE, LEVELS
from boundaries.crosswalk.figures import PEOPLE
from boundaries.crosswalk.levels import Merged, levels_of
from boundaries.crosswalk.tally import Settled, Tally
from boundaries.crosswalk.words import figure_word, layer_word, number_words, sentence
from boundaries.errors import FiguresError
from gis.crs import require_metric_crs, same_crs
from gis.geometry import polygonal_parts
from gis.i18n import Text, listed

__all__ = ["CountedOnce", "count_once"]

Floats = NDArray[np.float64]

_REST_SHARE = 0.1
_SLIVER_SHARE = 0.01  # of a row's ground; what is left beside the finer rows is too little to live on
_DUPLICATE, _BELOW = "duplicate", "counted_below"
_LEFT_OUT_COLUMNS = ["layer", "id", "figure", "reason", "own", "finer", "left_out", "counted_by"]

_TOTAL = Text(
    "{layer}的{figure}：图层合计 {given}，计入 {counted}，因已在别处计入而略去 {left_out}",
    "{figure} of {layer}: {given} in the layer, {counted} counted, {left_out} left out as counted elsewhere",
)
_DUPLICATES = Text(
    "{layer}中有 {count} 个要素与其他要素图形相同，其{figure}只计一次：{ids}",
    "{layer}, rows that are the same polygon as another, so that their {figure} count once: {count} ({ids})",
)
_MORE = Text(
    "{layer}中有 {count} 个要素的{figure}少于其中下级要素之和，按下级计入：{ids}",
    "{layer}, rows with fewer {figure} than the finer rows in them, which are counted: {count} ({ids})",
)
_REST = Text(
    "{layer}中有 {count} 个要素的{figure}多于其中下级要素之和，余数留在该要素其余的土地上：{ids}",
    "{layer}, rows with more {figure} than the finer rows in them; their rest stays beside those: {count} ({ids})",
)
_UNKNOWN = Text(
    "{layer}中有 {count} 个要素的{figure}没有任何图层知道（未知，不当作 0）：{ids}",
    "{layer}, rows whose {figure} no layer knows (unknown, not taken as 0): {count} ({ids})",
)


@dataclass(frozen=True)
class CountedOnce:
    """Sources of which each person is in one, the totals by layer, and what was left out and why.

    Attributes
    ----------
    sources
        Ready for :func:`place_figures`: ids ``layer/id``, ``layer``, ``source_id``, the figures that the row *adds*
        (0 where others count its people, NaN where nobody knows), the ground they are on: of a row that only keeps its
        rest, the ground beside the finer rows whose people are known (if more than a hundredth is left).
    totals
        By ``layer`` and ``figure``: ``given``, ``counted``, ``left_out`` (both add up to the given), ``unknown_rows``.
    left_out
        ``layer, id, figure, reason`` (``counted_below``: finer rows count them; ``duplicate``), the row's ``own``
        figure, the sum of the ``finer`` rows in it, what was ``left_out``, and ``counted_by`` (a tuple of layers, or
        the id kept).
    unknown
        ``layer, id, figure`` of figures that neither the row nor anything around or in it knows.
    """

    sources: gpd.GeoDataFrame
    totals: pd.DataFrame
    left_out: pd.DataFrame
    unknown: pd.DataFrame

    def sentences(self) -> list[Text]:
        """Tell it all in both languages: the totals by layer first."""
        return [*self._totals(), *self._choices()]

    def _totals(self) -> Iterator[Text]:
        for row in self.totals.reset_index().to_dict("records"):
            numbers = {name: number_words(row[name]) for name in ("given", "counted", "left_out")}
            yield sentence(_TOTAL, layer=layer_word(row["layer"]), figure=figure_word(row["figure"]), **numbers)

    def _choices(self) -> Iterator[Text]:
        table = self.left_out
        below = table["reason"] == _BELOW
        more = below & (table["finer"] > table["own"])
        rest = below & (table["left_out"] < table["own"])
        yield from _grouped(_DUPLICATES, table[table["reason"] == _DUPLICATE])
        yield from _grouped(_MORE, table[more])
        yield from _grouped(_REST, table[rest])
        yield from _grouped(_UNKNOWN, self.unknown)


def count_once(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    figures: Sequence[str] = PEOPLE,
    rest_share: float = _REST_SHARE,
    duplicate_share: float = DUPLICATE_SHARE,
) -> CountedOnce:
    """Choose for each place the source of its people, so that nobody counts twice and nobody is lost.

    Parameters
    ----------
    layers
        Any of ``buildings``, ``compounds``, ``urban_villages`` and ``units``: points and polygons indexed by unique
        ids, in one CRS with metres. Buildings count first, then compounds, villages, and the units' own figures.
    figures
        Columns that count people; each is settled by itself. A layer without one of them does not know it.
    rest_share
        A coarser row whose figure exceeds the finer rows in it by more than this share of it keeps the rest, as the
        finer layer does not hold everybody there; a smaller excess is taken for a difference between two counts and
        left out. With an unknown figure among the finer rows any excess is kept.
    duplicate_share
        Two polygons of one layer that share this part of both are one; a row that lies in another of its own layer to
        this part is the finer of them.

    Returns
    -------
    CountedOnce
        ``sources``, ``totals``, ``left_out`` and ``unknown``.

    Raises
    ------
    CrsError, SchemaError, FiguresError
        As :func:`place_figures`; ``layer-not-counted`` for another layer.

    Notes
    -----
    A finer row that crosses the line of coarser ones is divided among them by area, in whole people; a part of less
    than a tenth is a slip of the drawing. Where the finer rows hold more than the coarser one, they count and the
    coarser figure is left out. Cost: as :func:`place_figures`, once for each layer.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> village = gpd.GeoDataFrame(
    ...     {"households": [500]}, index=["v"], geometry=[shapely.box(0, 0, 200, 100)], crs=4547
    ... )
    >>> compound = gpd.GeoDataFrame(
    ...     {"households": [120]}, index=["c"], geometry=[shapely.box(0, 0, 100, 100)], crs=4547
    ... )
    >>> counted = count_once({"urban_villages": village, "compounds": compound}, figures=["households"])
    >>> counted.sources["households"].to_dict()
    {'compounds/c': 120.0, 'urban_villages/v': 380.0}
    """
    unfit = sorted(set(layers) - set(LEVELS))
    if unfit:
        raise FiguresError("layer-not-counted", layer=unfit[0], known=[str(level) for level in LEVELS])
    if not 0 <= rest_share <= 1:
        raise FiguresError("share-invalid", option="rest_share", value=rest_share)
    named = [(str(name), layers[name]) for name in LEVELS if name in layers]
    for name, layer in named:
        require_metric_crs(layer, name=name)
        same_crs(named[0][1], layer, names=(named[0][0], name))
    crs = named[0][1].crs if named else None
    tally, merged = Tally(list(figures), rest_share, crs), []
    for name, layer in named:
        levels, same = levels_of(name, layer, figures=figures, duplicate_share=duplicate_share)
        merged += same
        for level in levels:
            tally.settle(level)
    return CountedOnce(
        _sources(tally), _totals(tally, merged, [name for name, _ in named]), _left_out(tally, merged), _unknown(tally)
    )


def _sources(tally: Tally) -> gpd.GeoDataFrame:
    shapes = tally.shapes
    own = np.concatenate([np.empty((0, len(tally.figures))), *(part.level.own for part in tally.done)])
    parts, taken = [], 0
    for part in tally.done:
        count = len(part.level.ids)
        adding = (part.adds > 0) | np.isnan(part.adds) | (part.level.own == 0)
        rows = np.flatnonzero(adding.any(axis=1))
        ground = _rest_ground(part, rows, shapes[:taken], own[:taken])
        frame = pd.DataFrame(part.adds[rows], columns=list(tally.figures))
        frame.insert(0, "source_id", part.level.ids[rows])
        frame.insert(0, "layer", part.level.layer)
        parts.append(gpd.GeoDataFrame(frame, geometry=ground, crs=tally.crs))
        taken += count
    columns = ["layer", "source_id", *tally.figures, "geometry"]
    empty = gpd.GeoDataFrame(columns=columns, geometry="geometry", crs=tally.crs)
    sources = pd.concat(parts, ignore_index=True) if parts else empty
    sources.index = pd.Index(sources["layer"] + "/" + sources["source_id"], name="id", dtype="str")
    return gpd.GeoDataFrame(sources)


def _rest_ground(
    part: Settled, rows: NDArray[np.int64], finer: NDArray[np.object_], own: Floats
) -> NDArray[np.object_]:
    """Give the ground of rows: of those that keep a rest only what lies beside finer rows whose people are known."""
    ground = part.level.shapes[rows].copy()
    rest = (part.adds[rows] > 0) & (part.adds[rows] < part.level.own[rows])
    if not rest.any() or not len(finer):
        return ground
    tree = shapely.STRtree(finer)
    for at in np.flatnonzero(rest.any(axis=1)).tolist():
        inside = tree.query(ground[at], predicate="intersects")
        wanted = part.adds[rows[at]] > 0
        known = inside[~np.isnan(own[inside][:, wanted]).any(axis=1) & (shapely.area(finer[inside]) > 0)]
        left = polygonal_parts([shapely.difference(ground[at], shapely.union_all(finer[known]))])[0]
        if left.area > _SLIVER_SHARE * ground[at].area:
            ground[at] = left
    return ground


def _totals(tally: Tally, merged: Sequence[Merged], names: Sequence[str]) -> pd.DataFrame:
    none = np.empty((0, len(tally.figures)))
    tables = []
    for name in names:
        parts = [part for part in tally.done if part.level.layer == name]
        own = np.concatenate([none, *(part.level.own for part in parts)])
        adds = np.concatenate([none, *(part.adds for part in parts)])
        twice = np.concatenate([none, *(row.figures[None] for row in merged if row.layer == name)])
        given, counted = np.nansum(own, axis=0) + np.nansum(twice, axis=0), np.nansum(adds, axis=0)
        columns = {"given": given, "counted": counted, "left_out": given - counted}
        table = pd.DataFrame({"layer": name, "figure": tally.figures, **columns})
        tables.append(table.assign(unknown_rows=np.isnan(adds).sum(axis=0)))
    names_of = ["layer", "figure", "given", "counted", "left_out", "unknown_rows"]
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names_of)
    return whole.set_index(["layer", "figure"])


def _left_out(tally: Tally, merged: list[Merged]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for part in tally.done:
        for row, at in np.argwhere(part.adds < part.level.own).tolist():
            own, adds = float(part.level.own[row, at]), float(part.adds[row, at])
            place = {"layer": part.level.layer, "id": part.level.ids[row], "figure": tally.figures[at]}
            finer = {"own": own, "finer": float(part.below[row, at]), "left_out": own - adds}
            rows.append({**place, "reason": _BELOW, **finer, "counted_by": part.by[row]})
    for same in merged:
        for at in np.flatnonzero(~np.isnan(same.figures)).tolist():
            place = {"layer": same.layer, "id": same.row_id, "figure": tally.figures[at]}
            own = float(same.figures[at])
            rows.append({**place, "reason": _DUPLICATE, "own": own, "left_out": own, "counted_by": (same.kept_id,)})
    return pd.DataFrame(rows, columns=_LEFT_OUT_COLUMNS)


def _unknown(tally: Tally) -> pd.DataFrame:
    rows = [
        (part.level.layer, part.level.ids[row], tally.figures[at])
        for part in tally.done
        for row, at in np.argwhere(np.isnan(part.adds)).tolist()
    ]
    return pd.DataFrame(rows, columns=["layer", "id", "figure"])


def _grouped(template: Text, table: pd.DataFrame) -> Iterator[Text]:
    for (layer, figure), rows in table.groupby(["layer", "figure"], sort=False):
        words = {"layer": layer_word(str(layer)), "figure": figure_word(str(figure))}
        yield sentence(template, **words, count=len(rows), ids=listed(rows["id"]))
