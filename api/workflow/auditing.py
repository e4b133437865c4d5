"""Audit the layers of a project and keep the findings as a version."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from api.workflow.common import FINDINGS, author, layers_of, standard_of, tolerances_of
from boundaries import audit_layers, summarise_findings
from gis.errors import ProjectError
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Version

__all__ = ["Audited", "audit_project"]


@dataclass(frozen=True)
class Audited:
    """The findings of one audit, their summary by kind, and the version they were stored as."""

    findings: gpd.GeoDataFrame
    summary: pd.DataFrame
    version: Version


def audit_project(project: Project) -> Audited:
    """Audit all layers of a project and store the findings as a new version.

    Raises
    ------
    ProjectError
        ``layer-needed``: the project has no layer yet; ``settings-invalid``.
    """
    layers = layers_of(project)
    if not layers:
        raise ProjectError("layer-needed", kind=schema_of(Kind.COMMUNITIES).label)
    findings = audit_layers(layers, standard=standard_of(project), tolerances=tolerances_of(project))
    version = project.store.save_findings(
        FINDINGS,
        findings,
        author=author(),
        reason="audit",
        parameters={"standard": project.settings.standard.profile},
    )
    return Audited(findings, summarise_findings(findings), version)
