"""Polygons that break the simple-features rules."""

import re

import shapely

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding
from gis.i18n import Text

__all__ = ["find_invalid_rings"]

_REASONS = {
    "Self-intersection": Text("边界自相交", "the outline crosses itself"),
    "Ring Self-intersection": Text("环自相交", "a ring touches or crosses itself"),
    "Hole lies outside shell": Text("孔洞在外环之外", "a hole lies outside its shell"),
    "Holes are nested": Text("孔洞互相嵌套", "holes are nested"),
    "Nested shells": Text("外环互相嵌套", "shells are nested"),
    "Interior is disconnected": Text("内部不连通", "the interior is disconnected"),
    "Duplicate Rings": Text("环重复", "rings repeat"),
    "Too few points in geometry component": Text("环的点数不足", "a ring has too few points"),
    "Invalid Coordinate": Text("坐标无效", "a coordinate is no number"),
    "Ring is not closed": Text("环未闭合", "a ring is not closed"),
}
_FORM = re.compile(r"^(?P<reason>[^\[]*)(\[(?P<x>\S+) (?P<y>\S+)\])?$")


def find_invalid_rings(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report each polygon whose rings are invalid, with the reason and the place; the ground shown is mended."""
    ids = context.mended_ids(kind)
    mended = context.layers[kind].loc[list(ids)].geometry.to_numpy()
    reasons = shapely.is_valid_reason(context.given[kind].loc[list(ids)].geometry.to_numpy())
    people = context.own_people(kind, ids)
    result = []
    for row_id, ground, reason, touched in zip(ids, mended, reasons, people, strict=True):
        why, where = _in_words(reason)
        facts = {"owner": context.label(kind, row_id), "reason": why, "place": where}
        result.append(
            Finding(kind="invalid_ring", layer=kind, ids=(row_id,), geometry=ground, facts=facts, **touched.columns())
        )
    return result


def _in_words(reason: str) -> tuple[Text, Text]:
    form = _FORM.match(reason)
    word = form["reason"].strip() if form else reason
    why = _REASONS.get(word, Text(word, word))
    if form is None or form["x"] is None:
        return why, Text("", "")
    x, y = float(form["x"]), float(form["y"])
    return why, Text(f"，位于（{x:.2f}，{y:.2f}）", f" at ({x:.2f}, {y:.2f})")
