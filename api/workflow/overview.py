"""Read what a project holds by now, for the command line and the start page: findings, the estimate, the alternatives."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from api.workflow.common import FINDINGS, layers_of, standard_of
from api.workflow.drawing import MAPS_FOLDER
from api.workflow.proposing import current_of, estimate_for
from boundaries import Plan, build_units, compare_plans, summarise_findings
from boundaries.standards import CommunityEstimate
from gis.i18n import Text
from gis.kinds import Kind
from gis.project import Project
from gis.store import Entity

__all__ = ["Overview", "overview", "stored_findings", "stored_plans"]


@dataclass(frozen=True)
class Overview:
    """What a project holds by now; None stands for what has not been done yet."""

    findings: pd.DataFrame | None = None
    estimate: CommunityEstimate | None = None
    comparison: pd.DataFrame | None = None
    maps: list[Path] = field(default_factory=list)


def overview(project: Project) -> Overview:
    """Gather the summary of the newest findings, the estimate, the comparison of the stored plans, and the maps drawn."""
    layers = layers_of(project)
    findings = stored_findings(project)
    standard = standard_of(project)
    plans = stored_plans(project)
    units = build_units(layers) if Kind.UNITS in layers else None
    return Overview(
        findings=None if findings is None else summarise_findings(findings),
        estimate=None if units is None else estimate_for(units, standard),
        comparison=None
        if units is None or not plans
        else compare_plans(
            list(plans.values()), units, current=current_of(layers, units), standard=standard, layers=layers
        ),
        maps=sorted((project.folder / MAPS_FOLDER).glob("*.html")),
    )


def stored_findings(project: Project) -> gpd.GeoDataFrame | None:
    """Load the newest findings; None before the first audit."""
    names = {entry.name for entry in project.store.items(Entity.FINDINGS)}
    return project.store.load_findings(FINDINGS) if FINDINGS in names else None


def stored_plans(project: Project) -> dict[str, Plan]:
    """Load every plan that is not deleted, by its name in the store."""
    plans = {}
    for entry in project.store.items(Entity.PLAN):
        assignment, document, _ = project.store.load_plan(entry.name)
        plans[entry.name] = Plan(
            assignment, Text(document["title"]["zh"], document["title"]["en"]), document["provenance"]
        )
    return plans
