"""Search alternatives for a project and keep each as a plan, with its scorecard and today's plan beside it."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from api.errors import UsageError
from api.interrupts import kept_whole
from api.workflow.common import Progress, author, layers_of, needed, proposed_grids, silent, standard_of
from boundaries import (
    Explanation,
    Plan,
    Scorecard,
    assign_by_overlap,
    build_graph,
    build_units,
    compare_plans,
    explain_plan,
    propose_plans,
    score_plan,
)
from boundaries.audit.words import count_words
from boundaries.standards import CommunityEstimate, Standard, communities_needed
from boundaries.standards.profile import require_community_standard
from gis.i18n import Text, listed
from gis.kinds import Kind
from gis.project import Project
from gis.store import Entity

__all__ = [
    "Proposed",
    "barriers_of",
    "crossings_of",
    "current_of",
    "estimate_for",
    "propose_for_project",
    "totals_told",
    "village_groups",
]

_BARRIERS = (Kind.WATERWAYS, Kind.RAILWAYS)


@dataclass(frozen=True)
class Proposed:
    """The alternatives of one search, their names in the store, what each does, and a table beside today."""

    plans: list[Plan]
    names: list[str]
    explanations: list[Explanation]
    comparison: pd.DataFrame
    estimate: CommunityEstimate | None
    notes: list[Text]


def propose_for_project(project: Project, *, progress: Progress = silent, **asked: Any) -> Proposed:
    """Search alternatives and store each as a plan; the project's settings fill what is not asked (None).

    Raises
    ------
    ProjectError
        ``layer-needed``: the project has no units.
    StandardError
        ``standard-not-community``.
    UsageError
        ``number-needed``.
    PlanError, FiguresError, InfeasiblePlanError
        What was asked cannot be read or satisfied; nothing is stored.
    """
    layers = layers_of(project)
    needed(layers, Kind.UNITS)
    units = build_units(layers)
    standard = require_community_standard(standard_of(project))
    current = current_of(layers, units)
    settings = project.settings.proposals.model_dump() | {
        key: value for key, value in asked.items() if value is not None
    }
    _require_number(settings, units, standard)
    barriers, groups = barriers_of(layers), village_groups(units)
    plans = propose_plans(
        units,
        standard=standard,
        current=current,
        keep_whole=groups,
        barriers=barriers,
        crossings=crossings_of(layers, barriers),
        roads=layers.get(Kind.ROADS),
        progress=progress,
        **settings,
    )
    graph = build_graph(units)
    context: dict[str, Any] = {"current": current, "standard": standard, "layers": layers}
    cards = [score_plan(plan, units, graph=graph, **context) for plan in plans]
    comparison = compare_plans(plans, units, cards=cards, **context)
    explanations = _explain(plans, units, layers, current=current, standard=standard, keep_whole=groups)
    return Proposed(
        plans=plans,
        names=_store(project, plans, cards, explanations),
        explanations=explanations,
        comparison=comparison,
        estimate=estimate_for(units, standard),
        notes=[*_notes(plans), *totals_told(layers, units, standard.column)],
    )


def _require_number(settings: Mapping[str, Any], units: gpd.GeoDataFrame, standard: Standard) -> None:
    """Ask for a number of communities, or an upper bound, where the standard counts what the units do not know."""
    number_follows = standard.column in units.columns or settings["balance"] not in units.columns
    if not number_follows and settings["n_communities"] is None and settings["maximum"] is None:
        raise UsageError("number-needed", standard=standard.label, column=standard.column, balance=settings["balance"])


def current_of(layers: Mapping[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame) -> "pd.Series[str] | None":
    """Give today's community of each unit, by the largest shared area; None when the project has no communities."""
    return assign_by_overlap(units, layers[Kind.COMMUNITIES]) if Kind.COMMUNITIES in layers else None


def estimate_for(units: gpd.GeoDataFrame, standard: Standard) -> CommunityEstimate | None:
    """Say how many communities the standard asks for; None where it sets no size, or units lack what it counts."""
    if standard.column not in units.columns or not (standard.maximum or standard.target):
        return None
    return communities_needed(float(units[standard.column].sum()), standard)


