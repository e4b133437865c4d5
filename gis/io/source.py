"""From what the planner names (file, folder, archive) to one file of a known format whose content fits its suffix."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from gis.errors import ReadError
from gis.i18n import listed
from gis.io.archive import check_archive, unpacked
from gis.io.formats import Format, format_of, head_of, readable_suffixes
from gis.io.mapinfo import check_mapinfo
from gis.io.shapefile import check_shapefile

__all__ = ["SourceFile", "opened_files"]

_NOT_LOCAL = re.compile(
    r"^(/vsi\w*/|[A-Za-z][A-Za-z0-9+.-]+://|(PG|MYSQL|OCI|MSSQL|ODBC|WFS|OAPIF|CSW|DB2|MEM):)", re.IGNORECASE
)
_MAX_FILES = 200


@dataclass(frozen=True)
class SourceFile:
    """One file that can be read, and its format; ``stem`` names its layer where the format names none."""

    file: Path
    format: Format

    @property
    def stem(self) -> str:
        """The file's name without suffix."""
        return self.file.stem


@contextmanager
def opened_files(path: str | PathLike[str]) -> Iterator[list[SourceFile]]:
    """Give the readable files behind a path: itself, those in a folder, or those in an archive (unpacked for the time).

    Raises
    ------
    ReadError
        ``path-not-local``, ``file-not-found``, ``format-not-read``, ``content-unlike-suffix``, ``archive-unsafe``,
        ``file-damaged``, ``sidecar-missing``.
    """
    text = str(path)
    if _NOT_LOCAL.match(text) or "\0" in text:
        raise ReadError("path-not-local", path=text)
    place = Path(path).expanduser()
    try:
        exists = place.exists()
    except OSError:  # a name that no file can have
        exists = False
    if not exists:
        raise ReadError("file-not-found", path=text)
    if place.suffix.lower() in {".zip", ".kmz"}:
        with unpacked(place) as folder:
            yield _files_in(folder, shown=place)
    elif place.is_dir() and place.suffix.lower() != ".gdb":
        yield _files_in(place, shown=place)
    else:
        yield [_checked(place, shown=place)]


def _files_in(folder: Path, *, shown: Path) -> list[SourceFile]:
    found = []
    geodatabases = [one for one in folder.rglob("*.gdb") if one.is_dir()]
    for file in sorted(folder.rglob("*")):
        if any(base in file.parents for base in geodatabases) or "__MACOSX" in file.parts or file.name.startswith("."):
            continue
        if format_of(file) and (file.is_file() or file in geodatabases):
            found.append(file)
        if len(found) > _MAX_FILES:
            raise ReadError("folder-too-full", path=shown, limit=_MAX_FILES)
    spatial = [file for file in found if format_of(file).reader != "table"] or found  # type: ignore[union-attr]
    if not spatial:
        raise ReadError("nothing-to-read", path=shown, known=listed(readable_suffixes(), limit=20))
    return [_checked(file, shown=shown) for file in spatial]


def _checked(file: Path, *, shown: Path) -> SourceFile:
    fmt = format_of(file)
    if fmt is None:
        raise ReadError(
            "format-not-read",
            path=shown,
            suffix=file.suffix or file.name,
            known=listed((*readable_suffixes(), ".kmz", ".zip"), limit=20),
        )
    if fmt.folder != file.is_dir():
        raise ReadError("content-unlike-suffix", path=file.name, format=fmt.label)
    if not fmt.folder and not fmt.looks_right(head_of(file)):
        code = "file-empty" if file.stat().st_size == 0 else "content-unlike-suffix"
        raise ReadError(code, path=file.name, format=fmt.label)
    if fmt.key == "excel":
        check_archive(file)
    if fmt.key in {"mapinfo", "mapinfo_mif"}:
        check_mapinfo(file)
    if fmt.key == "shapefile":
        check_shapefile(file)
    return SourceFile(file.resolve(), fmt)
