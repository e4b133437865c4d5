"""Bring in a file in two steps: first see how it would be understood, then confirm, and only then is it stored."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.errors import UsageError
from api.workflow.importing import Imported, ImportRequest, import_file, preview_file
from gis.errors import GisError
from gis.i18n import Text
from gis.io.preview import Preview
from gis.oserrors import reason_of
from gis.project import Project, replaced_file

__all__ = [
    "INBOX",
    "confirm_import",
    "crs_candidates",
    "named_only",
    "preview_import",
    "proposed_columns",
    "storage_faults",
]

INBOX = "inbox"
_DIGEST_SIGNS = 16


def preview_import(project: Project, request: ImportRequest) -> Preview:
    """Tell how a file would be understood, as :func:`preview_file`; its place stands in no sentence, only its name.

    Raises
    ------
    GisError
        As :func:`preview_file`.
    """
    with named_only(Path(request.path).parent):
        seen = preview_file(project, request)
    shown: Preview = _without_folder(seen, Path(request.path).parent)
    return shown


def confirm_import(folder: Path, request: ImportRequest) -> Imported:
    """Store a file as a new version of a layer of the project in ``folder``, and keep the file in its ``inbox``.

    A file of the same content and name is kept once.

    Raises
    ------
    GisError
        As :func:`api.workflow.import_file`; nothing is stored then, and the file is not kept.
    """
    source = Path(request.path)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:_DIGEST_SIGNS]
    kept = folder.resolve() / INBOX / digest / source.name
    with _kept_if_stored(source, kept), named_only(kept.parent), Project.open(folder) as project:
        done = import_file(project, replace(request, path=str(kept)))
        return replace(done, report=replace(done.report, path=project.relative_path(kept)))


def proposed_columns(seen: Preview) -> dict[str, str]:
    """Give the mapping that a preview proposes: standard column to source column."""
    return {choice.target: choice.source for choice in seen.report.columns}


def crs_candidates(seen: Preview) -> list[str]:
    """Give the CRS that the coordinates would fit, where the file does not say or contradicts itself."""
    asked = (*seen.problems, *seen.report.questions)
    return list(dict.fromkeys(option for one in asked if one.code.startswith("crs-") for option in one.options))


@contextmanager
def storage_faults() -> Iterator[None]:
    """Say in a sentence what the operating system has against keeping a file: a full disk, say.

    Raises
    ------
    UsageError
        ``upload-not-kept``.
    """
    try:
        yield
    except OSError as error:
        raise UsageError("upload-not-kept", reason=reason_of(error)) from error


@contextmanager
def _kept_if_stored(source: Path, kept: Path) -> Iterator[None]:
    """Copy a file to where it is kept; take it away again if what follows fails."""
    is_new = not kept.exists()
    try:
        if is_new:
            _copy(source, kept)
        yield
    except BaseException:
        if is_new:
            kept.unlink(missing_ok=True)
            with suppress(OSError):  # never made, or not empty
                kept.parent.rmdir()
        raise


def _copy(source: Path, kept: Path) -> None:
    with storage_faults():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(kept) as temporary:
            shutil.copyfile(source, temporary)


@contextmanager
def named_only(folder: Path) -> Iterator[None]:
    """Let errors speak of a file by its name: where it lies for the moment helps no reader."""
    try:
        yield
    except GisError as error:
        facts = {name: _without_folder(fact, folder) for name, fact in error.facts.items()}
        raise type(error)(error.code, **facts) from error


def _without_folder(value: Any, folder: Path) -> Any:
    """Write a value with the names of files in place of their paths."""
    prefix = f"{folder}/"
    if isinstance(value, Text):
        return Text(value.zh.replace(prefix, ""), value.en.replace(prefix, ""))
    if isinstance(value, str | Path):
        return str(value).replace(prefix, "")
    if isinstance(value, Preview):
        problems = tuple(replace(one, text=_without_folder(one.text, folder)) for one in value.problems)
        report = replace(value.report, path=_without_folder(value.report.path, folder))
        return replace(value, problems=problems, report=report)
    if isinstance(value, list | tuple):
        return type(value)(_without_folder(part, folder) for part in value)
    if isinstance(value, Mapping):
        return {name: _without_folder(part, folder) for name, part in value.items()}
    return value
