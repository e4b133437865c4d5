"""A layer on its way in: its table, and everything found so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from gis.columns import ColumnMapping
from gis.decisions import Decision, Question, RowNote
from gis.errors import GisError
from gis.geometry import GeometryNote, Judged
from gis.i18n import Text
from gis.io.report import LoadReport

__all__ = ["Draft"]

_UNDECIDED = Decision(None, "none", Text("", ""))


@dataclass
class Draft:
    """The table as read (``frame``; ``rows`` are its row numbers in the file, from 1) and the record of the loading."""

    path: str
    layer: str
    format: str
    frame: gpd.GeoDataFrame
    declared_crs: Any
    encoding: Decision
    kind: str | None = None
    crs: Decision = _UNDECIDED
    ids: Decision = _UNDECIDED
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping((), (), ()))
    renamed: dict[str, str] = field(default_factory=dict)
    refusals: list[GisError] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    faults: list[RowNote] = field(default_factory=list)
    repairs: list[RowNote] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    rows_read: int = 0
    judged: Judged | None = None

    def __post_init__(self) -> None:
        self.rows_read = len(self.frame)
        self.frame = self.frame.set_axis(np.arange(1, len(self.frame) + 1), axis="index")

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """Row numbers in the file of the rows still held."""
        return np.asarray(self.frame.index, dtype=np.int64)

    def row_numbers(self, positions: npt.ArrayLike) -> list[int]:
        """Give the row numbers of positions."""
        return [int(row) for row in self.rows[np.asarray(positions, dtype=int)]]

    def note_rows(self, target: list[RowNote], notes: list[GeometryNote], *, label: str | None) -> None:
        """Take notes on geometries over, with the row number and what names the row."""
        names = None if label is None else self.frame[label].astype(object).to_numpy()
        for note in notes:
            name = "" if names is None or names[note.position] is None else str(names[note.position])
            target.append(RowNote(int(self.rows[note.position]), name, note.code, note.text))

    def add_remarks(self, remarks: Iterable[str]) -> None:
        """Take over what the reading library said."""
        self.notes += [Text(f"读取时的提示：{remark}", f"said while reading: {remark}") for remark in remarks]

    def report(self) -> LoadReport:
        """Close the record."""
        return LoadReport(
            path=self.path,
            layer=self.layer,
            format=self.format,
            kind=self.kind,
            encoding=self.encoding,
            crs=self.crs,
            ids=self.ids,
            columns=self.mapping.choices,
            kept_columns=tuple(name for name in self.mapping.kept if name != "geometry"),
            rows_read=self.rows_read,
            rows_kept=len(self.frame),
            questions=(*self.mapping.questions, *self.questions),
            faults=tuple(self.faults),
            repairs=tuple(self.repairs),
            notes=tuple(self.notes),
        )
