"""Machine code for the hot loops of this floor: compiled as everywhere, by ``gis.compiled``."""

from gis.compiled import compiled

__all__ = ["compiled"]
