"""Join a table to a layer of a project: the account of both sides, and the layer with its new figures as a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.workflow.common import author
from gis import join_table, read_table
from gis.errors import SchemaError
from gis.i18n import Text, listed
from gis.joins import Join
from gis.project import Project
from gis.store import Version

__all__ = ["JoinRequest", "Joined", "join_file"]


@dataclass(frozen=True)
class JoinRequest:
    """Which table joins which layer, by which columns, and the near matches that the user confirmed (id -> row)."""

    path: str
    to: str
    key: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    accept: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """The account of a join, the keys of the table's rows, and the version that it became; None when only looked at."""

    kind: str
    join: Join
    row_keys: tuple[str, ...]
    unused_columns: tuple[str, ...]
    notes: tuple[Text, ...]
    version: Version | None


def join_file(project: Project, request: JoinRequest, *, store: bool = True) -> Joined:
    """Read a table, join it to the newest version of a layer, and store the result as the next version.

    Parameters
    ----------
    project
        An open project that holds the layer.
    request
        ``key`` is a column of the table, or ``layer column=table column``.
    store
        False only looks: nothing is stored.

    Raises
    ------
    StoreError
        ``item-not-found``; ``version-conflict``: somebody saved the layer meanwhile.
    ReadError, SchemaError
        The table cannot be read or joined; ``join-columns-missing``: it has no column to add (when storing).
    """
    layer = project.store.load_layer(request.to)
    seen = layer.attrs["version"]
    table = read_table(request.path, sheet=request.sheet, encoding=request.encoding)
    join = join_table(
        layer, table, on=_key(request.key), kind=seen["kind"], columns=request.columns, accept=request.accept
    )
    version = None
    if store:
        if not join.columns:
            found = listed(table.columns, limit=20)
            raise SchemaError("join-columns-missing", path=request.path, layer=request.to, found=found)
        version = project.store.save_layer(
            request.to,
            join.layer,
            kind=seen["kind"],
            author=author(),
            reason="join",
            parameters=_parameters(project, request, join),
            expected=seen["number"],
        )
    used = {join.key.table_column, *(choice.source for choice in join.columns)}
    unused = tuple(str(name) for name in table.columns if name not in used)
    keys = tuple(str(value) for value in table[join.key.table_column])
    return Joined(seen["kind"], join, keys, unused, tuple(table.attrs["notes"]), version)


def _key(stated: str | None) -> tuple[str, str] | str | None:
    if stated is None or "=" not in stated:
        return stated
    layer_column, _, table_column = stated.partition("=")
    return layer_column.strip(), table_column.strip()


def _parameters(project: Project, request: JoinRequest, join: Join) -> dict[str, object]:
    return {
        "path": project.relative_path(request.path),
        "sheet": request.sheet,
        "key": f"{join.key.layer_column}={join.key.table_column}",
        "columns": {choice.target: choice.source for choice in join.columns},
        "accepted": dict(request.accept),
        "matched": join.matched,
        "unmatched_features": len(join.unmatched_ids) + len(join.repeated_ids),
        "unmatched_rows": len(join.unmatched_rows) + len(join.repeated_rows),
    }
