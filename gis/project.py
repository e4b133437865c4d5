"""A project: a folder with ``quhua.toml`` and one store, which the command line, notebooks and service all work on."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import geopandas as gpd

from gis.crs import parse_crs, require_metric_crs
from gis.errors import ProjectError
from gis.oserrors import reason_of
from gis.settings import (
    AuditSettings,
    LayerSettings,
    ProjectInfo,
    ProjectSettings,
    ProposalSettings,
    StandardSettings,
    merged,
    new_toml,
    plain,
    read_settings,
    updated_toml,
)
from gis.store import Store, open_store

__all__ = [
    "SETTINGS_FILE",
    "AuditSettings",
    "LayerSettings",
    "Project",
    "ProjectInfo",
    "ProjectSettings",
    "ProposalSettings",
    "StandardSettings",
    "replaced_file",
    "usable_folder",
]

SETTINGS_FILE = "quhua.toml"
_NEW_FILE_MODE = 0o644


class Project:
    """An open project; use as a context manager, or call :meth:`close`.

    ``settings`` may be changed in place; :meth:`save_settings` writes it. The store opens when first asked for.
    """

    def __init__(self, folder: Path, settings: ProjectSettings) -> None:
        self.folder = folder
        self.settings = settings
        self._saved = plain(settings)

    @classmethod
    def create(
        cls, folder: str | Path, *, name: str | None = None, crs: str | None = None, database: str | None = None
    ) -> Self:
        """Make a project folder with its settings file and its store.

        Parameters
        ----------
        folder
            Made where missing; may hold other files.
        name
            Name for readers; the folder's name by default.
        crs
            Working CRS, projected and in metres; None leaves it to the first import.
        database
            A file name within the folder (default ``project.gpkg``), or ``postgresql://user@host/database?schema=NAME``.

        Raises
        ------
        ProjectError
            ``project-exists``; ``folder-unusable``: it is a file, has no possible name, or cannot be written.
        CrsError
            ``crs`` is unknown or not in metres.
        StoreError
            The store cannot be made; no settings file is left then.
        """
        folder = Path(folder)
        with usable_folder(folder):
            folder = folder.resolve()
            if (folder / SETTINGS_FILE).exists():
                raise ProjectError("project-exists", path=folder)
        if crs:
            require_metric_crs(gpd.GeoDataFrame(geometry=[], crs=parse_crs(crs)), name=folder.name)
        info = ProjectInfo(name=name or folder.name, crs=crs or "")
        if database is not None:
            info.database = database
        project = cls(folder, ProjectSettings(project=info))
        with usable_folder(folder):
            folder.mkdir(parents=True, exist_ok=True)
        open_store(project.database, create=True).close()
        _write(folder / SETTINGS_FILE, new_toml(project.settings))
        return project

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Open an existing project.

        Raises
        ------
        ProjectError
            ``project-not-found``, ``folder-unusable``, or ``settings-invalid`` with every fault.
        """
        with usable_folder(folder):
            folder = Path(folder).resolve()
            path = folder / SETTINGS_FILE
            if not path.is_file():
                raise ProjectError("project-not-found", path=folder)
            return cls(folder, read_settings(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def database(self) -> str:
        """Where the store is: an absolute path, or a URL."""
        place = self.settings.project.database
        return place if "://" in place else str(self.folder / place)

    @cached_property
    def store(self) -> Store:
        """The project's store.

        Raises
        ------
        StoreError
            ``store-not-found``, ``store-unreachable`` and what else :func:`gis.store.open_store` raises.
        """
        return open_store(self.database)

    def close(self) -> None:
        """Close the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()
            del self.__dict__["store"]

    def save_settings(self) -> None:
        """Write the settings into ``quhua.toml``: comments stay, and so does what others changed in it meanwhile.

        Raises
        ------
        ProjectError
            ``settings-invalid``: the file was made unreadable meanwhile, and is left as it is; ``project-not-found``:
            it is gone; ``settings-unwritable``.
        """
        path = self.folder / SETTINGS_FILE
        if not path.is_file():
            raise ProjectError("project-not-found", path=self.folder)
        theirs = plain(read_settings(path))
        settings = ProjectSettings.model_validate(merged(self._saved, plain(self.settings), theirs))
        text = updated_toml(path.read_text(encoding="utf-8"), settings)
        _write(path, text)
        self.settings, self._saved = settings, plain(settings)

    def relative_path(self, path: str | Path) -> str:
        """Write a path as settings keep it: relative to the folder where it lies inside, else absolute.

        A URL stays as it is. A relative ``path`` is taken from the current directory, as on a command line.
        """
        if "://" in str(path):
            return str(path)
        absolute = Path(path).resolve()
        return absolute.relative_to(self.folder).as_posix() if absolute.is_relative_to(self.folder) else str(absolute)

    def absolute_path(self, path: str) -> str:
        """Resolve a path of the settings; undoes :meth:`relative_path`."""
        return path if "://" in path else str(self.folder / path)


def _write(path: Path, text: str) -> None:
    try:
        with replaced_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ProjectError("settings-unwritable", path=path, reason=reason_of(error)) from error


@contextmanager
def usable_folder(folder: str | Path) -> Iterator[None]:
    """Turn what the operating system has against a folder into a sentence.

    Raises
    ------
    ProjectError
        ``folder-unusable``.
    """
    try:
        yield
    except OSError as error:
        raise ProjectError("folder-unusable", path=folder, reason=reason_of(error)) from error


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """Give a new file beside ``path`` to write into; at the end it takes its place in one step, or vanishes.

    Whoever is killed, or reads meanwhile, has the old file or the new one, whole.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode if path.exists() else _NEW_FILE_MODE)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
