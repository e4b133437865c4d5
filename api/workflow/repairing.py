"""Repair a layer of a project, take one change back, and remember what is right as it is."""

from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from api.errors import UsageError
from api.interrupts import kept_whole
from api.workflow.common import author, layers_of, stored_findings
from boundaries.repair import Repair, RepairRules, ground_moved, repair_layer, undo_change
from gis.errors import ProjectError
from gis.i18n import listed
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Version

__all__ = ["Repaired", "accept_finding", "changes_name", "repair_project", "undo_in_project"]

_BY_GROUND = (Kind.COMMUNITIES, Kind.GRIDS, Kind.UNITS, Kind.COMPOUNDS, Kind.BUILDINGS, Kind.URBAN_VILLAGES)


@dataclass(frozen=True)
class Repaired:
    """A repair of a project's layer: what it says, who gains and loses what, and the version; None: nothing stored.

    ``names`` are those of the polygons before it, by id.
    """

    name: str
    repair: Repair
    moved: pd.DataFrame
    version: Version | None
    names: dict[str, str]


@dataclass(frozen=True)
class _Subject:
    """The layer to repair, by its name, and those around it."""

    name: str
    kind: str
    layer: gpd.GeoDataFrame
    around: dict[str, gpd.GeoDataFrame]

    @property
    def number(self) -> int:
        """The version of the layer."""
        return int(self.layer.attrs["version"]["number"])

    def options(self) -> dict[str, Any]:
        """Give what repair needs beside the layer."""
        others = {kind: layer for kind, layer in self.around.items() if kind != Kind.EXTENT}
        return {"kind": self.kind, "extent": self.around.get(Kind.EXTENT), "layers": others}


def changes_name(layer: str) -> str:
    """Give the name under which the store keeps the change log of a layer."""
    return f"changes_{layer}"


def repair_project(project: Project, *, layer: str, rules: RepairRules, dry_run: bool = False) -> Repaired:
    """Repair a layer and store it, and its change log, as new versions; with ``dry_run`` store nothing.

    Parameters
    ----------
    project
        The project; exceptions accepted in its settings stay as they are.
    layer
        The layer's name, or its kind.
    rules
        How to choose, and what to do where no rule can settle it.
    dry_run
        Only say what would change.

    Raises
    ------
    ProjectError
        ``layer-needed``: there is no such layer.
    UsageError
        ``layer-not-repaired``: it is no layer of polygons that must not overlap.
    RepairError, StoreError
        The rules do not fit the project; somebody stored the layer meanwhile.
    """
    subject = _subject(project, layer)
    accept = project.settings.audit.accepted
    repair = repair_layer(subject.layer, rules=rules, accept=accept, dry_run=dry_run, **subject.options())
    moved, names = ground_moved(repair.changes), _names(subject.layer)
    if dry_run or not _has_changed(subject.layer, repair.layer):
        return Repaired(subject.name, repair, moved, None, names)
    parameters = {"rules": _plain(rules), "before": subject.number}
    with kept_whole():
        version = _save(project, subject, repair.layer, repair.changes, parameters, reason="repair")
    return Repaired(subject.name, repair, moved, version, names)


def undo_in_project(project: Project, *, layer: str, change: str) -> Version:
    """Take one change of the newest repair back, and store the layer and the rest of the log as new versions.

    Raises
    ------
    UsageError
        ``nothing-to-undo``: the newest version of the layer is not the result of a repair.
    RepairError
        ``changes-unlike``: the log has no such change, or the layers around have changed since.
    """
    subject = _subject(project, layer)
    parameters = project.store.history(subject.name)[-1].parameters
    if "before" not in parameters:
        raise UsageError("nothing-to-undo", layer=subject.name)
    changes = project.store.load_findings(changes_name(subject.name))
    changes.attrs["repair"] = {"kind": subject.kind, "rules": parameters["rules"]}
    before = project.store.load_layer(subject.name, version=parameters["before"])
    undone = undo_change(before, changes, change, **subject.options())
    rest = changes.drop(index=change)
    with kept_whole():
        return _save(project, subject, undone, rest, parameters, reason="undo")


def accept_finding(project: Project, finding: str, *, reason: str | None) -> str:
    """Remember that a finding is right as it is, with the reason; without one, forget it. Gives the finding's message.

    Raises
    ------
    UsageError
        ``finding-not-found``: neither the newest audit nor the list of accepted findings has it.
    """
    accepted = project.settings.audit.accepted
    findings = stored_findings(project)
    known = {} if findings is None else findings["message"].to_dict()
    if finding not in known and finding not in accepted:
        raise UsageError("finding-not-found", finding=finding)
    if reason is None:
        accepted = {key: text for key, text in accepted.items() if key != finding}
    else:
        accepted = {**accepted, finding: reason}
    project.settings.audit.accepted = accepted
    project.save_settings()
    return str(known.get(finding, finding))


def _subject(project: Project, asked: str) -> _Subject:
    entries = project.store.layers()
    entry = next((one for one in entries if asked == one.name), None)
    entry = entry or next((one for one in entries if asked == one.kind), None)
    if entry is None:
        label = schema_of(asked).label if asked in set(Kind) else asked
        raise ProjectError("layer-needed", kind=label)
    if entry.kind not in _BY_GROUND:
        known = listed([one.name for one in entries if one.kind in _BY_GROUND])
        raise UsageError("layer-not-repaired", layer=entry.name, known=known)
    layers = layers_of(project)
    return _Subject(entry.name, entry.kind, layers.pop(entry.kind), layers)


def _save(
    project: Project,
    subject: _Subject,
    layer: gpd.GeoDataFrame,
    changes: gpd.GeoDataFrame,
    parameters: dict[str, Any],
    *,
    reason: str,
) -> Version:
    version = project.store.save_layer(
        subject.name,
        layer,
        kind=subject.kind,
        author=author(),
        reason=reason,
        parameters=parameters,
        expected=subject.number,
    )
    project.store.save_findings(
        changes_name(subject.name),
        changes,
        author=author(),
        reason=reason,
        parameters={"layer": subject.name, "version": version.number, "before": parameters["before"]},
    )
    return version


def _names(layer: gpd.GeoDataFrame) -> dict[str, str]:
    if "name" not in layer.columns:
        return {}
    return {str(one): str(name) for one, name in layer["name"].dropna().items()}


def _has_changed(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> bool:
    if len(before) != len(after):
        return True
    shapes = zip(before.geometry.to_numpy(), after.geometry.to_numpy(), strict=True)
    return any(one is not other for one, other in shapes)


def _plain(rules: RepairRules) -> dict[str, Any]:
    """Give rules as JSON can hold them."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(rules).items()}
