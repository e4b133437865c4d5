"""Bytes of a vector tile: features in compiled loops, layers around them (Mapbox Vector Tile specification 2.1)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gis.compiled import compiled

__all__ = ["encode_features", "encode_value", "encode_varint", "frame_layer"]

_LAYERS = 3  # the field of a tile
_VERSION, _NAME, _KEYS, _VALUES, _EXTENT = 15, 1, 3, 4, 5  # the fields of a layer; 2 are its features
_POINTS, _POLYGONS = 1, 3
_MOVE, _LINE = 1, 2
_MOVE_ONCE, _CLOSE_PATH = 9, 15
_SEVEN_BITS = 0x7F
_FEATURE_ID, _FEATURE_TAGS, _FEATURE_FAMILY, _FEATURE_SHAPE = 0x08, 0x12, 0x18, 0x22  # field numbers with wire types
_A_FEATURE = 0x12
_FEWEST_CORNERS = 3

Integers = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def encode_varint(number: int) -> bytes:
    """Write a number of 64 bits, seven to a byte, the lowest first.

    Examples
    --------
    >>> encode_varint(300).hex()
    'ac02'
    """
    number &= (1 << 64) - 1
    parts = bytearray()
    while number > _SEVEN_BITS:
        parts.append(number & _SEVEN_BITS | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


def encode_value(value: str | float | bool) -> bytes:  # noqa: FBT001 - a cell
    """Write a cell by its type: text, double, truth value, or a whole number (negative ones zigzag)."""
    if isinstance(value, str):
        inner = _block(1, value.encode(errors="replace"))
    elif isinstance(value, bool):
        inner = b"\x38" + (b"\x01" if value else b"\x00")
    elif isinstance(value, int):
        inner = b"\x20" + encode_varint(value) if value >= 0 else b"\x30" + encode_varint((-value << 1) - 1)
    else:
        inner = b"\x19" + np.float64(value).tobytes()
    return _block(_VALUES, inner)


def frame_layer(name: str, features: bytes, keys: Sequence[str], values: Sequence[bytes], *, extent: int) -> bytes:
    """Put a layer together from its encoded features and values; the bytes are a tile, and tiles may be joined."""
    parts = [
        encode_varint(_VERSION << 3),
        b"\x02",
        _block(_NAME, name.encode()),
        features,
        *(_block(_KEYS, key.encode(errors="replace")) for key in keys),
        *values,
        encode_varint(_EXTENT << 3),
        encode_varint(extent),
    ]
    return _block(_LAYERS, b"".join(parts))


def encode_features(
    ids: Integers,
    families: Integers,
    tags: Integers,
    tag_starts: Integers,
    points: Integers,
    part_starts: Integers,
    part_roles: Integers,
    feature_parts: Integers,
) -> tuple[bytes, Integers]:
    """Encode features, those left out that have nothing to draw.

    Parameters
    ----------
    ids
        Feature ids; a negative one is left out.
    families
        1 points, 2 lines, 3 polygons.
    tags, tag_starts
        Numbers of keys and values by turns; where those of each feature begin, and the end.
    points, part_starts
        Corners in units of the tile; where each part (ring, line, or points of a feature) begins, and the end.
    part_roles
        Of polygons: 1 where the part is an outer ring, 0 for a hole.
    feature_parts
        Where the parts of each feature begin, and the end.

    Returns
    -------
    The bytes, and how many each feature takes (0: left out). Rings come out oriented as the specification asks,
    outer ones clockwise on a screen; repeated corners and what has no length or area is left out.
    """
    room = 5 * (2 * len(points) + 3 * len(part_roles)) + 5 * len(tags) + 64 * len(ids) + 64
    buffer = np.empty(room, dtype=np.uint8)
    scratch = np.empty(room, dtype=np.uint8)
    lengths = np.zeros(len(ids), dtype=np.int64)
    end = _encode(
        ids, families, tags, tag_starts, points, part_starts, part_roles, feature_parts, buffer, scratch, lengths
    )
    return buffer[:end].tobytes(), lengths


def _block(field: int, content: bytes) -> bytes:
    return encode_varint(field << 3 | 2) + encode_varint(len(content)) + content


@compiled
def _put(buffer: Bytes, at: int, number: int) -> int:  # pragma: no cover - compiled
    """Write a varint of a number that is not negative; give the place behind it."""
    while number > _SEVEN_BITS:
        buffer[at] = number & _SEVEN_BITS | 0x80
        number >>= 7
        at += 1
    buffer[at] = number
    return at + 1


@compiled
def _size(number: int) -> int:  # pragma: no cover - compiled
    count = 1
    while number > _SEVEN_BITS:
        number >>= 7
        count += 1
    return count


@compiled
def _zigzag(number: int) -> int:  # pragma: no cover - compiled
    return number << 1 if number >= 0 else (-number << 1) - 1


@compiled
def _part(  # noqa: C901, PLR0912, PLR0913, PLR0917 - one loop over a part, for the compiler
    points: Integers,
    first: int,
    last: int,
    family: int,
    outer: int,
    cursor: Integers,
    kept: Integers,
    out: Bytes,
    at: int,
) -> int:  # pragma: no cover - compiled
    """Write one part; give the place behind it, or the place given when nothing is left of the part."""
    count = 0
    for n in range(first, last):
        if (
            family == _POINTS
            or count == 0
            or points[n, 0] != points[kept[count - 1], 0]
            or points[n, 1] != points[kept[count - 1], 1]
        ):
            kept[count] = n
            count += 1
    if family == _POLYGONS:
        while (
            count > 1
            and points[kept[count - 1], 0] == points[kept[0], 0]
            and points[kept[count - 1], 1] == points[kept[0], 1]
        ):
            count -= 1
        if count < _FEWEST_CORNERS:
            return at
        twice = 0
        for n in range(count):
            a, b = kept[n], kept[(n + 1) % count]
            twice += points[a, 0] * points[b, 1] - points[b, 0] * points[a, 1]
        if twice == 0:
            return at
        if (twice > 0) != (outer == 1):
            for n in range(1, (count + 1) // 2):
                kept[n], kept[count - n] = kept[count - n], kept[n]
    elif family == _LINE and count == 1:
        return at
    x, y = cursor[0], cursor[1]
    for n in range(count):
        if family == _POINTS:
            if n == 0:
                at = _put(out, at, count << 3 | _MOVE)
        elif n == 0:
            at = _put(out, at, _MOVE_ONCE)
        elif n == 1:
            at = _put(out, at, (count - 1) << 3 | _LINE)
        at = _put(out, at, _zigzag(points[kept[n], 0] - x))
        at = _put(out, at, _zigzag(points[kept[n], 1] - y))
        x, y = points[kept[n], 0], points[kept[n], 1]
    if family == _POLYGONS:
        at = _put(out, at, _CLOSE_PATH)
    cursor[0], cursor[1] = x, y
    return at


@compiled
def _encode(  # noqa: PLR0913, PLR0917 - flat arrays
    ids: Integers,
    families: Integers,
    tags: Integers,
    tag_starts: Integers,
    points: Integers,
    part_starts: Integers,
    part_roles: Integers,
    feature_parts: Integers,
    buffer: Bytes,
    scratch: Bytes,
    lengths: Integers,
) -> int:  # pragma: no cover - compiled
    at = 0
    cursor = np.zeros(2, dtype=np.int64)
    longest = 0
    for part in range(len(part_starts) - 1):
        longest = max(longest, part_starts[part + 1] - part_starts[part])
    kept = np.empty(longest + 1, dtype=np.int64)
    for feature in range(len(ids)):
        cursor[:] = 0
        drawn = 0
        has_outer = False
        for part in range(feature_parts[feature], feature_parts[feature + 1]):
            outer = part_roles[part]
            if families[feature] == _POLYGONS and outer == 0 and not has_outer:  # a hole of nothing
                continue
            before = drawn
            drawn = _part(
                points, part_starts[part], part_starts[part + 1], families[feature], outer, cursor, kept, scratch, drawn
            )
            if outer == 1:
                has_outer = drawn > before
        if drawn == 0:
            continue
        tag_bytes = 0
        for n in range(tag_starts[feature], tag_starts[feature + 1]):
            tag_bytes += _size(tags[n])
        size = 2 + 1 + _size(drawn) + drawn
        if ids[feature] >= 0:
            size += 1 + _size(ids[feature])
        if tag_bytes:
            size += 1 + _size(tag_bytes) + tag_bytes
        start = at
        buffer[at] = _A_FEATURE
        at = _put(buffer, at + 1, size)
        if ids[feature] >= 0:
            buffer[at] = _FEATURE_ID
            at = _put(buffer, at + 1, ids[feature])
        if tag_bytes:
            buffer[at] = _FEATURE_TAGS
            at = _put(buffer, at + 1, tag_bytes)
            for n in range(tag_starts[feature], tag_starts[feature + 1]):
                at = _put(buffer, at, tags[n])
        buffer[at] = _FEATURE_FAMILY
        buffer[at + 1] = families[feature]
        buffer[at + 2] = _FEATURE_SHAPE
        at = _put(buffer, at + 3, drawn)
        buffer[at : at + drawn] = scratch[:drawn]
        at += drawn
        lengths[feature] = at - start
    return at
