"""Repair of a layer, as a list of steps: what is wrong, who is chosen, the new polygons, the log, what is left."""

from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from boundaries.audit.words import row_label
from boundaries.coverage.gaps import extent_ground
from boundaries.errors import RepairError
from boundaries.repair.changes import Changes
from boundaries.repair.faults import find_faults
from boundaries.repair.log import changes_frame
from boundaries.repair.proposal import Around, Proposal, propose
from boundaries.repair.rules import OnContainment, OnDuplicate, RepairRules
from gis.collector import collector_paused
from gis.crs import require_metric_crs, same_crs
from gis.i18n import Text, listed

__all__ = ["Repair", "apply_changes", "repair_layer", "undo_change"]

_DROPS = {OnDuplicate.DROP_LATER, OnContainment.DROP_INNER}


@dataclass(frozen=True)
class Repair:
    """A proposal of repair.

    ``layer`` is the layer after it; ``changes`` the log, one row for each piece of ground that changes hands (columns
    in ``docs/repair.md``); ``remaining`` what is wrong still, as the audit reports it, accepted exceptions apart;
    ``accepted`` the exceptions found, with the reason in column ``reason``.
    """

    layer: gpd.GeoDataFrame
    changes: gpd.GeoDataFrame
    remaining: gpd.GeoDataFrame
    accepted: gpd.GeoDataFrame


def repair_layer(  # noqa: PLR0913 - the public face; every option is keyword-only
    layer: gpd.GeoDataFrame,
    *,
    kind: str = "communities",
    extent: gpd.GeoDataFrame | None = None,
    rules: RepairRules | None = None,
    accept: Mapping[str, str] | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    parents: gpd.GeoDataFrame | None = None,
    dry_run: bool = False,
    executor: Executor | None = None,
) -> Repair:
    """Propose a repair of overlaps and gaps, defect by defect; sound polygons stay as they are.

    Parameters
    ----------
    layer
        Polygons and multipolygons that ought to be a coverage, indexed by a unique id, in a projected CRS with
        metres. Untouched.
    kind
        The kind of layer, for names and for the ids of findings. Gaps count in communities, grids and units only.
    extent
        Ground that must be covered; narrow gaps inside it are filled, open to its outside or not.
    rules
        How to choose, and what to do where no rule can settle it; None takes the defaults of :class:`RepairRules`.
    accept
        Exceptions that are right as they are: id of the finding (as ``audit_layers`` gives it) to the reason.
    layers
        Layers around it, by kind: buildings, compounds or units to count people with; roads, waterways and railways
        whose rigid lines never move; urban villages.
    parents
        Regions that ground may not leave: it goes to a polygon of the region it lies in.
    dry_run
        Only say what would change: ``layer`` stays as it is; all else, ``remaining`` too, is as after the repair.
    executor
        Runs the heavy geometry; None takes threads of this process.

    Returns
    -------
    Repair
        Every id is there, with index, columns and attributes as they were (rows are dropped only when the rules ask
        for it, and the log says so). What is not in ``remaining`` or ``accepted`` is a valid coverage: neighbours
        share their points. ``changes.attrs["repair"]`` holds the rules.

    Raises
    ------
    CrsError
        The CRS is missing, geographic, not in metres, or unlike that of another layer.
    SchemaError
        Ids repeat, or a row holds no polygon.
    RepairError
        The rules need a layer, a column, ids or a reason that is not there.

    Notes
    -----
    Ground is divided along all leftover boundaries (:mod:`boundaries.coverage`). Each face that several polygons
    cover goes to one of them, each narrow face that nobody covers to a neighbour; faces that border sound ground
    come first. New boundaries are sums of directed edges, so coordinates do not change but where segments
    cross. A second repair finds nothing to do. Cost: one sort of all boundary segments; all else only near defects.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 100, 100), shapely.box(97.5, 0, 197.5, 100)]
    >>> layer = gpd.GeoDataFrame(index=["east", "west"], geometry=squares, crs=4547)
    >>> repair = repair_layer(layer)
    >>> repair.changes[["kind", "from_ids", "to_ids", "area_m2"]].values.tolist()
    [['overlap', ('west',), ('east',), 250.0]]
    >>> repair.layer.area.tolist(), len(repair.remaining)
    ([10000.0, 9750.0], 0)
    """
    around = _around(layer, kind, extent, rules or RepairRules(), accept, layers, parents, executor)
    accepted = None
    if around.accept:
        faults = find_faults(layer, around)
        accepted = faults[faults.index.isin(list(around.accept))]
    with collector_paused(), ThreadPoolExecutor(1) as beside:
        proposal = propose(layer, around, accepted=accepted)
        writing = beside.submit(_log, layer, around, proposal.changes)
        result = _with_polygons(layer, proposal)
        faults = find_faults(result, around)
        changes = writing.result()
    return _repair(layer if dry_run else result, changes, faults, around)


