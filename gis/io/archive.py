"""Zip archives from outside: looked at before they are opened, taken apart within limits, never beyond their folder."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from gis.errors import ReadError
from gis.i18n import Text
from gis.io.formats import require_regular

__all__ = ["check_archive", "member_name", "unpacked"]

MAX_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 4 * 1024**3
MAX_RATIO = 250  # deflate cannot pass about 1,030; real geodata stay below 40
_SMALL_BYTES = 64 * 1024**2  # below this a high ratio does no harm
_CHUNK_BYTES = 1024**2
_UTF8_NAME = 0x800
_TYPE_BITS, _LINK = 0o170000, 0o120000


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Give the members of an archive that is safe to take apart.

    Raises
    ------
    ReadError
        ``archive-unsafe``: a member that leaves the folder, is a link or is encrypted, more members or bytes than the
        limits, or a packing ratio that only a zip bomb has; ``file-damaged``: no whole archive; ``file-not-regular``.
    """
    require_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(
            "file-damaged", path=path, reason=Text(f"不是完整的压缩包（{error}）", f"it is no whole archive ({error})")
        ) from error
    if len(members) > MAX_MEMBERS:
        raise _unsafe(path, Text(f"含有 {len(members)} 个文件", f"it holds {len(members)} files"))
    for member in members:
        _check_member(path, member)
    total, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if total > MAX_UNPACKED_BYTES or (total > _SMALL_BYTES and total > MAX_RATIO * max(packed, 1)):
        raise _unsafe(
            path,
            Text(f"解压后有 {total:,} 字节（压缩后 {packed:,}）", f"it unpacks to {total:,} bytes from {packed:,}"),
        )
    return members


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Take an archive apart into a folder that is removed at the end.

    Raises
    ------
    ReadError
        As :func:`check_archive`; also when a member holds more bytes than the archive says.
    """
    members = check_archive(path)
    with TemporaryDirectory(prefix="quhua-") as folder:
        with zipfile.ZipFile(path) as archive:
            for member in members:
                if not member.is_dir():
                    _extract(archive, member, Path(folder) / member_name(member), path)
        yield Path(folder)


def member_name(member: zipfile.ZipInfo) -> str:
    """Give the name of a member; old zip programs write Chinese names in GBK without saying so.

    Python reads a name without the UTF-8 mark as code page 437; its bytes are read again as UTF-8, else as GB 18030.
    """
    if member.flag_bits & _UTF8_NAME or member.filename.isascii():
        return member.filename
    raw = member.filename.encode("cp437")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return member.filename


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = member_name(member)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts:
        raise _unsafe(path, Text("含有没有名称的文件", "it holds a file without a name"))
    if name.startswith(("/", "\\")) or ".." in parts or ":" in (parts[0] if parts else ""):
        raise _unsafe(path, Text(f"文件名 {name} 指向压缩包之外", f"member {name} points outside the archive"))
    if (member.external_attr >> 16) & _TYPE_BITS == _LINK:
        raise _unsafe(path, Text(f"{name} 是链接", f"member {name} is a link"))
    if member.flag_bits & 0x1:
        raise _unsafe(path, Text(f"{name} 已加密", f"member {name} is encrypted"))


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, path: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    try:
        with archive.open(member) as source, target.open("wb") as copy:
            while chunk := source.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise _unsafe(
                        path,
                        Text(
                            f"{member_name(member)} 比声明的大", f"member {member_name(member)} is larger than it says"
                        ),
                    )
                copy.write(chunk)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ReadError(
            "file-damaged",
            path=path,
            reason=Text(
                f"{member_name(member)} 无法解压（{error}）",
                f"member {member_name(member)} cannot be unpacked ({error})",
            ),
        ) from error


def _unsafe(path: Path, reason: Text) -> ReadError:
    return ReadError("archive-unsafe", path=path, reason=reason)
