"""What must be quick loads little."""

import subprocess
import sys

import pytest

from tests.api.cli.processes import environment

_HEAVY = ("geopandas", "pandas", "numpy", "numba", "scipy", "shapely", "folium", "fastapi", "sqlalchemy", "uvicorn")
_PROGRAM = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(f"loaded: {[name for name in %r if name in sys.modules]}"))
sys.argv[1:] = %r
from api.cli import main
main()
"""


def _ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-c", _PROGRAM % (_HEAVY, list(arguments))]
    return subprocess.run(program, env=environment(), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["propose", "--help"], 0),
        ([], 2),
        (["dance"], 2),
        (["propose"], 2),
        (["propose", ".", "--seed", "x"], 2),
        (["serve", ".", "--port", "0"], 2),
    ],
)
def test_help_and_wrong_use_load_no_heavy_library(arguments, status):
    ran = _ran(*arguments)
    assert ran.returncode == status
    assert ran.stderr.endswith("loaded: []"), ran.stderr


def test_init_loads_no_search_and_no_web(tmp_path):
    ran = _ran("init", str(tmp_path / "town"))
    assert ran.returncode == 0
    loaded = ran.stderr.rpartition("loaded: ")[2]
    assert not any(name in loaded for name in ("numba", "folium", "fastapi", "uvicorn")), loaded
