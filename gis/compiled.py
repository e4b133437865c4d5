"""The one place that compiles: machine code kept on disk between runs, free of the interpreter lock while it works."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["compiled"]

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays at its first call."""
    return cast("_Function", njit(cache=True, nogil=True)(function))
