"""Read any vector file as a layer: the main path of loading, step by step."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import geopandas as gpd

from gis.datum import Datum
from gis.io.loading import STEPS, Stated, start_draft

__all__ = ["read_layer"]


def read_layer(  # noqa: PLR0913  (one option for each thing that a file may leave open)
    path: str | PathLike[str],
    kind: str | None = None,
    *,
    layer: str | None = None,
    crs: Any = None,
    datum: Datum | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    mend_rings: bool = True,
    swap_xy: bool = False,
    remembered: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """Read a vector file as a layer: text ids, standard columns, a CRS, clean geometries, a report of all decisions.

    Parameters
    ----------
    path
        A file, a folder or a .zip of files (see ``gis.io.formats`` for what can be read), or the URL of a PostGIS
        database, ``postgresql://user@host/database``.
    kind
        What the layer is about; its standard columns are then recognised and its geometry type is kept to.
    layer
        Name of the layer where the source holds several.
    crs
        The CRS of the coordinates, where the file declares none or a wrong one.
    datum
        ``"gcj02"`` or ``"bd09"`` when the coordinates were copied from a web map; they are moved to CGCS2000.
    encoding
        The encoding of the texts, where detection is in doubt.
    columns
        Standard column -> source column, such as ``{"households": "H_CNT", "id": "CODEBASE"}``; an empty source says
        that the layer has no such column. For tables also ``wkt``, or ``longitude`` and ``latitude``.
    mend_rings
        Mend polygons that break the simple-features rules; False keeps them for an audit to find.
    swap_xy
        Exchange x and y first.
    remembered
        ``columns`` as they were confirmed for an earlier file; those that this one does not have are passed over, with
        a note.

    Returns
    -------
    GeoDataFrame
        Index ``id`` (unique text); columns that no standard column takes are kept; the CRS is the declared one.
        ``attrs["load_report"]`` is a :class:`gis.io.report.LoadReport`.

    Raises
    ------
    ReadError
        The file is missing, damaged, unsafe, empty, of no known format, or holds several layers and none is named.
    CrsError
        No CRS is declared or stated (candidates are named), or the coordinates contradict it.
    SchemaError
        ``ids-duplicate``, ``ids-missing``, ``not-a-number``, ``figure-impossible``, ``code-lost``, ``column-missing``,
        ``column-unknown``, ``kind-unknown``.
    """
    stated = Stated(kind, layer, crs, datum, encoding, columns, mend_rings, swap_xy, remembered)
    draft = start_draft(path, stated)
    for step in STEPS:
        step(draft, stated)
    finished = draft.frame
    finished.attrs["load_report"] = draft.report()
    return finished
