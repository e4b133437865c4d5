"""The CRS of a layer that is being loaded: stated, declared, never assumed; and the datum it was copied in."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely

from gis.crs import parse_crs, recognise_crs, short_name
from gis.crs_guess import CHINA, Bounds, CrsCandidate, crs_candidates, crs_doubt
from gis.datum import Datum, convert_datum
from gis.decisions import Decision, Question
from gis.errors import CrsError
from gis.i18n import Text
from gis.io.draft import Draft

__all__ = ["settle_place"]

_OLD_DATUMS = {"Beijing 1954": "北京 1954", "Xian 1980": "西安 1980"}


def settle_place(draft: Draft, *, crs: Any, datum: Datum | None, swap_xy: bool) -> None:
    """Give the draft its CRS, after holding it against the coordinates; move it from a web-map datum if one is stated.

    Raises
    ------
    CrsError
        ``crs-missing`` (with candidates), ``crs-contradicted``, ``axes-swapped``, ``crs-unknown``, ``datum-unknown``.
    """
    if swap_xy:
        draft.frame = draft.frame.set_geometry(
            shapely.transform(draft.frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        )
        draft.notes.append(Text("x 与 y 已按指定互换", "x and y were exchanged, as stated"))
    west, south, east, north = (float(value) for value in draft.frame.total_bounds)
    bounds = (west, south, east, north)
    hint = _division_code(draft)
    found = _decided(draft, crs, datum, bounds, hint)
    _check(draft, found, bounds, hint)
    _question_far_places(draft, found, bounds)
    draft.frame = draft.frame.set_crs(found, allow_override=True)
    for name, zh in _OLD_DATUMS.items():
        if found.name.startswith(name) or (found.geodetic_crs is not None and found.geodetic_crs.name.startswith(name)):
            draft.notes.append(
                Text(
                    f"{zh}坐标系转换到 CGCS2000 需要当地的转换参数；没有参数时误差可达数米到数十米",
                    f"moving {name} to CGCS2000 needs local parameters; "
                    "without them it is metres to tens of metres off",
                )
            )
    if datum is not None:
        draft.frame = convert_datum(draft.frame, source=datum, target="cgcs2000")
        if datum in {"gcj02", "bd09"}:
            draft.notes.append(
                Text(f"坐标已由 {datum} 转换到 CGCS2000", f"coordinates were moved from {datum} to CGCS2000")
            )


def _decided(draft: Draft, stated: Any, datum: Datum | None, bounds: Bounds, hint: str | None) -> pyproj.CRS:
    declared = _declared(draft.declared_crs)
    if stated is not None:
        found = _horizontal(parse_crs(stated))
        if not _places_on_earth(found):
            raise CrsError("crs-unknown", found=stated)
        replaced = declared is not None and not declared.equals(found, ignore_axis_order=True)
        zh = f"，替代文件声明的 {short_name(declared)}" if replaced else ""
        en = f", in place of {short_name(declared)} that the file declares" if replaced else ""
        name = short_name(found)
        draft.crs = Decision(name, "stated", Text(f"坐标参考系：{name}，按指定{zh}", f"CRS: {name}, as stated{en}"))
        return found
    if declared is not None:
        name = short_name(declared)
        draft.crs = Decision(
            name, "declared", Text(f"坐标参考系：{name}，由文件声明", f"CRS: {name}, declared by the file")
        )
        return declared
    candidates = crs_candidates(bounds, division_code=hint)
    if datum is not None and candidates and candidates[0].crs == "EPSG:4490" and not candidates[0].swapped:
        draft.crs = Decision(
            "EPSG:4490",
            "deduced",
            Text(f"坐标参考系：EPSG:4490,{datum} 坐标是经纬度", f"CRS: EPSG:4490, as {datum} coordinates are degrees"),
        )
        return pyproj.CRS.from_epsg(4490)
    raise CrsError("crs-missing", layer=draft.layer, candidates=_named(candidates))


def _declared(crs: Any) -> pyproj.CRS | None:
    """Take a declared CRS at its word, but not the formats' words for having none."""
    if crs is None:
        return None
    try:
        declared = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return None
    declared = _horizontal(declared)
    if not _places_on_earth(declared) or declared.name.lower().startswith("undefined"):
        return None
    return recognise_crs(declared)


def _horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """Give the horizontal part of a CRS with heights; heights are dropped on loading."""
    if crs.is_compound:
        return crs.sub_crs_list[0]
    return crs.to_2d() if len(crs.axis_info) > 2 else crs  # noqa: PLR2004  (three axes)


@lru_cache(maxsize=64)  # the layers of a project nearly all have the same CRS
def _places_on_earth(crs: pyproj.CRS) -> bool:
    """Say whether a CRS leads to longitude and latitude; local, vertical and broken ones do not."""
    if not (crs.is_geographic or crs.is_projected):
        return False
    try:
        _to_degrees(crs)
    except pyproj.exceptions.ProjError:
        return False
    return True


def _check(draft: Draft, crs: pyproj.CRS, bounds: Bounds, hint: str | None) -> None:
    doubt = crs_doubt(bounds, crs, division_code=hint)
    if doubt is None:
        return
    if doubt.certain and doubt.candidates and doubt.candidates[0].swapped:
        raise CrsError(
            "axes-swapped", layer=draft.layer, found=short_name(crs), candidates=_named(doubt.candidates, first=crs)
        )
    if doubt.certain:
        raise CrsError(
            "crs-contradicted",
            layer=draft.layer,
            found=short_name(crs),
            reason=doubt.reason,
            candidates=_named(doubt.candidates),
        )
    draft.questions.append(
        Question(
            "crs-far",
            Text(
                f"坐标参考系 {short_name(crs)} 可能不对：{doubt.reason.zh}",
                f"CRS {short_name(crs)} may be wrong: {doubt.reason.en}",
            ),
        )
    )


def _question_far_places(draft: Draft, crs: pyproj.CRS, bounds: Bounds) -> None:
    """Ask about a layer of which nothing lies in China; it may be meant so, and is read all the same."""
    west, south, east, north = _to_degrees(crs).transform_bounds(*bounds)
    if not np.isfinite([west, south, east, north]).all():
        return
    if west <= CHINA[2] and east >= CHINA[0] and south <= CHINA[3] and north >= CHINA[1]:
        return
    where = f"{west:.2f}-{east:.2f}°E, {south:.2f}-{north:.2f}°N"
    draft.questions.append(
        Question(
            "place-outside-china",
            Text(
                f"图层没有任何部分在中国范围内（位于 {where}）；请核对坐标参考系和坐标",
                f"no part of the layer lies in China (it is at {where}); check the CRS and the coordinates",
            ),
        )
    )


@lru_cache(maxsize=64)
def _to_degrees(crs: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, 4326, always_xy=True)


def _division_code(draft: Draft) -> str | None:
    source = draft.mapping.sources.get("code") or draft.mapping.sources.get("community_code")
    if source is None:
        return None
    codes = draft.frame[source].dropna().astype(str)
    provinces = codes[codes.str.fullmatch(r"\d{6,15}(\.0)?")].str[:2].unique()
    return str(provinces[0]) if len(provinces) == 1 else None


def _named(candidates: Sequence[CrsCandidate], *, first: pyproj.CRS | None = None) -> tuple[str, ...]:
    """Name the candidates; the declared CRS goes first when it is one of them (with x and y exchanged)."""
    names = list(dict.fromkeys(one.crs for one in candidates))
    declared = None if first is None else short_name(first)
    return tuple(sorted(names, key=lambda name: name != declared))
