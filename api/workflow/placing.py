"""Place the households and people that buildings, compounds and villages know on the polygons that lack them."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from api.errors import UsageError
from api.workflow.common import author, layers_of, needed
from boundaries import CountedOnce, Placed, count_once, place_figures
from boundaries.crosswalk.figures import PEOPLE
from gis.i18n import listed
from gis.kinds import Kind
from gis.project import Project
from gis.store import Version

__all__ = ["ONTO", "PlacedFigures", "place_people"]

ONTO = (Kind.UNITS, Kind.COMMUNITIES, Kind.GRIDS)
_SOURCES = (Kind.BUILDINGS, Kind.COMPOUNDS, Kind.URBAN_VILLAGES, Kind.UNITS)
_SPREAD_BY = (Kind.BUILDINGS, Kind.COMPOUNDS)


@dataclass(frozen=True)
class PlacedFigures:
    """What was counted where, what was placed, and the version that it became; None when only looked at."""

    counted: CountedOnce
    placed: Placed
    figures: tuple[str, ...]
    version: Version | None


def place_people(project: Project, onto: str = Kind.UNITS, *, store: bool = True) -> PlacedFigures:
    """Count everybody once, from fine to coarse, and place the figures on a layer as its next version.

    Parameters
    ----------
    project
        An open project with the target layer and at least one layer that knows households or people.
    onto
        Kind of the target: ``units``, ``communities`` or ``grids``. Its own figures are replaced; those of units count
        where nothing finer is known.
    store
        False only looks: nothing is stored.

    Raises
    ------
    UsageError
        ``place-target-unknown``: not one of these kinds; ``place-nothing-known``: no layer has figures.
    ProjectError
        ``layer-needed``: the project has no such layer.
    StoreError
        ``version-conflict``: somebody saved the layer meanwhile.
    """
    if onto not in ONTO:
        raise UsageError("place-target-unknown", onto=onto, known=listed(ONTO))
    layers = layers_of(project)
    targets = needed(layers, Kind(onto))
    sources = {kind: layers[kind] for kind in _SOURCES if kind in layers}
    figures = tuple(column for column in PEOPLE if any(_knows(layer, column) for layer in sources.values()))
    if not figures:
        raise UsageError("place-nothing-known", known=listed(_SOURCES))
    seen = targets.attrs["version"]
    counted = count_once(_with_columns(sources, figures), figures=figures)
    spread = [layers[kind] for kind in _SPREAD_BY if kind in layers]
    placed = place_figures(counted.sources, targets, figures=figures, ancillary=spread or None)
    version = None
    if store:
        version = project.store.save_layer(
            seen["name"],
            placed.targets,
            kind=onto,
            author=author(),
            reason="place",
            parameters={"figures": list(figures), "sources": list(sources)},
            expected=seen["number"],
        )
    return PlacedFigures(counted, placed, figures, version)


def _knows(layer: gpd.GeoDataFrame, column: str) -> bool:
    return column in layer.columns and bool(layer[column].notna().any())


def _with_columns(layers: Mapping[Kind, gpd.GeoDataFrame], figures: tuple[str, ...]) -> dict[str, gpd.GeoDataFrame]:
    """Leave out the layers that know none of the figures."""
    return {kind: layer for kind, layer in layers.items() if any(_knows(layer, column) for column in figures)}
