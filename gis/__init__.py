"""The ground: CRS, files, encodings, schema check, store and maps. Does not know what a community is."""

from gis.crs import to_working_crs
from gis.datum import convert_datum
from gis.io import read_layer, write_layer

__all__ = ["convert_datum", "read_layer", "to_working_crs", "write_layer"]
