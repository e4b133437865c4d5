"""Hygiene of geometries, vectorised: what cannot be kept is listed, what is changed is recorded, nothing disappears."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.i18n import Text
from gis.threads import in_threads
from gis.validity import are_valid

__all__ = [
    "FAMILY_NAMES",
    "CleanGeometries",
    "GeometryNote",
    "Judged",
    "are_surely_finite",
    "clean_geometries",
    "non_finite_rows",
    "polygonal_parts",
    "set_precision_grid",
    "shared_ground",
]

Family = Literal["polygon", "line", "point"]
Geometries = npt.NDArray[np.object_]

_TYPES: dict[str, tuple[int, ...]] = {"point": (0, 4), "line": (1, 2, 5), "polygon": (3, 6)}
_WITH_LENGTH = (1, 2, 3, 5, 6)  # lines, rings, polygons
_COLLECTION = 7
_LARGEST = 1e12
FAMILY_NAMES = {"point": Text("点", "points"), "line": Text("线", "lines"), "polygon": Text("面", "polygons")}
_TYPE_NAMES = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)


@dataclass(frozen=True)
class GeometryNote:
    """What was found or changed at one place of the array."""

    position: int
    code: str
    text: Text


@dataclass(frozen=True)
class Judged:
    """Geometries, and which of them are valid: asked for when it is needed, as other threads may still be at work."""

    shapes: Geometries
    judgement: Callable[[], npt.NDArray[np.bool_]]

    @cached_property
    def valid(self) -> npt.NDArray[np.bool_]:
        """Tell which geometries are valid."""
        return self.judgement()

    def of(self, geometries: Geometries) -> npt.NDArray[np.bool_]:
        """Tell which of the same number of geometries are valid; only those that have changed are tested."""
        changed = np.fromiter(map(operator.is_not, geometries, self.shapes), dtype=bool, count=len(geometries))
        valid = self.valid.copy()
        valid[changed] = are_valid(geometries[changed])
        return valid


@dataclass
class CleanGeometries:
    """The geometries after hygiene, which of them can be kept, and the record of everything found and changed."""

    geometries: Geometries
    kept: npt.NDArray[np.bool_]
    faults: list[GeometryNote] = field(default_factory=list)
    repairs: list[GeometryNote] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def clean_geometries(
    geometries: Any, *, family: Family | None = None, mend_rings: bool = True, judged: Judged | None = None
) -> CleanGeometries:
    """Bring geometries into the state that every later step relies on, with a record per row.

    Parameters
    ----------
    geometries
        Array of shapely geometries in any CRS; the array is not changed.
    family
        Keep only this family; parts of collections that belong to it are taken out. None keeps every type.
    mend_rings
        Repair polygons that break the simple-features rules; False leaves them, for an audit that is to find them.
    judged
        Which of the geometries are valid, where that is known; row by row the same objects need no second test.

    Returns
    -------
    CleanGeometries
        Faults: no geometry, empty geometry, wrong type, nothing left after repair (all of these are not kept).
        Repairs: collection taken apart, repeated vertices removed, rings mended.
        Notes: heights (Z) and measures (M) dropped.

    Notes
    -----
    Rings are mended by ``shapely.make_valid`` with the method "structure": outer rings are joined, holes are cut out,
    so that ground that a self-overlapping ring covers twice is kept once; a hole outside its outer ring counts as a
    part of its own (JTS GeometryFixer). Vertices keep their coordinates; new ones
    appear only where edges cross. Cost: linear in the vertices but for invalid rings.
    """
    clean = CleanGeometries(np.array(geometries, dtype=object), np.ones(len(geometries), dtype=bool))
    _drop_missing(clean)
    _drop_heights(clean)
    if family is not None:
        _keep_family(clean, family)
    _drop_repeated_vertices(clean)
    if mend_rings:
        _mend_rings(clean, judged)
    return clean


def non_finite_rows(geometries: Any) -> npt.NDArray[np.intp]:
    """Give the positions of geometries with an x or y that is NaN, infinite, or beyond 1e12: no place on earth."""
    shapes = np.asarray(geometries, dtype=object)
    doubtful = np.flatnonzero(~are_surely_finite(shapes, largest=_LARGEST))
    if not len(doubtful):
        return np.empty(0, dtype=np.intp)
    good = (np.abs(shapely.get_coordinates(shapes[doubtful])) < _LARGEST).all(axis=1)
    return np.asarray(doubtful[np.unique(_rows_of(np.flatnonzero(~good), shapes[doubtful]))], dtype=np.intp)


def are_surely_finite(geometries: Geometries, *, largest: float | None = None) -> npt.NDArray[np.bool_]:
    """Tell lines and polygons apart of which every x and y is finite (and not beyond ``largest``): a quick first look.

    One bad coordinate spoils the length, and with finite ones the bounds are what they seem. False only says that the
    coordinates must be looked at.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        sure = np.isin(shapely.get_type_id(geometries), _WITH_LENGTH) & np.isfinite(shapely.length(geometries))
        if largest is not None:
            sure &= (np.abs(shapely.bounds(geometries).reshape(-1, 4)) < largest).all(axis=1)
    return np.asarray(sure, dtype=bool)


