"""A shapefile is several files; they must all be there, be whole, and belong to each other."""

import struct
from pathlib import Path

from gis.errors import ReadError
from gis.i18n import Text
from gis.io.dbf import read_dbf_header
from gis.io.formats import require_regular

__all__ = ["check_shapefile", "declared_encoding", "rows_with_shape", "sibling"]

_HEADER_BYTES = 100
_MAGIC = 9994


def check_shapefile(shp: Path) -> None:
    """Hold the lengths and record counts of .shp, .shx and .dbf against each other.

    Raises
    ------
    ReadError
        ``sidecar-missing`` (.shx or .dbf), ``file-damaged`` (cut short), ``sidecar-unlike`` (files of two layers).

    Notes
    -----
    ESRI Shapefile Technical Description (1998): lengths in 16-bit words at byte 24; .shx holds 8 bytes per record.
    """
    shx, dbf = sibling(shp, ".shx"), sibling(shp, ".dbf")
    for suffix, file in ((".shx", shx), (".dbf", dbf)):
        if file is None:
            raise ReadError("sidecar-missing", path=shp.name, sidecar=shp.stem + suffix)
    assert shx is not None
    assert dbf is not None
    _whole_length(shp)
    shapes = (_whole_length(shx) - _HEADER_BYTES) // 8
    rows = read_dbf_header(dbf).records
    if shapes != rows:
        raise ReadError("sidecar-unlike", path=shp.name, shapes=shapes, rows=rows)
    _check_offsets(shp, shx)


def rows_with_shape(shp: Path) -> list[bool]:
    """Say of each record whether it holds more than a null shape (4 bytes)."""
    shx = sibling(shp, ".shx")
    assert shx is not None
    index = shx.read_bytes()[_HEADER_BYTES : _whole_length(shx)]
    return [size > 2 for _, size in struct.iter_unpack(">ii", index[: len(index) // 8 * 8])]  # noqa: PLR2004  (words)


def declared_encoding(shp: Path) -> str | None:
    """Give what the .cpg file says, or None."""
    cpg = sibling(shp, ".cpg")
    return cpg.read_bytes()[:64].decode("ascii", "ignore").strip() or None if cpg else None


def sibling(shp: Path, suffix: str) -> Path | None:
    """Find the file of the same stem with another suffix, in either case.

    Raises
    ------
    ReadError
        ``file-not-regular``.
    """
    wanted = (shp.stem + suffix).lower()
    found = next(
        (file for file in shp.parent.iterdir() if file.name.lower() == wanted and file.name.startswith(shp.stem)), None
    )
    if found is not None:
        require_regular(found)
    return found


def _whole_length(file: Path) -> int:
    size = file.stat().st_size
    with file.open("rb") as opened:
        head = opened.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or struct.unpack_from(">i", head)[0] != _MAGIC:
        raise ReadError("file-damaged", path=file.name, reason=Text("文件头不完整", "its header is cut short or wrong"))
    promised = int(struct.unpack_from(">i", head, 24)[0]) * 2
    if promised > size or promised < _HEADER_BYTES:
        raise ReadError(
            "file-damaged",
            path=file.name,
            reason=Text(f"应有 {promised} 字节，实有 {size} 字节", f"it should have {promised} bytes and has {size}"),
        )
    return promised


def _check_offsets(shp: Path, shx: Path) -> None:
    """Hold the last record that the index points to against the length of the .shp."""
    length, index = shp.stat().st_size, shx.read_bytes()[_HEADER_BYTES : _whole_length(shx)]
    count = len(index) // 8
    pairs = struct.unpack(f">{count * 2}i", index[: count * 8])
    end = max((2 * start + 2 * size + 8 for start, size in zip(pairs[::2], pairs[1::2], strict=True)), default=0)
    if end > length or any(value < 0 for value in pairs):
        raise ReadError(
            "file-damaged",
            path=shp.name,
            reason=Text("索引（.shx）指向文件之外", "its index (.shx) points beyond the file"),
        )
