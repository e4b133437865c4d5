"""Whether communities are in one part, and how much line runs between them."""

import pandas as pd

from boundaries.metrics.case import Case, Metric
from boundaries.verify import connected_parts
from gis.i18n import Text

__all__ = ["CONTIGUITY_METRICS"]


def _parts(case: Case) -> "pd.Series[float]":
    return connected_parts(case.labels, case.graph).reindex(case.communities.index).astype(float)


def _in_parts(case: Case) -> float:
    return float((_parts(case) > 1).sum())


def _is_cut(case: Case) -> "pd.Series[bool]":
    labels = case.labels.to_numpy()
    return pd.Series(labels[case.graph.left] != labels[case.graph.right])


def _cut_edges(case: Case) -> float:
    return float(_is_cut(case).sum())


def _internal_perimeter(case: Case) -> float:
    return float(case.graph.shared_perimeter_m[_is_cut(case).to_numpy()].sum())


def _today_share(case: Case) -> float | None:
    """Tell how much of the line between communities runs where a line runs today."""
    if case.current is None:
        return None
    line = _internal_perimeter(case)
    today = case.current.reindex(case.graph.ids).to_numpy()
    left, right = today[case.graph.left], today[case.graph.right]
    along = _is_cut(case).to_numpy() & pd.notna(left) & pd.notna(right) & (left != right)
    return float(case.graph.shared_perimeter_m[along].sum() / line) if line else None


CONTIGUITY_METRICS: tuple[Metric, ...] = (
    Metric(
        "parts", "community", "parts", "low", 1, Text("连片数", "connected parts"),
        "connected components of the units' rook graph", _parts,
    ),
    Metric(
        "in_parts", "total", "communities", "low", 1, Text("不连片的社区数", "communities in several parts"),
        "connected components of the units' rook graph", _in_parts,
    ),
    Metric(
        "cut_edges", "total", "pairs", "low", 1, Text("切断的邻接数", "cut edges"),
        "pairs of neighbouring units in different communities", _cut_edges,
    ),
    Metric(
        "internal_perimeter_m", "total", "m", "low", 1,
        Text("社区间界线总长（米）", "length of line between communities (m)"),
        "shared border of units in different communities", _internal_perimeter,
    ),
    Metric(
        "today_line_share", "total", "ratio", "high", 1, Text("沿用现有界线比例", "share of lines that run as today"),
        "share of the line between communities that parts communities today", _today_share,
    ),
)  # fmt: skip
