"""Read KML by its own rules: folders as layers, ExtendedData under its real (Chinese) names, as GDAL does not.

OGC KML 2.2 (OGC 07-147r2): coordinates are longitude, latitude in degrees of WGS 84, heights are optional.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.decisions import Decision
from gis.errors import ReadError
from gis.i18n import Text
from gis.io.draft import Draft
from gis.io.encoding import decide_encoding
from gis.io.gdal import unique_names

__all__ = ["kml_layers", "read_kml"]

_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FIELDS = {"name": "name", "description": "description"}
_MAX_DEPTH = 60


def kml_layers(file: Path) -> list[str]:
    """Name the folders (or the document) that hold placemarks.

    Raises
    ------
    ReadError
        ``file-unreadable``, ``encoding-undecided``.
    """
    root, _ = _parsed(file, None)
    return [name for name, _ in _folders(root, file.stem)]


def read_kml(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    """Read the placemarks of one folder.

    Raises
    ------
    ReadError
        ``file-unreadable``: no well-formed KML, or coordinates that are no numbers; ``encoding-undecided``.
    """
    root, decision = _parsed(file, encoding)
    marks = next(marks for name, marks in _folders(root, file.stem) if name == layer)
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []
    for mark in marks:
        rows.append(_attributes(mark))
        try:
            shapes.append(_geometry(mark))
        except (ValueError, IndexError, shapely.errors.ShapelyError) as error:
            reason = Text(
                f"第 {len(rows)} 个地标的坐标有误（{error}）", f"wrong coordinates in placemark {len(rows)} ({error})"
            )
            raise ReadError("file-damaged", path=file.name, reason=reason) from error
    types = _types(root)
    found = dict.fromkeys(name for row in rows for name in row)
    names = [
        *(name for name in types if name in found or _is_own(root)),
        *(name for name in found if name not in types),
    ]
    fresh = unique_names(names)
    data = {new: [row.get(name) for row in rows] for name, new in zip(names, fresh, strict=True)}
    frame = gpd.GeoDataFrame(data, geometry=np.array(shapes, dtype=object), index=range(len(rows)))
    for name, new in zip(names, fresh, strict=True):
        frame[new] = _typed(frame[new].astype("str"), types.get(name, "string"))
    return Draft(path, layer, "kml", frame, "EPSG:4326", decision)


def _types(root: Element) -> dict[str, str]:
    fields = (element for element in root.iter() if _tag(element) == "SimpleField")
    return {field.get("name", ""): field.get("type", "string") for field in fields}


def _is_own(root: Element) -> bool:
    """Say whether every field of the Schema belongs to this layer, as in a file that :func:`gis.write_layer` wrote."""
    return sum(_tag(element) == "Schema" for element in root.iter()) == 1


def _typed(column: "pd.Series[Any]", stated: str) -> "pd.Series[Any]":
    """Give a column the type that the Schema states, if every cell fits it."""
    if stated == "bool" and column.isin(["0", "1", "true", "false"]).all():
        return column.isin(["1", "true"])
    if stated in {"int", "uint", "short", "ushort", "double", "float"}:
        numbers = pd.to_numeric(column, errors="coerce")
        if numbers.notna().equals(column.notna()):
            whole = (
                stated not in {"double", "float"} and column.notna().all() and column.str.fullmatch(r"-?\d{1,18}").all()
            )
            return column.astype("int64") if whole else numbers.astype(float)
    return column


def _parsed(file: Path, encoding: str | None) -> tuple[Element, Decision]:
    raw = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if _DOCTYPE.search(raw):
        reason = Text("含有 DOCTYPE 或 ENTITY 声明，不予解析", "it declares a DOCTYPE or an ENTITY and is not parsed")
        raise ReadError("file-unreadable", path=file.name, reason=reason)
    declared = _DECLARED.match(raw.lstrip()[:200])
    choice = decide_encoding([raw], path=file, stated=encoding, declared=declared[1].decode() if declared else None)
    parser = XMLParser()  # noqa: S314  (a DOCTYPE, and with it every entity, was refused above)
    try:
        parser.feed(_DECLARATION.sub("", raw.decode(choice.codec)))
        root = parser.close()
    except (ParseError, UnicodeDecodeError) as error:
        raise ReadError("file-unreadable", path=file.name, reason=str(error)) from error
    assert isinstance(root, Element)
    return root, choice.decision


def _folders(root: Element, stem: str) -> list[tuple[str, list[Element]]]:
    """Give the folders with placemarks of their own; equal names get a number."""
    found = [(name or stem, marks) for name, marks in _walk(root, None, 0) if marks]
    names = unique_names([name for name, _ in found])
    return [(name, marks) for name, (_, marks) in zip(names, found, strict=True)]


def _walk(element: Element, name: str | None, depth: int) -> Iterator[tuple[str | None, list[Element]]]:
    if depth > _MAX_DEPTH:
        return
    yield name, [child for child in element if _tag(child) == "Placemark"]
    for child in element:
        if _tag(child) in {"Document", "Folder"}:
            yield from _walk(child, _text(child, "name") or name, depth + 1)


def _attributes(mark: Element) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for child in mark:
        tag = _tag(child)
        if tag in _FIELDS and child.text and child.text.strip():
            row[_FIELDS[tag]] = child.text.strip()
        elif tag == "ExtendedData":
            row.update(_extended(child))
    return row


def _extended(data: Element) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for item in data.iter():
        key = item.get("name")
        if key and _tag(item) == "SimpleData":
            row[key] = (item.text or "").strip() or None
        elif key and _tag(item) == "Data":
            row[key] = _text(item, "value")
    return row


def _geometry(element: Element) -> Any:
    for child in element:
        if (shape := _shape(child)) is not None:
            return shape
    return None


def _shape(element: Element) -> Any:
    tag = _tag(element)
    if tag == "Point":
        return shapely.Point(_coordinates(element)[0])
    if tag in {"LineString", "LinearRing"}:
        return shapely.LineString(_coordinates(element))
    if tag == "Polygon":
        rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}  # type: dict[str, list[Any]]
        for boundary in element:
            if _tag(boundary) in rings:
                rings[_tag(boundary)] += [_coordinates(ring) for ring in boundary if _tag(ring) == "LinearRing"]
        outer = rings["outerBoundaryIs"]
        return shapely.Polygon(outer[0], rings["innerBoundaryIs"]) if outer else shapely.Polygon()
    if tag == "MultiGeometry":
        return _collected([shape for child in element if (shape := _shape(child)) is not None])
    return None


def _collected(parts: list[Any]) -> Any:
    types = {part.geom_type for part in parts}
    if types == {"Polygon"}:
        return shapely.MultiPolygon(parts)
    if types == {"LineString"}:
        return shapely.MultiLineString(parts)
    return shapely.MultiPoint(parts) if types == {"Point"} else shapely.GeometryCollection(parts)


def _coordinates(element: Element) -> list[tuple[float, float]]:
    text = next((child.text or "" for child in element if _tag(child) == "coordinates"), "")
    triples = [one.split(",") for one in re.sub(r"\s*,\s*", ",", text).split()]
    return [(float(one[0]), float(one[1])) for one in triples]


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element, tag: str) -> str | None:
    text = next((child.text for child in element if _tag(child) == tag), None)
    return (text or "").strip() or None
