"""A whole project as one archive, and back: settings, every version of the store, and the other files of the folder."""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gis.errors import ProjectError, WriteError
from gis.i18n import Text
from gis.io.archive import check_archive, unpacked
from gis.oserrors import reason_of
from gis.project import SETTINGS_FILE, Project, replaced_file, usable_folder
from gis.settings import read_settings, updated_toml
from gis.store import copy_store, open_store, verify_store

__all__ = ["export_project", "restore_project"]

_FORMAT = 1
_MANIFEST, _STORE, _FILES = "quhua-archive.json", "store.gpkg", "files/"
_DEFAULT_DATABASE = "project.gpkg"
_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")


def export_project(project: Project, archive: str | Path) -> Path:
    """Write a project as one zip archive; every version is held against its hash on the way.

    Parameters
    ----------
    project
        An open project, with its store in a file or in PostGIS; both make the same archive.
    archive
        Where to write; an older archive there is replaced in one step when the new one is complete, any other file is
        kept. Links in the folder are not followed and left out.

    Raises
    ------
    WriteError
        ``target-not-archive``: there is something else at that place, such as the project's store; ``folder-missing``,
        ``not-writable``.
    StoreError
        ``content-damaged``: the store does not match its hashes.
    ReadError
        ``archive-unsafe``: the project is larger than what :func:`restore_project` would take; nothing is written then.
    """
    archive = _target(Path(archive))
    with _writable(archive), replaced_file(archive) as temporary, tempfile.TemporaryDirectory(prefix="quhua-") as name:
        store = Path(name) / _STORE
        with open_store(store, create=True) as copy:
            versions = copy_store(project.store, copy)
        manifest = json.dumps(
            {"format": _FORMAT, "name": project.settings.name, "versions": versions}, ensure_ascii=False
        )
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
            packed.writestr(_MANIFEST, manifest)
            packed.write(project.folder / SETTINGS_FILE, SETTINGS_FILE)
            packed.write(store, _STORE)
            for file in _other_files(project, leave_out={archive, temporary}):
                packed.write(file, _FILES + file.relative_to(project.folder).as_posix())
        check_archive(temporary)
    return archive


def restore_project(archive: str | Path, folder: str | Path, *, database: str | None = None) -> Project:
    """Make a project folder from an archive; all of it is checked before the folder appears.

    Parameters
    ----------
    archive
        What :func:`export_project` wrote.
    folder
        A folder that does not exist, or is empty.
    database
        Where the store shall be: a file name in the folder (default ``project.gpkg``), or the URL of an empty schema.

    Raises
    ------
    ProjectError
        ``folder-not-empty``, ``folder-unusable``, ``archive-invalid``, or ``settings-invalid``.
    ReadError
        ``archive-unsafe`` or ``file-damaged``: the archive is cut, encrypted, a bomb, or reaches out of its folder.
    StoreError
        ``content-damaged``, ``store-not-empty``.
    """
    folder, archive = Path(folder), Path(archive)
    with usable_folder(folder):
        folder = folder.resolve()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError("folder-not-empty", path=folder)
    with unpacked(archive) as parts, _room_beside(folder) as name:
        versions = _check_manifest(archive, parts)
        made = Path(name) / folder.name
        shutil.copytree(parts / _FILES, made) if (parts / _FILES).is_dir() else made.mkdir()
        _restore_settings(archive, parts, made, database or _DEFAULT_DATABASE)
        _restore_store(archive, parts, made, database or _DEFAULT_DATABASE, versions)
        if folder.exists():
            folder.rmdir()
        made.replace(folder)
    return Project.open(folder)


@contextmanager
def _room_beside(folder: Path) -> Iterator[str]:
    """Make a folder beside the one that is to appear, so that it can take its place in one step."""
    with usable_folder(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        room = tempfile.TemporaryDirectory(prefix=".quhua-", dir=folder.parent)
    with room as name:
        yield name


def _target(archive: Path) -> Path:
    """Give the whole path to write to, unless something lies there that is no archive of a project."""
    with _writable(archive):
        archive = archive.resolve()
        if not archive.parent.is_dir():
            raise WriteError("folder-missing", path=archive, folder=archive.parent)
        if archive.exists() and not (archive.is_file() and _is_archive(archive)):
            raise WriteError("target-not-archive", path=archive)
    return archive


def _is_archive(file: Path) -> bool:
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as packed:
        return {_MANIFEST, _STORE, SETTINGS_FILE} <= set(packed.namelist())


@contextmanager
def _writable(archive: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, zipfile.BadZipFile) as error:
        reason = reason_of(error) if isinstance(error, OSError) else error
        raise WriteError("not-writable", path=archive, reason=reason) from error


def _other_files(project: Project, *, leave_out: set[Path]) -> Iterator[Path]:
    """Go through the files of a project beside its settings and its store."""
    left_out = leave_out | {project.folder / SETTINGS_FILE}
    left_out |= {Path(project.database + ending) for ending in _BESIDE_A_DATABASE if "://" not in project.database}
    for file in sorted(project.folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file not in left_out and file.resolve() == file:
            yield file


def _check_manifest(archive: Path, parts: Path) -> int:
    """Read how many versions the archive holds; refuse what is no archive of a project, or a newer program's."""
    try:
        manifest = json.loads((parts / _MANIFEST).read_text(encoding="utf-8"))
        found, versions = int(manifest["format"]), int(manifest["versions"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _invalid(archive, Text(f"缺少 {_MANIFEST}", f"it has no {_MANIFEST}")) from None
    if found != _FORMAT:
        raise _invalid(archive, Text(f"格式 {found} 来自更新的程序", f"format {found} is a newer program's"))
    for part in (SETTINGS_FILE, _STORE):
        if not (parts / part).is_file():
            raise _invalid(archive, Text(f"缺少 {part}", f"it has no {part}"))
    return versions


def _restore_settings(archive: Path, parts: Path, made: Path, database: str) -> None:
    settings = read_settings(parts / SETTINGS_FILE)
    settings.project.database = database
    if (made / SETTINGS_FILE).exists():
        raise _invalid(archive, Text(f"含有两个 {SETTINGS_FILE}", f"it has two {SETTINGS_FILE}"))
    text = (parts / SETTINGS_FILE).read_text(encoding="utf-8")
    (made / SETTINGS_FILE).write_text(updated_toml(text, settings), encoding="utf-8", newline="\n")


def _restore_store(archive: Path, parts: Path, made: Path, database: str, versions: int) -> None:
    """Check the archived store version by version, and put it where it shall be."""
    with open_store(parts / _STORE) as packed:
        if verify_store(packed) != versions:
            raise _invalid(archive, Text("版本数与清单不符", "its versions are not as many as it says"))
        if "://" in database:
            with open_store(database, create=True) as target:
                copy_store(packed, target)
    if "://" not in database:
        shutil.copyfile(parts / _STORE, made / database)


def _invalid(archive: Path, reason: Text) -> ProjectError:
    return ProjectError("archive-invalid", path=archive, reason=reason)
