"""Every sentence about placed and counted figures exists in both languages with the same facts."""

import numpy as np
import pandas as pd
import pytest

from boundaries.crosswalk import count_once, double_counts, once, place_figures, report
from gis.i18n import Text
from tests.boundaries.crosswalk.lattice import layer_of


def _templates(module):
    for value in vars(module).values():
        yield from (value.values() if isinstance(value, dict) else [value])


@pytest.mark.parametrize("module", [double_counts, once, report])
def test_templates_name_the_same_facts(module):
    templates = [value for value in _templates(module) if isinstance(value, Text)]
    assert len(templates) >= 3
    for template in templates:
        assert template.fields("zh") == template.fields("en"), template


def test_every_doubt_is_told_in_both_languages():
    labels = np.array([[0, 0, 1, 1, 2, 3, 4, 4]])
    sources = layer_of(labels, prefix="s", households=[9, np.nan, 2.5, 3.0, 6])
    sources = pd.concat([sources, sources.iloc[[3]].rename(index={"s003": "s3bis"})])
    targets = pd.concat(
        [
            layer_of(np.array([[0, 1, 1, 1, 1, 1, 1, -1]]), prefix="t"),
            layer_of(np.array([[-1, -1, -1, -1, -1, 2, -1, -1]]), prefix="u"),
            layer_of(np.array([[-1] * 8, [0] * 8]), prefix="far"),
        ]
    )
    found = place_figures(sources, targets, figures=["households"]).report
    chinese = [text.zh for text in found.sentences()]
    english = [text.en for text in found.sentences()]
    for word in (
        "来源合计 23.5",
        "按面积估算",
        "目标之外",
        "没有户数",
        "不是整数",
        "重复占用",
        "不完整",
        "没有任何来源",
        "同一图形",
    ):
        assert any(word in sentence for sentence in chinese), word
    for word in (
        "23.5 in the sources",
        "outside all targets",
        "without households",
        "incomplete",
        "claim",
        "counted twice",
    ):
        assert any(word in sentence for sentence in english), word
    assert not any("{" in sentence or "Text(" in sentence for sentence in chinese + english)


def test_choices_of_counting_once_are_told_in_both_languages():
    layers = {
        "urban_villages": layer_of(np.array([[0, 0, 1, 1, 2, 2]]), prefix="v", households=[90, 10, 30]),
        "compounds": layer_of(np.array([[0, -1, 1, -1, 2, 3]]), prefix="c", households=[40, 50, 29, np.nan]),
    }
    layers["urban_villages"].loc["v002", "households"] = np.nan
    layers["compounds"] = pd.concat([layers["compounds"], layers["compounds"].iloc[[0]].rename(index={"c000": "c9"})])
    texts = count_once(layers, figures=["households"]).sentences()
    for word in ("图层合计", "图形相同", "少于其中下级要素之和", "余数留在", "没有任何图层知道"):
        assert any(word in text.zh for text in texts), word
    for word in ("in the layer", "same polygon", "fewer households", "their rest", "no layer knows"):
        assert any(word in text.en for text in texts), word
