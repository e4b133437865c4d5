"""Place the figures of one layer on the polygons of another, and keep the totals to the person."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.crosswalk.ancillary import take_ancillary
from boundaries.crosswalk.figures import PEOPLE, figure_values
from boundaries.crosswalk.ground import Places, Targets
from boundaries.crosswalk.outcome import shared_out
from boundaries.crosswalk.report import PlacementReport
from boundaries.crosswalk.settling import COUNTED_SHARE
from boundaries.errors import FiguresError
from gis.crs import same_crs

__all__ = ["Placed", "place_figures"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """Figures on their targets, where each came from, and what could not be placed.

    Attributes
    ----------
    targets
        A copy of the target layer with the figures (NaN where unknown) and ``figures_basis``.
    crosswalk
        One row for each source and target: ``source_id``, ``target_id``, ``share`` of the source, ``area_m2`` of
        shared ground, ``basis``, ``weight`` (what a dasymetric share was weighed by), and the amount of each figure.
    report
        Totals in and out, and everything that a reader has to know before using the figures.
    """

    targets: gpd.GeoDataFrame
    crosswalk: pd.DataFrame
    report: PlacementReport


def place_figures(
    sources: gpd.GeoDataFrame,
    targets: gpd.GeoDataFrame,
    *,
    figures: Sequence[str] = PEOPLE,
    ancillary: gpd.GeoDataFrame | Sequence[gpd.GeoDataFrame] | None = None,
    weight: str | Sequence[str] | None = None,
    whole: bool = True,
    counted_share: "float | pd.Series[float]" = COUNTED_SHARE,
    sources_complete: bool = False,
) -> Placed:
    """Place figures of households and people on the polygons that they lie in, each of them once.

    Parameters
    ----------
    sources
        Points or polygons with the figures (buildings, compounds, urban villages, census areas), indexed by unique
        ids, in a CRS with metres. They should not overlap; what is found twice is told in ``report.double_counts``.
    targets
        Polygons indexed by unique ids, in the same CRS: planning units, communities, grids. Ground that several of
        them claim is divided evenly among these.
    figures
        Columns of ``sources`` with numbers of 0 or more; NaN is unknown, never 0.
    ancillary
        Buildings or compounds (points or polygons) that tell where in a source the people live; several layers are
        tried in the order given, for each source by itself.
    weight
        What to weigh them by: ``households``, ``dwellings``, ``floor_area`` (footprint times ``floors``),
        ``footprint``, or any column of theirs; several are tried in the order given. None tries these four. A weight
        serves a source when every building in it has one and they are not all 0.
    whole
        Give whole households and people: each source is divided by largest remainder, ties go to the first target by
        id. Fractions that the sources themselves carry are first settled among them. False gives fractions.
    counted_share
        A source of which at least this share lies in one target counts there wholly. 1 never moves ground, 0 keeps
        every source whole, in the target that holds most of it (right for buildings). A Series gives one by source id.
    sources_complete
        True: the sources hold everybody, so a target that no source touches has 0. False leaves it unknown.

    Returns
    -------
    Placed
        ``targets``, ``crosswalk`` and ``report``. ``figures_basis`` of a target: ``counted`` (whole sources summed),
        ``dasymetric`` (spread over buildings or compounds), ``area_weighted`` (an estimate by ground area, the
        fallback for a source in which no building with a known weight lies), ``mixed``, or ``none``.

    Raises
    ------
    CrsError
        A CRS is missing, not in metres, or differs.
    SchemaError
        Ids repeat, a figure is missing or text, or a row holds neither point nor polygon.
    FiguresError
        A figure is negative or infinite; a weight or share is unknown or wrong.

    Notes
    -----
    Areal interpolation: Goodchild & Lam 1980, "Areal interpolation: a variant of the traditional spatial problem",
    Geo-Processing 1. Dasymetric mapping: Wright 1936; Eicher & Brewer 2001, "Dasymetric mapping and areal
    interpolation", Cartography and Geographic Information Science 28(2); Tobler's volume-preserving condition (1979)
    holds for each source: what it puts on the targets and what lies outside them add up to its figure.
    Cost: n log n in the features plus one intersection for each source (or building) that crosses a target's line.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> village = gpd.GeoDataFrame(
    ...     {"households": [7]}, index=["v"], geometry=[shapely.box(0, 0, 100, 100)], crs=4547
    ... )
    >>> halves = gpd.GeoDataFrame(
    ...     index=["east", "west"], geometry=[shapely.box(50, 0, 100, 100), shapely.box(0, 0, 50, 100)], crs=4547
    ... )
    >>> placed = place_figures(village, halves, figures=["households"])
    >>> placed.targets[["households", "figures_basis"]].values.tolist()
    [[4.0, 'area_weighted'], [3.0, 'area_weighted']]
    """
    people = Places.of(sources, name="sources")
    ground = Targets.of(targets, name="targets")
    same_crs(sources, targets, names=("sources", "targets"))
    layers, order = take_ancillary(ancillary, weight=weight)
    for layer in layers:
        same_crs(sources, layer.places.layer, names=("sources", layer.name))
    counts = {figure: figure_values(people.layer, figure, name="sources") for figure in figures}
    limits = _limits(counted_share, people)
    outcome = shared_out(people, ground, counts, ancillary=layers, order=order, limits=limits, whole=whole)
    placed = outcome.on_targets(targets, empty=0.0 if sources_complete else np.nan)
    return Placed(placed, outcome.crosswalk(), outcome.report())


def _limits(counted_share: "float | pd.Series[float]", people: Places) -> Floats:
    if isinstance(counted_share, pd.Series):
        limits = np.asarray(counted_share.reindex(people.ids), dtype=np.float64)
        lost = people.ids[np.isnan(limits)]
        if len(lost):
            raise FiguresError("shares-incomplete", option="counted_share", count=len(lost), ids=list(lost))
    else:
        limits = np.full(len(people.ids), float(counted_share))
    wrong = limits[~((limits >= 0) & (limits <= 1))]
    if len(wrong):
        raise FiguresError("share-invalid", option="counted_share", value=float(wrong[0]))
    return limits
