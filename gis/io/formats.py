"""The formats that are read and written: one table, from which the reader, the writer, the help and the docs draw."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gis.errors import ReadError
from gis.i18n import Text

__all__ = ["FORMATS", "Format", "format_of", "readable_suffixes", "require_regular", "writable_suffixes"]

_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Format:
    """One format: its suffixes, which reader and GDAL driver serve it, and how its first bytes look."""

    key: str
    label: Text
    suffixes: tuple[str, ...]
    reader: Literal["gdal", "parquet", "table"]
    driver: str | None
    looks_right: Callable[[bytes], bool]
    writable: bool = True
    folder: bool = False


def format_of(path: Path) -> Format | None:
    """Give the format of a file by its suffix, or None.

    Examples
    --------
    >>> format_of(Path("社区.shp")).key
    'shapefile'
    """
    suffix = path.suffix.lower()
    return next((one for one in FORMATS if suffix in one.suffixes), None)


def require_regular(path: Path) -> None:
    """Refuse pipes, devices and sockets at once: whoever opens one may wait for ever, or read without end.

    Raises
    ------
    ReadError
        ``file-not-regular``.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ReadError("file-not-regular", path=path)


def head_of(path: Path) -> bytes:
    """Read the first bytes of a file, by which its format is checked."""
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def readable_suffixes() -> tuple[str, ...]:
    """Give every suffix that can be read; archives (.zip) of these too."""
    return tuple(suffix for one in FORMATS for suffix in one.suffixes)


def writable_suffixes() -> tuple[str, ...]:
    """Give every suffix that can be written."""
    return tuple(suffix for one in FORMATS if one.writable for suffix in one.suffixes)


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"["))


def _kml(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return (
        text.startswith(b"<")
        and b"<kml" in head
        and b"<!DOCTYPE" not in head.upper()
        and b"<!ENTITY" not in head.upper()
    )


def _dxf(head: bytes) -> bool:
    if head.startswith(b"AutoCAD Binary DXF"):
        return True
    lines = [line.strip() for line in head.lstrip(b"\xef\xbb\xbf").splitlines()[:200]]
    return b"SECTION" in lines or b"999" in lines[:1]


def _text(head: bytes) -> bool:
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _tab(head: bytes) -> bool:
    return b"!table" in head[:200].lower() or b"!version" in head[:200].lower()


FORMATS: tuple[Format, ...] = (
    Format(
        "shapefile", Text("Shapefile", "Shapefile"), (".shp",), "gdal", "ESRI Shapefile", _starts(b"\x00\x00\x27\x0a")
    ),
    Format("geopackage", Text("GeoPackage", "GeoPackage"), (".gpkg",), "gdal", "GPKG", _starts(b"SQLite format 3\0")),
    Format("geojson", Text("GeoJSON", "GeoJSON"), (".geojson", ".json"), "gdal", "GeoJSON", _json),
    Format("flatgeobuf", Text("FlatGeobuf", "FlatGeobuf"), (".fgb",), "gdal", "FlatGeobuf", _starts(b"fgb\x03fgb")),
    Format(
        "geoparquet", Text("GeoParquet", "GeoParquet"), (".parquet", ".geoparquet"), "parquet", None, _starts(b"PAR1")
    ),
    Format("kml", Text("KML", "KML"), (".kml",), "gdal", "LIBKML", _kml),
    Format(
        "filegdb",
        Text("File Geodatabase", "File Geodatabase"),
        (".gdb",),
        "gdal",
        "OpenFileGDB",
        lambda _: True,
        writable=False,
        folder=True,
    ),
    Format("topojson", Text("TopoJSON", "TopoJSON"), (".topojson",), "gdal", "TopoJSON", _json, writable=False),
    Format("dxf", Text("DXF", "DXF"), (".dxf",), "gdal", "DXF", _dxf, writable=False),
    Format("mapinfo", Text("MapInfo TAB", "MapInfo TAB"), (".tab",), "gdal", "MapInfo File", _tab),
    Format(
        "mapinfo_mif",
        Text("MapInfo MIF", "MapInfo MIF"),
        (".mif",),
        "gdal",
        "MapInfo File",
        lambda head: head[:200].lower().lstrip().startswith(b"version"),
    ),
    Format("csv", Text("CSV", "CSV"), (".csv", ".tsv", ".txt"), "table", None, _text),
    Format("excel", Text("Excel", "Excel"), (".xlsx",), "table", None, _starts(b"PK\x03\x04")),
)
