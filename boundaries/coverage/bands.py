"""Level bands over a crowd of segments, so that near ones are found by a short walk along each band."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bands", "band_segments"]

_HEIGHT = 2.0  # of a band, in mean heights or widths of a segment
_MOST_BANDS = 50_000


@dataclass(frozen=True)
class Bands:
    """Positions of segments, band by band from the south, each band's ordered by their western end.

    Band ``b`` covers ``[south + b * height, south + (b + 1) * height)`` and holds ``segment[start[b]:start[b + 1]]``.
    A segment is in every band that its box meets.
    """

    south: float
    height: float
    start: NDArray[np.int64]
    segment: NDArray[np.int64]


def band_segments(ends: NDArray[np.float64]) -> Bands:
    """Sort segments ``(n, 4)`` into bands of about twice their mean size."""
    west = np.minimum(ends[:, 0], ends[:, 2])
    low, high = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    south, north = float(low.min()), float(high.max())
    size = float(np.maximum(np.abs(ends[:, 2] - ends[:, 0]), high - low).mean())
    height = max(_HEIGHT * size, (north - south) / _MOST_BANDS, np.finfo(np.float64).tiny)
    first = ((low - south) / height).astype(np.int64)
    last = ((high - south) / height).astype(np.int64)
    counts = last - first + 1
    segment = np.repeat(np.arange(len(ends)), counts)
    offset = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    band = first[segment] + offset
    order = np.lexsort((west[segment], band))
    start = np.searchsorted(band[order], np.arange(int(last.max()) + 2))
    return Bands(south, height, start, segment[order])