def polygonal_parts(geometries: Any) -> Geometries:
    """Give only the polygons of each geometry: a Polygon, a MultiPolygon, or an empty Polygon when there are none.

    Examples
    --------
    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    >>> polygonal_parts([mixed])[0].wkt
    'POLYGON ((0 0, 1 0, 1 1, 0 0))'
    """
    return _family_parts(np.array(geometries, dtype=object), "polygon")


def shared_ground(left: Geometries, right: Geometries) -> Geometries:
    """Give the ground that each two polygons share: a Polygon, a MultiPolygon, or an empty Polygon where there is none.

    Parameters
    ----------
    left, right
        Valid polygons, as many of each.

    Notes
    -----
    An overlay that falls back on snapping can lose a polygon that lies in another and leave only lines. So where no
    area comes out although the interiors meet (``relate``, which does not snap), the ground is what ``left`` loses
    when it loses all that is not in ``right``. Cost: one overlay a pair, and one ``relate`` for pairs that only touch.
    """
    shared = polygonal_parts(shapely.intersection(left, right))
    none = np.flatnonzero(shapely.area(shared) == 0)
    lost = none[shapely.relate_pattern(left[none], right[none], "T********")]
    if len(lost):
        outside = shapely.difference(left[lost], right[lost])
        shared[lost] = polygonal_parts(shapely.difference(left[lost], outside))
    return shared


def set_precision_grid(layer: gpd.GeoDataFrame, *, grid_m: float) -> gpd.GeoDataFrame:
    """Give the layer with every coordinate on a grid of ``grid_m`` units of its CRS; what collapses becomes empty.

    Shared vertices stay shared, because each is rounded by the same rule (GEOS precision model, valid output).
    """
    return layer.set_geometry(shapely.set_precision(layer.geometry.to_numpy(), grid_m), crs=layer.crs)


def _drop_missing(clean: CleanGeometries) -> None:
    missing = shapely.is_missing(clean.geometries)
    _reject(clean, missing, "geometry-missing", lambda _: Text("没有几何图形，已略去", "has no geometry; left out"))
    empty = ~missing & shapely.is_empty(clean.geometries)
    _reject(clean, empty, "geometry-empty", lambda _: Text("几何图形为空，已略去", "has an empty geometry; left out"))


def _drop_heights(clean: CleanGeometries) -> None:
    for has, letter in ((shapely.has_z, "Z"), (shapely.has_m, "M")):
        found = has(clean.geometries) & clean.kept
        if count := int(found.sum()):
            word = Text("高程" if letter == "Z" else "测度", "heights" if letter == "Z" else "measures")
            clean.notes.append(
                Text(
                    f"{count} 个图形带有{word.zh}（{letter}），已去掉",
                    f"{word.en} ({letter}) of {count} geometries were dropped",
                )
            )
    flat = shapely.has_z(clean.geometries) | shapely.has_m(clean.geometries)
    if flat.any():
        clean.geometries[flat] = shapely.force_2d(clean.geometries[flat])


def _keep_family(clean: CleanGeometries, family: Family) -> None:
    types = shapely.get_type_id(clean.geometries)
    collections = np.flatnonzero(clean.kept & (types == _COLLECTION))
    if len(collections):
        parts = _family_parts(clean.geometries[collections], family)
        for at, whole, part in zip(collections, clean.geometries[collections], parts, strict=True):
            if not part.is_empty:
                clean.geometries[at] = part
                left = shapely.get_num_geometries(whole) - shapely.get_num_geometries(part)
                name = FAMILY_NAMES[family]
                clean.repairs.append(
                    GeometryNote(
                        int(at),
                        "collection-taken-apart",
                        Text(
                            f"几何集合只保留{name.zh}，去掉 {left} 个其他部分",
                            f"kept the {name.en} of a collection and dropped {left} other parts",
                        ),
                    )
                )
    other = clean.kept & ~np.isin(shapely.get_type_id(clean.geometries), _TYPES[family])
    name = FAMILY_NAMES[family]
    _reject(
        clean,
        other,
        "geometry-other-type",
        lambda at: Text(
            f"是 {_TYPE_NAMES[types[at]]} 而不是{name.zh}，已略去",
            f"is a {_TYPE_NAMES[types[at]]} where {name.en} belong; left out",
        ),
    )


