"""Take back what a deed has made of a project folder when it does not come to its end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.interrupts import kept_whole
from gis.project import SETTINGS_FILE, ProjectInfo

__all__ = ["SOURCE_FOLDER", "undone_on_failure"]

SOURCE_FOLDER = "source"

_DATABASE = str(ProjectInfo.model_fields["database"].default)
_MADE = (SETTINGS_FILE, SOURCE_FOLDER, *(_DATABASE + ending for ending in ("", "-wal", "-shm", "-journal")))


@contextmanager
def undone_on_failure(folder: Path) -> Iterator[None]:
    """Remove what a new project puts into its folder if the block fails or is interrupted; what was there stays."""
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    new_files = [folder / name for name in _MADE if not (folder / name).exists()]
    try:
        yield
    except BaseException:
        with kept_whole():
            for path in new_files:
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.exists():  # a folder that is a file has nothing in it
                    path.unlink()
            with suppress(OSError):  # never made, or somebody else has put a file into it
                for path in new_folders:
                    path.rmdir()
        raise
