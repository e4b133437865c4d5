"""Write KML: one folder of placemarks, attributes as typed ExtendedData, coordinates in full."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import geopandas as gpd
import pandas as pd
import shapely
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from gis.errors import WriteError

__all__ = ["write_kml"]

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_WGS84 = 4326


def write_kml(frame: gpd.GeoDataFrame, path: Path, *, layer: str) -> None:
    """Write a layer in longitude and latitude of WGS 84, the only CRS that KML knows.

    Raises
    ------
    WriteError
        ``not-encodable``: a control character, which XML cannot hold.
    """
    degrees = frame.to_crs(_WGS84)
    root = Element("kml", xmlns=_NAMESPACE)
    document = SubElement(root, "Document")
    _named(document, layer)
    names = [str(name) for name in frame.columns if name != "geometry"]
    schema = SubElement(document, "Schema", name=layer, id="columns")
    for name in names:
        SubElement(schema, "SimpleField", name=_legal(name, name), type=_type(frame[name]))
    folder = SubElement(document, "Folder")
    _named(folder, layer)
    cells = {name: frame[name].tolist() for name in names}
    for at, shape in enumerate(degrees.geometry.to_numpy()):
        _placemark(folder, {name: cells[name][at] for name in names}, shape)
    indent(root, "")
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _placemark(folder: Element, row: dict[str, Any], shape: Any) -> None:
    mark = SubElement(folder, "Placemark")
    if isinstance(row.get("name"), str):
        _named(mark, _legal(row["name"], "name"))
    data = SubElement(SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl="#columns")
    for name, cell in row.items():
        if not pd.isna(cell):
            SubElement(data, "SimpleData", name=name).text = _legal(_text(cell), name)
    if shape is not None and not shape.is_empty:
        _shape(mark, shape)


def _shape(parent: Element, shape: Any) -> None:
    if shape.geom_type == "Polygon":
        polygon = SubElement(parent, "Polygon")
        _ring(SubElement(polygon, "outerBoundaryIs"), shape.exterior)
        for hole in shape.interiors:
            _ring(SubElement(polygon, "innerBoundaryIs"), hole)
    elif shape.geom_type in {"Point", "LineString"}:
        _coordinates(SubElement(parent, shape.geom_type), shapely.get_coordinates(shape))
    else:
        several = SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            _shape(several, part)


def _ring(parent: Element, ring: Any) -> None:
    _coordinates(SubElement(parent, "LinearRing"), shapely.get_coordinates(ring))


def _coordinates(parent: Element, points: Iterable[Any]) -> None:
    SubElement(parent, "coordinates").text = " ".join(f"{float(x)!r},{float(y)!r}" for x, y in points)


def _named(element: Element, name: str) -> None:
    SubElement(element, "name").text = name


def _type(column: "pd.Series[Any]") -> str:
    if is_bool_dtype(column):
        return "bool"
    if is_integer_dtype(column):
        return "int"
    return "double" if is_float_dtype(column) else "string"


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def _legal(text: str, column: str) -> str:
    if any(ord(character) < 0x20 and character not in "\t\n" for character in text):  # noqa: PLR2004
        raise WriteError("not-encodable", column=column, value=ascii(text), encoding="XML")
    return text
