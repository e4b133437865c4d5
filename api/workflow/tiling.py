"""Write what a project holds as one file of vector tiles, to be put on any web server or opened in QGIS."""

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from api.catalogue import find_collection, list_collections
from gis.project import Project
from gis.tiles import TileSource, write_pmtiles

__all__ = ["export_tiles"]


def export_tiles(
    project: Project,
    path: str | PathLike[str],
    *,
    collections: Sequence[str] = (),
    min_zoom: int,
    max_zoom: int,
    progress: Callable[[float], None] | None = None,
) -> tuple[Path, list[str]]:
    """Write the newest version of collections as PMTiles; gives the file and the names of its layers.

    Parameters
    ----------
    collections
        Ids as ``/collections`` lists them; none takes every layer of the project, without findings and plans.

    Raises
    ------
    NotFoundError
        ``collection-not-found``.
    UsageError, WriteError, MapError
        Zooms out of order; the target cannot be written; nothing to draw.
    """
    known = list_collections(project)
    names = list(dict.fromkeys(collections)) or [one.id for one in known if one.entity == "layer"]
    sources = [TileSource.of(find_collection(known, name).load(), name=name) for name in names]
    written = write_pmtiles(
        sources,
        path,
        name=project.settings.project.name,
        min_zoom=min_zoom,
        max_zoom=max_zoom,
        progress=progress,
    )
    return written, names
