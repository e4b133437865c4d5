"""What a project offers as collections: every layer, set of findings and plan, under the names that QGIS shows too.

A plan is two collections: its communities (``plan_NAME``), and its units with their community (``plan_NAME.units``; a
dot is in no name of the store, so the two never clash). All plans beside one another, and beside today, are the
collection ``plans.comparison``, whose features have no place.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import geopandas as gpd
import pandas as pd
import pyproj

from api.errors import NotFoundError
from api.quoting import quoted
from api.times import Span
from api.workflow.common import plan_from, stored_plans
from api.workflow.overview import overview
from gis.i18n import Text, listed
from gis.kinds import Kind, schema_of
from gis.project import Project
from gis.store import Entity, Entry, Version
from gis.store.names import view_name

__all__ = [
    "COMPARISON",
    "UNITS_SUFFIX",
    "Bounds",
    "Collection",
    "as_of",
    "find_collection",
    "list_collections",
    "project_state",
]

Bounds = tuple[float, float, float, float]
_LONLAT = "EPSG:4326"
UNITS_SUFFIX = ".units"
COMPARISON = "plans.comparison"
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
    crs: str | None
    since: str
    content_hash: str
    updated: str
    version: int
    load: Callable[[], gpd.GeoDataFrame]

    @property
    def is_whole_plan(self) -> bool:
        """Say whether it is a plan's communities: what a map of the plan shows."""
        return self.entity == Entity.PLAN and self.id == view_name(self.entity, self.name)


def list_collections(project: Project) -> list[Collection]:
    """List what a project offers: layers, then findings, then plans."""
    store = project.store
    entries = store.items()
    by_entity = {entity: [entry for entry in entries if entry.entity == entity] for entity in Entity}
    units = next((entry for entry in by_entity[Entity.LAYER] if entry.kind == Kind.UNITS), None)
    plans = by_entity[Entity.PLAN] if units else []
    return [
        *(_layer(project, entry) for entry in by_entity[Entity.LAYER]),
        *(_findings(project, entry) for entry in by_entity[Entity.FINDINGS]),
        *(part for entry in plans if units for part in _plan(project, entry, units)),
        *([_comparison(project, plans, by_entity[Entity.LAYER])] if plans else []),
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


def as_of(project: Project, found: Collection, span: Span) -> Collection | None:
    """Give a collection as it was in a span of time: the newest version that was current in it, None where none was.

    A version is current from when it was saved until the next is, or a deletion. A plan is shown with the units of the
    same time. The comparison is always of the newest versions, and is there since they are.
    """
    if found.id == COMPARISON:
        return found if span.end is None or datetime.fromisoformat(found.updated) <= span.end else None
    version = _current_in(project.store.history(found.name, entity=found.entity), span)
    if version is None:
        return None
    entries = project.store.items()
    entry = next(one for one in entries if one.entity == found.entity and one.name == found.name)
    then = replace(entry, version=version, rows=version.rows)
    if found.entity == Entity.LAYER:
        return _layer(project, then)
    if found.entity == Entity.FINDINGS:
        return _findings(project, then)
    units = next(one for one in entries if one.kind == Kind.UNITS and one.entity == Entity.LAYER)
    units_version = _current_in(project.store.history(units.name), span)
    if units_version is None:
        return None
    parts = _plan(project, then, replace(units, version=units_version, rows=units_version.rows))
    return next(part for part in parts if part.id == found.id)


def _current_in(versions: Sequence[Version], span: Span) -> Version | None:
    ends = [later.created_at for later in versions[1:]] + [None]
    for version, until in reversed(list(zip(versions, ends, strict=True))):
        begun = span.end is None or version.created_at <= span.end
        lasted = until is None or span.start is None or until > span.start
        if begun and lasted and not version.deleted:
            return version
    return None


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
        crs=units.crs,
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


def _comparison(project: Project, plans: Sequence[Entry], layers: Sequence[Entry]) -> Collection:
    newest = max([*plans, *layers], key=lambda entry: entry.version.created_at)
    has_today = any(entry.kind == Kind.COMMUNITIES for entry in layers)
    hashes = [entry.version.content_hash for entry in [*plans, *layers]]
    hashes.append(project.settings.model_dump_json())  # the standard decides about violations
    return replace(
        _collection(
            newest,
            title=Text("方案比选", "comparison of the plans"),
            description=Text(
                "各方案与现状的指标，一行一个方案，没有图形", "the measures of each plan and of today, without shapes"
            ),
            load=lambda: _compared(project),
        ),
        id=COMPARISON,
        entity=Entity.PLAN,
        kind="comparison",
        name=COMPARISON,
        rows=len(plans) + has_today,
        bounds=None,
        crs=None,
        since=min(entry.since for entry in plans).isoformat(),
        content_hash=hashlib.sha256("".join(hashes).encode()).hexdigest(),
    )


def _compared(project: Project) -> gpd.GeoDataFrame:
    """Make the table of the comparison a layer: by plan name, without shapes."""
    seen = overview(project).comparison
    assert seen is not None
    names = iter(stored_plans(project))
    ids = pd.Index([row if row == "today" else next(names) for row in seen.index], name="id", dtype="str")
    return gpd.GeoDataFrame(seen.set_axis(ids), geometry=[None] * len(seen), crs=_LONLAT)


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
        crs=entry.crs,
        since=entry.since.isoformat(),
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
