"""Count everybody once: the finest layer that knows the people of a place, and of coarser ones what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.crosswalk.double_counts import DUPLICATE_SHARE, INSIDE_SHARE, LEVELS
from boundaries.crosswalk.figures import PEOPLE
from boundaries.crosswalk.ground import Places, Targets, ground_areas
from boundaries.crosswalk.levels import Level, Merged, levels_of
from boundaries.crosswalk.outcome import shared_out
from boundaries.crosswalk.settling import COUNTED_SHARE
from boundaries.crosswalk.words import figure_word, figures_in_words, layer_word, row_word, sentence
from boundaries.errors import FiguresError
from gis.crs import same_crs
from gis.geometry import polygonal_parts
from gis.i18n import Text, listed

__all__ = ["CountedOnce", "count_once"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

REST_SHARE = 0.1
