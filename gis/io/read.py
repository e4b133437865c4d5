"""Read any vector file as a layer: the main path of loading, step by step."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import geopandas as gpd

from gis.columns import ColumnMapping, map_columns
from gis.datum import Datum
from gis.decisions import ColumnChoice
from gis.errors import ReadError, SchemaError
from gis.geometry import clean_geometries, non_finite_rows
from gis.i18n import Text, listed
from gis.io.draft import Draft
from gis.io.fields import name_standard_columns, read_standard_cells
from gis.io.ids import settle_ids
from gis.io.place import settle_place
from gis.io.raw import choose_layer, read_draft
from gis.io.source import opened_files
from gis.kinds import schema_of

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
) -> gpd.GeoDataFrame:
    """Read a vector file as a layer: text ids, standard columns, a CRS, clean geometries, a report of all decisions.

    Parameters
    ----------
    path
        A file, a folder or a .zip of files; see ``gis.io.formats`` for what can be read.
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
        that the layer has no such column.
    mend_rings
        Mend polygons that break the simple-features rules; False keeps them for an audit to find.
    swap_xy
        Exchange x and y first.

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
        ``ids-duplicate``, ``ids-missing``, ``not-a-number``, ``code-lost``, ``column-missing``, ``column-unknown``,
        ``kind-unknown``.
    """
    if kind is not None:
        schema_of(kind)
    with opened_files(path) as files:
        source, name = choose_layer(files, layer, path=path)
        draft = read_draft(source, name, path=str(path), encoding=encoding)
    draft.kind = kind
    draft.mapping = _mapping(draft, columns)
    _clean(draft, mend_rings=mend_rings)
    settle_place(draft, crs=crs, datum=datum, swap_xy=swap_xy)
    name_standard_columns(draft)
    read_standard_cells(draft)
    settle_ids(draft)
    finished = draft.frame
    finished.attrs["load_report"] = draft.report()
    return finished


def _mapping(draft: Draft, columns: Mapping[str, str] | None) -> ColumnMapping:
    if draft.kind is not None:
        return map_columns(draft.frame, draft.kind, columns=columns, layer=draft.layer)
    return _renaming(draft, columns or {})


def _renaming(draft: Draft, columns: Mapping[str, str]) -> ColumnMapping:
    """Without a kind nothing is recognised; what is stated is renamed."""
    for source in columns.values():
        if source not in draft.frame.columns:
            raise SchemaError(
                "column-missing", layer=draft.layer, column=source, found=listed(draft.frame.columns, limit=20)
            )
    choices = tuple(
        ColumnChoice(target, source, "stated", Text("按指定", "as stated")) for target, source in columns.items()
    )
    kept = tuple(str(name) for name in draft.frame.columns if name not in columns.values())
    return ColumnMapping(choices, (), kept)


def _clean(draft: Draft, *, mend_rings: bool) -> None:
    geometries = draft.frame.geometry.to_numpy()
    broken = non_finite_rows(geometries)
    if len(broken):
        raise ReadError("coordinates-not-finite", path=draft.path, layer=draft.layer, rows=draft.row_numbers(broken))
    family = schema_of(draft.kind).geometry if draft.kind is not None else None
    clean = clean_geometries(geometries, family=family, mend_rings=mend_rings)
    label = draft.mapping.sources.get("id") or draft.mapping.sources.get("code") or draft.mapping.sources.get("name")
    draft.note_rows(draft.faults, clean.faults, label=label)
    draft.note_rows(draft.repairs, clean.repairs, label=label)
    draft.notes += clean.notes
    if not clean.kept.any():
        raise ReadError("no-geometry", path=draft.path, layer=draft.layer)
    draft.frame = draft.frame.set_geometry(clean.geometries)[clean.kept]
