"""Draw what a project holds as stand-alone pages that open with no network."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd

from api.errors import UsageError
from api.workflow.common import FINDINGS, grids_of, layers_of, needed, plan_from, proposed_grids, standard_of
from api.workflow.proposing import current_of
from boundaries import FINDING_KINDS, METRICS, Plan, score_plan
from gis.i18n import Lang, Text
from gis.kinds import Kind
from gis.maps import Map, Sheet, findings_map, plan_map, render_map, save_map
from gis.project import Project
from gis.store import Entity, Version

__all__ = ["MAPS_FOLDER", "draw_maps", "findings_page", "plan_page"]

MAPS_FOLDER = "maps"

_KIND_LABELS = {key: kind.label for key, kind in FINDING_KINDS.items()}
_METRIC_LABELS = {metric.key: metric.label for metric in METRICS}
_FACTS = ("max_deviation", "households_moved", "mean_polsby_popper")


def draw_maps(project: Project, *, lang: Lang = "zh") -> list[Path]:
    """Write the map of the findings and of each plan into the project's folder ``maps``; gives the files.

    Maps of plans that are gone are removed.

    Raises
    ------
    UsageError
        ``nothing-to-map``: the project has no findings and no plans.
    """
    folder = project.folder / MAPS_FOLDER
    plans = [entry.name for entry in project.store.items(Entity.PLAN)]
    has_findings = any(entry.name == FINDINGS for entry in project.store.items(Entity.FINDINGS))
    if not plans and not has_findings:
        raise UsageError("nothing-to-map")
    layers = layers_of(project)
    paths = []
    if has_findings:
        paths.append(save_map(_findings(project, layers, lang), folder / "findings.html"))
    paths += [save_map(_plan(project, layers, name, lang), folder / f"plan_{name}.html") for name in plans]
    for stale in set(folder.glob("plan_*.html")) - set(paths):
        stale.unlink()
    return paths


def findings_page(project: Project, *, lang: Lang = "zh", home: str | None = None) -> str:
    """Draw the newest findings as one HTML page; ``home`` is the start page to which it leads back, where served.

    Raises
    ------
    StoreError
        ``item-not-found``: the project has no findings yet.
    """
    return render_map(_findings(project, layers_of(project), lang, home=home))


def plan_page(project: Project, name: str, *, lang: Lang = "zh", home: str | None = None) -> str:
    """Draw one plan as one HTML page; ``home`` as for :func:`findings_page`.

    Raises
    ------
    StoreError
        ``item-not-found``: there is no plan of that name.
    """
    return render_map(_plan(project, layers_of(project), name, lang, home=home))


def _findings(project: Project, layers: dict[str, gpd.GeoDataFrame], lang: Lang, *, home: str | None = None) -> Map:
    findings = project.store.load_findings(FINDINGS)
    version = project.store.history(FINDINGS, entity=Entity.FINDINGS)[-1]
    return findings_map(layers, findings, lang=lang, kind_labels=_KIND_LABELS, sheet=_sheet(project, version, home))


def _plan(
    project: Project, layers: dict[str, gpd.GeoDataFrame], name: str, lang: Lang, *, home: str | None = None
) -> Map:
    assignment, document, version = project.store.load_plan(name)
    units = needed(layers, Kind.UNITS)
    plan = plan_from(assignment, document)
    if grids_of(name) in proposed_grids(project):
        layers = {**layers, Kind.GRIDS: project.store.load_layer(grids_of(name))}
    return plan_map(
        plan.communities(units),
        units=units,
        current=layers.get(Kind.COMMUNITIES),
        layers=layers,
        lang=lang,
        title=plan.name,
        sheet=replace(_sheet(project, version, home), facts=_facts(_totals(project, plan, document, layers))),
    )


def _totals(
    project: Project, plan: Plan, document: Mapping[str, Any], layers: dict[str, gpd.GeoDataFrame]
) -> Mapping[str, float | None]:
    """Give the totals of the scorecard: as stored, or made anew for a plan that was drawn on since."""
    if "scorecard" in document and "edited" not in document:
        totals: Mapping[str, float | None] = document["scorecard"]["totals"]
        return totals
    units = needed(layers, Kind.UNITS)
    if not plan.n_communities:
        return {}
    found = score_plan(plan, units, current=current_of(layers, units), standard=standard_of(project), layers=layers)
    return {str(key): float(value) for key, value in found.totals.items()}


def _sheet(project: Project, version: Version, home: str | None) -> Sheet:
    name = project.settings.project.name
    source = Text(f"项目“{name}”", f"project {name}")
    return Sheet(date=version.created_at.date().isoformat(), source=source, home=home)


def _facts(totals: Mapping[str, float | None]) -> tuple[tuple[Text, Text], ...]:
    """Give the key figures of a plan, those that its scorecard knows."""
    facts = []
    for key in _FACTS:
        value = totals.get(key)
        if value is not None:
            written = f"{value:.1%}" if key == "max_deviation" else f"{value:,.0f}" if value >= 1 else f"{value:.2f}"
            facts.append((_METRIC_LABELS[key], Text(written, written)))
    return tuple(facts)
