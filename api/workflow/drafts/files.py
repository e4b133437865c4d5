"""A plan from a file: a table of units and communities, or drawn polygons; with an account of what was understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from api.errors import UsageError
from api.workflow.common import layers_of, needed
from api.workflow.drafts.creating import store_draft
from boundaries import assign_by_overlap, build_units
from gis.columns import alias_table, fold_name
from gis.i18n import Text, listed
from gis.io.read import read_layer
from gis.io.tables import read_table
from gis.kinds import Kind
from gis.project import Project
from gis.store import Version

__all__ = ["FileRequest", "PlanReport", "plan_from_file"]

_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx"})
_UNIT_WORDS = ("unit_id", "unit", "id", "规划单元", "单元", "单元编号", "单元标识", "单元代码")
_COMMUNITY_WORDS = ("community_id", "community", "社区标识", "方案社区", "新社区")


@dataclass(frozen=True)
class FileRequest:
    """A file to make a plan of; what is None is found out."""

    path: Path
    unit_column: str | None = None
    community_column: str | None = None
    crs: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class PlanReport:
    """How a file was understood, unit by unit.

    ``unknown_units`` are named in the file but none of the project's; ``repeated_units`` stand in several rows with
    different communities and are left without one; ``without_row`` are units that the file does not name or leaves
    empty; ``straddling`` and ``ties`` are units over several polygons, and such as lie evenly in two.
    """

    read_as: str
    rows: int
    assigned: int
    communities: int
    unit_column: str | None = None
    community_column: str | None = None
    unknown_units: tuple[str, ...] = ()
    repeated_units: tuple[str, ...] = ()
    without_row: tuple[str, ...] = ()
    straddling: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    notes: tuple[Text, ...] = field(default=())


def plan_from_file(
    project: Project,
    name: str,
    request: FileRequest,
    *,
    author: str,
    reason: str,
    title: str | None = None,
    store: bool = True,
) -> tuple[PlanReport, Version | None]:
    """Make a plan of a table (.csv, .xlsx: a row for each unit) or of drawn polygons (any layer of polygons).

    Parameters
    ----------
    name
        Its name in the project.
    request
        The file. Of a table, the column of units is the one that holds most ids of units; that of communities goes by
        its name, or is the only other one. A polygon takes the units that lie in it for the most part.
    store
        False only looks: nothing is stored.

    Raises
    ------
    UsageError
        ``file-column-unclear``, ``units-not-in-file``, ``plan-exists``.
    ProjectError
        ``layer-needed``: the project has no units.
    ReadError, CrsError, SchemaError
        The file cannot be read.
    """
    layers = layers_of(project)
    needed(layers, Kind.UNITS)
    units = build_units(layers)
    if request.path.suffix.lower() in _TABLES:
        assignment, report = _from_table(request, units)
    else:
        assignment, report = _from_polygons(request, units)
    if not store:
        return report, None
    label = title or request.path.stem
    version = store_draft(
        project,
        name,
        assignment,
        title=Text(label, label),
        provenance={"source": "draft", "from": "file", "balance": project.settings.proposals.balance},
        author=author,
        reason=reason,
        parameters={"created_from": "file", "file": request.path.name, "read_as": report.read_as},
    )
    return report, version


def _from_table(request: FileRequest, units: gpd.GeoDataFrame) -> "tuple[pd.Series[str], PlanReport]":
    table = read_table(request.path, encoding=request.encoding)
    texts = table.map(_text)
    unit_column = _unit_column(request, texts, units)
    community_column = _community_column(request, texts, unit_column)
    rows = pd.DataFrame({"unit": texts[unit_column], "community": texts[community_column]}).dropna(subset="unit")
    known = rows["unit"].isin(units.index)
    if not known.any():
        raise UsageError(
            "units-not-in-file", path=request.path.name, column=unit_column, ids=listed(units.index, limit=3)
        )
    pairs = rows[known].dropna().drop_duplicates()
    is_repeated = pairs["unit"].duplicated(keep=False)
    labels = pairs[~is_repeated].set_index("unit")["community"].reindex(units.index)
    repeated = tuple(pairs["unit"][is_repeated].unique())
    missing = labels.index[labels.isna()].difference(list(repeated))
    return labels, PlanReport(
        read_as="table",
        rows=len(table),
        assigned=int(labels.notna().sum()),
        communities=int(labels.nunique()),
        unit_column=str(unit_column),
        community_column=str(community_column),
        unknown_units=tuple(rows["unit"][~known].unique()),
        repeated_units=repeated,
        without_row=tuple(missing),
        notes=tuple(table.attrs["notes"]),
    )


def _unit_column(request: FileRequest, texts: pd.DataFrame, units: gpd.GeoDataFrame) -> str:
    if request.unit_column is not None:
        return _named(request, texts, request.unit_column, Text("规划单元", "units"), "unit_column")
    hits = texts.isin(set(units.index)).sum()
    if len(hits) and hits.max() > 0 and (hits == hits.max()).sum() == 1:
        return str(hits.idxmax())
    named = _by_name(list(map(str, texts.columns)), _UNIT_WORDS)
    if named is None:
        raise _unclear(request, texts, Text("规划单元", "units"), "unit_column")
    return named


def _community_column(request: FileRequest, texts: pd.DataFrame, unit_column: str) -> str:
    what = Text("社区", "communities")
    if request.community_column is not None:
        return _named(request, texts, request.community_column, what, "community_column")
    others = [str(column) for column in texts.columns if column != unit_column]
    aliases = alias_table()
    words = [*aliases["any"]["community_code"], *aliases["communities"]["code"], *aliases["communities"]["name"]]
    named = _by_name(others, (*_COMMUNITY_WORDS, *words))
    if named is not None:
        return named
    if len(others) != 1:
        raise _unclear(request, texts, what, "community_column")
    return others[0]


def _by_name(columns: Sequence[str], words: Sequence[str]) -> str | None:
    folded = {fold_name(column): str(column) for column in columns}
    return next((folded[fold_name(word)] for word in words if fold_name(word) in folded), None)


def _named(request: FileRequest, texts: pd.DataFrame, column: str, what: Text, option: str) -> str:
    if column not in texts.columns:
        raise _unclear(request, texts, what, option)
    return column


def _unclear(request: FileRequest, texts: pd.DataFrame, what: Text, option: str) -> UsageError:
    found = listed(texts.columns, limit=20)
    return UsageError("file-column-unclear", path=request.path.name, what=what, found=found, option=option)


def _text(cell: object) -> str | None:
    """Write a cell as an id: numbers of a workbook without a fraction, blanks as nothing."""
    if cell is None or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 - NaN alone differs from itself
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None


def _from_polygons(request: FileRequest, units: gpd.GeoDataFrame) -> "tuple[pd.Series[str], PlanReport]":
    drawn = read_layer(request.path, Kind.COMMUNITIES, crs=request.crs, encoding=request.encoding)
    labels = assign_by_overlap(units, drawn.to_crs(units.crs))
    found = labels.attrs
    return labels, PlanReport(
        read_as="polygons",
        rows=len(drawn),
        assigned=int(labels.notna().sum()),
        communities=int(labels.nunique()),
        without_row=tuple(found["unassigned"]),
        straddling=tuple(found["straddling"]),
        ties=tuple(found["ties"]),
    )
