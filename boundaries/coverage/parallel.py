"""Map a function over chunks of work with threads, or with the executor that the caller brings."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_chunks", "mapped"]

T = TypeVar("T")
R = TypeVar("R")


def mapped(function: Callable[[T], R], work: Sequence[T], *, executor: Executor | None = None) -> list[R]:
    """Give the results in the order of the work; GEOS works without the interpreter's lock, so threads share the load.

    An executor of processes needs a ``function`` of module level.
    """
    if executor is not None:
        return list(executor.map(function, work))
    workers = min(os.cpu_count() or 1, len(work))
    if workers <= 1:
        return [function(item) for item in work]
    with ThreadPoolExecutor(workers) as threads:
        return list(threads.map(function, work))


def in_chunks(count: int, *, size: int) -> Iterator[NDArray[np.int64]]:
    """Split positions ``0 .. count - 1`` into runs of at most ``size``."""
    starts: Iterable[int] = range(0, count, size)
    for start in starts:
        yield np.arange(start, min(start + size, count))
