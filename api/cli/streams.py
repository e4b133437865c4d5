"""The standard streams, made fit for every text, and silenced when nobody listens any more."""

import io
import os
import sys
import warnings
from contextlib import suppress

__all__ = ["DEBUG", "make_ready", "silence_output"]

DEBUG = "QUHUA_DEBUG"  # environment variable: tracebacks and warnings go to the error stream


def make_ready() -> None:
    """Let any character be printed on any terminal, and keep the libraries' warnings, written for developers, away."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if not os.environ.get(DEBUG):
        warnings.simplefilter("ignore")


def silence_output() -> None:
    """Send what is still to be written on standard output nowhere: its reader is gone, or its place is full."""
    with suppress(OSError, ValueError):  # no real file under it: nothing that could fail at the end
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
