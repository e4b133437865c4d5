"""Geometry as GeoPackage holds it: a header with CRS and envelope, then the WKB (OGC 12-128r17, clause 2.1.3)."""

import operator
import struct
from collections.abc import Iterator, Sequence

import numpy as np

from gis.store.backend import Boxes
from gis.store.frames import Frame, boxes_of

__all__ = ["ENVELOPE_BYTES", "HEADER_BYTES", "from_blobs", "read_envelopes", "to_blobs"]

_HEADER = struct.Struct("<2sBBi")
HEADER_BYTES, ENVELOPE_BYTES = _HEADER.size, 32
_NO_ENVELOPE = np.full(4, np.nan, dtype="<f8").tobytes()
_LITTLE_ENDIAN, _WITH_ENVELOPE, _EMPTY = 0x01, 0x02, 0x10


def to_blobs(frame: Frame, srs_id: int) -> Iterator[bytes | None]:
    """Put the GeoPackage header before each WKB: sign, version, flags, CRS, and the envelope that filters read.

    One after the other, so that the blobs need not all be in memory.
    """
    assert frame.wkb is not None
    boxes = frame.boxes if frame.boxes is not None else boxes_of(frame.wkb)
    full = _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN | _WITH_ENVELOPE, srs_id)
    hollow = _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN | _WITH_ENVELOPE | _EMPTY, srs_id)
    headers = np.empty(len(frame), dtype=[("header", f"V{HEADER_BYTES}"), ("envelope", "<f8", (4,))])
    headers["header"] = np.where(np.isnan(boxes[:, 0]), np.void(hollow), np.void(full))
    headers["envelope"] = boxes[:, [0, 2, 1, 3]]
    starts: list[bytes] = headers.view(f"V{HEADER_BYTES + ENVELOPE_BYTES}").tolist()
    if None in frame.wkb:
        return (None if blob is None else start + blob for start, blob in zip(starts, frame.wkb, strict=True))
    return map(operator.add, starts, frame.wkb)


def from_blobs(blobs: Sequence[bytes | None]) -> list[bytes | None]:
    """Take the header off again: the WKB."""
    end = HEADER_BYTES + ENVELOPE_BYTES
    return [None if blob is None else blob[end:] for blob in blobs]


def read_envelopes(envelopes: Sequence[bytes | None]) -> Boxes:
    """Read envelopes as west, south, east, north; NaN where there is no shape."""
    joined = b"".join(_NO_ENVELOPE if envelope is None else envelope for envelope in envelopes)
    boxes: Boxes = np.frombuffer(joined, dtype="<f8").reshape(-1, 4)[:, [0, 2, 1, 3]]
    return boxes
