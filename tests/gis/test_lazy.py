"""Packages whose names load their module when asked for."""

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

_FACES = ["gis", "boundaries", "boundaries.audit", "api", "api.workflow"]


@pytest.mark.parametrize("package", _FACES)
def test_every_name_of_a_face_is_there_and_no_module(package):
    face = importlib.import_module(package)
    for name in face.__all__:
        assert not isinstance(getattr(face, name), ModuleType)


@pytest.mark.parametrize("package", _FACES)
def test_a_name_that_is_not_there(package):
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'lister'"):
        importlib.import_module(package).lister  # noqa: B018


def test_a_module_never_takes_the_place_of_what_bears_its_name():
    program = (
        "import boundaries.standards.profile, api.workflow.overview\n"
        "from api.workflow import overview\nfrom boundaries import standards\n"
        "print(standards()[0].key, overview.__name__, api.workflow.common.__name__)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["national_2026", "overview", "api.workflow.common"]
