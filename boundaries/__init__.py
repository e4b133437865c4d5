"""The subject: what is wrong with the layers, how to mend them, and how communities could be divided anew."""

from boundaries.compare import compare_plans
from boundaries.graph import UnitGraph, build_graph
from boundaries.metrics import METRICS, Metric
from boundaries.plan import Plan
from boundaries.proposals import propose_plans
from boundaries.scorecard import Scorecard, Violation, score_plan
from boundaries.units import assign_by_overlap, build_units
from boundaries.verify import find_plan_faults

__all__ = [
    "METRICS",
    "Metric",
    "Plan",
    "Scorecard",
    "UnitGraph",
    "Violation",
    "assign_by_overlap",
    "build_graph",
    "build_units",
    "compare_plans",
    "find_plan_faults",
    "propose_plans",
    "score_plan",
]
