"""The one table from error class to status: complete, and read along the class's line."""

from collections.abc import Iterator

import pytest

import api.errors  # noqa: F401 - its classes are looked up below
from api.errors import STATUS, STATUS_BY_CODE, NotFoundError, UsageError, status_of
from gis.errors import GisError, ReadError, StoreError


def _all_classes(above: type[GisError] = GisError) -> Iterator[type[GisError]]:
    for below in above.__subclasses__():
        if below.__module__.startswith(("api.", "boundaries.", "gis.")):
            yield below
            yield from _all_classes(below)


@pytest.mark.parametrize("cls", list(_all_classes()), ids=lambda cls: cls.__name__)
def test_every_class_stands_in_the_table_itself(cls):
    assert cls in STATUS


def test_every_code_of_the_table_is_a_code_of_some_class():
    codes = {code for cls in _all_classes() for code in cls.sentences}
    assert set(STATUS_BY_CODE) <= codes


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("parameter-unknown", names="x", known="y"), 400),
        (NotFoundError("feature-not-found", collection="units", feature="u1"), 404),
        (StoreError("item-not-found", name="x", found="y"), 404),
        (StoreError("store-busy", place="x"), 503),
        (StoreError("content-damaged", place="x", name="y", version=1), 500),
        (ReadError("file-not-found", path="x"), 422),
    ],
)
def test_status_of_an_error(error, status):
    assert status_of(error) == status


def test_a_class_without_a_line_takes_the_one_above():
    class NarrowError(StoreError):
        pass

    assert status_of(NarrowError("store-failed", place="x", reason="y")) == STATUS[StoreError]
