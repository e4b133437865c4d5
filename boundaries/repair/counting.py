"""How many people live on the ground that changes hands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.audit.context import AuditContext
from boundaries.repair.covers import Covers

__all__ = ["OwnFigures", "people_on"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
People = tuple[Floats, list[str]]


@dataclass(frozen=True)
class OwnFigures:
    """The layer's own households and residents, by position, with the areas to share them out by."""

    figures: Floats
    area_m2: Floats
    face_m2: Floats

    def on(self, covers: Covers, faces: Integers) -> Floats:
        """Give the mean, over those who claim a face and know, of their figures by share of area; NaN for gaps."""
        result = np.full((len(faces), 2), np.nan)
        number = np.full(len(self.face_m2), -1, dtype=np.int64)
        number[faces] = np.arange(len(faces))
        at = number[covers.face]
        at, polygon = at[at >= 0], covers.polygon[at >= 0]
        share = self.face_m2[faces[at]] / self.area_m2[polygon]
        for column in (0, 1):
            values = share * self.figures[polygon, column]
            known = ~np.isnan(values)
            count = np.bincount(at[known], minlength=len(faces))
            sums = np.bincount(at[known], weights=values[known], minlength=len(faces))
            result[count > 0, column] = (sums / np.maximum(count, 1))[count > 0]
        return result


def people_on(
    shapes: NDArray[np.object_], faces: Integers, *, around: AuditContext, own: OwnFigures, covers: Covers
) -> People:
    """Count people on faces from the best of the layers around, each person once; else from the layer's own figures.

    Gives households and residents, ``(n, 2)``, and where they come from, empty where nobody knows.
    """
    if around.given and around.people is not None:
        people, basis = around.people.touched(shapes), around.people.basis
    else:
        people, basis = own.on(covers, faces), "area_weighted"
    known = ~np.isnan(people).all(axis=1) if len(people) else np.zeros(0, dtype=np.bool_)
    bases = np.where(known | (basis != "area_weighted"), basis, "")
    return people, bases.tolist()
