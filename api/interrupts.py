"""Ctrl-C: noted whatever becomes of it on the way, and kept waiting while a deed must be done as a whole."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["kept_whole", "note_interrupts", "was_interrupted"]

_asked = threading.Event()


def note_interrupts() -> None:
    """Note every Ctrl-C from now on: a library that is being loaded may turn the exception into one of its own."""
    _asked.clear()
    signal.signal(signal.SIGINT, _interrupt)


def was_interrupted() -> bool:
    """Say whether Ctrl-C was pressed since :func:`note_interrupts`."""
    return _asked.is_set()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt


@contextmanager
def kept_whole() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done; beside the main thread, where it never falls, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: waiting.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
    if waiting.is_set():
        raise KeyboardInterrupt
