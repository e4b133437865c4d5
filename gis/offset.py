"""Find out whether a layer is shifted against another as a whole, and whether web-map coordinates are the cause."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from scipy.spatial import cKDTree

from gis.crs import working_crs_for
from gis.datum import Datum, shift_points
from gis.errors import CrsError
from gis.i18n import Text

__all__ = ["DatumOffset", "find_datum_offset"]

Points = npt.NDArray[np.float64]

_REACH_M = 2_500.0  # BD-09 lies up to 1.6 km off
_CELL_M = 20.0
_STEP_M = 15.0
_MAX_POINTS = 30_000
_WINDOW_M = 12_000.0
_NEAR_M = 8.0
_LEAST_SHARE, _LEAST_GAIN = 0.5, 1.5
_LEAST_SHARE_EXPLAINED, _LEAST_GAIN_EXPLAINED = 0.1, 2.5
_LEAST_SHIFT_M = 30.0
_TOLERANCE_M, _TOLERANCE_SHARE = 15.0, 0.04


@dataclass(frozen=True)
class DatumOffset:
    """How a layer lies against a reference.

    ``east_m`` and ``north_m`` are the shift of the layer; ``matched`` is the share of its points (0 to 1) that lie on
    the reference once it is undone, ``matched_before`` as it stands. ``fits`` names the web-map datum that makes such
    a shift there, and ``shifted`` says which of the two layers is in it.
    """

    east_m: float
    north_m: float
    matched: float
    matched_before: float
    fits: Datum | None = None
    shifted: str | None = None

    @property
    def distance_m(self) -> float:
        """Length of the shift in metres."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def is_offset(self) -> bool:
        """Whether the layer as a whole lies beside the reference.

        It does when half of its points fall on the reference once the shift is undone, or, where the layers share only
        some lines, when a tenth does, far more than as it stands, and the shift is just that of a web-map datum.
        """
        gain = self.matched / max(self.matched_before, 1e-9)
        alike = self.matched >= _LEAST_SHARE and gain > _LEAST_GAIN
        explained = self.fits is not None and self.matched >= _LEAST_SHARE_EXPLAINED and gain > _LEAST_GAIN_EXPLAINED
        return (alike or explained) and self.distance_m >= _LEAST_SHIFT_M

    def text(self) -> Text:
        """Say it in a sentence."""
        if not self.is_offset:
            return Text("没有发现整体偏移", "no shift as a whole was found")
        where = Text(
            f"整体偏移 {self.distance_m:.0f} 米（东 {self.east_m:.0f}，北 {self.north_m:.0f}）",
            f"is shifted by {self.distance_m:.0f} m as a whole (east {self.east_m:.0f}, north {self.north_m:.0f})",
        )
        if self.fits is None:
            return Text(f"{where.zh}，不是网络地图的偏移", f"{where.en}, which is no web-map offset")
        side = Text("本图层", "this layer") if self.shifted == "layer" else Text("参照图层", "the reference")
        return Text(
            f"{where.zh}，与 {self.fits} 的偏移一致：{side.zh}可能是从网络地图抄来的坐标",
            f"{where.en}, as {self.fits} makes it: {side.en} may be copied from a web map",
        )


