"""A layer made ready for the page: shapes, looks, names, popups and labels as plain lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from gis.i18n import Text
from gis.kinds import Field, Kind, schema_of
from gis.maps.shapes import area_m2, encode_shapes, label_points, lighten
from gis.maps.styles import STYLES, LayerStyle
from gis.maps.words import AREA, Pair, area_text, as_pair, count_text, is_known, plain_text

__all__ = ["COVERAGES", "MAX_VERTICES", "Row", "draw_layer", "draw_layers", "rows_of"]

MAX_VERTICES = 120_000
COVERAGES = frozenset({Kind.COMMUNITIES, Kind.GRIDS, Kind.UNITS})

Row = tuple[Text, Text]
"""A line of a popup: what it is, its value."""


def draw_layers(layers: Mapping[str, gpd.GeoDataFrame], *, skip: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Make every layer that has a kind and at least one row ready, from the ground up.

    Raises
    ------
    SchemaError
        ``kind-unknown``: a key is no kind of layer.
    CrsError
        ``crs-missing``.
    """
    wanted = {Kind(schema_of(kind).kind): layer for kind, layer in layers.items() if kind not in skip}
    return [
        draw_layer(
            wanted[kind],
            key=str(kind),
            label=schema_of(kind).label,
            style=style,
            rows=rows_of(wanted[kind], kind) if style.answers else None,
        )
        for kind, style in STYLES.items()
        if kind in wanted and len(wanted[kind])
    ]


def draw_layer(
    layer: gpd.GeoDataFrame,
    *,
    key: str,
    label: Text,
    style: LayerStyle,
    rows: Sequence[Sequence[Row]] | None = None,
    fills: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Make one layer ready: a dict that JSON can hold.

    Parameters
    ----------
    layer
        Any geometry, any CRS; column ``name`` where there is one names the rows. Untouched.
    key, label
        Its identifier on the page, and its name for readers.
    style
        How it looks.
    rows
        The lines of each row's popup; needed where the style answers.
    fills
        A fill for each row, in place of the style's.
    """
    is_coverage = key in COVERAGES
    thinned, tolerance = lighten(layer, max_vertices=MAX_VERTICES, coverage=is_coverage)
    drawn: dict[str, Any] = {
        "key": key,
        "label": as_pair(label),
        "style": style.as_dict(),
        "count": len(layer),
        "tolerance": tolerance,
        "shapes": encode_shapes(thinned, name=key),
        "names": names_of(layer) if style.answers or style.named else None,
        "ids": [str(value) for value in layer.index] if style.answers else None,
        "rows": None if rows is None else _compact(rows),
        "fills": None if fills is None else list(fills),
        "labels": _labels(layer) if style.named else None,
    }
    return {field: value for field, value in drawn.items() if value is not None}


def names_of(layer: gpd.GeoDataFrame) -> list[str]:
    """Name every row: its name, else its id."""
    if "name" not in layer.columns:
        return [str(row) for row in layer.index]
    return [str(name) if is_known(name) else str(row) for row, name in layer["name"].items()]


def rows_of(layer: gpd.GeoDataFrame, kind: str) -> list[list[Row]]:
    """Write the popup of each row: the known values of the standard columns, and the area of polygons.

    Columns that the kind does not list are left out: they may hold personal data.
    """
    schema = schema_of(kind)
    areas = area_m2(layer, name=kind) if schema.geometry == "polygon" else None
    columns = [field for field in schema.fields if field.name in layer.columns and field.name != "name"]
    table = {field.name: layer[field.name].tolist() for field in columns}
    rows = []
    for at in range(len(layer)):
        lines = [
            (field.label, _value(field, table[field.name][at])) for field in columns if is_known(table[field.name][at])
        ]
        if areas is not None:
            lines.append((AREA, area_text(float(areas[at]))))
        rows.append(lines)
    return rows


def households_of(layer: gpd.GeoDataFrame) -> "pd.Series[float] | None":
    """Give the households of each row, where the layer tells."""
    return layer["households"].astype(float) if "households" in layer.columns else None


def _value(field: Field, value: Any) -> Text:
    return count_text(value) if field.type == "figure" else plain_text(value)


def _labels(layer: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Place a label on each row: its name, and below it the households; large ones first."""
    households = households_of(layer)
    areas = area_m2(layer)
    labels = []
    for at, (name, place) in enumerate(zip(names_of(layer), label_points(layer), strict=True)):
        if place is None:
            continue
        below = None if households is None or not is_known(households.iloc[at]) else count_text(households.iloc[at])
        label: dict[str, Any] = {"at": place, "name": name, "rank": float(areas[at])}
        if below is not None:
            label["below"] = [f"{below.zh} 户", below.en]
        labels.append(label)
    return sorted(labels, key=lambda label: (-label["rank"], label["name"]))


def _compact(rows: Sequence[Sequence[Row]]) -> dict[str, Any]:
    """Write popups shortly: every label once, then its number and the value; a value alike in both languages once."""
    labels: dict[Text, int] = {}
    written: list[list[Any]] = []
    for lines in rows:
        flat: list[Any] = []
        for label, value in lines:
            flat.append(labels.setdefault(label, len(labels)))
            flat.append(value.zh if value.zh == value.en else as_pair(value))
        written.append(flat)
    pairs: list[Pair] = [as_pair(label) for label in labels]
    return {"labels": pairs, "values": written}
