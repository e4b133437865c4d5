"""Overlap, duplicate, containment and gap: ground covered twice, or by nobody."""

from functools import partial

import numpy as np

from boundaries.audit.context import AuditContext, PolygonPair, Touched
from boundaries.audit.findings import Finding
from boundaries.audit.words import kind_word, length_words, named_list
from boundaries.coverage.widths import inscribed_widths

__all__ = ["find_gap_findings", "find_pair_findings"]

_WIDTH_PRECISION_M = 0.01


def find_pair_findings(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report every two rows of a layer that share ground: overlap, duplicate or containment.

    Of a duplicate or a contained polygon the whole row is touched, so its own figures come first.
    """
    pairs = context.pairs(kind)
    grounds = np.array([pair.shared for pair in pairs], dtype=object)
    people = context.touched(grounds, kind=kind, owners=[(pair.left, pair.right) for pair in pairs])
    nested = [at for at, pair in enumerate(pairs) if context.is_nested(pair)]
    for at, own in zip(nested, context.own_people(kind, [context.inner(pairs[at]) for at in nested]), strict=True):
        people[at] = own if own.people_basis == "own_figure" else people[at]
    widths = inscribed_widths(grounds, precision_m=_WIDTH_PRECISION_M)
    return [
        _pair_finding(context, kind, pair, width, touched)
        for pair, touched, width in zip(pairs, people, widths.tolist(), strict=True)
    ]


def _pair_finding(context: AuditContext, kind: str, pair: PolygonPair, width_m: float, touched: Touched) -> Finding:
    left, right = context.labels(kind, [pair.left, pair.right])
    about = partial(Finding, layer=kind, geometry=pair.shared, width_m=width_m, **touched.columns())
    both = (pair.left, pair.right)
    if min(pair.left_share, pair.right_share) >= context.tolerances.duplicate_share:
        return about(kind="duplicate", ids=both, facts={"left": left, "right": right})
    if context.is_nested(pair):
        inner = context.inner(pair)
        outer = pair.right if inner == pair.left else pair.left
        names = {"inner": left, "outer": right} if inner == pair.left else {"inner": right, "outer": left}
        return about(kind="containment", ids=(inner,), other_layer=kind, other_ids=(outer,), facts=names)
    sliver = width_m < context.tolerances.sliver_width_m
    facts = {"left": left, "right": right, "width": length_words(width_m)}
    return about(kind="overlap", ids=both, sliver=sliver, variant="sliver" if sliver else "", facts=facts)


def find_gap_findings(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report ground that a layer encloses, or that lies in the extent, and no polygon of the layer covers."""
    coverage = context.coverages[kind]
    voids = coverage.voids(extent=context.extent, min_area_m2=context.tolerances.min_area_m2)
    border = voids.border
    bounds = np.searchsorted(border.face, np.arange(len(voids.parts) + 1))
    people = context.touched(voids.parts, kind=kind)
    widths = inscribed_widths(voids.parts, precision_m=_WIDTH_PRECISION_M)
    result = []
    for at, (part, touched, width) in enumerate(zip(voids.parts, people, widths.tolist(), strict=True)):
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
