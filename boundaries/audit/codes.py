"""Codes that do not keep the form, or that two rows carry."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely

from boundaries.audit.context import AuditContext
from boundaries.audit.findings import Finding
from boundaries.audit.words import named_list
from gis.kinds import Kind

__all__ = ["CODE_DIGITS", "find_duplicate_codes", "find_malformed_codes"]

CODE_DIGITS: Mapping[str, int] = {Kind.COMMUNITIES: 12, Kind.GRIDS: 15}
_COUNTY, _TOWNSHIP = slice(0, 6), slice(6, 9)


def find_malformed_codes(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report codes that are missing, not text, not all digits, or of another county or township than the rest."""
    codes = context.layers[kind]["code"]
    digits = CODE_DIGITS[kind]
    form = re.compile(rf"\d{{{digits}}}", re.ASCII)
    well_formed = {row_id: code for row_id, code in codes.items() if isinstance(code, str) and form.fullmatch(code)}
    faults: dict[str, dict[str, Any]] = _other_prefixes(well_formed, share=context.tolerances.code_common_share)
    for row_id, code in codes.items():
        if row_id not in well_formed:
            faults[str(row_id)] = _form_fault(code)
    rows = sorted(faults)
    people = context.own_people(kind, rows)
    grounds = context.layers[kind].geometry
    return [
        Finding(
            kind="code_malformed",
            layer=kind,
            ids=(row_id,),
            geometry=grounds.loc[row_id],
            variant=faults[row_id]["variant"],
            facts={"owner": context.label(kind, row_id), "digits": digits, **faults[row_id]["facts"]},
            **touched.columns(),
        )
        for row_id, touched in zip(rows, people, strict=True)
    ]


def _form_fault(code: Any) -> dict[str, Any]:
    if code is None or pd.isna(code) or not str(code).strip():
        return {"variant": "", "facts": {}}
    return {"variant": "form" if isinstance(code, str) else "not-text", "facts": {"code": code}}


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
                faults.setdefault(row_id, {"variant": "prefix", "facts": {"code": code, "common": usual}})
    return faults


def find_duplicate_codes(context: AuditContext, *, kind: str) -> list[Finding]:
    """Report each code that two or more rows carry."""
    layer = context.layers[kind]
    codes = layer["code"].dropna().astype(str).str.strip()
    codes = codes[codes != ""]
    result = []
    for code, rows in codes[codes.duplicated(keep=False)].groupby(codes):
        ids = tuple(sorted(rows.index))
        people = context.own_people(kind, ids)
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
