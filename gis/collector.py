"""Python's search for unreachable cycles, paused while many rows are made: it would look at every one of them again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector of cycles for a block that makes very many plain objects and no cycles.

    Whoever paused it wakes it, also after an error; a block inside such a block, or in another thread, changes nothing.

    Examples
    --------
    >>> with collector_paused():
    ...     gc.isenabled()
    False
    """
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            gc.enable()
