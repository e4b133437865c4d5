"""Every error sentence exists in both languages, with the same facts, under a code used once."""

import pickle

import pytest

import api.errors  # noqa: F401  (loads every floor's errors)
from gis.errors import CrsError, GisError


def _all_errors() -> list[type[GisError]]:
    found, todo = [], [GisError]
    while todo:
        todo += (children := todo.pop().__subclasses__())
        found += children
    return found


def test_codes_are_unique_across_classes():
    codes = [code for error in _all_errors() for code in error.__dict__.get("sentences", {})]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("error", _all_errors(), ids=lambda error: error.__name__)
def test_both_languages_name_the_same_facts(error):
    for code, text in error.sentences.items():
        assert text.fields("zh") == text.fields("en"), code


def test_an_error_keeps_its_facts_across_processes():
    error = pickle.loads(pickle.dumps(CrsError("crs-missing", layer="社区")))
    assert (error.code, error.facts) == ("crs-missing", {"layer": "社区"})
    assert "社区" in error.text("zh")
    assert "社区" in error.text("en")
