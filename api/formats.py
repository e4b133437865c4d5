"""In which form an answer is wanted: a page or JSON, or a file of one of the formats that layers are written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Query, Request

from api.catalogue import Collection
from api.links import GEOJSON
from api.problems import wants_html
from gis.i18n import Text
from gis.store import Entity

__all__ = ["FILE_FORMATS", "FileFormat", "FormatName", "PageOrJson", "file_format", "formats_of", "is_page_wanted"]

PageOrJson = Annotated[
    Literal["html", "json"] | None,
    Query(description="格式；不写时按 Accept · format; by Accept when left out"),
]
FormatName = Literal["geojson", "gpkg", "fgb", "csv", "shp"]


@dataclass(frozen=True)
class FileFormat:
    """A format of whole files: its media type, the suffix by which the writer knows it, its name for readers."""

    media_type: str
    suffix: str
    label: Text


FILE_FORMATS: Mapping[FormatName, FileFormat] = {
    "geojson": FileFormat(GEOJSON, ".geojson", Text("GeoJSON", "GeoJSON")),
    "gpkg": FileFormat("application/geopackage+sqlite3", ".gpkg", Text("GeoPackage", "GeoPackage")),
    "fgb": FileFormat("application/flatgeobuf", ".fgb", Text("FlatGeobuf", "FlatGeobuf")),
    "csv": FileFormat("text/csv", ".csv", Text("CSV", "CSV")),
    "shp": FileFormat("application/zip", ".zip", Text("Shapefile（GBK）", "Shapefile (GBK)")),
}
assert tuple(FILE_FORMATS) == get_args(FormatName)


def formats_of(found: Collection) -> list[FormatName]:
    """List the formats that are offered for a collection.

    The sentences and lists of ids of findings are longer than the 254 bytes that a shapefile holds.
    """
    return [name for name in FILE_FORMATS if not (name == "shp" and found.entity == Entity.FINDINGS)]


def is_page_wanted(request: Request, f: Literal["html", "json"] | None) -> bool:
    """Say whether a page is wanted: as the parameter says, else as the header does."""
    return f == "html" or (f is None and wants_html(request))


def file_format(request: Request, f: FormatName | None) -> FormatName:
    """Choose the format of a file: as the parameter says, else the first that the header names, else GeoJSON."""
    if f is not None:
        return f
    accept = request.headers.get("accept", "")
    places = {name: accept.find(fmt.media_type) for name, fmt in FILE_FORMATS.items()}
    named = [name for name, place in places.items() if place >= 0]
    return min(named, key=lambda name: places[name]) if named else "geojson"
