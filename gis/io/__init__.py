"""Files in and out: any vector file as a layer with a report of every decision, and layers as files."""

from gis.io.preview import Preview, list_layers, preview
from gis.io.read import read_layer
from gis.io.report import LoadReport
from gis.io.tables import read_table
from gis.io.write import write_layer

__all__ = ["LoadReport", "Preview", "list_layers", "preview", "read_layer", "read_table", "write_layer"]
