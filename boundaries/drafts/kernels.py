"""The compiled parts of live evaluation: connected parts of a few communities, and the edges cut around a few units."""

from typing import Any

import numpy as np

from boundaries.compiled import compiled

__all__ = ["cut_around", "parts_and_borders"]


@compiled
def parts_and_borders(
    members: Any, labels: Any, indptr: Any, adjacent: Any, length_m: Any, parts: Any, inside_m: Any
) -> None:
    """Count, by label, connected parts among ``members`` and the metres of border between members of one label.

    ``members`` must hold every unit of each label that it holds one of. Adds to ``parts`` and ``inside_m``.
    """
    seen = np.zeros(len(labels), dtype=np.bool_)
    queue = np.empty(len(members), dtype=np.int64)
    for start in members:
        if seen[start]:
            continue
        label = labels[start]
        parts[label] += 1
        seen[start] = True
        queue[0] = start
        head, tail = 0, 1
        while head < tail:
            node = queue[head]
            head += 1
            for slot in range(indptr[node], indptr[node + 1]):
                other = adjacent[slot]
                if labels[other] == label:
                    if node < other:
                        inside_m[label] += length_m[slot]
                    if not seen[other]:
                        seen[other] = True
                        queue[tail] = other
                        tail += 1


@compiled
def cut_around(units: Any, is_moved: Any, labels: Any, indptr: Any, adjacent: Any, length_m: Any) -> tuple[int, float]:
    """Count the cut edges at some units, each once, and their metres; a unit without community (-1) cuts nothing."""
    count, metres = 0, 0.0
    for unit in units:
        label = labels[unit]
        if label < 0:
            continue
        for slot in range(indptr[unit], indptr[unit + 1]):
            other = adjacent[slot]
            if is_moved[other] and other < unit:
                continue
            if labels[other] >= 0 and labels[other] != label:
                count += 1
                metres += length_m[slot]
    return count, metres
