"""The header and the text bytes of a dBASE table, read without decoding: the evidence for its encoding."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gis.errors import ReadError
from gis.i18n import Text

__all__ = ["DbfField", "DbfHeader", "deleted_rows", "read_dbf_header", "sample_dbf_text"]

_DESCRIPTOR_BYTES = 32
_END_OF_DESCRIPTORS = 0x0D
_DELETED = ord("*")
_MAX_FIELDS = 2046  # the most that any dBASE dialect allows


@dataclass(frozen=True)
class DbfField:
    """One column: its name as bytes, its type letter, and where its bytes lie in a record."""

    name: bytes
    type: str
    start: int
    width: int


@dataclass(frozen=True)
class DbfHeader:
    """What a .dbf says of itself: language byte, number of records, sizes in bytes, columns."""

    language_byte: int
    records: int
    header_bytes: int
    record_bytes: int
    fields: tuple[DbfField, ...]


def read_dbf_header(path: Path) -> DbfHeader:
    """Read the header of a .dbf and hold it against the size of the file.

    Raises
    ------
    ReadError
        ``file-damaged``: the header is cut short, contradicts itself, or promises more records than the file holds.

    Notes
    -----
    Layout: dBASE III/IV table structure; byte 29 is the language driver id.
    """
    size = path.stat().st_size
    with path.open("rb") as table:
        head = table.read(_DESCRIPTOR_BYTES)
        if len(head) < _DESCRIPTOR_BYTES:
            raise _damaged(path, Text("文件头不完整", "its header is cut short"))
        records, header_bytes, record_bytes = struct.unpack_from("<IHH", head, 4)
        descriptors = table.read(max(header_bytes - _DESCRIPTOR_BYTES, 0))
    fields = _fields(descriptors)
    if header_bytes < _DESCRIPTOR_BYTES or len(descriptors) < header_bytes - _DESCRIPTOR_BYTES or not fields:
        raise _damaged(path, Text("列定义不完整", "its column definitions are cut short"))
    if fields[-1].start + fields[-1].width > record_bytes:
        raise _damaged(path, Text("列宽超过记录长度", "its columns are wider than its records"))
    held = (size - header_bytes) // record_bytes
    if held < records:
        raise _damaged(
            path,
            Text(
                f"文件头说有 {records} 条记录，文件只装得下 {held} 条",
                f"its header promises {records} records but the file holds {held}",
            ),
        )
    return DbfHeader(head[29], records, header_bytes, record_bytes, fields)


def deleted_rows(path: Path) -> npt.NDArray[np.bool_]:
    """Say of each record whether it is marked as deleted (its first byte is a star), as dBASE leaves it until packing.

    Raises
    ------
    ReadError
        ``file-damaged``.
    """
    header = read_dbf_header(path)
    if not header.records:
        return np.zeros(0, dtype=bool)
    table = np.memmap(path, np.uint8, "r", offset=header.header_bytes, shape=(header.records, header.record_bytes))
    return np.asarray(table[:, 0] == _DELETED)


def sample_dbf_text(path: Path, *, max_records: int = 4000) -> list[bytes]:
    """Give the column names and the text values of records spread evenly over the table, as bytes without padding.

    Raises
    ------
    ReadError
        ``file-damaged``.
    """
    header = read_dbf_header(path)
    texts = {field.name for field in header.fields}
    columns = [field for field in header.fields if field.type == "C"]
    if columns and header.records:
        table = np.memmap(path, np.uint8, "r", offset=header.header_bytes, shape=(header.records, header.record_bytes))
        rows = np.unique(np.linspace(0, header.records - 1, min(header.records, max_records)).astype(int))
        sample = np.ascontiguousarray(table[rows])
        for field in columns:
            part = sample[:, field.start : field.start + field.width]
            texts.update(value.strip(b" \0") for value in {row.tobytes() for row in part})
    return sorted(texts - {b""})


def _fields(descriptors: bytes) -> tuple[DbfField, ...]:
    fields: list[DbfField] = []
    start = 1  # byte 0 of a record is its deletion mark
    for at in range(0, len(descriptors) - _DESCRIPTOR_BYTES + 1, _DESCRIPTOR_BYTES):
        if descriptors[at] == _END_OF_DESCRIPTORS or len(fields) > _MAX_FIELDS:
            break
        name = descriptors[at : at + 11].split(b"\0")[0]
        letter = chr(descriptors[at + 11])
        width = descriptors[at + 16]
        if letter == "C":  # Clipper and FoxPro keep the high byte of a long text width in the decimals
            width += descriptors[at + 17] * 256
        fields.append(DbfField(name, letter, start, width))
        start += width
    return tuple(fields)


def _damaged(path: Path, reason: Text) -> ReadError:
    return ReadError("file-damaged", path=path, reason=reason)
