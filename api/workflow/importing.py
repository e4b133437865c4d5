"""Make a project, and bring files into it: read, move into the working CRS, check, store as a new version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import geopandas as gpd
import pyproj

from api.errors import UsageError
from api.interrupts import kept_whole
from api.workflow.common import Progress, author
from api.workflow.undoing import SOURCE_FOLDER
from gis import read_layer, samples
from gis.crs import require_metric_crs, short_name, to_working_crs, working_crs_for
from gis.datum import DATUMS, Datum
from gis.errors import CrsError
from gis.i18n import Text
from gis.io.report import LoadReport
from gis.project import LayerSettings, Project
from gis.store import Version

__all__ = ["ImportRequest", "Imported", "create_project", "import_file", "import_sample", "preview_file"]

_SAMPLE_SHARE = 0.3  # of the time that importing the sample takes, making it


@dataclass(frozen=True)
class ImportRequest:
    """Which file becomes which layer, and what the user said about it."""

    path: str
    kind: str
    name: str
    layer: str | None = None
    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """A layer that came into the project: its version and how it was read."""

    name: str
    kind: str
    version: Version
    report: LoadReport


def create_project(folder: Path, *, name: str | None, crs: str | None, sample: bool) -> Project:
    """Make a project folder; a sample project works in the sample county's CRS.

    Raises
    ------
    UsageError
        ``option-empty``: no name is given, and the folder (the root of a disk) has none.
    """
    if not (sample or (name or folder.resolve().name).strip()):
        raise UsageError("option-empty", option="--name")
    if sample:
        return Project.create(folder, name=name or samples.NAME.zh, crs=crs or samples.CRS)
    return Project.create(folder, name=name, crs=crs)


def import_sample(project: Project, *, progress: Progress) -> list[Imported]:
    """Write the sample county's files into the project and import each, as an office's files would be."""
    progress(Text("生成示例县城", "making the sample county"), 0.0)
    paths = samples.write_county(samples.make_county(), project.folder / SOURCE_FOLDER)
    requests = [
        ImportRequest(
            path=str(path),
            kind=kind,
            name=kind,
            columns={standard: source for source, standard in samples.SOURCE_COLUMNS[kind].items()},
        )
        for kind, path in paths.items()
    ]
    imported = []
    for done, request in enumerate(requests):
        progress(Text("导入图层", "importing layers"), _SAMPLE_SHARE + (1 - _SAMPLE_SHARE) * done / len(requests))
        imported.append(import_file(project, request))
    return imported


def import_file(project: Project, request: ImportRequest) -> Imported:
    """Read a file, bring it into the working CRS, check it against its kind, and store it as a new version.

    Raises
    ------
    GisError
        The file, its CRS, its columns or the name do not serve; nothing is stored then.
    """
    layer = _read(request)
    report: LoadReport = layer.attrs["load_report"]
    working = _into_working_crs(project, layer, request.name)
    parameters = asdict(request) | {"columns": dict(request.columns)}
    settings = LayerSettings(
        path=project.relative_path(request.path),
        kind=request.kind,
        layer=request.layer,
        encoding=request.encoding,
        datum=request.datum,
        crs=request.crs,
        columns=dict(request.columns),
    )
    with kept_whole():
        version = project.store.save_layer(
            request.name, working, kind=request.kind, author=author(), reason="import", parameters=parameters
        )
        project.settings.layers[request.name] = settings
        project.save_settings()
    return Imported(request.name, request.kind, version, report)


def preview_file(request: ImportRequest) -> LoadReport:
    """Read a file and tell how it would be understood; nothing is stored."""
    report: LoadReport = _read(request).attrs["load_report"]
    return report


def _read(request: ImportRequest) -> gpd.GeoDataFrame:
    return read_layer(
        request.path,
        request.kind,
        layer=request.layer,
        crs=request.crs,
        datum=_datum(request.datum),
        encoding=request.encoding,
        columns=dict(request.columns) or None,
    )


def _datum(word: str | None) -> Datum | None:
    if word is None:
        return None
    found = next((datum for datum in DATUMS if datum == word.lower()), None)
    if found is None:
        raise UsageError("wrong-use", reason=f"--datum {word} ({' | '.join(DATUMS)})")
    return found


def _into_working_crs(project: Project, layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Move a layer into the project's CRS; the first layer sets it: its own when metric, else its CGCS2000 zone."""
    settings = project.settings.project
    if not settings.crs:
        settings.crs = short_name(layer.crs) if _is_metric(layer) else short_name(working_crs_for(layer, name=name))
    return to_working_crs(layer, settings.crs)


def _is_metric(layer: gpd.GeoDataFrame) -> bool:
    try:
        return bool(pyproj.CRS(require_metric_crs(layer)).to_epsg())
    except CrsError:
        return False
