"""Draw what a project holds as stand-alone pages that open with no network, in both languages."""

from pathlib import Path

import folium
import geopandas as gpd

from api.errors import UsageError
from api.workflow.common import FINDINGS, layers_of
from boundaries import Plan, build_units
from boundaries.audit import FINDING_KINDS
from gis.i18n import Lang, Text
from gis.kinds import Kind
from gis.maps import Sheet, findings_map, plan_map, render_map, save_map
from gis.project import Project
from gis.store import Entity, Version

__all__ = ["MAPS_FOLDER", "draw_maps", "findings_page", "plan_page", "stored_findings", "stored_plans"]

MAPS_FOLDER = "maps"
_KIND_LABELS = {kind: about.label for kind, about in FINDING_KINDS.items()}
_BACKGROUND = (
    Kind.EXTENT,
    Kind.COMMUNITIES,
    Kind.URBAN_VILLAGES,
    Kind.GRIDS,
    Kind.COMPOUNDS,
    Kind.ROADS,
    Kind.WATERWAYS,
    Kind.RAILWAYS,
)
_PLAN_BACKGROUND = (Kind.EXTENT, Kind.URBAN_VILLAGES, Kind.ROADS, Kind.WATERWAYS, Kind.RAILWAYS)


def draw_maps(project: Project, *, lang: Lang) -> list[Path]:
    """Write the map of the findings and of each plan into the project's ``maps`` folder; earlier ones are replaced.

    Raises
    ------
    UsageError
        ``nothing-to-map``: neither findings nor plans yet.
    """
    folder = project.folder / MAPS_FOLDER
    layers = layers_of(project)
    pages: dict[str, folium.Map] = {}
    if (found := stored_findings(project)) is not None:
        pages[FINDINGS] = _findings_map(project, layers, *found, lang=lang)
    pages |= {
        name: _plan_map(project, layers, plan, version, lang=lang)
        for name, (plan, version) in stored_plans(project).items()
    }
    if not pages:
        raise UsageError("nothing-to-map")
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    return [save_map(page, folder / f"{name}.html") for name, page in pages.items()]


def findings_page(project: Project, *, lang: Lang) -> str:
    """Give the page of the newest findings.

    Raises
    ------
    UsageError
        ``nothing-to-map``: there was no audit yet.
    """
    found = stored_findings(project)
    if found is None:
        raise UsageError("nothing-to-map")
    return render_map(_findings_map(project, layers_of(project), *found, lang=lang))


def plan_page(project: Project, name: str, *, lang: Lang) -> str:
    """Give the page of a stored plan.

    Raises
    ------
    StoreError
        ``item-not-found``.
    """
    plan, version = _stored_plan(project, name)
    return render_map(_plan_map(project, layers_of(project), plan, version, lang=lang))


def stored_findings(project: Project) -> tuple[gpd.GeoDataFrame, Version] | None:
    """Load the newest findings and their version; None before the first audit."""
    names = {entry.name for entry in project.store.items(Entity.FINDINGS)}
    if FINDINGS not in names:
        return None
    return project.store.load_findings(FINDINGS), project.store.history(FINDINGS, entity=Entity.FINDINGS)[-1]


def stored_plans(project: Project) -> dict[str, tuple[Plan, Version]]:
    """Load every plan that is not deleted, with its version, by its name in the store."""
    return {entry.name: _stored_plan(project, entry.name) for entry in project.store.items(Entity.PLAN)}


def _stored_plan(project: Project, name: str) -> tuple[Plan, Version]:
    assignment, document, version = project.store.load_plan(name)
    title = Text(document["title"]["zh"], document["title"]["en"])
    return Plan(assignment, title, document["provenance"]), version


def _findings_map(
    project: Project, layers: dict[str, gpd.GeoDataFrame], findings: gpd.GeoDataFrame, version: Version, *, lang: Lang
) -> folium.Map:
    name = project.settings.project.name
    return findings_map(
        _chosen(layers, _BACKGROUND),
        findings,
        lang=lang,
        title=Text(f"{name}:检查结果", f"{name}: findings"),
        kind_labels=_KIND_LABELS,
        sheet=_sheet(version),
    )


def _plan_map(
    project: Project, layers: dict[str, gpd.GeoDataFrame], plan: Plan, version: Version, *, lang: Lang
) -> folium.Map:
    units = build_units(layers)
    name = project.settings.project.name
    return plan_map(
        plan.communities(units),
        units=units,
        current=layers.get(Kind.COMMUNITIES),
        layers=_chosen(layers, _PLAN_BACKGROUND),
        lang=lang,
        title=Text(f"{name}:{plan.name.zh}", f"{name}: {plan.name.en}"),
        sheet=_sheet(version),
    )


def _sheet(version: Version) -> Sheet:
    source = Text(f"项目库第 {version.number} 版", f"version {version.number} of the project store")
    return Sheet(date=f"{version.created_at:%Y-%m-%d}", source=source)


def _chosen(layers: dict[str, gpd.GeoDataFrame], kinds: tuple[Kind, ...]) -> dict[str, gpd.GeoDataFrame]:
    return {kind: layers[kind] for kind in kinds if kind in layers}
