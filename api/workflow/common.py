"""What every deed needs of a project: its newest layers by kind, its standard, and who acts."""

import getpass
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from api.errors import UsageError
from boundaries import Plan
from boundaries.standards import Standard, load_standard, with_overrides
from gis.errors import ProjectError
from gis.i18n import Text
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Entity, Entry

__all__ = [
    "FINDINGS",
    "Progress",
    "author",
    "grids_of",
    "layers_of",
    "needed",
    "plan_from",
    "proposed_grids",
    "silent",
    "standard_of",
    "stored_findings",
    "stored_plan",
    "stored_plans",
]

FINDINGS = "findings"
_GRIDS_OF = "grids_of_"

Progress = Callable[[Text, float], None]


def author() -> str:
    """Name who acts: the account of the operating system."""
    return getpass.getuser()


def silent(_stage: Text, _done: float) -> None:
    """Take progress and show nothing."""


def layers_of(project: Project) -> dict[str, gpd.GeoDataFrame]:
    """Load the newest version of each layer, by kind; grids proposed for a plan are results and left out.

    Raises
    ------
    UsageError
        ``kind-ambiguous``: two layers of one kind; the deeds work on one of each.
    """
    names: dict[str, str] = {}
    for entry in project.store.layers():
        if _is_proposed(entry):
            continue
        if entry.kind in names:
            raise UsageError("kind-ambiguous", kind=schema_of(entry.kind).label, names=[names[entry.kind], entry.name])
        names[entry.kind] = entry.name
    return {kind: project.store.load_layer(name) for kind, name in names.items()}


def grids_of(plan_name: str) -> str:
    """Name the layer that holds the grids proposed for a plan."""
    return f"{_GRIDS_OF}{plan_name}"


def proposed_grids(project: Project) -> list[str]:
    """Name the layers of grids that were proposed for plans."""
    return [entry.name for entry in project.store.layers() if _is_proposed(entry)]


def _is_proposed(entry: Entry) -> bool:
    return entry.kind == Kind.GRIDS and entry.name.startswith(_GRIDS_OF)


def needed(layers: dict[str, gpd.GeoDataFrame], kind: str) -> gpd.GeoDataFrame:
    """Give the layer of a kind that a deed cannot do without.

    Raises
    ------
    ProjectError
        ``layer-needed``.
    """
    if kind not in layers:
        raise ProjectError("layer-needed", kind=schema_of(kind).label)
    return layers[kind]


def standard_of(project: Project) -> Standard:
    """Load the project's standard profile with its local overrides."""
    settings = project.settings.standard
    return with_overrides(load_standard(settings.profile), **settings.overrides)


def stored_findings(project: Project) -> gpd.GeoDataFrame | None:
    """Load the newest findings; None before the first audit."""
    names = {entry.name for entry in project.store.items(Entity.FINDINGS)}
    return project.store.load_findings(FINDINGS) if FINDINGS in names else None


def stored_plan(project: Project, name: str) -> Plan:
    """Load a plan by its name in the store.

    Raises
    ------
    StoreError
        ``item-not-found``.
    """
    assignment, document, _ = project.store.load_plan(name)
    return plan_from(assignment, document)


def plan_from(assignment: "pd.Series[str]", document: Mapping[str, Any]) -> Plan:
    """Make a plan of what the store holds of it: the assignment, and the document with title and provenance."""
    return Plan(assignment, Text(document["title"]["zh"], document["title"]["en"]), document["provenance"])


def stored_plans(project: Project) -> dict[str, Plan]:
    """Load every plan that is not deleted, by its name in the store."""
    return {entry.name: stored_plan(project, entry.name) for entry in project.store.items(Entity.PLAN)}