def _drop_repeated_vertices(clean: CleanGeometries) -> None:
    """Work only on geometries in which two vertices in a row are equal; most layers have none."""
    x, y = shapely.get_coordinates(clean.geometries).T
    at = np.flatnonzero(x[1:] == x[:-1])
    at = at[y[at + 1] == y[at]]
    rows = _rows_of(at, clean.geometries)
    rows = np.unique(rows[rows == _rows_of(at + 1, clean.geometries)])
    rows = rows[np.isin(shapely.get_type_id(clean.geometries[rows]), (*_TYPES["line"], *_TYPES["polygon"]))]
    if not len(rows):
        return
    before = shapely.get_num_coordinates(clean.geometries[rows])
    slim = _slim(clean.geometries[rows])
    dropped = before - shapely.get_num_coordinates(slim)
    changed = (dropped > 0) & ~shapely.is_empty(slim)
    clean.geometries[rows[changed]] = slim[changed]
    clean.repairs += [
        GeometryNote(int(at), "vertices-repeated", Text(f"去掉 {count} 个重复点", f"removed {count} repeated vertices"))
        for at, count in zip(rows[changed], dropped[changed], strict=True)
    ]


def _rows_of(coordinates: npt.NDArray[np.intp], geometries: Geometries) -> npt.NDArray[np.intp]:
    """Give the rows that coordinates belong to, by their numbers in ``shapely.get_coordinates``."""
    ends = np.cumsum(shapely.get_num_coordinates(geometries))
    return np.searchsorted(ends, coordinates, side="right")


def _slim(geometries: Geometries) -> Geometries:
    """Remove repeated vertices; a ring of fewer than three places is left for the mending of rings to refuse."""
    try:
        return np.asarray(shapely.remove_repeated_points(geometries, 0.0), dtype=object)
    except shapely.errors.GEOSException:
        if len(geometries) == 1:
            return geometries
        return np.concatenate([_slim(geometries[at : at + 1]) for at in range(len(geometries))])


def _mend_rings(clean: CleanGeometries, judged: Judged | None) -> None:
    polygons = clean.kept & np.isin(shapely.get_type_id(clean.geometries), (*_TYPES["polygon"], _COLLECTION))
    if judged is None or len(judged.shapes) != len(polygons):
        broken = np.flatnonzero(polygons)[~in_threads(are_valid, clean.geometries[polygons])]
    else:
        broken = np.flatnonzero(polygons & ~judged.of(clean.geometries))
    if not len(broken):
        return
    old = clean.geometries[broken]
    reasons = shapely.is_valid_reason(old)
    mended = _made_valid(old)
    mended = np.where(shapely.get_type_id(old) == _COLLECTION, mended, _family_parts(mended, "polygon"))
    for at, was, now, reason in zip(broken, old, mended, reasons, strict=True):
        if now.is_empty:
            clean.kept[at] = False
            clean.faults.append(
                GeometryNote(
                    int(at),
                    "geometry-collapsed",
                    Text(
                        f"环不合法（{reason}），修复后没有面积，已略去",
                        f"has an invalid ring ({reason}) that encloses nothing; left out",
                    ),
                )
            )
            continue
        clean.geometries[at] = now
        clean.repairs.append(
            GeometryNote(
                int(at),
                "ring-mended",
                Text(
                    f"环不合法（{reason}），已按“结构法”修复；面积 {abs(was.area):.6g} → {now.area:.6g}",
                    f"mended an invalid ring ({reason}) by make_valid, structure method; "
                    f"area {abs(was.area):.6g} -> {now.area:.6g}",
                ),
            )
        )


def _made_valid(geometries: Geometries) -> Geometries:
    """Make geometries valid by structure; where parts that share an edge are left (GEOS 3.14 does so), join them."""
    mended = np.asarray(shapely.make_valid(geometries, method="structure", keep_collapsed=False), dtype=object)
    for at in np.flatnonzero(~shapely.is_valid(mended)):
        mended[at] = shapely.union_all(shapely.get_parts(mended[at]))
    return mended


def _family_parts(geometries: Geometries, family: Family) -> Geometries:
    wanted, types = _TYPES[family], shapely.get_type_id(geometries)
    result = geometries.copy()
    for at in np.flatnonzero(~np.isin(types, wanted)):
        parts = _leaves(geometries[at])
        parts = parts[np.isin(shapely.get_type_id(parts), wanted)]
        result[at] = parts[0] if len(parts) == 1 else _gathered(parts, family)
    return result


def _leaves(geometry: Any) -> Geometries:
    parts = shapely.get_parts(np.array([geometry], dtype=object))
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return parts


def _gathered(parts: Geometries, family: Family) -> Any:
    empty: dict[str, Any] = {"polygon": shapely.Polygon(), "line": shapely.LineString(), "point": shapely.Point()}
    if not len(parts):
        return empty[family]
    if family == "polygon":
        return shapely.multipolygons(parts)
    return shapely.multilinestrings(parts) if family == "line" else shapely.multipoints(parts)


def _reject(clean: CleanGeometries, rows: npt.NDArray[np.bool_], code: str, text: Callable[[int], Text]) -> None:
    clean.kept &= ~rows
    clean.faults += [GeometryNote(int(at), code, text(int(at))) for at in np.flatnonzero(rows)]
