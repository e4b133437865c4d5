"""The state of a running service: the open project, and what was computed from its versions."""

from pathlib import Path
from threading import Lock

from api.memory import Memory
from api.settings import ServiceSettings
from api.uploads import Uploads
from api.workflow.drafts.desk import Desk
from gis.project import SETTINGS_FILE, Project

__all__ = ["Memory", "Service"]


class Service:
    """One project folder, open; its settings are read again when ``quhua.toml`` changes."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.memory = Memory(settings.cached_items)
        self.desk = Desk()
        self.tiles = Memory(settings.cached_tiles)  # apart, so that many small tiles push out no layer
        self.uploads = Uploads()
        self.writing = Lock()  # one import at a time: each writes quhua.toml too
        self._lock = Lock()
        self._stamp = self._settings_stamp()
        self._project = Project.open(settings.project)

    @property
    def project(self) -> Project:
        """The project, with its settings of the moment.

        Raises
        ------
        ProjectError
            The folder is gone, or its settings cannot be read any more.
        """
        with self._lock:
            stamp = self._settings_stamp()
            if stamp != self._stamp:
                fresh = Project.open(self.settings.project)
                self._project.close()
                self._project, self._stamp = fresh, stamp
            return self._project

    def close(self) -> None:
        """Close the project's store, and forget what waits to be confirmed."""
        self._project.close()
        self.uploads.close()

    def _settings_stamp(self) -> tuple[int, int] | None:
        path = Path(self.settings.project) / SETTINGS_FILE
        try:
            found = path.stat()
        except OSError:
            return None  # opening the project says what is wrong
        return found.st_mtime_ns, found.st_size
