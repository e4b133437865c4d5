"""The subject: what is wrong with the layers, how to mend them, and how communities could be divided anew."""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from boundaries.audit import FINDING_KINDS, Tolerances, audit_layers, summarise_findings
    from boundaries.barriers import find_crossings
    from boundaries.compare import compare_plans
    from boundaries.coverage import find_gaps, find_overlaps
    from boundaries.crosswalk import (
        CountedOnce,
        Placed,
        PlacementReport,
        count_once,
        find_double_counts,
        largest_remainder,
        place_figures,
    )
    from boundaries.graph import UnitGraph, build_graph
    from boundaries.grids import build_grids, propose_grids
    from boundaries.metrics import METRICS, Metric
    from boundaries.plan import Plan
    from boundaries.proposals import propose_plans
    from boundaries.repair import Repair, RepairRules, apply_changes, ground_moved, repair_layer, undo_change
    from boundaries.scorecard import Scorecard, Violation, score_plan
    from boundaries.standards import Standard, communities_needed, load_standard, standards, with_overrides
    from boundaries.units import assign_by_overlap, build_units
    from boundaries.verify import find_plan_faults
else:
    load_lazily(
        __name__,
        {
            "boundaries.audit": ("FINDING_KINDS", "Tolerances", "audit_layers", "summarise_findings"),
            "boundaries.barriers": ("find_crossings",),
            "boundaries.compare": ("compare_plans",),
            "boundaries.coverage": ("find_gaps", "find_overlaps"),
            "boundaries.crosswalk": (
                "CountedOnce",
                "Placed",
                "PlacementReport",
                "count_once",
                "find_double_counts",
                "largest_remainder",
                "place_figures",
            ),
            "boundaries.graph": ("UnitGraph", "build_graph"),
            "boundaries.grids": ("build_grids", "propose_grids"),
            "boundaries.metrics": ("METRICS", "Metric"),
            "boundaries.plan": ("Plan",),
            "boundaries.proposals": ("propose_plans",),
            "boundaries.repair": (
                "Repair",
                "RepairRules",
                "apply_changes",
                "ground_moved",
                "repair_layer",
                "undo_change",
            ),
            "boundaries.scorecard": ("Scorecard", "Violation", "score_plan"),
            "boundaries.standards": ("Standard", "communities_needed", "load_standard", "standards", "with_overrides"),
            "boundaries.units": ("assign_by_overlap", "build_units"),
            "boundaries.verify": ("find_plan_faults",),
        },
    )

__all__ = [
    "FINDING_KINDS",
    "METRICS",
    "CountedOnce",
    "Metric",
    "Placed",
    "PlacementReport",
    "Plan",
    "Repair",
    "RepairRules",
    "Scorecard",
    "Standard",
    "Tolerances",
    "UnitGraph",
    "Violation",
    "apply_changes",
    "assign_by_overlap",
    "audit_layers",
    "build_graph",
    "build_grids",
    "build_units",
    "communities_needed",
    "compare_plans",
    "count_once",
    "find_crossings",
    "find_double_counts",
    "find_gaps",
    "find_overlaps",
    "find_plan_faults",
    "ground_moved",
    "largest_remainder",
    "load_standard",
    "place_figures",
    "propose_grids",
    "propose_plans",
    "repair_layer",
    "score_plan",
    "standards",
    "summarise_findings",
    "undo_change",
    "with_overrides",
]
