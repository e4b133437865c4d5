"""What a project offers as collections: every layer, set of findings and plan, under the names that QGIS shows too.

A plan is two collections: its communities (``plan_NAME``), and its units with their community (``plan_NAME.units``; a
dot is in no name of the store, so the two never clash).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import geopandas as gpd
import pyproj

from api.errors import NotFoundError
from api.quoting import quoted
from api.workflow.common import plan_from
from gis.i18n import Text, listed
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Entity, Entry
from gis.store.names import view_name

__all__ = ["UNITS_SUFFIX", "Bounds", "Collection", "find_collection", "list_collections", "project_state"]

Bounds = tuple[float, float, float, float]
_LONLAT = "EPSG:4326"
UNITS_SUFFIX = ".units"
_NOTHING = Text("无", "none")


@dataclass(frozen=True)
class Collection:
    """One collection: its words, the version that it shows, and how to load it in the CRS of the store."""

    id: str
    title: Text
    description: Text
    entity: Entity
    kind: str
    name: str
    rows: int
    bounds: Bounds | None
    content_hash: str
    updated: str
    version: int
    load: Callable[[], gpd.GeoDataFrame]


def list_collections(project: Project) -> list[Collection]:
    """List what a project offers: layers, then findings, then plans."""
    store = project.store
    entries = store.items()
    by_entity = {entity: [entry for entry in entries if entry.entity == entity] for entity in Entity}
    units = next((entry for entry in by_entity[Entity.LAYER] if entry.kind == Kind.UNITS), None)
    return [
        *(_layer(project, entry) for entry in by_entity[Entity.LAYER]),
        *(_findings(project, entry) for entry in by_entity[Entity.FINDINGS]),
        *(part for entry in by_entity[Entity.PLAN] if units for part in _plan(project, entry, units)),
    ]


def find_collection(known: Sequence[Collection], collection_id: str) -> Collection:
    """Find a collection by its id among those of :func:`list_collections`.

    Raises
    ------
    NotFoundError
        ``collection-not-found``, with those that there are.
    """
    for collection in known:
        if collection.id == collection_id:
            return collection
    names = [collection.id for collection in known]
    raise NotFoundError(
        "collection-not-found", name=quoted(collection_id), found=listed(names, limit=30) if names else _NOTHING
    )


def project_state(project: Project) -> tuple[object, ...]:
    """Give what changes whenever anything in the project does: a key for results computed from all of it."""
    return (project.store.state(), project.settings.model_dump_json())


def _layer(project: Project, entry: Entry) -> Collection:
    label = schema_of(entry.kind).label
    return _collection(
        entry,
        title=Text(f"{label.zh}（{entry.name}）", f"{label.en} ({entry.name})"),
        description=Text(f"图层，类型：{label.zh}", f"layer of kind {label.en}"),
        load=lambda: project.store.load_layer(entry.name, version=entry.version.number),
    )


def _findings(project: Project, entry: Entry) -> Collection:
    return _collection(
        entry,
        title=Text(f"问题清单（{entry.name}）", f"findings ({entry.name})"),
        description=Text(
            "检查发现的问题：类型、级别、涉及的要素、面积、户数和人口",
            "what the audit found: kind, severity, rows, area, households and people",
        ),
        load=lambda: project.store.load_findings(entry.name, version=entry.version.number),
    )


def _plan(project: Project, entry: Entry, units: Entry) -> list[Collection]:
    assignment, document, _ = project.store.load_plan(entry.name, version=entry.version.number)
    plan = plan_from(assignment, document)
    title = plan.name

    def communities() -> gpd.GeoDataFrame:
        return plan.communities(project.store.load_layer(units.name, version=units.version.number))

    def assigned() -> gpd.GeoDataFrame:
        layer = project.store.load_layer(units.name, version=units.version.number)
        return layer.assign(community_id=plan.assignment.reindex(layer.index))

    whole = _collection(
        entry,
        title=Text(f"方案：{title.zh}", f"plan: {title.en}"),
        description=Text("方案划出的社区及其数字", "the communities of the plan, with their figures"),
        load=communities,
    )
    shared = replace(
        whole,
        rows=plan.n_communities,
        bounds=_lonlat_bounds(units),
        content_hash=f"{entry.version.content_hash}-{units.version.content_hash}",
    )
    parts = replace(
        shared,
        id=whole.id + UNITS_SUFFIX,
        title=Text(f"方案单元：{title.zh}", f"units of the plan: {title.en}"),
        description=Text("规划单元及其在方案中的社区", "units, each with its community in the plan"),
        rows=units.rows,
        load=assigned,
    )
    return [shared, parts]


def _collection(entry: Entry, *, title: Text, description: Text, load: Callable[[], gpd.GeoDataFrame]) -> Collection:
    return Collection(
        id=view_name(entry.entity, entry.name),
        title=title,
        description=description,
        entity=entry.entity,
        kind=entry.kind,
        name=entry.name,
        rows=entry.rows,
        bounds=_lonlat_bounds(entry),
        content_hash=entry.version.content_hash,
        updated=entry.version.created_at.isoformat(),
        version=entry.version.number,
        load=load,
    )


def _lonlat_bounds(entry: Entry) -> Bounds | None:
    """Give the bounds in longitude and latitude, the edges followed: lines straight in one CRS bend in another."""
    if entry.bounds is None or entry.crs is None:
        return None
    west, south, east, north = _to_lonlat(entry.crs).transform_bounds(*entry.bounds, densify_pts=21)
    return (west, south, east, north)


@lru_cache
def _to_lonlat(crs: str) -> pyproj.Transformer:
    """Find the way to longitude and latitude; looking it up takes PROJ up to half a second."""
    return pyproj.Transformer.from_crs(crs, _LONLAT, always_xy=True)
