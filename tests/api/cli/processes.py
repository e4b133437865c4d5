"""``quhua`` as a process of its own, for what a call in this process cannot show."""

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["COMMAND", "ROOT", "environment", "quhua_process"]

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "api.cli"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "QUHUA_LANG": "en", **more}


def quhua_process(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
    settings = {"capture_output": True, "text": True, "timeout": 120, "env": environment()} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], check=False, **settings)
