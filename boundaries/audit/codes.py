"""Codes that do not keep the form, or that two rows carry."""

import re
from collections import Counter
from collections.abc import Mapping
from math import isnan, nan
from typing import Any

import pandas as pd
import shapely

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding
from boundaries.audit.words import named_list
from gis.kinds import Kind, schema_of

__all__ = ["CODE_DIGITS", "find_duplicate_codes", "find_malformed_codes"]

CODE_DIGITS: Mapping[str, int] = {Kind.COMMUNITIES: 12, Kind.GRIDS: 15}
_COUNTY, _TOWNSHIP = slice(0, 6), slice(6, 9)
_TOGETHER = 5  # rows with one cause in common


def find_malformed_codes(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report codes that are missing, not text, not all digits, or of another county or township than the rest.

    Rows with one cause in common (all missing, all numbers, all of one wrong length, all of one other prefix) are one
    finding from five rows on; fewer stand alone.
    """
    codes = context.layers[kind]["code"]
    digits = CODE_DIGITS[kind]
    form = re.compile(rf"\d{{{digits}}}", re.ASCII)
    well_formed = {row_id: code for row_id, code in codes.items() if isinstance(code, str) and form.fullmatch(code)}
    faults: dict[str, dict[str, Any]] = _other_prefixes(well_formed, share=context.tolerances.code_common_share)
    for row_id, code in codes.items():
        if row_id not in well_formed:
            faults[str(row_id)] = _form_fault(code)
    by_cause: dict[tuple[Any, ...], list[str]] = {}
    for row_id in sorted(faults):
        by_cause.setdefault((faults[row_id]["variant"], *faults[row_id]["cause"]), []).append(row_id)
    groups: list[tuple[str, ...]] = []
    for rows in by_cause.values():
        together = len(rows) >= _TOGETHER
        groups += [tuple(rows)] if together else [(row_id,) for row_id in rows]
    return [_malformed(context, kind, rows, faults[rows[0]], digits) for rows in sorted(groups)]


def _malformed(
    context: AuditContext, kind: str, rows: tuple[str, ...], fault: Mapping[str, Any], digits: int
) -> Finding:
    people = context.own_people(kind, rows)
    facts = {"owner": context.label(kind, rows[0]), "digits": digits, **fault["facts"]}
    if len(rows) > 1:
        facts |= {
            "layer": schema_of(kind).label,
            "count": len(rows),
            "owners": named_list(context.labels(kind, rows)),
        }
    return Finding(
        kind="code_malformed",
        layer=kind,
        ids=rows,
        geometry=shapely.union_all(context.layers[kind].geometry.loc[list(rows)].to_numpy()),
        variant=f"all-{fault['variant'] or 'missing'}" if len(rows) > 1 else fault["variant"],
        facts=facts,
        households=_known_sum([touched.households for touched in people]),
        resident_population=_known_sum([touched.resident_population for touched in people]),
        people_basis=next((touched.people_basis for touched in people if touched.people_basis), ""),
    )


def _known_sum(values: list[float]) -> float:
    known = [value for value in values if not isnan(value)]
    return sum(known) if known else nan


def _form_fault(code: Any) -> dict[str, Any]:
    if code is None or pd.isna(code) or not str(code).strip():
        return {"variant": "", "cause": (), "facts": {}}
    if not isinstance(code, str):
        return {"variant": "not-text", "cause": (), "facts": {"code": code}}
    return {"variant": "form", "cause": (len(code), code.isdecimal()), "facts": {"code": code, "length": len(code)}}


def _other_prefixes(codes: Mapping[Any, str], *, share: float) -> dict[str, dict[str, Any]]:
    """Find the codes whose county or township part is not the one that most of the layer has."""
    faults: dict[str, dict[str, Any]] = {}
    for part in (_COUNTY, _TOWNSHIP):
        common = Counter(code[part] for code in codes.values()).most_common(1)
        if not common or common[0][1] < share * len(codes):
            continue
        usual = common[0][0]
        for row_id, code in codes.items():
            if code[part] != usual:
                facts = {"code": code, "common": usual, "prefix": code[part]}
                faults.setdefault(row_id, {"variant": "prefix", "cause": (part.start, code[part]), "facts": facts})
    return faults


def find_duplicate_codes(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report each code that two or more rows carry."""
    layer = context.layers[kind]
    codes = layer["code"].dropna().astype(str).str.strip()
    codes = codes[codes != ""]
    result = []
    for code, rows in codes[codes.duplicated(keep=False)].groupby(codes):
        ids = tuple(sorted(rows.index))
        inner = context.counted_in_another(kind, ids)
        people = context.own_people(kind, [row_id for row_id in ids if row_id not in inner])
        result.append(
            Finding(
                kind="code_duplicate",
                layer=kind,
                ids=ids,
                geometry=shapely.union_all(layer.geometry.loc[list(ids)].to_numpy()),
                households=sum(touched.households for touched in people),
                resident_population=sum(touched.resident_population for touched in people),
                people_basis=people[0].people_basis,
                facts={"code": code, "count": len(ids), "owners": named_list(context.labels(kind, ids))},
            )
        )
    return result
