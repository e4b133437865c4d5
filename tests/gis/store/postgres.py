"""A real PostgreSQL server with PostGIS for the length of a test run: own folder, own socket, stopped at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTINGS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c shared_buffers=64MB -c max_connections=40"
_START_TIMEOUT_S = 60


def find_postgres() -> Path | None:
    """The folder of the newest installed server that has PostGIS, or None."""
    for control in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"), reverse=True):
        programs = Path("/usr/lib/postgresql") / control.parts[4] / "bin"
        if (programs / "initdb").exists():
            return programs
    return None


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """Start a server on a socket in a new folder; give the URL of its empty database, without a schema."""
    folder = Path(tempfile.mkdtemp(prefix="quhua-pg-"))
    as_postgres: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*as_postgres, str(programs / program), *arguments]
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_START_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    try:
        run("initdb", "-D", str(data), "-U", "quhua", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        log = folder / "log"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(log), "-o", f"-k {folder} {_SETTINGS}", "start")
        try:
            yield f"postgresql://quhua@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
