"""Read what a project holds by now, for the command line and the start page."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from api.workflow.common import FINDINGS, is_proposed, layers_of, standard_of, stored_findings, stored_plans
from api.workflow.drawing import MAPS_FOLDER
from api.workflow.proposing import current_of, estimate_for, totals_told
from boundaries import build_units, compare_plans, summarise_findings
from boundaries.standards import CommunityEstimate
from gis.i18n import Text
from gis.kinds import Kind
from gis.order import natural_key
from gis.project import Project
from gis.store import Entity

__all__ = ["Overview", "overview"]


@dataclass(frozen=True)
class Overview:
    """What a project holds by now; None stands for what has not been done yet."""

    findings: pd.DataFrame | None = None
    estimate: CommunityEstimate | None = None
    comparison: pd.DataFrame | None = None
    notes: list[Text] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    maps: list[Path] = field(default_factory=list)


def overview(project: Project) -> Overview:
    """Gather the newest findings by kind, the estimate, the comparison of the stored plans, and the maps drawn."""
    layers = layers_of(project)
    found = stored_findings(project)
    standard = standard_of(project)
    plans = stored_plans(project)
    units = build_units(layers) if Kind.UNITS in layers else None
    return Overview(
        findings=None if found is None else summarise_findings(found),
        estimate=None if units is None else estimate_for(units, standard),
        comparison=None
        if units is None or not plans
        else compare_plans(
            list(plans.values()),
            units,
            current=current_of(layers, units),
            standard=standard,
            layers=layers,
        ),
        notes=[] if units is None else totals_told(layers, units, standard.column),
        stale=_changed_since_audit(project),
        maps=sorted((project.folder / MAPS_FOLDER).glob("*.html"), key=lambda path: natural_key(path.stem)),
    )


def _changed_since_audit(project: Project) -> list[str]:
    """Name the layers that have a newer version than the findings, with the number of that version."""
    audited = {entry.name: entry.version.created_at for entry in project.store.items(Entity.FINDINGS)}.get(FINDINGS)
    if audited is None:
        return []
    changed = (entry for entry in project.store.layers() if not is_proposed(entry))
    return [f"{entry.name} v{entry.version.number}" for entry in changed if entry.version.created_at > audited]
