"""From what the planner names (file, folder, archive) to one file of a known format whose content fits its suffix."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from gis.errors import ReadError
from gis.i18n import Text, listed
from gis.io.archive import check_archive, unpacked
from gis.io.formats import Format, format_of, head_of, readable_suffixes, require_regular
from gis.io.mapinfo import check_mapinfo
from gis.io.shapefile import check_shapefile
from gis.oserrors import reason_of

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
        ``path-not-local``, ``file-not-found``, ``file-not-regular``, ``folder-is-root``, ``nothing-to-read`` (a folder
        is looked at without those below it), ``archive-without-layers``, ``folder-too-full``, ``format-not-read``,
        ``content-unlike-suffix``, ``archive-unsafe``, ``file-damaged``, ``sidecar-missing``.
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
    if place.is_dir() and place.suffix.lower() != ".gdb":
        if place.resolve().parent == place.resolve():
            raise ReadError("folder-is-root", path=text, known=_looked_for())
        yield _checked_all(_found(_entries(place), root=place, shown=place), shown=place, code="nothing-to-read")
    elif place.suffix.lower() in {".zip", ".kmz"}:
        with unpacked(place) as folder:
            found = _found(sorted(folder.rglob("*")), root=folder, shown=place)
            yield _checked_all(found, shown=place, code="archive-without-layers")
    else:
        yield [_checked(place, shown=place)]


def _entries(folder: Path) -> list[Path]:
    """Name what a folder itself holds; what lies in folders below may be anybody's."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise ReadError("file-unreadable", path=folder, reason=reason_of(error)) from error


def _found(entries: Iterable[Path], *, root: Path, shown: Path) -> list[Path]:
    """Take the files of known formats; a geodatabase is one, and what lies in it is none."""
    found: list[Path] = []
    for file in entries:
        above = file.relative_to(root).parts[:-1]
        if "__MACOSX" in above or any(name.lower().endswith(".gdb") for name in above):
            continue
        fmt = format_of(file)
        if fmt and not file.name.startswith(".") and (file.is_dir() if fmt.folder else file.is_file()):
            found.append(file)
        if len(found) > _MAX_FILES:
            raise ReadError("folder-too-full", path=shown, limit=_MAX_FILES)
    return found


def _checked_all(found: list[Path], *, shown: Path, code: str) -> list[SourceFile]:
    spatial = [file for file in found if format_of(file).reader != "table"] or found  # type: ignore[union-attr]
    if not spatial:
        raise ReadError(code, path=shown, known=_looked_for())
    return [_checked(file, shown=shown) for file in spatial]


def _looked_for() -> Text:
    return listed((*readable_suffixes(), ".kmz", ".zip"), limit=20)


def _checked(file: Path, *, shown: Path) -> SourceFile:
    try:
        return _judged(file, shown=shown)
    except OSError as error:  # gone or locked since it was listed
        raise ReadError("file-unreadable", path=file.name, reason=reason_of(error)) from error


def _judged(file: Path, *, shown: Path) -> SourceFile:
    fmt = format_of(file)
    if fmt is None:
        raise ReadError(
            "format-not-read",
            path=shown,
            suffix=file.suffix or file.name,
            known=_looked_for(),
        )
    for one in file.iterdir() if file.is_dir() else (file,):
        require_regular(one)
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
