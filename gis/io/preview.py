"""What would come of loading a source, without loading it: mapping, reasons, questions, and every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

import pandas as pd

from gis.datum import Datum
from gis.decisions import Question
from gis.errors import GisError
from gis.i18n import Lang, Text
from gis.io.loading import STEPS, Stated, start_draft
from gis.io.postgis import database_layers, is_database
from gis.io.raw import layers_of
from gis.io.report import LoadReport
from gis.io.source import opened_files

__all__ = ["Preview", "list_layers", "preview"]

_SAMPLE_ROWS = 5


@dataclass(frozen=True)
class Preview:
    """The report as far as loading comes, what would stop it, the first rows as they would be, and where they lie.

    ``problems`` are refusals (a missing CRS, text where figures belong ...) as questions with the answers that fit;
    an empty tuple says that the layer can be loaded as it stands. The report's own questions stop nothing.
    """

    report: LoadReport
    problems: tuple[Question, ...]
    rows: tuple[dict[str, str | None], ...]
    crs: Any = None
    bounds: tuple[float, float, float, float] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether loading with the same options would succeed."""
        return not self.problems

    def in_language(self, lang: Lang) -> dict[str, Any]:
        """Give everything as plain lists and texts of one language, ready for JSON."""
        problems = [
            {
                "code": one.code,
                "text": one.text.in_language(lang),
                "column": one.column,
                "options": list(one.options),
            }
            for one in self.problems
        ]
        return {
            "ready": self.is_ready,
            "problems": problems,
            "rows": list(self.rows),
            "report": self.report.in_language(lang),
        }


def preview(  # noqa: PLR0913  (the options of read_layer)
    path: str | PathLike[str],
    kind: str | None = None,
    *,
    layer: str | None = None,
    crs: Any = None,
    datum: Datum | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    mend_rings: bool = True,
    swap_xy: bool = False,
    remembered: Mapping[str, str] | None = None,
) -> Preview:
    """Show how :func:`gis.read_layer` would take a source with these options; parameters as there.

    Raises
    ------
    ReadError
        The source cannot be read at all, or holds several layers and none is named.
    SchemaError
        ``kind-unknown``.
    """
    stated = Stated(kind, layer, crs, datum, encoding, columns, mend_rings, swap_xy, remembered)
    draft = start_draft(path, stated)
    problems = []
    for step in STEPS:
        try:
            step(draft, stated)
        except GisError as error:
            problems += [_problem(one) for one in draft.refusals or [error]]
            draft.refusals.clear()
    rows = draft.frame.drop(columns="geometry").head(_SAMPLE_ROWS).to_dict("records")
    shown = tuple({str(name): None if pd.isna(cell) else str(cell) for name, cell in row.items()} for row in rows)
    west, south, east, north = (float(value) for value in draft.frame.total_bounds)
    return Preview(draft.report(), tuple(problems), shown, draft.frame.crs, (west, south, east, north))


def list_layers(path: str | PathLike[str]) -> list[str]:
    """Name the layers with geometry that a source holds.

    Raises
    ------
    ReadError
        The source cannot be read.
    """
    if is_database(path):
        return database_layers(str(path))
    with opened_files(path) as files:
        return [name for file in files for name in layers_of(file)]


def _problem(error: GisError) -> Question:
    options = error.facts.get("candidates") or error.facts.get("values") or ()
    return Question(
        error.code,
        Text(error.text("zh"), error.text("en")),
        column=error.facts.get("column"),
        options=tuple(str(option) for option in options) if not isinstance(options, str) else (options,),
    )