def totals_told(layers: Mapping[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame, column: str) -> list[Text]:
    """Tell both sums and their difference where today's communities and the units count differently; else nothing."""
    communities = layers.get(Kind.COMMUNITIES)
    if column not in units.columns or communities is None or column not in communities.columns:
        return []
    if communities[column].isna().any():
        return []
    own, counted = float(communities[column].sum()), float(units[column].sum())
    if round(own) == round(counted):
        return []
    one, two, gap = count_words(counted, column), count_words(own, column), count_words(abs(own - counted), column)
    return [
        Text(
            f"规划单元合计 {one.zh}，现状社区自报合计 {two.zh}，相差 {gap.zh}；"
            "需要多少个社区和各方案都按规划单元计算，检查结果中的社区规模按社区自报数计算",
            f"the units sum up to {one.en}, today's communities' own figures to {two.en}, a difference of {gap.en};"
            " the number of communities needed and the plans go by the units, sizes in the audit by the communities",
        )
    ]


def village_groups(units: gpd.GeoDataFrame) -> "pd.Series[str] | None":
    """Group the units of each urban village and each compound, which stay whole; None when no unit names one."""
    columns = [column for column in ("urban_village_id", "compound_id") if column in units.columns]
    groups = pd.Series(pd.NA, index=units.index, dtype="string")
    for column in columns:
        groups = groups.fillna(units[column].astype("string").where(units[column].notna()))
    groups = groups.dropna()
    return groups.astype(object) if len(groups) else None


def barriers_of(layers: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
    """Gather the waterways and railways, which a community crosses at bridges only; None when there are none."""
    columns = ["rigidity", "geometry"]
    lines = [layers[kind].reindex(columns=columns) for kind in _BARRIERS if kind in layers and len(layers[kind])]
    return pd.concat(lines, ignore_index=True) if lines else None


def crossings_of(layers: Mapping[str, gpd.GeoDataFrame], barriers: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Find the bridges and level crossings: the points where a road meets a barrier; None without roads or barriers."""
    if barriers is None or Kind.ROADS not in layers:
        return None
    roads = layers[Kind.ROADS]
    met = shapely.intersection(roads.geometry.to_numpy()[:, None], barriers.geometry.to_numpy()[None, :]).ravel()
    points = shapely.get_parts(met[~shapely.is_empty(met)])
    return gpd.GeoDataFrame(geometry=shapely.centroid(points), crs=roads.crs)


def _explain(
    plans: list[Plan], units: gpd.GeoDataFrame, layers: Mapping[str, gpd.GeoDataFrame], **context: Any
) -> list[Explanation]:
    """Explain each plan on the ground that it was drawn on, barriers and all."""
    barriers = barriers_of(layers)
    graph = build_graph(units, barriers=barriers, crossings=crossings_of(layers, barriers))
    today = layers.get(Kind.COMMUNITIES)
    names = {} if today is None or "name" not in today.columns else today["name"].dropna().astype(str).to_dict()
    return [
        explain_plan(plan, graph, names=names, planned_names=plan.communities(units)["name"].to_dict(), **context)
        for plan in plans
    ]


def _store(project: Project, plans: list[Plan], cards: list[Scorecard], explanations: list[Explanation]) -> list[str]:
    edited = {entry.name for entry in project.store.items(Entity.PLAN) if not _is_by_search(project, entry.name)}
    free = (f"alternative_{number}" for number in itertools.count(1))
    names = list(itertools.islice((name for name in free if name not in edited), len(plans)))
    documents = [
        {
            "title": {"zh": plan.name.zh, "en": plan.name.en},
            "provenance": dict(plan.provenance),
            "scorecard": card.to_dict(),
            "explanation": explanation.to_dict(),
        }
        for plan, card, explanation in zip(plans, cards, explanations, strict=True)
    ]
    with kept_whole():
        for name, plan, document in zip(names, plans, documents, strict=True):
            project.store.save_plan(name, plan.assignment, document=document, author=author(), reason="propose")
        _retire_others(project, set(names))
    return names


def _retire_others(project: Project, kept: set[str]) -> None:
    """Delete (as versions) the alternatives that an earlier search left and this one did not replace, and all grids."""
    for name in proposed_grids(project):
        project.store.delete(name, author=author(), reason="replaced by a new search")
    for entry in project.store.items(Entity.PLAN):
        if _is_by_search(project, entry.name) and entry.name not in kept:
            project.store.delete(entry.name, author=author(), reason="replaced by a new search", entity=Entity.PLAN)


def _is_by_search(project: Project, name: str) -> bool:
    """Tell whether a plan stands as a search left it: nobody has drawn on it since."""
    return project.store.latest(name, entity=Entity.PLAN).reason == "propose"


def _notes(plans: list[Plan]) -> list[Text]:
    notes = _unknown_told(plans[0])
    if any(plan.provenance.get("time_limit_hit") for plan in plans):
        notes.append(
            Text(
                "搜索到时限为止；换一台机器或机器繁忙时，相同种子的结果可能不同，可用 --time-limit 延长",
                "the time limit ended the search; on another or a busy machine the same seed may give other plans; "
                "--time-limit gives it longer",
            )
        )
    return notes


def _unknown_told(plan: Plan) -> list[Text]:
    unknown = plan.provenance.get("units_without_figure") or []
    if not unknown:
        return []
    ids = listed(unknown)
    return [
        Text(
            f"{len(unknown)} 个规划单元没有户数（未知不等于零，合计中未计入）：{ids.zh}",
            f"{len(unknown)} units have no figure (unknown is not zero; they are left out of the sums): {ids.en}",
        )
    ]
