"""Read GeoJSON and TopoJSON; a file in GBK or Big5, which offices do send, is turned into UTF-8 first."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gis.decisions import Decision
from gis.errors import ReadError
from gis.i18n import Text
from gis.io.draft import Draft
from gis.io.encoding import EncodingChoice, decide_encoding
from gis.io.gdal import layer_names, read_raw

__all__ = ["json_layers", "read_json"]

_WHOLE_CHECK_BYTES = 8 * 1024**2
_TEXT_COORDINATES = re.compile(rb'"coordinates"\s*:[\s\[]*"')
_NO_NUMBERS = Text(
    "坐标写成了文本（带引号），应为数字", "its coordinates are written as text, in quotes, and numbers are needed"
)
_MARK = b"\xef\xbb\xbf"
_UTF8 = Decision("UTF-8", "declared", Text("编码：由文件格式规定", "encoding: fixed by the format"))


def json_layers(file: Path) -> list[str]:
    """Name the layers: one of a GeoJSON, each object of a TopoJSON.

    Raises
    ------
    ReadError
        ``file-unreadable``, ``file-damaged``, ``encoding-undecided``.
    """
    with _in_utf8(file, None) as (readable, _):
        return layer_names(readable)


def read_json(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    """Read a GeoJSON, or one object of a TopoJSON; members that are objects or lists become JSON text.

    Raises
    ------
    ReadError
        ``file-unreadable``, ``file-damaged`` (no JSON, or coordinates as text), ``encoding-wrong``,
        ``encoding-undecided``.
    """
    with _in_utf8(file, encoding) as (readable, choice):
        raw = read_raw(readable, layer=layer)
    if raw.frame.geometry.isna().all() and _TEXT_COORDINATES.search(file.read_bytes()):
        raise ReadError("file-damaged", path=file.name, reason=_NO_NUMBERS)
    topology = b'"Topology"' in file.read_bytes()[:4096]
    draft = Draft(
        path, layer, "topojson" if topology else "geojson", raw.frame, raw.crs, choice.decision if choice else _UTF8
    )
    draft.questions += choice.questions if choice else ()
    draft.add_remarks(raw.remarks)
    if topology and raw.frame.get("id") is not None and raw.frame["id"].isna().all():
        draft.frame = draft.frame.drop(columns="id")
    return draft


@contextmanager
def _in_utf8(file: Path, stated: str | None) -> Iterator[tuple[Path, EncodingChoice | None]]:
    raw = file.read_bytes().removeprefix(_MARK)
    choice = None
    if stated is not None or not _is_utf8(raw):
        choice = decide_encoding([raw], path=file, stated=stated)
        raw = _decoded(raw, choice.codec, file).encode()
    _check_json(raw, file)
    if choice is None or choice.codec == "utf-8":
        yield file, choice
        return
    with TemporaryDirectory(prefix="quhua-") as folder:
        copy = Path(folder) / file.name
        copy.write_bytes(raw)
        yield copy, choice


def _decoded(raw: bytes, codec: str, file: Path) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise ReadError("encoding-wrong", path=file.name, encoding=codec.upper()) from error


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_json(raw: bytes, file: Path) -> None:
    """Make sure that the end of the file is there; GDAL takes a cut file for a shorter one."""
    ending = raw.rstrip()[-1:]
    if ending not in {b"}", b"]"}:
        raise ReadError("file-damaged", path=file.name, reason=Text("JSON 没有结尾", "its JSON has no end"))
    if len(raw) > _WHOLE_CHECK_BYTES:
        return
    try:
        json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ReadError(
            "file-damaged", path=file.name, reason=Text(f"JSON 有误（{error}）", f"its JSON is wrong ({error})")
        ) from error
