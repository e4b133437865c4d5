"""What is settled, asked and found while a layer comes in: small records that the report and the pages share."""

from dataclasses import dataclass
from typing import Literal

from gis.i18n import Text

__all__ = ["ColumnChoice", "Decision", "Question", "RowNote"]


@dataclass(frozen=True)
class Decision:
    """One thing that was settled about a file (its encoding, its CRS, its ids): the value, on what ground, and why."""

    value: str | None
    how: Literal["stated", "declared", "detected", "deduced", "made", "none"]
    reason: Text


@dataclass(frozen=True)
class ColumnChoice:
    """A standard column and the source column that fills it, with the reason and a few of its values."""

    target: str
    source: str
    how: Literal["stated", "remembered", "standard", "alias", "truncated"]
    reason: Text
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something that the planner has to decide; ``options`` are the answers that fit, none of them applied."""

    code: str
    text: Text
    column: str | None = None
    options: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowNote:
    """What was found or changed at one row, counted from 1 in the order of the file; ``id`` is what names the row."""

    row: int
    id: str
    code: str
    text: Text
