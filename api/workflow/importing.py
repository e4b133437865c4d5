"""Make a project, and bring files into it: read, move into the working CRS, check, store as a new version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyproj
import shapely

from api.errors import UsageError
from api.interrupts import kept_whole
from api.workflow.common import Progress, author
from api.workflow.undoing import SOURCE_FOLDER
from gis import preview, read_layer, samples
from gis.crs import require_metric_crs, short_name, to_working_crs, working_crs_for
from gis.datum import DATUMS, Datum
from gis.decisions import Question
from gis.errors import CrsError
from gis.i18n import Text, listed
from gis.io.preview import Preview
from gis.io.report import LoadReport
from gis.kinds import PLACE_ROLES
from gis.project import SETTINGS_FILE, LayerSettings, Project
from gis.store import Version
from gis.store.names import check_name

__all__ = ["ImportRequest", "Imported", "create_project", "import_file", "import_sample", "preview_file"]

_OF_THE_SAME_FILE = ("layer", "crs", "datum", "encoding", "swap_xy", "mend_rings")
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
    swap_xy: bool | None = None
    mend_rings: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """A layer that came into the project: its version, how it was read, and what was taken from the settings."""

    name: str
    kind: str
    version: Version
    report: LoadReport
    notes: tuple[Text, ...] = ()


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

    The column mapping is kept in the settings, where it may be edited, and used when a layer of this name is imported
    again; what else was stated is used again for the same file.

    Raises
    ------
    GisError
        The file, its CRS, its columns or the name do not serve; nothing is stored then.
    """
    check_name(request.name)
    request, notes = _with_settings(project, request)
    layer = _read(request)
    report: LoadReport = layer.attrs["load_report"]
    working = _into_working_crs(project, layer, request.name)
    parameters = {key: value for key, value in asdict(request).items() if value is not None and key != "remembered"}
    settings = LayerSettings(
        path=project.relative_path(request.path),
        kind=request.kind,
        layer=request.layer,
        encoding=request.encoding,
        datum=request.datum,
        crs=request.crs,
        swap_xy=bool(request.swap_xy),
        mend_rings=request.mend_rings is not False,
        columns=_mapping(request, report),
    )
    with kept_whole():
        version = project.store.save_layer(
            request.name, working, kind=request.kind, author=author(), reason="import", parameters=parameters
        )
        project.settings.layers[request.name] = settings
        project.save_settings()
    return Imported(request.name, request.kind, version, report, notes)


def preview_file(project: Project, request: ImportRequest) -> Preview:
    """Tell how a file would be understood and everything that stands in the way of importing it; nothing is stored.

    Raises
    ------
    GisError
        The file cannot be read at all, or it is not clear which of its layers is meant.
    """
    check_name(request.name)
    request, _ = _with_settings(project, request)
    found = preview(request.path, request.kind, **_options(request))
    if not found.is_ready:
        return found
    assert found.bounds is not None
    place = gpd.GeoDataFrame(geometry=[shapely.box(*found.bounds)], crs=found.crs)
    try:
        to_working_crs(place, project.settings.project.crs or _working_crs(place, request.name))
    except CrsError as error:
        return replace(found, problems=(Question(error.code, Text(error.text("zh"), error.text("en"))),))
    return found


def _with_settings(project: Project, request: ImportRequest) -> tuple[ImportRequest, tuple[Text, ...]]:
    """Take from the settings what was confirmed when a layer of this name was imported before, and tell what that is.

    The column mapping serves any file; layer, CRS, datum, encoding and so on serve the same file only.
    """
    known = project.settings.layers.get(request.name)
    if known is None or known.kind != request.kind:
        return request, ()
    request = replace(request, remembered=dict(known.columns))
    if project.relative_path(request.path) != known.path:
        return request, ()
    usual = LayerSettings(path="-", kind=known.kind)
    taken = {
        name: getattr(known, name)
        for name in _OF_THE_SAME_FILE
        if getattr(request, name) is None and getattr(known, name) != getattr(usual, name)
    }
    if not taken:
        return request, ()
    named = listed([f"{name} = {value}" for name, value in taken.items()], limit=len(taken))
    note = Text(f"沿用 {SETTINGS_FILE} 中的设置：{named.zh}", f"taken from {SETTINGS_FILE}: {named.en}")
    return replace(request, **taken), (note,)


def _mapping(request: ImportRequest, report: LoadReport) -> dict[str, str]:
    """Give the mapping to keep: every column that was used, and what was stated or kept to be missing."""
    used = {choice.target: choice.source for choice in report.columns}
    said = {**request.remembered, **request.columns}
    return used | {target: source for target, source in said.items() if not source or target in PLACE_ROLES}


def _read(request: ImportRequest) -> gpd.GeoDataFrame:
    return read_layer(request.path, request.kind, **_options(request))


def _options(request: ImportRequest) -> dict[str, Any]:
    return {
        "layer": request.layer,
        "crs": request.crs,
        "datum": _datum(request.datum),
        "encoding": request.encoding,
        "columns": dict(request.columns) or None,
        "mend_rings": request.mend_rings is not False,
        "swap_xy": bool(request.swap_xy),
        "remembered": dict(request.remembered) or None,
    }


def _datum(word: str | None) -> Datum | None:
    if word is None:
        return None
    found = next((datum for datum in DATUMS if datum == word.lower()), None)
    if found is None:
        raise CrsError("datum-unknown", found=word, known=listed(DATUMS))
    return found


def _into_working_crs(project: Project, layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Move a layer into the project's CRS; the first layer sets it: its own when metric, else its CGCS2000 zone."""
    settings = project.settings.project
    if not settings.crs:
        settings.crs = _working_crs(layer, name)
    return to_working_crs(layer, settings.crs)


def _working_crs(layer: gpd.GeoDataFrame, name: str) -> str:
    return short_name(layer.crs) if _is_metric(layer) else short_name(working_crs_for(layer, name=name))


def _is_metric(layer: gpd.GeoDataFrame) -> bool:
    try:
        return bool(pyproj.CRS(require_metric_crs(layer)).to_epsg())
    except CrsError:
        return False
