"""What the start page tells: layers, findings by kind, the communities needed, and the alternatives in one table."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from api.catalogue import list_collections
from api.pages.words import COLUMNS
from api.workflow.common import standard_of
from api.workflow.overview import Overview, overview, stored_findings
from boundaries import METRICS, summarise_findings
from gis.errors import GisError
from gis.i18n import Text
from gis.kinds import Kind, schema_of
from gis.maps import sketch_svg
from gis.project import Project
from gis.store import Entity

__all__ = ["start_context"]

_BETTER = {metric.key: metric.better for metric in METRICS} | {"violations": "low"}
_PERCENT = frozenset({"max_deviation", "moved_share"})
_RATIO = frozenset({"mean_polsby_popper"})
_UNKNOWN = Text("不详", "unknown")
_TODAY = "today"


@dataclass(frozen=True)
class Cell:
    """A figure of the comparison; ``is_best`` when no alternative does better."""

    text: str
    is_best: bool = False


@dataclass(frozen=True)
class PlanRow:
    """A line of the comparison: today, or an alternative with its place and its sketch."""

    title: Text
    number: str
    href: str | None
    cells: list[Cell]
    sketch: Markup | None


def start_context(project: Project) -> dict[str, Any]:
    """Gather all that the start page shows, in both languages.

    A comparison that cannot be computed (units were replaced since, say) does not take the page down: its sentence is
    shown in its place.
    """
    findings = stored_findings(project)
    summary = None if findings is None else summarise_findings(findings)
    try:
        seen, trouble = overview(project), None
    except GisError as error:
        seen, trouble = Overview(), Text(error.text("zh"), error.text("en"))
    layers = project.store.layers()
    return {
        "project": project.settings.project.name,
        "folder": str(project.folder),
        "crs": project.settings.project.crs,
        "standard": standard_of(project).label,
        "layers": [_layer_row(entry) for entry in layers],
        "has_units": any(entry.kind == Kind.UNITS for entry in layers),
        "findings": None if summary is None else _finding_rows(summary),
        "n_findings": None if summary is None else int(summary["count"].sum()),
        "estimate": seen.estimate,
        "trouble": trouble,
        "columns": [] if seen.comparison is None else [COLUMNS[key] for key in _shown(seen.comparison)],
        "plans": [] if seen.comparison is None else _plan_rows(project, seen.comparison),
    }


def _layer_row(entry: Any) -> dict[str, Any]:
    return {
        "name": entry.name,
        "label": schema_of(entry.kind).label,
        "rows": f"{entry.rows:,}",
        "version": entry.version.number,
        "saved": f"{entry.version.created_at.astimezone():%Y-%m-%d %H:%M}",
        "href": f"/collections/{entry.name}/items",
    }


def _finding_rows(summary: pd.DataFrame) -> list[dict[str, Any]]:
    """Write the summary's rows, those that touch most people first; ``share`` is the length of the bar, 0 to 100."""
    ordered = summary.sort_values(["resident_population", "households", "count"], ascending=False, na_position="last")
    most = ordered["resident_population"].max()
    return [
        {
            "label": Text(row["label"], row["label_en"]),
            "severity": row["severity"],
            "count": f"{row['count']:,}",
            "area": _count(row["area_m2"]),
            "households": _count(row["households"]),
            "people": _count(row["resident_population"]),
            "share": round(100 * row["resident_population"] / most) if row["resident_population"] > 0 else 0,
        }
        for _, row in ordered.iterrows()
    ]


def _count(value: float) -> Text:
    if not math.isfinite(value):
        return _UNKNOWN
    written = f"{value:,.0f}"
    return Text(written, written)


def _shown(comparison: pd.DataFrame) -> list[str]:
    return [key for key in COLUMNS if key in comparison.columns]


def _plan_rows(project: Project, comparison: pd.DataFrame) -> list[PlanRow]:
    keys = _shown(comparison)
    best = _best(comparison.drop(index=_TODAY, errors="ignore")[keys])
    names = iter(entry.name for entry in project.store.items(Entity.PLAN))
    sketches = _sketches(project)
    rows = []
    for number, row in comparison.iterrows():
        name = None if number == _TODAY else next(names)
        rows.append(
            PlanRow(
                title=Text(row["name"], row["name_en"]),
                number="" if name is None else str(number),
                href=None if name is None else f"/maps/plans/{name}",
                cells=[
                    Cell(_written(key, row[key]), is_best=name is not None and row[key] == best.get(key))
                    for key in keys
                ],
                sketch=sketches.get(name),
            )
        )
    return rows


def _best(alternatives: pd.DataFrame) -> Mapping[str, float]:
    """Find the best value of each measure, where the alternatives differ at all."""
    best = {}
    for key in alternatives.columns:
        values = alternatives[key].dropna()
        if len(values) and values.nunique() > 1 and _BETTER.get(key) in {"low", "high"}:
            best[key] = values.min() if _BETTER[key] == "low" else values.max()
    return best


def _written(key: str, value: float) -> str:
    if pd.isna(value):
        return "—"
    if key in _PERCENT:
        return f"{value:.1%}"
    return f"{value:.2f}" if key in _RATIO else f"{value:,.0f}"


def _sketches(project: Project) -> dict[str | None, Markup]:
    """Draw each plan small; today's communities under None."""
    drawn: dict[str | None, Markup] = {}
    for collection in list_collections(project):
        is_today = collection.entity == Entity.LAYER and collection.kind == Kind.COMMUNITIES
        is_plan = collection.entity == Entity.PLAN and not collection.id.endswith(".units")
        if is_today or is_plan:
            svg = sketch_svg(collection.load())
            drawn[None if is_today else collection.name] = Markup(svg)  # noqa: S704 - numbers and colours only
    return drawn
