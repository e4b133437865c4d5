"""The state of a running service: the open project, and what was computed from its versions."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from api.settings import ServiceSettings
from api.uploads import Uploads
from gis.project import SETTINGS_FILE, Project

__all__ = ["Memory", "Service"]

T = TypeVar("T")


class Memory:
    """The most recent results by key; a result that is being made is waited for, not made twice."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give the result for a key, made by ``make`` if it is not at hand. A failure is not remembered."""
        with self._lock:
            future = self._futures.get(key)
            is_new = future is None
            if future is None:
                future = self._futures[key] = Future()
            self._futures.move_to_end(key)
            while len(self._futures) > self._size:
                self._futures.popitem(last=False)
        if is_new:
            self._run(key, future, make)
        result: T = future.result()
        return result

    def _run(self, key: Hashable, future: Future[Any], make: Callable[[], Any]) -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # noqa: BLE001 - who waits for the result must not wait for ever
            with self._lock:
                if self._futures.get(key) is future:
                    del self._futures[key]
            future.set_exception(error)


class Service:
    """One project folder, open; its settings are read again when ``quhua.toml`` changes."""

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.memory = Memory(settings.cached_items)
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
