"""Overlap, duplicate, containment and gap: ground covered twice, or by nobody."""

from functools import partial

import numpy as np
import shapely

from boundaries.audit.context import AuditContext, PolygonPair
from boundaries.audit.findings import Finding
from boundaries.audit.words import kind_word, length_words, named_list
from boundaries.coverage.parallel import in_chunks, mapped

__all__ = ["find_gap_findings", "find_pair_findings", "inscribed_widths"]

_AT_ONCE = 64
_WIDTH_PRECISION_M = 0.01


def find_pair_findings(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report every two rows of a layer that share ground: overlap, duplicate or containment."""
    pairs = context.pairs(kind)
    grounds = np.array([pair.shared for pair in pairs], dtype=object)
    people = context.touched(grounds, kind=kind, owners=[(pair.left, pair.right) for pair in pairs])
    widths = inscribed_widths(grounds, context)
    result = []
    for pair, touched, width in zip(pairs, people, widths, strict=True):
        fields = {**_pair_fields(context, kind, pair, width), **touched.columns()}
        result.append(Finding(layer=kind, geometry=pair.shared, width_m=width, **fields))
    return result


def _pair_fields(context: AuditContext, kind: str, pair: PolygonPair, width: float) -> dict[str, object]:
    left, right = context.labels(kind, [pair.left, pair.right])
    both = (pair.left, pair.right)
    share = context.tolerances.duplicate_share
    if min(pair.left_share, pair.right_share) >= share:
        return {"kind": "duplicate", "ids": both, "facts": {"left": left, "right": right}}
    if pair.left_share >= share:
        facts = {"inner": left, "outer": right}
        return {"kind": "containment", "ids": both[:1], "other_layer": kind, "other_ids": both[1:], "facts": facts}
    if pair.right_share >= share:
        facts = {"inner": right, "outer": left}
        return {"kind": "containment", "ids": both[1:], "other_layer": kind, "other_ids": both[:1], "facts": facts}
    sliver = width < context.tolerances.sliver_width_m
    facts = {"left": left, "right": right, "width": length_words(width)}
    return {"kind": "overlap", "ids": both, "sliver": sliver, "variant": "sliver" if sliver else "", "facts": facts}


def find_gap_findings(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report ground that a layer encloses, or that lies in the extent, and no polygon of the layer covers."""
    coverage = context.coverages[kind]
    voids = coverage.voids(extent=context.extent, min_area_m2=context.tolerances.min_area_m2)
    border = voids.border
    bounds = np.searchsorted(border.gap, np.arange(len(voids.parts) + 1))
    people = context.touched(voids.parts, kind=kind)
    widths = inscribed_widths(voids.parts, context)
    result = []
    for at, (part, touched, width) in enumerate(zip(voids.parts, people, widths, strict=True)):
        ids = tuple(coverage.ids[border.polygon[bounds[at] : bounds[at + 1]]])
        sliver = width < context.tolerances.sliver_width_m
        facts = {
            "neighbours": named_list(context.labels(kind, ids)),
            "layer": kind_word(kind),
            "width": length_words(width),
        }
        result.append(
            Finding(
                kind="gap",
                layer=kind,
                ids=(),
                other_layer=kind,
                other_ids=ids,
                geometry=part,
                width_m=width,
                sliver=sliver,
                variant=_gap_variant(len(ids), sliver=sliver),
                facts=facts,
                **touched.columns(),
            )
        )
    return result


def _gap_variant(n_neighbours: int, *, sliver: bool) -> str:
    if n_neighbours == 0:
        return "none"
    if n_neighbours == 1:
        return "one"
    return "sliver" if sliver else ""


def inscribed_widths(grounds: np.ndarray, context: AuditContext) -> list[float]:
    """Give twice the radius of the largest inscribed circle of each geometry, over its parts."""
    parts, owner = shapely.get_parts(grounds, return_index=True)
    chunks = [parts[chunk] for chunk in in_chunks(len(parts), size=_AT_ONCE)]
    found = mapped(partial(_widths, precision_m=_WIDTH_PRECISION_M), chunks, executor=context.executor)
    widths = np.zeros(len(grounds))
    np.maximum.at(widths, owner, np.concatenate([np.empty(0), *found]))
    return [float(width) for width in widths]


def _widths(parts: np.ndarray, *, precision_m: float) -> np.ndarray:
    return 2 * shapely.length(shapely.maximum_inscribed_circle(parts, tolerance=precision_m))
