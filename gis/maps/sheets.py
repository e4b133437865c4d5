"""The two maps of a project: what is wrong today, and one plan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd

from gis.i18n import Lang, Text
from gis.kinds import Kind, schema_of
from gis.maps.colours import colour_neighbours, fill_of
from gis.maps.findings import draw_findings
from gis.maps.layers import draw_layer, draw_layers, households_of, rows_of
from gis.maps.page import Map, Sheet, make_map
from gis.maps.shapes import area_m2
from gis.maps.styles import CURRENT, PLAN_COMMUNITIES, PLAN_UNITS
from gis.maps.words import HOUSEHOLDS, PEOPLE, UNITS_COUNT, area_text, as_pair, count_text

__all__ = ["findings_map", "plan_map"]

_FINDINGS_TITLE = Text("社区边界问题图", "Findings on community boundaries")
_PLAN_TITLE = Text("社区划分方案图", "Proposed communities")
_PLAIN = Sheet()
_CURRENT = Text("现状社区界线", "today's community lines")
_AREA = Text("面积", "area")


def findings_map(
    layers: Mapping[str, gpd.GeoDataFrame],
    findings: gpd.GeoDataFrame,
    *,
    lang: Lang = "zh",
    title: Text = _FINDINGS_TITLE,
    kind_labels: Mapping[str, Text] | None = None,
    sheet: Sheet = _PLAIN,
    max_findings: int = 2000,
) -> Map:
    """Draw findings over the layers that they were found in; opens with no network, in both languages.

    Parameters
    ----------
    layers
        Layers by kind, each with a CRS; CRS may differ.
    findings
        One row per finding: ``kind``, ``message``, and where known ``message_en``, ``severity``, ``area_m2``,
        ``width_m``, ``households``, ``resident_population``, ``people_basis``. Rows without geometry are listed only.
    lang
        The language in which the page opens; it has a switch.
    title
        Shown above the map and in the browser's tab.
    kind_labels
        The name of each kind for readers; its order fixes colours and marks.
    sheet
        What stands around the map: subtitle, key figures, notes, date, source.
    max_findings
        More are not drawn; the page then says how many there are.

    Raises
    ------
    MapError
        ``nothing-to-draw``, ``asset-missing``.
    CrsError
        ``crs-missing``.
    SchemaError
        ``kind-unknown``: a key of ``layers`` is no kind.
    """
    section = draw_findings(findings, layers, kind_labels=kind_labels, max_findings=max_findings)
    count = (Text("问题", "findings"), count_text(len(findings)))
    return make_map(
        draw_layers(layers),
        title=_as_title(title),
        lang=lang,
        sheet=replace(sheet, facts=(count, *sheet.facts), notes=(*sheet.notes, *_cut_note(section))),
        sections={"findings": section},
    )


def plan_map(  # noqa: PLR0913 - a map of many layers, each optional and by keyword
    communities: gpd.GeoDataFrame,
    *,
    units: gpd.GeoDataFrame | None = None,
    current: gpd.GeoDataFrame | None = None,
    findings: gpd.GeoDataFrame | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    lang: Lang = "zh",
    title: Text = _PLAN_TITLE,
    kind_labels: Mapping[str, Text] | None = None,
    sheet: Sheet = _PLAIN,
    max_findings: int = 2000,
) -> Map:
    """Draw a plan: its communities in colours that neighbours never share, named, with their figures in a table.

    Parameters
    ----------
    communities
        The plan's communities: ``name``, and the figures that there are; polygons, any CRS.
    units
        The plan's units, drawn as thin lines.
    current
        Today's communities, drawn as dashed lines that the reader can switch on.
    findings
        Findings to show on top.
    layers
        More layers by kind: roads, waterways, railways, urban villages ...
    lang, title, kind_labels, sheet, max_findings
        As for :func:`findings_map`.

    Raises
    ------
    MapError, CrsError, SchemaError
        As for :func:`findings_map`.
    """
    drawn = draw_layers(layers or {}, skip=frozenset({Kind.COMMUNITIES, Kind.UNITS}))
    ground = [layer for layer in drawn if layer["key"] == Kind.EXTENT]
    above = [layer for layer in drawn if layer["key"] != Kind.EXTENT]
    for layer in above:
        if layer["key"] == Kind.URBAN_VILLAGES:
            layer["style"] = {**layer["style"], "shown": False}
    sections: dict[str, Any] = {"communities": _table(communities)}
    if findings is not None:
        section = draw_findings(findings, layers or {}, kind_labels=kind_labels, max_findings=max_findings)
        sections["findings"] = section
        sheet = replace(sheet, notes=(*sheet.notes, *_cut_note(section)))
    count = (Text("社区", "communities"), count_text(len(communities)))
    return make_map(
        [*ground, _plan_layer(communities), *_lines_of(units, current), *above],
        title=_as_title(title),
        lang=lang,
        sheet=replace(sheet, facts=(count, *sheet.facts)),
        sections=sections,
    )


def _as_title(title: Text) -> Text:
    return Text(title.zh, title.en[:1].upper() + title.en[1:])


def _plan_layer(communities: gpd.GeoDataFrame) -> dict[str, Any]:
    rows = rows_of(communities, Kind.COMMUNITIES)
    if "unit_count" in communities.columns:
        for lines, count in zip(rows, communities["unit_count"], strict=True):
            lines.append((UNITS_COUNT, count_text(count)))
    return draw_layer(
        communities,
        key=Kind.COMMUNITIES,
        label=Text("方案社区", "proposed communities"),
        style=PLAN_COMMUNITIES,
        rows=rows,
        fills=[fill_of(number) for number in colour_neighbours(communities)],
    )


def _lines_of(units: gpd.GeoDataFrame | None, current: gpd.GeoDataFrame | None) -> list[dict[str, Any]]:
    lines = []
    if units is not None and len(units):
        lines.append(draw_layer(units, key=Kind.UNITS, label=schema_of(Kind.UNITS).label, style=PLAN_UNITS))
    if current is not None and len(current):
        lines.append(draw_layer(current, key="current", label=_CURRENT, style=CURRENT))
    return lines


def _table(communities: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write the figures of each community, and their totals."""
    areas = area_m2(communities)
    columns: list[tuple[Text, Sequence[Text], Text]] = []
    households = households_of(communities)
    for label, values in ((HOUSEHOLDS, households), (PEOPLE, communities.get("resident_population"))):
        if values is not None:
            columns.append((label, [count_text(value) for value in values], count_text(values.sum(min_count=1))))
    columns.append((_AREA, [area_text(float(area)) for area in areas], area_text(float(areas.sum()))))
    return {
        "columns": [as_pair(label) for label, _, _ in columns],
        "rows": [[as_pair(cells[at]) for _, cells, _ in columns] for at in range(len(communities))],
        "total": [as_pair(total) for _, _, total in columns],
    }


def _cut_note(section: Mapping[str, Any]) -> list[Text]:
    shown, total = len(section["rows"]), section["total"]
    if shown == total:
        return []
    return [
        Text(
            f"共 {total:,} 个问题，此图只列涉及人数最多的 {shown:,} 个",
            f"of {total:,} findings, this map shows the {shown:,} that touch most people",
        )
    ]
