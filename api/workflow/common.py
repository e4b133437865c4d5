"""What every deed needs of a project: its newest layers by kind, its standard, and who acts."""

import getpass
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import geopandas as gpd
import pandas as pd

from api.errors import UsageError
from boundaries import Plan
from boundaries.audit import Tolerances
from boundaries.errors import StandardError
from boundaries.standards import Standard, load_standard, with_overrides
from gis.errors import ProjectError
from gis.i18n import Text, listed
from gis.kinds import Kind, schema_of
from gis.project import SETTINGS_FILE, Project
from gis.store import Entity, Entry

__all__ = [
    "FINDINGS",
    "Progress",
    "author",
    "grids_of",
    "is_proposed",
    "layers_of",
    "needed",
    "plan_from",
    "proposed_grids",
    "silent",
    "standard_of",
    "stored_findings",
    "stored_plan",
    "stored_plans",
    "tolerances_of",
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
        if is_proposed(entry):
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
    return [entry.name for entry in project.store.layers() if is_proposed(entry)]


def is_proposed(entry: Entry) -> bool:
    """Tell whether a layer holds the grids proposed for a plan, which are results and no input."""
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
    """Load the project's standard profile with its local overrides.

    Raises
    ------
    ProjectError
        ``settings-invalid``: no such profile or number, or bounds that contradict each other.
    """
    settings, key = project.settings.standard, "standard.profile"
    try:
        profile = load_standard(settings.profile)
        key = "standard.overrides"
        return with_overrides(profile, **settings.overrides)
    except StandardError as error:
        raise _wrong_setting(project, key, Text(error.text("zh"), error.text("en"))) from error


def tolerances_of(project: Project) -> Tolerances:
    """Give the tolerances of the audit, with those that the project sets otherwise.

    Raises
    ------
    ProjectError
        ``settings-invalid``: no such tolerance, or a share above 1.
    """
    known = [one.name for one in fields(Tolerances)]
    for name, value in project.settings.audit.tolerances.items():
        key = f"audit.tolerances.{name}"
        if name not in known:
            named = listed(known, limit=len(known))
            raise _wrong_setting(
                project, key, Text(f"没有这个容差；可用：{named.zh}", f"no such tolerance; known are {named.en}")
            )
        if name.endswith("_share") and value > 1:
            raise _wrong_setting(
                project,
                key,
                Text(f"值为 {value:g}；应为 0 到 1 之间的比例", f"it is {value:g}; a share from 0 to 1 is needed"),
            )
    return Tolerances(**project.settings.audit.tolerances)


def _wrong_setting(project: Project, key: str, what: Text) -> ProjectError:
    reason = Text(f"{key}：{what.zh}", f"{key}: {what.en}")
    return ProjectError("settings-invalid", path=project.folder / SETTINGS_FILE, reason=reason)


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
    """Make a plan of what the store holds of it: the assignment, and the document with title and provenance.

    One that was drawn on since it was found by a search is a draft: it may leave units without a community.
    """
    provenance = document["provenance"]
    if "edited" in document:
        provenance = {**provenance, "source": "draft", "edited": document["edited"]}
    return Plan(assignment, Text(document["title"]["zh"], document["title"]["en"]), provenance)


def stored_plans(project: Project) -> dict[str, Plan]:
    """Load every plan that is not deleted, by its name in the store."""
    return {entry.name: stored_plan(project, entry.name) for entry in project.store.items(Entity.PLAN)}
