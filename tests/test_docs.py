"""The papers of the house keep pace with the code."""

import re
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent


def _requirements() -> list[str]:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return [re.match(r"[\w-]+", line).group() for line in lines]


@pytest.mark.parametrize("package", _requirements())
def test_each_dependency_has_its_line_and_a_pinned_version(package):
    words = re.findall(r"[\w-]+", (_ROOT / "docs" / "dependencies.md").read_text("utf-8"))
    assert package in words
    assert re.search(rf"(?im)^{package.replace('-', '[-_]')}==", (_ROOT / "constraints.txt").read_text("utf-8"))


def test_lock_files_carry_versions_and_no_addresses():
    locks = [
        _ROOT / "constraints.txt",
        *_ROOT.glob("gis/**/package-lock.json"),
        *_ROOT.glob("api/**/package-lock.json"),
    ]
    for path in (lock for lock in locks if "node_modules" not in lock.parts):
        assert "://" not in path.read_text("utf-8"), path
