"""The language of an ``Accept-Language`` header (RFC 9110, 12.5.4)."""

import pytest

from api.language import preferred_language


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("*", "zh"),
        ("fr, de;q=0.5", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh-TW,en;q=0.9", "zh"),
        ("en;q=0.8, zh-Hans-CN;q=0.9", "zh"),
        ("fr;q=0.9, en;q=0.2", "en"),
        ("en;q=0, zh;q=0.1", "zh"),
        ("en;q=0", "zh"),
        ("en;q=nonsense", "zh"),
        ("english", "zh"),
    ],
)
def test_the_preferred_language(header, lang):
    assert preferred_language(header) == lang
