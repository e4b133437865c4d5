"""Level bands over a crowd of segments, so that near ones are found by a short walk along each band."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bands", "band_segments"]

_HEIGHT = 2.0  # of a band, in mean heights or widths of a segment
_MOST_BANDS = 50_000
_STEPS_WEST = 2**32


@dataclass(frozen=True)
class Bands:
    """Positions of segments, band by band from the south, each band's ordered by their western end.

    Band ``b`` covers ``[south + b * height, south + (b + 1) * height)`` and holds ``segment[start[b]:start[b + 1]]``.
    A segment is in every band that its box meets. Western ends within ``blur`` of each other may be out of order.
    """

    south: float
    height: float
    blur: float
    start: NDArray[np.int64]
    segment: NDArray[np.int64]


def band_segments(xy: NDArray[np.float64], first: NDArray[np.int64], second: NDArray[np.int64]) -> Bands:
    """Sort segments between points into bands of about twice their mean size."""
    x, y = xy[:, 0], xy[:, 1]
    west = np.minimum(x[first], x[second])
    low, high = np.minimum(y[first], y[second]), np.maximum(y[first], y[second])
    south, north, least = float(low.min()), float(high.max()), float(west.min())
    size = float(np.maximum(np.abs(x[second] - x[first]), high - low).mean())
    height = max(_HEIGHT * size, (north - south) / _MOST_BANDS, np.finfo(np.float64).tiny)
    first_band = ((low - south) / height).astype(np.int64)
    counts = ((high - south) / height).astype(np.int64) - first_band + 1
    segment = np.repeat(np.arange(len(first)), counts)
    offset = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    band = first_band[segment] + offset
    step = max(float(west.max()) - least, np.finfo(np.float64).tiny) / _STEPS_WEST
    place = ((west - least) / step).astype(np.int64)
    order = np.argsort(band * (_STEPS_WEST + 1) + place[segment])
    start = np.searchsorted(band[order], np.arange(int(band.max()) + 2))
    return Bands(south, height, 2 * step, start, segment[order])
