"""What the start page tells: findings by kind, the communities needed, the alternatives in one table, and the data."""

import math
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pandas as pd

from api.catalogue import COMPARISON, Collection, list_collections
from api.pages.comparison import plan_rows, shown_measures
from api.workflow.common import FINDINGS, standard_of, stored_findings
from api.workflow.overview import Overview, overview
from boundaries import summarise_findings
from boundaries.audit import Severity
from gis.errors import GisError
from gis.i18n import Text
from gis.kinds import Kind
from gis.project import Project
from gis.store import Entity, Entry

__all__ = ["start_context"]

_UNKNOWN = Text("不详", "unknown")


def start_context(project: Project) -> dict[str, Any]:
    """Gather all that the start page shows, in both languages.

    A comparison that cannot be computed (units were replaced since, say) does not take the page down: its sentence is
    shown in its place.
    """
    items = project.store.items()
    layers = [entry for entry in items if entry.entity == Entity.LAYER]
    kinds = {entry.kind: entry for entry in layers}
    try:
        seen, trouble = overview(project), None
    except GisError as error:
        seen, trouble = _without_comparison(project), Text(error.text("zh"), error.text("en"))
    return {
        "project": project.settings.project.name,
        "folder": str(project.folder),
        "crs": project.settings.project.crs,
        "standard": standard_of(project).label,
        "n_layers": len(layers),
        "today": kinds[Kind.COMMUNITIES].rows if Kind.COMMUNITIES in kinds else None,
        "has_units": Kind.UNITS in kinds,
        "findings": None if seen.findings is None else _finding_rows(seen.findings),
        "n_findings": None if seen.findings is None else f"{int(seen.findings['count'].sum()):,}",
        "findings_are_old": _is_older(items, Entity.FINDINGS, than=layers),
        "estimate": seen.estimate,
        "trouble": trouble,
        "measures": [] if seen.comparison is None else shown_measures(seen.comparison),
        "plans": [] if seen.comparison is None else plan_rows(project, seen.comparison),
        "n_plans": sum(entry.entity == Entity.PLAN for entry in items),
        "plans_are_old": _is_older(
            items, Entity.PLAN, than=[kinds[kind] for kind in (Kind.UNITS, Kind.COMMUNITIES) if kind in kinds]
        ),
        "data": _data_rows(list_collections(project)),
    }


def _without_comparison(project: Project) -> Overview:
    findings = stored_findings(project)
    return Overview(findings=None if findings is None else summarise_findings(findings))


def _is_older(items: list[Entry], entity: Entity, *, than: list[Entry]) -> bool:
    """Say whether findings or plans were made before one of the layers took its present form."""
    made = [entry.version.created_at for entry in items if entry.entity == entity and _is_current(entry)]
    return bool(made) and any(entry.version.created_at > min(made) for entry in than)


def _is_current(entry: Entry) -> bool:
    return entry.entity != Entity.FINDINGS or entry.name == FINDINGS


def _finding_rows(summary: pd.DataFrame) -> list[dict[str, Any]]:
    """Write the summary's rows by severity, then by people touched; ``share`` is the length of the bar, 0 to 100."""
    ranked = summary.assign(rank=[-Severity(word).rank for word in summary["severity"]])
    by = ["rank", "resident_population", "households", "count"]
    ordered = ranked.sort_values(by, ascending=False, na_position="last")
    most = ordered["resident_population"].max()
    return [
        {
            "label": Text(row["label"], row["label_en"]),
            "severity": row["severity"],
            "count": f"{row['count']:,}",
            "area": _count(row["area_m2"]),
            "households": _count(row["households"]),
            "people": _count(row["resident_population"]),
            "share": round(100 * row["resident_population"] / most, 1) if row["resident_population"] > 0 else 0,
        }
        for _, row in ordered.iterrows()
    ]


def _count(value: float) -> Text:
    if not math.isfinite(value):
        return _UNKNOWN
    written = f"{value:,.0f}"
    return Text(written, written)


def _data_rows(collections: list[Collection]) -> list[dict[str, Any]]:
    """Write a line for each layer, set of findings and plan; a plan's line leads to its communities and its units."""
    rows: dict[tuple[Entity, str], dict[str, Any]] = {}
    for collection in collections:
        is_plan = collection.entity == Entity.PLAN and collection.id != COMPARISON
        row = rows.setdefault((collection.entity, collection.name), _data_row(collection))
        word = ("units" if row["places"] else "communities") if is_plan else "whole"
        row["places"].append((word, f"/collections/{quote(collection.id)}"))
    return list(rows.values())


def _data_row(collection: Collection) -> dict[str, Any]:
    return {
        "title": collection.title,
        "rows": f"{collection.rows:,}",
        "version": collection.version,
        "saved": f"{datetime.fromisoformat(collection.updated).astimezone():%Y-%m-%d %H:%M}",
        "places": [],
    }
