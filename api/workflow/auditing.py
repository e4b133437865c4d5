"""Audit the layers of a project and keep the findings as a version."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from api.workflow.common import FINDINGS, author, layers_of, standard_of, tolerances_of
from boundaries import audit_layers, summarise_findings
from gis import write_layer
from gis.errors import ProjectError
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Version

__all__ = ["Audited", "audit_project", "write_findings"]


@dataclass(frozen=True)
class Audited:
    """The findings of one audit, their summary by kind, and the version they were stored as."""

    findings: gpd.GeoDataFrame
    summary: pd.DataFrame
    version: Version


def audit_project(project: Project) -> Audited:
    """Audit all layers of a project and store the findings as a new version.

    Column ``accepted`` holds the reason of findings that the project accepts as they are, else nothing.

    Raises
    ------
    ProjectError
        ``layer-needed``: the project has no layer yet; ``settings-invalid``.
    """
    layers = layers_of(project)
    if not layers:
        raise ProjectError("layer-needed", kind=schema_of(Kind.COMMUNITIES).label)
    findings = audit_layers(layers, standard=standard_of(project), tolerances=tolerances_of(project))
    accepted = project.settings.audit.accepted
    findings["accepted"] = [accepted.get(finding, "") for finding in findings.index]
    version = project.store.save_findings(
        FINDINGS,
        findings,
        author=author(),
        reason="audit",
        parameters={"standard": project.settings.standard.profile},
    )
    return Audited(findings, summarise_findings(findings), version)


def write_findings(findings: gpd.GeoDataFrame, path: str | Path) -> Path:
    """Write findings to a file for others: GeoPackage, GeoJSON, Excel, or what else ``gis.write_layer`` knows.

    Ids stand in one column, separated by commas.

    Raises
    ------
    WriteError
        As ``gis.write_layer``.
    """
    tuples = [column for column in ("ids", "other_ids") if column in findings.columns]
    plain = findings.assign(**{column: [", ".join(ids) for ids in findings[column]] for column in tuples})
    plain.attrs = {}
    return write_layer(plain, path, layer_name=FINDINGS)