def apply_changes(
    layer: gpd.GeoDataFrame,
    changes: gpd.GeoDataFrame,
    *,
    kind: str = "communities",
    extent: gpd.GeoDataFrame | None = None,
    layers: Mapping[str, gpd.GeoDataFrame] | None = None,
    parents: gpd.GeoDataFrame | None = None,
    executor: Executor | None = None,
) -> gpd.GeoDataFrame:
    """Replay a change log on the layer before repair; all of it gives the repaired layer, to the last coordinate.

    Parameters
    ----------
    layer
        The layer as it was.
    changes
        ``Repair.changes``, or some of its rows: what is left out stays unrepaired.
    kind, extent, layers, parents, executor
        As given to :func:`repair_layer`.

    Raises
    ------
    RepairError
        ``changes-unlike``: a change has no place in this layer.
    """
    rules = RepairRules(**changes.attrs["repair"]["rules"])
    around = _around(layer, kind, extent, rules, None, layers, parents, executor)
    dropping = changes["rule"].isin(list(_DROPS)).to_numpy(dtype=bool)
    gone = [one for ids in changes.loc[dropping, "from_ids"] for one in ids]
    drops = changes.loc[dropping, "from_ids"]
    unknown = [one for one, ids in drops.items() if not set(ids) <= set(layer.index)]
    if unknown:
        raise RepairError("changes-unlike", ids=listed(unknown))
    rows = layer[~layer.index.isin(gone)]
    chosen = dict(changes.loc[~dropping, "to_ids"])
    return _with_polygons(rows, propose(rows, around, chosen=chosen))


def undo_change(layer: gpd.GeoDataFrame, changes: gpd.GeoDataFrame, change_id: str, **around: Any) -> gpd.GeoDataFrame:
    """Give the repaired layer without one change.

    Parameters
    ----------
    layer
        The layer before repair.
    changes
        The log of its repair.
    change_id
        The index of the change to take back.
    **around
        As for :func:`apply_changes`.

    Raises
    ------
    RepairError
        ``changes-unlike``: the log has no such change.
    """
    if change_id not in changes.index:
        raise RepairError("changes-unlike", ids=change_id)
    return apply_changes(layer, changes.drop(index=change_id), **around)


def _around(
    layer: gpd.GeoDataFrame,
    kind: str,
    extent: gpd.GeoDataFrame | None,
    rules: RepairRules,
    accept: Mapping[str, str] | None,
    layers: Mapping[str, gpd.GeoDataFrame] | None,
    parents: gpd.GeoDataFrame | None,
    executor: Executor | None,
) -> Around:
    """Hold the layers against each other once, and put them together."""
    require_metric_crs(layer, name=kind)
    others = {name: other for name, other in (layers or {}).items() if name != kind}
    for name, other in (*others.items(), ("extent", extent), ("parents", parents)):
        if other is not None:
            same_crs(layer, other, names=(kind, name))
    without = [finding for finding, reason in (accept or {}).items() if not reason.strip()]
    if without:
        raise RepairError("reason-needed", ids=listed(without))
    ground = None if extent is None else extent_ground(extent)
    return Around(kind, ground, extent, rules, dict(accept or {}), others, parents, executor)


def _with_polygons(layer: gpd.GeoDataFrame, proposal: Proposal) -> gpd.GeoDataFrame:
    at = layer.index.get_indexer(proposal.ids)
    shapes = np.full(len(layer), None, dtype=object)
    shapes[at] = proposal.polygons
    kept = np.sort(at)
    return layer.iloc[kept].set_geometry(shapes[kept], crs=layer.crs)


def _log(layer: gpd.GeoDataFrame, around: Around, changes: Changes) -> gpd.GeoDataFrame:
    names = dict(layer["name"]) if "name" in layer.columns else {}
    lists = set().union(changes.claim_ids, changes.from_ids, changes.to_ids)
    used = {one for ids in lists for one in ids}
    labels: dict[str, Text] = {one: row_label(around.kind, one, names.get(one)) for one in used}
    table = changes_frame(changes, labels=labels, crs=layer.crs)
    table.attrs["repair"] = {"kind": around.kind, "rules": asdict(around.rules)}
    return table


def _repair(layer: gpd.GeoDataFrame, changes: gpd.GeoDataFrame, faults: gpd.GeoDataFrame, around: Around) -> Repair:
    is_accepted = faults.index.isin(list(around.accept))
    accepted = faults[is_accepted].assign(reason=[around.accept[one] for one in faults.index[is_accepted]])
    return Repair(layer, changes, faults[~is_accepted], accepted)
