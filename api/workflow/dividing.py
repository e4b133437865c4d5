"""Divide each community of a stored plan into grids, and keep these as a layer beside the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from api.workflow.common import Progress, author, grids_of, layers_of, needed, silent, standard_of, stored_plan
from api.workflow.proposing import barriers_of, crossings_of, current_of, village_groups
from boundaries import Plan, assign_by_overlap, build_grids, build_units, load_standard, propose_grids
from boundaries.matching import match_communities
from boundaries.standards import Standard
from gis.i18n import Text, listed
from gis.kinds import Kind
from gis.project import Project
from gis.store import Version

__all__ = ["Gridded", "divide_into_grids"]

_CODE_DIGITS = 12


@dataclass(frozen=True)
class Gridded:
    """The grids of one plan: the division, the layer as stored, a table by community, and what to know of it."""

    grids: Plan
    layer: gpd.GeoDataFrame
    version: Version
    table: pd.DataFrame
    standard: Standard
    notes: list[Text]


def divide_into_grids(
    project: Project,
    plan_name: str,
    *,
    standard: str = "grid_basic",
    time_limit_s: float | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> Gridded:
    """Divide the communities of a plan into grids and store them as the layer ``grids_of_<plan>``.

    Today's grids, where the project has them, are changed as little as possible; codes continue those of today's
    communities and are provisional.

    Raises
    ------
    StoreError
        ``item-not-found``: there is no plan of that name.
    ProjectError
        ``layer-needed``: the project has no units.
    StandardError
        ``standard-unknown`` or ``standard-not-grid``.
    """
    plan = stored_plan(project, plan_name)
    layers = layers_of(project)
    needed(layers, Kind.UNITS)
    units = build_units(layers)
    profile = load_standard(standard)
    settings = project.settings.proposals
    barriers = barriers_of(layers)
    grids = propose_grids(
        plan,
        units,
        standard=profile,
        current=assign_by_overlap(units, layers[Kind.GRIDS]) if Kind.GRIDS in layers else None,
        keep_whole=village_groups(units),
        barriers=barriers,
        crossings=crossings_of(layers, barriers),
        time_limit_s=settings.time_limit_s if time_limit_s is None else time_limit_s,
        seed=settings.seed if seed is None else seed,
        progress=progress,
    )[0]
    layer = build_grids(plan, grids, units, standard=profile, codes=_codes(layers, plan, units, standard_of(project)))
    version = project.store.save_layer(
        grids_of(plan_name), layer, kind=Kind.GRIDS, author=author(), reason="grids", parameters=grids.provenance
    )
    return Gridded(grids, layer, version, _table(layer, grids), profile, _notes(grids))


def _codes(
    layers: Mapping[str, gpd.GeoDataFrame], plan: Plan, units: gpd.GeoDataFrame, standard: Standard
) -> dict[str, str]:
    """Give the code of today's community to the planned one that it goes on in."""
    current = current_of(layers, units)
    if current is None or "code" not in layers[Kind.COMMUNITIES].columns:
        return {}
    codes = layers[Kind.COMMUNITIES]["code"]
    weight = units[standard.column] if standard.column in units.columns else pd.Series(1.0, index=units.index)
    pairs = match_communities(current.dropna(), plan.assignment, weight)
    return {
        planned: str(codes[today])
        for today, planned in pairs.items()
        if pd.notna(codes[today]) and len(str(codes[today])) == _CODE_DIGITS
    }


def _table(layer: gpd.GeoDataFrame, grids: Plan) -> pd.DataFrame:
    """Count by community: grids, households, the least and the greatest grid, grids outside the profile, workers."""
    outside = layer.index.isin(grids.provenance["grids_outside"])
    grouped = layer.assign(outside=outside).groupby("community_id", sort=True)
    table: pd.DataFrame = grouped.agg(
        grids=("name", "size"),
        households=("households", "sum"),
        smallest=("households", "min"),
        largest=("households", "max"),
        outside=("outside", "sum"),
        grid_workers=("grid_workers", "sum"),
    )
    table.insert(0, "name", grouped["name"].first().str.replace(r"第\d+网格$", "", regex=True))
    return table


def _notes(grids: Plan) -> list[Text]:
    told = grids.provenance
    notes = []
    if told["grids_outside"]:
        ids = listed(told["grids_outside"])
        notes.append(
            Text(
                f"{len(told['grids_outside'])} 个网格不在标准之内（已尽量接近）：{ids.zh}",
                f"{len(told['grids_outside'])} grids are outside the profile, as near to it as was found: {ids.en}",
            )
        )
    if told["groups_divided"]:
        ids = listed(told["groups_divided"])
        notes.append(
            Text(
                f"以下小区或城中村超过一个网格的上限，已分入多个网格：{ids.zh}",
                f"these compounds or villages exceed one grid's maximum and were divided: {ids.en}",
            )
        )
    if told["units_without_figure"]:
        ids = listed(told["units_without_figure"])
        notes.append(
            Text(
                f"{len(told['units_without_figure'])} 个规划单元没有户数（合计中未计入）：{ids.zh}",
                f"{len(told['units_without_figure'])} units have no households (left out of the sums): {ids.en}",
            )
        )
    return notes
