"""The measures of a plan, one family a module; ``METRICS`` is the whole table."""

from boundaries.metrics.balance import BALANCE_METRICS
from boundaries.metrics.case import Case, Metric
from boundaries.metrics.change import CHANGE_METRICS
from boundaries.metrics.compactness import COMPACTNESS_METRICS
from boundaries.metrics.contiguity import CONTIGUITY_METRICS
from boundaries.metrics.distances import DISTANCE_METRICS
from boundaries.metrics.lines import LINE_METRICS
from boundaries.metrics.splits import SPLIT_METRICS
from boundaries.metrics.staffing import STAFFING_METRICS

__all__ = ["METRICS", "Case", "Metric"]

METRICS: tuple[Metric, ...] = (
    *BALANCE_METRICS,
    *CONTIGUITY_METRICS,
    *COMPACTNESS_METRICS,
    *LINE_METRICS,
    *DISTANCE_METRICS,
    *CHANGE_METRICS,
    *SPLIT_METRICS,
    *STAFFING_METRICS,
)
