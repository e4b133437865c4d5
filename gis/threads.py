"""Work of shapely on many geometries spread over the cores.

It serves functions from geometries to plain values and geometries (``is_valid``, ``make_valid``), during which shapely
lets other threads run; it does not serve those from or to Python objects (``from_wkb``, ``to_wkb``).
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["in_threads", "while_made"]

_ROWS_OF_A_PART = 4096  # below, starting a thread costs more than it saves
_MOST_THREADS = 8


def in_threads(work: Callable[[npt.NDArray[Any]], Any], values: npt.ArrayLike) -> npt.NDArray[Any]:
    """Apply a vectorised function of shapely to parts of an array at the same time; the result is as of one call.

    Parameters
    ----------
    work
        A function of an array that treats each item by itself and gives an array of the same length.
    values
        One-dimensional array of geometries; not changed.

    Returns
    -------
    ndarray
        What ``work`` gives for the whole array. What it raises is raised here.

    Examples
    --------
    >>> import shapely
    >>> in_threads(shapely.area, shapely.box(0, 0, [1, 2], 1)).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(values)
    most_parts = len(array) // _ROWS_OF_A_PART
    threads = min(_cores(), most_parts)
    if threads <= 1:
        return np.asarray(work(array))
    parts = np.array_split(array, min(4 * threads, most_parts))  # several for each, so that a slow one holds up little
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(work, parts)))


def while_made(
    work: Callable[[npt.NDArray[Any]], Any], parts: Iterable[npt.NDArray[Any]]
) -> tuple[npt.NDArray[Any], Callable[[], npt.NDArray[Any]]]:
    """Apply a function as to :func:`in_threads` to parts of an array while this thread makes the next ones, and beyond.

    Parameters
    ----------
    work
        A function of an array that treats each item by itself and gives an array of the same length.
    parts
        At least one array of geometries; no thread changes them as long as the work goes on.

    Returns
    -------
    ndarray
        All parts in one array, as soon as the last is made. What making them raises is raised here.
    callable
        Waits for the work and gives its result for the whole array; raises what ``work`` raises.

    Examples
    --------
    >>> import shapely
    >>> shapes, areas = while_made(shapely.area, (shapely.box(0, 0, [n], 1) for n in (1, 2)))
    >>> areas().tolist()
    [1.0, 2.0]
    """
    pool = ThreadPoolExecutor(_cores())
    try:
        begun = [(part, pool.submit(work, part)) for part in parts]
    finally:
        pool.shutdown(wait=False)  # what was begun goes on
    made = np.concatenate([part for part, _ in begun])
    return made, lambda: np.concatenate([done.result() for _, done in begun])


def _cores() -> int:
    return min(os.cpu_count() or 1, _MOST_THREADS)
