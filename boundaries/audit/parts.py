"""Exclaves, holes and interdigitated strips: communities whose shape others break into."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding
from boundaries.audit.words import length_words, named_list
from boundaries.coverage.widths import inscribed_widths
from gis.geometry import shared_ground
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["find_exclaves", "find_holes", "find_strips"]

_BESIDE_M, _BESIDE_LENGTH_M = 0.01, 0.1  # a neighbour keeps this close, over more than this length
_WIDTH_PRECISION_M = 0.01
_MOUTH_M = 0.5  # by which the opened shape is grown, so that rounding at its corners leaves no hairs


def find_exclaves(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report each part of a polygon beyond its largest; polygons whose rings had to be mended are left out."""
    coverage = context.coverages[kind]
    owners, parts = [], []
    for at in np.flatnonzero((shapely.get_num_geometries(coverage.polygons) > 1) & ~coverage.mended):
        detached = _beyond_the_largest(coverage.polygons[at])
        large = detached[shapely.area(detached) > context.tolerances.min_area_m2]
        owners += [coverage.ids[int(at)]] * len(large)
        parts += list(large)
    grounds = np.array(parts, dtype=object)
    people = context.touched(grounds, kind=kind, owners=[(owner,) for owner in owners])
    around = _around(context, kind, owners, grounds)
    return [
        Finding(
            kind="exclave",
            layer=kind,
            ids=(owner,),
            geometry=part,
            facts={"owner": context.label(kind, owner), "around": near},
            **touched.columns(),
        )
        for owner, part, touched, near in zip(owners, parts, people, around, strict=True)
    ]


def _beyond_the_largest(polygon: BaseGeometry) -> NDArray[np.object_]:
    parts = shapely.get_parts(polygon)
    west, south, _, _ = shapely.bounds(parts).T
    return np.asarray(parts[np.lexsort((south, west, -shapely.area(parts)))][1:])


def _around(context: AuditContext, kind: str, owners: list[str], grounds: NDArray[np.object_]) -> list[Text]:
    """Say which other polygons of the layer border each part."""
    if not len(grounds):
        return []
    coverage = context.coverages[kind]
    result = []
    for owner, ground in zip(owners, grounds, strict=True):
        near = np.sort(coverage.tree.query(ground, predicate="dwithin", distance=_BESIDE_M))
        along = shapely.length(
            shapely.intersection(ground.boundary, shapely.buffer(coverage.polygons[near], _BESIDE_M))
        )
        ids = [row_id for row_id in coverage.ids[near[along > _BESIDE_LENGTH_M]] if row_id != owner]
        names = named_list(context.labels(kind, ids))
        result.append(Text(f"，在{names.zh}一带", f", beside {names.en}") if ids else Text("", ""))
    return result


def find_holes(context: AuditContext) -> list[Finding]:
    """Report the interior rings of communities whose ground other communities cover for the most part."""
    kind, limits = Kind.COMMUNITIES, context.tolerances
    coverage = context.coverages[kind]
    rings, owner = _inner_grounds(coverage.polygons, coverage.mended)
    people = context.touched(rings, kind=kind)
    at, other = coverage.tree.query(rings, predicate="intersects")
    shared = shared_ground(rings[at], coverage.polygons[other])
    result = []
    for number, (ring, touched) in enumerate(zip(rings, people, strict=True)):
        inside = (at == number) & (other != owner[number]) & (shapely.area(shared) > limits.min_area_m2)
        covered = shapely.union_all(shared[inside]).area if inside.any() else 0.0
        if ring.area <= limits.min_area_m2 or covered < limits.hole_covered_share * ring.area:
            continue
        ids = tuple(coverage.ids[np.sort(other[inside])])
        row = coverage.ids[owner[number]]
        facts = {"owner": context.label(kind, row), "others": named_list(context.labels(kind, ids))}
        result.append(
            Finding(
                kind="hole",
                layer=kind,
                ids=(row,),
                other_layer=kind,
                other_ids=ids,
                geometry=ring,
                facts=facts,
                **touched.columns(),
            )
        )
    return result


def _inner_grounds(
    polygons: NDArray[np.object_], mended: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Give the ground inside every interior ring, and the position of its polygon."""
    rings, owners = [], []
    for at in np.flatnonzero(~mended):
        for part in shapely.get_parts(polygons[at]):
            rings += [shapely.Polygon(ring) for ring in part.interiors]
            owners += [at] * len(part.interiors)
    return np.array(rings, dtype=object), np.array(owners, dtype=np.int64)


def find_strips(context: AuditContext) -> list[Finding]:
    """Report long thin parts of communities that reach into one other community.

    Notes
    -----
    A thin part is what a morphological opening with a disc takes away: the community without every point that some
    disc of ``strip_width_m`` across, lying wholly in the community, covers.
    """
    kind = Kind.COMMUNITIES
    coverage = context.coverages[kind]
    found = [
        (int(at), strip, width)
        for at in np.flatnonzero(~coverage.mended)
        for strip, width in _thin_parts(coverage.polygons[at], context)
    ]
    into = [_entered(context, at, strip) for at, strip, _ in found]
    hits = [(at, strip, width, other) for (at, strip, width), other in zip(found, into, strict=True) if other >= 0]
    grounds = np.array([strip for _, strip, _, _ in hits], dtype=object)
    people = context.touched(grounds, kind=kind, owners=[(coverage.ids[at],) for at, *_ in hits])
    result = []
    for (at, strip, width, other), touched in zip(hits, people, strict=True):
        row, entered = coverage.ids[at], coverage.ids[other]
        facts = {
            "owner": context.label(kind, row),
            "other": context.label(kind, entered),
            "width": length_words(width),
        }
        result.append(
            Finding(
                kind="interdigitated_strip",
                layer=kind,
                ids=(row,),
                other_layer=kind,
                other_ids=(entered,),
                geometry=strip,
                width_m=width,
                facts=facts,
                **touched.columns(),
            )
        )
    return result


def _thin_parts(polygon: BaseGeometry, context: AuditContext) -> Iterator[tuple[BaseGeometry, float]]:
    limits = context.tolerances
    radius = limits.strip_width_m / 2
    opened = polygon.buffer(-radius).buffer(radius + _MOUTH_M)
    for part in shapely.get_parts(polygon.difference(opened)):
        if part.area < limits.strip_min_area_m2:
            continue
        width = inscribed_widths(np.array([part], dtype=object), precision_m=_WIDTH_PRECISION_M)[0]
        if width < limits.strip_width_m and part.length / 2 - width >= limits.strip_length_to_width * width:
            yield part, float(width)


def _entered(context: AuditContext, owner: int, strip: BaseGeometry) -> int:
    """Give the position of the one other community along most of the strip's outline, or -1."""
    limits, coverage = context.tolerances, context.coverages[Kind.COMMUNITIES]
    near = coverage.tree.query(strip, predicate="dwithin", distance=limits.strip_border_m)
    near = np.sort(near[near != owner])
    outline = strip.boundary
    grown = shapely.buffer(coverage.polygons[near], limits.strip_border_m)
    along = shapely.length(shapely.intersection(outline, grown)) / outline.length
    if not len(near) or along.max() < limits.strip_border_share:
        return -1
    return int(near[np.argmax(along)])
