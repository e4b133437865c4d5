"""Bring in a file in two steps: first see how it would be understood, then confirm, and only then is it stored."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.workflow.importing import Imported, ImportRequest, import_file
from gis.datum import DATUMS
from gis.errors import GisError
from gis.i18n import Text
from gis.io.preview import Preview, preview
from gis.project import Project, replaced_file

__all__ = ["INBOX", "confirm_import", "crs_candidates", "preview_import", "proposed_columns"]

INBOX = "inbox"
_DIGEST_SIGNS = 16


def preview_import(request: ImportRequest) -> Preview:
    """Read a file and tell how it would be understood, with every problem at once; nothing is stored.

    Raises
    ------
    GisError
        The file cannot be read at all; the sentence bears its name, not its place.
    """
    with _named_only(Path(request.path).parent):
        seen = preview(
            request.path,
            request.kind,
            layer=request.layer,
            crs=request.crs,
            datum=next((datum for datum in DATUMS if datum == request.datum), None),
            encoding=request.encoding,
            columns=dict(request.columns) or None,
        )
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
    with _kept_if_stored(source, kept), _named_only(kept.parent), Project.open(folder) as project:
        return import_file(project, replace(request, path=str(kept)))


def proposed_columns(seen: Preview) -> dict[str, str]:
    """Give the mapping that a preview proposes: standard column to source column."""
    return {choice.target: choice.source for choice in seen.report.columns}


def crs_candidates(seen: Preview) -> list[str]:
    """Give the CRS that the coordinates would fit, where the file does not say or contradicts itself."""
    asked = (*seen.problems, *seen.report.questions)
    return list(dict.fromkeys(option for one in asked if one.code.startswith("crs-") for option in one.options))


@contextmanager
def _kept_if_stored(source: Path, kept: Path) -> Iterator[None]:
    """Copy a file to where it is kept; take it away again if what follows fails."""
    is_new = not kept.exists()
    if is_new:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(kept) as temporary:
            shutil.copyfile(source, temporary)
    try:
        yield
    except BaseException:
        if is_new:
            kept.unlink()
            kept.parent.rmdir()
        raise


@contextmanager
def _named_only(folder: Path) -> Iterator[None]:
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
