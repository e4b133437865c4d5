"""The ground: CRS, files, encodings, schema check, store and maps. Does not know what a community is."""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from gis.crs import to_working_crs
    from gis.datum import convert_datum
    from gis.io import list_layers, preview, read_layer, read_table, write_layer
    from gis.joins import join_table
    from gis.offset import find_datum_offset
else:
    load_lazily(
        __name__,
        {
            "gis.crs": ("to_working_crs",),
            "gis.datum": ("convert_datum",),
            "gis.io": ("list_layers", "preview", "read_layer", "read_table", "write_layer"),
            "gis.joins": ("join_table",),
            "gis.offset": ("find_datum_offset",),
        },
    )

__all__ = [
    "convert_datum",
    "find_datum_offset",
    "join_table",
    "list_layers",
    "preview",
    "read_layer",
    "read_table",
    "to_working_crs",
    "write_layer",
]