def find_datum_offset(layer: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> DatumOffset | None:
    """Estimate the shift of a layer against a reference that shows the same lines or outlines, and name its cause.

    Parameters
    ----------
    layer, reference
        Any geometry, each with a CRS; they need not have the same features, but some of the same lines or points.

    Returns
    -------
    DatumOffset or None
        None when the two do not lie within 2.5 km of each other or are empty.

    Raises
    ------
    CrsError
        ``crs-missing``.

    Notes
    -----
    The shift is the peak of the cross-correlation (by FFT) of both layers drawn on a 20 m raster, made finer by
    iterated nearest points; the expected shifts of GCJ-02 and BD-09 at the place are compared with it. Neither layer
    is moved. Cost: independent of the size beyond 30,000 sampled points and a window of 24 km.
    """
    for one, name in ((layer, "layer"), (reference, "reference")):
        if one.crs is None:
            raise CrsError("crs-missing", layer=name)
    crs = _metric_crs(reference)
    moved, fixed = _sampled(layer, crs), _sampled(reference, crs)
    moved, fixed = _common_window(moved, fixed)
    if not len(moved) or not len(fixed):
        return None
    tree = cKDTree(fixed)
    before = _share(moved, tree)
    in_place = before * _LEAST_GAIN >= 1  # no shift could put enough more of it on the reference
    shift = _refined(moved, tree, np.zeros(2) if in_place else _coarse(moved, fixed))
    after = _share(moved - shift, tree)
    found = DatumOffset(float(shift[0]), float(shift[1]), after, before)
    return _explained(found, fixed.mean(axis=0), crs)


def _metric_crs(layer: gpd.GeoDataFrame) -> pyproj.CRS:
    try:
        return working_crs_for(layer)
    except CrsError:
        return pyproj.CRS(layer.estimate_utm_crs())


def _sampled(layer: gpd.GeoDataFrame, crs: pyproj.CRS) -> Points:
    """Give points along the lines and outlines, evenly spaced, at most 30,000 of them, always the same ones."""
    shapes = layer.geometry.to_crs(crs).to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    lines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)  # noqa: PLR2004  (areas)
    total = float(shapely.length(lines).sum())
    step = max(_STEP_M, total / _MAX_POINTS)
    points = shapely.get_coordinates(shapely.segmentize(lines, step))
    points = points[np.isfinite(points).all(axis=1)]
    stride = max(1, -(-len(points) // _MAX_POINTS))
    return np.unique(points[::stride], axis=0)


def _common_window(moved: Points, fixed: Points) -> tuple[Points, Points]:
    """Keep what lies in a window around the middle of the ground that both may share."""
    if not len(moved) or not len(fixed):
        return moved, fixed
    low = np.maximum(moved.min(axis=0), fixed.min(axis=0) - _REACH_M)
    high = np.minimum(moved.max(axis=0), fixed.max(axis=0) + _REACH_M)
    inside = moved[((moved >= low) & (moved <= high)).all(axis=1)]
    if not len(inside):
        return inside, fixed
    middle = np.median(inside, axis=0)
    moved = inside[(np.abs(inside - middle) <= _WINDOW_M).all(axis=1)]
    return moved, fixed[(np.abs(fixed - middle) <= _WINDOW_M + _REACH_M).all(axis=1)]


def _coarse(moved: Points, fixed: Points) -> Points:
    """Find the shift at which most raster cells of both meet."""
    origin = np.minimum(moved.min(axis=0), fixed.min(axis=0))
    size = np.maximum(moved.max(axis=0), fixed.max(axis=0)) - origin
    reach = int(_REACH_M / _CELL_M)
    rows, columns = (int(length / _CELL_M) + 1 + 2 * reach for length in size)
    drawn = []
    for points in (moved, fixed):
        raster = np.zeros((rows, columns))
        at = ((points - origin) / _CELL_M).astype(int)
        raster[at[:, 0], at[:, 1]] = 1.0
        drawn.append(raster)
    product = np.fft.rfft2(drawn[0]) * np.conj(np.fft.rfft2(drawn[1]))
    meeting = np.fft.irfft2(product, s=(rows, columns))
    lags: npt.NDArray[np.int64] = np.arange(-reach, reach + 1)
    near = np.take(np.take(meeting, lags % rows, axis=0), lags % columns, axis=1)
    east, north = divmod(int(near.argmax()), 2 * reach + 1)
    return np.array([east - reach, north - reach], dtype=float) * _CELL_M


def _refined(moved: Points, tree: cKDTree, shift: Points) -> Points:
    """Bring the shift closer by the median way to the nearest points, over a shrinking distance."""
    for within in (40.0, 30.0, 20.0, 15.0, 10.0, 10.0, 8.0, 8.0):
        distance, nearest = tree.query(moved - shift, distance_upper_bound=within)
        met = np.isfinite(distance)
        if met.sum() < 3:  # noqa: PLR2004  (too few for a median)
            break
        shift = shift + np.median((moved - shift)[met] - tree.data[np.asarray(nearest)[met]], axis=0)
    return shift


def _share(moved: Points, tree: cKDTree) -> float:
    distance, _ = tree.query(moved, distance_upper_bound=_NEAR_M)
    return float(np.isfinite(distance).mean())


def _explained(found: DatumOffset, centre: Points, crs: pyproj.CRS) -> DatumOffset:
    to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    longitude, latitude = (np.array([value]) for value in to_degrees.transform(*centre))
    best: tuple[float, Datum, str] | None = None
    datums: tuple[Datum, ...] = ("gcj02", "bd09")
    for datum in datums:
        x, y = shift_points(longitude, latitude, source="wgs84", target=datum)
        east, north = to_degrees.transform(x, y, direction="INVERSE")
        expected = np.array([east[0], north[0]]) - centre
        allowed = max(_TOLERANCE_M, _TOLERANCE_SHARE * float(np.hypot(*expected)))
        for sign, side in ((1.0, "layer"), (-1.0, "reference")):
            miss = float(np.hypot(*(np.array([found.east_m, found.north_m]) - sign * expected)))
            if miss <= allowed and np.hypot(*expected) > _LEAST_SHIFT_M and (best is None or miss < best[0]):
                best = miss, datum, side
    if best is None:
        return found
    return DatumOffset(found.east_m, found.north_m, found.matched, found.matched_before, best[1], best[2])
