"""Findings made ready for the page: marks by kind, messages, people, and what the reader steps through."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gis.i18n import Text
from gis.maps.colours import MARKS
from gis.maps.layers import COVERAGES
from gis.maps.shapes import encode_shapes, label_points, to_lonlat
from gis.maps.words import (
    AREA,
    BASES,
    BASIS,
    HOUSEHOLDS,
    PEOPLE,
    SEVERITIES,
    SEVERITY,
    WIDTH,
    area_text,
    as_pair,
    count_text,
    is_known,
    width_text,
)

__all__ = ["MARK_SHAPES", "draw_findings"]

_SAME_AREA = 1e-6
MARK_SHAPES = ("circle", "square", "triangle", "diamond")


def draw_findings(
    findings: gpd.GeoDataFrame,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    kind_labels: Mapping[str, Text] | None,
    max_findings: int,
) -> dict[str, Any]:
    """Make findings ready: the kinds with their marks, and the rows sorted by the people that they touch.

    Parameters
    ----------
    findings
        Columns ``kind`` and ``message``; ``message_en``, ``severity``, ``area_m2``, ``width_m``, ``households``,
        ``resident_population`` and ``people_basis`` where known. Geometry may be missing: such a row is listed only.
    layers
        The layers by kind; a finding about a whole row of a coverage is marked beside the row's name, not filled.
    kind_labels
        The name of each kind for readers; colours and shapes go by its order, so that they stay the same from map to
        map. A kind that it does not name stands after, under its code.
    max_findings
        How many are drawn and listed, by rank; the page says how many there are in all.
    """
    ordered = _ranked(findings).head(max_findings)
    kinds = _kinds(findings, kind_labels or {})
    position = {kind["key"]: at for at, kind in enumerate(kinds)}
    rows = []
    shapes, places, whole = encode_shapes(ordered, name="findings"), label_points(ordered), _are_whole(ordered, layers)
    for at, (row_id, row) in enumerate(ordered.iterrows()):
        message = Text(str(row["message"]), str(row.get("message_en", row["message"])))
        entry: dict[str, Any] = {"id": str(row_id), "kind": position[row["kind"]], "message": as_pair(message)}
        entry["lines"] = [[as_pair(label), as_pair(value)] for label, value in _lines(row)]
        entry["people"] = as_pair(_people(row))
        entry["severity"] = list(SEVERITIES).index(row["severity"]) if row.get("severity") in SEVERITIES else 0
        if places[at] is not None:
            entry |= {"at": places[at], "shape": shapes[at], "whole": whole[at]}
        rows.append(entry)
    return {"kinds": kinds, "rows": rows, "total": len(findings)}


def _ranked(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort by people touched (unknown last), then by area."""
    by = [column for column in ("resident_population", "households", "area_m2") if column in findings.columns]
    return findings.sort_values(by, ascending=False, na_position="last", kind="stable") if by else findings


def _are_whole(findings: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame]) -> list[bool]:
    """Say of each finding whether its ground is whole rows of a coverage: it is about the rows, not about a place."""
    named = findings.reindex(columns=["layer", "ids"]).itertuples(index=False)
    grounds = _degree_areas(findings)
    areas = {
        kind: dict(zip(layer.index, _degree_areas(layer), strict=True))
        for kind, layer in layers.items()
        if kind in COVERAGES
    }
    return [
        isinstance(ids, tuple | list)
        and area > 0
        and abs(sum(areas.get(kind, {}).get(row, 0.0) for row in ids) - area) < _SAME_AREA * area
        for (kind, ids), area in zip(named, grounds, strict=True)
    ]


def _degree_areas(layer: gpd.GeoDataFrame) -> list[float]:
    """Give areas in square degrees: no measure, but alike for alike ground whatever the CRS."""
    areas = shapely.area(to_lonlat(layer, name="findings").geometry.to_numpy())
    return np.nan_to_num(areas).tolist()  # type: ignore[no-any-return]


def _kinds(findings: gpd.GeoDataFrame, labels: Mapping[str, Text]) -> list[dict[str, Any]]:
    counts = findings["kind"].value_counts()
    named = list(labels)
    unnamed = sorted({str(kind) for kind in counts.index} - set(named))
    return [
        {
            "key": kind,
            "label": as_pair(labels.get(kind, Text(kind, kind))),
            "colour": MARKS[number % len(MARKS)],
            "mark": MARK_SHAPES[number // len(MARKS) % len(MARK_SHAPES)],
            "count": int(counts[kind]),
        }
        for number, kind in enumerate([*named, *unnamed])
        if kind in counts.index
    ]


def _lines(row: Any) -> list[tuple[Text, Text]]:
    lines = []
    if is_known(row.get("severity")):
        lines.append((SEVERITY, SEVERITIES.get(row["severity"], Text(row["severity"], row["severity"]))))
    if is_known(row.get("area_m2")) and row["area_m2"] > 0:
        lines.append((AREA, area_text(row["area_m2"])))
    if is_known(row.get("width_m")) and row["width_m"] > 0:
        lines.append((WIDTH, width_text(row["width_m"])))
    lines.append((HOUSEHOLDS, count_text(row.get("households"))))
    lines.append((PEOPLE, count_text(row.get("resident_population"))))
    if is_known(row.get("people_basis")):
        basis = str(row["people_basis"])
        lines.append((BASIS, BASES.get(basis, Text(basis, basis))))
    return lines


def _people(row: Any) -> Text:
    """Say how many people a finding touches, for its line in the list; nothing when unknown."""
    for column, zh, en in (("resident_population", "人", "people"), ("households", "户", "households")):
        if is_known(row.get(column)):
            figure = count_text(row[column])
            return Text(f"{figure.zh} {zh}", f"{figure.en} {en}")
    return Text("", "")
