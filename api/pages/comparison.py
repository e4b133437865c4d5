"""The alternatives beside today, as the start page shows them: written figures, the best of each, a sketch of each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from api.catalogue import list_collections
from api.pages.words import MEASURES, Measure
from boundaries import METRICS
from gis.i18n import Text
from gis.kinds import Kind
from gis.maps import sketch_svg
from gis.project import Project
from gis.store import Entity

__all__ = ["Cell", "PlanRow", "plan_rows", "shown_measures"]

_BETTER = {metric.key: metric.better for metric in METRICS} | {"violations": "low"}
_TODAY = "today"


@dataclass(frozen=True)
class Cell:
    """A figure of the comparison; ``is_best`` when no alternative does better and some do worse."""

    text: str
    is_best: bool = False


@dataclass(frozen=True)
class PlanRow:
    """A line of the comparison: an alternative with its place and its sketch, or today (``number`` is empty)."""

    title: Text
    number: str
    href: str
    cells: list[Cell]
    sketch: Markup | None


def shown_measures(comparison: pd.DataFrame) -> list[Measure]:
    """Name the measures that the comparison has, in the order in which they are shown."""
    return [measure for measure in MEASURES if measure.key in comparison.columns]


def plan_rows(project: Project, comparison: pd.DataFrame) -> list[PlanRow]:
    """Write the comparison of a project's stored plans, as :func:`boundaries.compare_plans` gives it, line by line."""
    measures = shown_measures(comparison)
    alternatives = comparison.drop(index=_TODAY, errors="ignore")
    best = _best(alternatives, measures)
    names = [entry.name for entry in project.store.items(Entity.PLAN)]
    name_of = dict(zip(alternatives.index, names, strict=True))
    sketches = _sketches(project)
    return [
        PlanRow(
            title=Text(row["name"], row["name_en"]),
            number=str(number) if number in name_of else "",
            href=f"/maps/plans/{name_of[number]}" if number in name_of else "",
            cells=[
                Cell(
                    _written(measure, row[measure.key]),
                    is_best=number in name_of and bool(row[measure.key] == best.get(measure.key)),
                )
                for measure in measures
            ],
            sketch=sketches.get(name_of.get(number)),
        )
        for number, row in comparison.iterrows()
    ]


def _best(alternatives: pd.DataFrame, measures: list[Measure]) -> Mapping[str, float]:
    """Find the best value of each measure in which the alternatives differ."""
    best = {}
    for measure in measures:
        values, better = alternatives[measure.key].dropna(), _BETTER.get(measure.key)
        if better in {"low", "high"} and len(set(values)) > 1:
            best[measure.key] = float(values.min() if better == "low" else values.max())
    return best


def _written(measure: Measure, value: float) -> str:
    if math.isnan(value):
        return "—"
    return {"percent": f"{value:.1%}", "ratio": f"{value:.2f}", "count": f"{value:,.0f}"}[measure.form]


def _sketches(project: Project) -> dict[str | None, Markup]:
    """Draw each plan small, by its name; today's communities under None."""
    drawn: dict[str | None, Markup] = {}
    for collection in list_collections(project):
        is_today = collection.entity == Entity.LAYER and collection.kind == Kind.COMMUNITIES
        is_plan = collection.is_whole_plan
        if is_today or is_plan:
            svg = sketch_svg(collection.load())
            drawn[None if is_today else collection.name] = Markup(svg)  # noqa: S704 - numbers and colours only
    return drawn
