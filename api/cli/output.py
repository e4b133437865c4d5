"""What a command prints: sentences and tables for people, one JSON document for programs."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from numbers import Real
from pathlib import Path
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gis.i18n import Lang, Text

__all__ = ["Output", "figure"]

_PIPE_WIDTH = 190  # columns of a table that nobody watches in a terminal


class _Screen(Console):
    """A console that lets a reader who goes away end the command in the one place where errors end it."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Output:
    """One command's voice, in the reader's language; with ``as_json`` people's sentences are silent."""

    def __init__(self, lang: Lang, *, as_json: bool = False) -> None:
        self.lang = lang
        self.as_json = as_json
        self._console = _Screen(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)
        self._progress_console = _Screen(stderr=True, highlight=False)

    def say(self, text: Text, /, **facts: Any) -> None:
        """Print one sentence for people."""
        if not self.as_json:
            self._console.print(text.in_language(self.lang, **facts), markup=False)

    def heading(self, text: Text) -> None:
        """Print a heading with a line of space above."""
        if not self.as_json:
            self._console.print()
            self._console.print(text.in_language(self.lang), style="bold", markup=False)

    def table(self, columns: Sequence[tuple[Text, bool]], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; each column is a title and whether it holds numbers (set to the right)."""
        if self.as_json:
            return
        table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for title, numeric in columns:
            text = title.in_language(self.lang)
            longest = max(cell_len(word) for word in text.split())
            justify: Literal["left", "right"] = "right" if numeric else "left"
            table.add_column(text, justify=justify, no_wrap=not numeric, min_width=longest)
        for row in rows:
            table.add_row(*(self._cell(value) for value in row))
        self._console.print(table)

    def emit(self, document: Mapping[str, Any]) -> None:
        """Print the result for programs, as one JSON document."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")

    @contextmanager
    def progress(self, title: Text) -> Iterator["Stage"]:
        """Show a progress bar on the error stream while a long step runs, when a person is watching."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=self._progress_console,
            transient=True,
            disable=self.as_json or not self._progress_console.is_terminal,
        )
        with bar:
            yield Stage(bar, bar.add_task(title.in_language(self.lang), total=1.0), self.lang)

    def _cell(self, value: object) -> str:
        if isinstance(value, Text):
            return value.in_language(self.lang)
        return figure(value) if isinstance(value, Real) else str(value)


class Stage:
    """The handle of a running progress bar; call it with a stage and the share that is done."""

    def __init__(self, bar: Progress, task: Any, lang: Lang) -> None:
        self._bar, self._task, self._lang = bar, task, lang

    def __call__(self, stage: Text, done: float) -> None:
        self._bar.update(self._task, description=stage.in_language(self._lang), completed=done)


def figure(value: Real | float, *, decimals: int | None = None) -> str:
    """Write a number with thousands separators; unknown is a dash, never zero.

    Examples
    --------
    >>> figure(1157.26), figure(float("nan")), figure(0.25)
    ('1,157', '—', '0.25')
    """
    number = float(value)
    if math.isnan(number):
        return "—"
    if decimals is None:
        decimals = 0 if number.is_integer() or abs(number) >= 100 else 2  # noqa: PLR2004  (three digits are enough)
    return f"{number:,.{decimals}f}"


def _plain(value: object) -> object:
    import numpy as np

    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path | datetime):
        return str(value)
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    msg = f"{type(value).__name__} has no JSON form here"
    raise TypeError(msg)
