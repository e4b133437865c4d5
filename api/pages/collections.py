"""What the pages of collections and features show, in both languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from api.catalogue import Collection
from api.formats import FILE_FORMATS, formats_of
from api.geojson import FeatureTable
from api.selection import Selected
from gis.maps.sketch import sketch_svg
from gis.plain import plain_value, to_json

__all__ = ["collection_context", "collections_context", "item_context", "items_context"]

_MOST_DRAWN = 3000
_POLYGONS = (3, 6)


def collections_context(catalogue: Sequence[Collection]) -> dict[str, Any]:
    """Gather the lines of the list of collections."""
    return {"rows": [_facts(found) for found in catalogue]}


def collection_context(found: Collection, table: FeatureTable, references: Sequence[str]) -> dict[str, Any]:
    """Gather what the page of a collection shows: facts, a sketch, its properties, files and CRS."""
    columns = [{"name": name, "kind": make().kind} for name, make in table.filterable.items()]
    box = None if found.bounds is None else [f"{edge:.5f}" for edge in found.bounds]
    return {
        **_facts(found),
        "description": found.description,
        "box": box,
        "columns": columns,
        "references": references,
        "files": [{"name": name, "label": FILE_FORMATS[name].label} for name in formats_of(found)],
        "sketch": _sketch(table, np.arange(len(table))),
        "tiles": found.bounds is not None,
    }


def items_context(selected: Selected, offset: int, size: int, query: Mapping[str, str]) -> dict[str, Any]:
    """Gather a page of features as a table, the way to the next one, and a sketch of them."""
    found, table = selected.found, selected.table
    rows = selected.rows[offset : offset + size]
    columns = list(table.columns if selected.columns is None else selected.columns)
    matched = len(selected.rows)

    def page(start: int) -> str:
        return "?" + urlencode({**query, "limit": size, "offset": start, "f": "html"})

    return {
        **_facts(found),
        "columns": columns,
        "features": [
            {
                "id": table.ids[row],
                "href": f"/collections/{quote(found.id)}/items/{quote(table.ids[row], safe='')}",
                "cells": [_written(table.values[name][row]) for name in columns],
            }
            for row in rows.tolist()
        ],
        "matched": f"{matched:,}",
        "first": f"{offset + 1:,}",
        "last": f"{offset + len(rows):,}",
        "is_filtered": bool(query),
        "before": page(max(0, offset - size)) if offset > 0 else None,
        "after": page(offset + size) if offset + size < matched else None,
        "again": urlencode({**query, "limit": size, "offset": offset, "f": "html"}) + "&",
        "as_json": "?" + urlencode({**query, "limit": size, "offset": offset, "f": "json"}),
        "download": urlencode(query) + ("&" if query else ""),
        "files": [{"name": name, "label": FILE_FORMATS[name].label} for name in formats_of(found)],
        "sketch": _sketch(table, rows),
    }


def item_context(found: Collection, table: FeatureTable, row: int) -> dict[str, Any]:
    """Gather one feature: its properties, its place, a sketch."""
    return {
        **_facts(found),
        "feature": table.ids[row],
        "properties": [{"name": name, "value": _written(table.values[name][row])} for name in table.columns],
        "sketch": _sketch(table, np.array([row])),
    }


def _facts(found: Collection) -> dict[str, Any]:
    return {
        "id": found.id,
        "path": f"/collections/{quote(found.id)}",
        "title": found.title,
        "rows": f"{found.rows:,}",
        "version": found.version,
        "saved": f"{datetime.fromisoformat(found.updated).astimezone():%Y-%m-%d %H:%M}",
    }


def _written(cell: Any) -> str:
    plain = plain_value(cell)
    if plain is None:
        return "—"
    if isinstance(plain, list | dict):
        return ", ".join(map(str, plain)) if isinstance(plain, list) else to_json(plain)
    if isinstance(plain, float):
        return f"{plain:,.0f}" if plain.is_integer() else f"{plain:,.2f}"
    return str(plain)


def _sketch(table: FeatureTable, rows: "np.ndarray[Any, Any]") -> Markup | None:
    """Draw polygons; None where there are none, or too many for a page."""
    shapes = table.shapes[rows]
    drawn = rows[np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)]
    if not 0 < len(drawn) <= _MOST_DRAWN:
        return None
    layer = gpd.GeoDataFrame(geometry=table.stored.iloc[drawn])
    return Markup(sketch_svg(layer, width_px=420, height_px=280))  # noqa: S704 - numbers and colours only
