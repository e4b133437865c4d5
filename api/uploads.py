"""Files that came in and wait to be confirmed: each under a token of its own, for an hour, and only so many."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from api.errors import NotFoundError, UsageError
from api.quoting import quoted
from api.workflow import ImportRequest
from api.workflow.previewing import storage_faults

__all__ = ["Upload", "Uploads", "check_file_name"]

_TOKEN_BYTES = 24
_LONGEST_NAME_BYTES = 200
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


def check_file_name(name: str) -> str:
    """Give the name if it is that of a plain file, on every system, and leads nowhere else.

    Raises
    ------
    UsageError
        ``file-name-invalid``.

    Examples
    --------
    >>> check_file_name("社区.zip")
    '社区.zip'
    """
    plain = (
        name.isprintable()
        and not _NOT_IN_NAMES & set(name)
        and len(name.encode(errors="replace")) <= (_LONGEST_NAME_BYTES)
    )
    if not plain or name != name.strip(" .~") or "." not in name:
        raise UsageError("file-name-invalid", name=repr(quoted(name)))
    return name


class _State(Enum):
    COMING = auto()
    WAITING = auto()
    IN_USE = auto()


@dataclass
class Upload:
    """A file that came in; ``request`` is how it was shown, once it was."""

    token: str
    path: Path
    started_s: float
    state: _State = _State.COMING
    request: ImportRequest | None = None


class Uploads:
    """The files held between preview and confirmation, in a folder that is removed at the end."""

    def __init__(self, *, most: int = 8, keep_s: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.keep_s = keep_s
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, Upload] = {}
        self._folder: TemporaryDirectory[str] | None = None

    def begin(self, name: str) -> Upload:
        """Make room for a file; the one that has waited longest goes when there are too many.

        Raises
        ------
        UsageError
            ``file-name-invalid``; ``uploads-too-many``: so many come in or are being read at this moment.
        """
        name = check_file_name(name)
        with self._lock:
            self._drop_old()
            waiting = [held for held in self._held.values() if held.state is _State.WAITING]
            if len(self._held) >= self._most:
                if not waiting:
                    raise UsageError("uploads-too-many", most=self._most)
                self._remove(min(waiting, key=lambda held: held.started_s))
            with storage_faults():
                self._folder = self._folder or TemporaryDirectory(prefix="quhua-uploads-")
            token = secrets.token_urlsafe(_TOKEN_BYTES)
            folder = Path(self._folder.name) / token
            with storage_faults():
                folder.mkdir()
            upload = self._held[token] = Upload(token, folder / name, self._clock())
            return upload

    def hold(self, upload: Upload, request: ImportRequest) -> None:
        """Keep a file, now whole and shown, until it is confirmed."""
        with self._lock:
            upload.request, upload.state = request, _State.WAITING

    def discard(self, upload: Upload) -> None:
        """Forget a file."""
        with self._lock:
            self._remove(upload)

    @contextmanager
    def claimed(self, token: str) -> Iterator[Upload]:
        """Give a waiting file to one alone; afterwards it is gone, but waits again if what was done with it failed.

        Raises
        ------
        NotFoundError
            ``upload-not-found``: never there, confirmed already, given to somebody else, or too old.
        """
        with self._lock:
            self._drop_old()
            upload = self._held.get(token)
            if upload is None or upload.state is not _State.WAITING:
                raise NotFoundError("upload-not-found", token=quoted(token))
            upload.state = _State.IN_USE
        try:
            yield upload
        except BaseException:
            upload.state = _State.WAITING
            raise
        self.discard(upload)

    def close(self) -> None:
        """Remove everything."""
        with self._lock:
            self._held.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _drop_old(self) -> None:
        oldest = self._clock() - self.keep_s
        for upload in [one for one in self._held.values() if one.started_s < oldest and one.state is _State.WAITING]:
            self._remove(upload)

    def _remove(self, upload: Upload) -> None:
        if self._held.pop(upload.token, None) is not None:
            shutil.rmtree(upload.path.parent)
