"""Which features a query asks for, in what order, with which properties, in which CRS: read once for all formats."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import shapely
from fastapi import Depends, Query

from api.catalogue import Bounds, Collection, as_of
from api.cql2 import read_filter, select_rows
from api.cql2.parse import FilterLanguage
from api.errors import UsageError
from api.geojson import FeatureTable
from api.quoting import quoted
from api.references import CRS84, Reference, find_reference
from api.service import Service
from api.times import read_datetime
from gis.i18n import Text, listed

__all__ = ["Selected", "Selection", "SelectionDep", "select", "table_of"]

_BOX_SIZES = (4, 6)
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Selection:
    """The query parameters that choose and shape features, as they were written; FastAPI fills it."""

    bbox: Annotated[
        str | None,
        Query(
            description="范围：西，南，东，北，或按 bbox-crs · west,south,east,north, or as bbox-crs has it",
            examples=["114,33,115,34"],
        ),
    ] = None
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="bbox 的坐标系 · the CRS of bbox", examples=[CRS84])
    ] = None
    crs: Annotated[
        str | None,
        Query(
            description="答复的坐标系，坐标按其轴序 · the CRS of the answer, in its order of axes",
            examples=["http://www.opengis.net/def/crs/EPSG/0/4490"],
        ),
    ] = None
    datetime: Annotated[
        str | None,
        Query(
            description="时刻或时间段：给出当时的版本 · a moment or an interval: the version that was current then",
            examples=["2026-01-01T00:00:00Z/.."],
        ),
    ] = None
    filter: Annotated[
        str | None, Query(description="CQL2 筛选条件 · a filter in CQL2", examples=["households > 300"])
    ] = None
    filter_lang: Annotated[
        FilterLanguage | None, Query(alias="filter-lang", description="筛选语言 · language of the filter")
    ] = None
    filter_crs: Annotated[
        str | None,
        Query(
            alias="filter-crs", description="筛选条件中图形的坐标系 · the CRS of shapes in the filter", examples=[CRS84]
        ),
    ] = None
    sortby: Annotated[
        str | None,
        Query(
            description="排序：属性名以逗号分隔，“-”为降序 · properties to sort by; - before a name: descending",
            examples=["-households,name"],
        ),
    ] = None
    properties: Annotated[
        str | None, Query(description="只要这些属性 · give these properties only", examples=["name,households"])
    ] = None

    def as_query(self) -> dict[str, str]:
        """Give what was asked as query parameters again, for links."""
        return {name.replace("_", "-"): value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True, eq=False)
class Selected:
    """What a selection found: the collection as of the time asked, its table, the rows in order, columns and CRS."""

    found: Collection
    table: FeatureTable
    rows: Rows
    columns: Sequence[str] | None
    reference: Reference


async def asked_selection(**asked: Any) -> Selection:
    """Read the query parameters of a selection; FastAPI takes them from the class, and needs no thread for this."""
    return Selection(**asked)


asked_selection.__signature__ = inspect.signature(Selection)  # type: ignore[attr-defined]
SelectionDep = Annotated[Selection, Depends(asked_selection)]


def table_of(service: Service, found: Collection) -> FeatureTable:
    """Give a collection ready to be served, prepared once for each content."""
    return service.memory.recall(("table", found.id, found.content_hash), lambda: FeatureTable.of(found.load()))


def select(service: Service, found: Collection, asked: Selection) -> Selected:
    """Find what is asked for.

    Raises
    ------
    UsageError
        ``parameter-invalid``, ``filter-invalid``, ``crs-not-offered``, ``property-unknown``.
    """
    reference = find_reference(asked.crs, found, parameter="crs")
    area = _area(asked, found)
    then = found if asked.datetime is None else as_of(service.project, found, read_datetime(asked.datetime))
    table = table_of(service, then or found)
    keep = np.full(len(table), then is not None)
    if area is not None:
        keep &= table.meets(area)
    if asked.filter is not None:
        written_in = find_reference(asked.filter_crs, found, parameter="filter-crs")
        tree = read_filter(asked.filter, asked.filter_lang or "cql2-text")
        keep &= select_rows(tree, table.filterable, rows=len(table), to_lonlat=written_in.to_lonlat)
    elif asked.filter_lang is not None or asked.filter_crs is not None:
        raise UsageError(
            "filter-invalid",
            reason=Text("没有 filter", "filter-lang and filter-crs go with a filter, which is missing"),
        )
    rows = np.flatnonzero(keep)
    if asked.sortby is not None:
        rows = rows[_order(table, asked.sortby, rows)]
    columns = None if asked.properties is None else _known(asked.properties.split(","), table, "properties")
    return Selected(then or found, table, rows, columns, reference)


def _area(asked: Selection, found: Collection) -> Any:
    written_in = find_reference(asked.bbox_crs, found, parameter="bbox-crs")
    if asked.bbox is None:
        if asked.bbox_crs is not None:
            raise UsageError(
                "parameter-invalid", reason=Text("没有 bbox", "bbox-crs goes with a bbox, which is missing")
            )
        return None
    return _read_area(asked.bbox, written_in)


def _order(table: FeatureTable, text: str, rows: Rows) -> Rows:
    """Order rows by properties, the first counts most; what is unknown comes last either way."""
    keys = []
    for part in reversed(text.split(",")):
        name = part[1:] if part[:1] in {"+", "-"} else part.removeprefix(" ")  # a plus that was not escaped is a blank
        _known([name], table, "sortby")
        column = table.filterable[name]()
        known = column.known[rows]
        values = column.values[rows]
        if column.kind == "list":
            values = np.array([str(value) for value in values], dtype=object)
        ranks = np.zeros(len(rows), dtype=np.int64)
        if known.any():
            ranks[known] = np.unique(values[known], return_inverse=True)[1] + 1
        keys += [-ranks if part.startswith("-") else ranks, ~known]
    return np.asarray(np.lexsort(keys), dtype=np.intp)


def _known(names: Sequence[str], table: FeatureTable, parameter: str) -> list[str]:
    wanted = [name for name in names if name not in table.columns and not (name == "id" and parameter == "sortby")]
    if wanted:
        raise UsageError(
            "property-unknown",
            parameter=parameter,
            names=listed(map(quoted, wanted)),
            known=listed(table.columns, limit=30),
        )
    return list(names)


def _read_area(text: str, written_in: Reference) -> Any:
    """Read ``bbox``: four numbers, or six of which the heights are left aside.

    Raises
    ------
    UsageError
        ``parameter-invalid``.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise _box_error(text) from None
    if len(numbers) not in _BOX_SIZES or not np.isfinite(numbers).all():
        raise _box_error(text)
    box: Bounds = tuple(numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]])  # type: ignore[assignment]  # noqa: PLR2004
    if written_in.is_metric:
        if not (box[0] <= box[2] and box[1] <= box[3]):
            raise _box_error(text)
        return written_in.box_to_lonlat(box)
    return _lonlat_area(box if not written_in.is_swapped else (box[1], box[0], box[3], box[2]), text)


def _lonlat_area(box: Bounds, text: str) -> shapely.Geometry:
    west, south, east, north = box
    if not (all(-180 <= x <= 180 for x in (west, east)) and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise _box_error(text)
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.multipolygons(  # across 180 degrees
        [shapely.box(west, south, 180.0, north), shapely.box(-180.0, south, east, north)]
    )


def _box_error(text: str) -> UsageError:
    shown = quoted(text)
    reason = Text(
        f"bbox={shown}；应为四个数（或六个，含高程），先小后大，次序同坐标系的轴序；默认为 西，南，东，北 的经纬度",
        f"bbox={shown}; four numbers are needed (or six, with heights), the lower ones first, in the order of axes of "
        "its CRS; by default west,south,east,north in degrees",
    )
    return UsageError("parameter-invalid", reason=reason)
