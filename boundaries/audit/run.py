"""The audit of a set of layers, as a list of steps."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

import geopandas as gpd

from boundaries.audit.checks import CHECKS, Check
from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding, findings_frame
from boundaries.audit.tolerances import Tolerances
from boundaries.standards import Standard, load_standard
from boundaries.standards.profile import require_community_standard
from gis.crs import require_metric_crs, same_crs, short_name
from gis.errors import SchemaError
from gis.i18n import Text
from gis.kinds import Kind, schema_of
from gis.schema import check_schema

__all__ = ["audit_layers"]


def audit_layers(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    standard: str | Standard = "national_2026",
    tolerances: Tolerances | None = None,
    executor: Executor | None = None,
) -> gpd.GeoDataFrame:
    """Find everything that is wrong within and across the layers of a planning area; change nothing.

    Parameters
    ----------
    layers
        Layers by kind (``communities``, ``grids``, ``urban_villages`` ...), each as its schema says: text ids, one
        projected CRS in metres for all. What a missing layer leaves unchecked is told in the report.
    standard
        Key of a built-in profile for communities, or a profile with overrides.
    tolerances
        Thresholds; None takes the defaults of :class:`Tolerances`.
    executor
        Runs the heavy geometry; None takes threads of this process. Results do not depend on it.

    Returns
    -------
    GeoDataFrame
        One row per finding; columns and kinds as in ``docs/findings.md``; index ``id``: a stable id of the finding.
        Ranked by people touched (residents, else households; unknown last), then by area. ``attrs["audit_report"]``,
        fit for JSON: ``crs``, ``standard``, ``tolerances``, ``people_source``, ``mended`` (rows whose rings were made
        valid for the other checks) and ``checks``: which ran, how many findings each gave,
        which were skipped or limited, and why.

    Raises
    ------
    CrsError
        A CRS is missing or not in metres, or ``crs-mismatch`` between two layers.
    SchemaError
        A layer does not fit its kind, or ``kind-unknown`` (also when there are no layers at all).
    StandardError
        ``standard-unknown``, or ``standard-not-community``.

    Notes
    -----
    Cost: for each layer one sort of its boundary segments, then work only where polygons disagree
    (:mod:`boundaries.coverage`), and one spatial join for each pair of layers.
    """
    profile = _community_standard(standard)
    _require_layers(layers)
    context = AuditContext(dict(layers), profile, tolerances or Tolerances(), executor)
    outcomes = [_outcome(check, context) for check in CHECKS]
    crs = next(iter(layers.values())).crs
    findings = findings_frame(chain.from_iterable(outcome.found for outcome in outcomes), crs=crs)
    findings.attrs["audit_report"] = {
        "crs": short_name(crs),
        "standard": profile.key,
        "tolerances": asdict(context.tolerances),
        "people_source": context.people.basis if context.people else "",
        "mended": {kind: list(ids) for kind in context.coverages if (ids := context.mended_ids(kind))},
        "checks": [_report_row(outcome) for outcome in outcomes],
    }
    return findings


def _community_standard(standard: str | Standard) -> Standard:
    return require_community_standard(load_standard(standard) if isinstance(standard, str) else standard)


def _require_layers(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Refuse what no check could answer: no layers, unknown kinds, layers unlike their kind, unequal CRS."""
    if not layers:
        raise SchemaError("kind-unknown", kind="", known=[str(kind) for kind in Kind])
    first_kind, first = next(iter(layers.items()))
    for kind, layer in layers.items():
        schema_of(kind)
        require_metric_crs(layer, name=kind)
        same_crs(first, layer, names=(first_kind, kind))
        check_schema(layer, kind)


@dataclass(frozen=True)
class _Outcome:
    """What one check gave: findings, or a reason to skip it; and what it left out."""

    check: Check
    found: list[Finding]
    skipped: Text | None
    limits: Text | None


def _outcome(check: Check, context: AuditContext) -> _Outcome:
    if reason := check.reason_to_skip(context):
        return _Outcome(check, [], reason, None)
    return _Outcome(check, check.run(context), None, check.limits(context) if check.limits else None)


def _report_row(outcome: _Outcome) -> dict[str, Any]:
    check, told = outcome.check, outcome.skipped or outcome.limits or Text("", "")
    return {
        "check": check.key,
        "finds": list(check.finds),
        "layers": [str(kind) for kind in check.needs],
        "status": "skipped" if outcome.skipped else "ran",
        "findings": len(outcome.found),
        "reason": told.zh,
        "reason_en": told.en,
    }
