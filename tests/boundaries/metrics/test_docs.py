"""Every measure and every refusal is described for readers."""

from pathlib import Path

import pytest

from boundaries import METRICS, Metric
from boundaries.errors import InfeasiblePlanError

PAGE = (Path(__file__).parents[3] / "docs" / "proposals.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_measure_is_described(metric: Metric) -> None:
    assert f"| `{metric.key}` | {metric.label.zh} · {metric.label.en} | {metric.unit} |" in PAGE


@pytest.mark.parametrize("code", sorted(set(InfeasiblePlanError.sentences) - {"proven-impossible"}))
def test_a_refusal_is_described(code: str) -> None:
    assert f"`{code}`" in PAGE
