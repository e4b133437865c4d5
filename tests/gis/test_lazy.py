"""Packages whose names load their module when asked for."""

import importlib

import pytest

from gis.lazy import lazily


@pytest.mark.parametrize("package", ["gis", "boundaries", "api.workflow"])
def test_every_name_of_a_face_is_there(package):
    face = importlib.import_module(package)
    for name in face.__all__:
        found = getattr(face, name)
        assert getattr(found, "__name__", name) == name


def test_a_name_that_is_not_there():
    find = lazily("gis", {"gis.i18n": ["listed"]})
    with pytest.raises(AttributeError, match="'gis' has no attribute 'lister'"):
        find("lister")
