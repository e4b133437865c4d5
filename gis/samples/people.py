"""Who lives in the made town: buildings in compounds and villages, and the figures that add up from them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate

from gis.samples.ground import LIVING, VILLAGE, Ground

__all__ = ["FIGURES", "Settlement", "settle"]

FIGURES = ["households", "dwellings", "resident_population"]
_HOUSEHOLDS, _RESIDENTS = 45_000, 120_000
_LARGEST_UNIT = 640.0  # households
_ESTATE_M2 = 22_000.0  # a yard so large was built by a developer
_CENTRAL_M = 750.0


@dataclass(frozen=True)
class _Style:
    """How buildings stand on one kind of land: size and distances in metres, floors, share built, households a m2."""

    length: float
    depth: float
    beside: float
    behind: float
    floors: tuple[int, ...]
    built: float
    crowding: float


_STYLES = {
    "new": _Style(34, 14, 14, 30, (11, 11, 17, 18), 0.95, 0.62),
    "old": _Style(36, 11, 9, 15, (4, 5, 5, 6), 0.95, 0.8),
    "low": _Style(12, 10, 5, 9, (1, 2, 2, 3), 0.72, 0.75),
    "village": _Style(12, 10, 4, 7, (2, 2, 3, 4), 0.75, 0.62),
    "public": _Style(42, 16, 26, 34, (2, 3, 4, 5), 0.3, 0.0),
}


@dataclass(frozen=True)
class Settlement:
    """Buildings (``unit``: position of the ground's unit), the style of each unit, and figures of every unit."""

    buildings: gpd.GeoDataFrame
    style: NDArray[np.object_]
    figures: pd.DataFrame


def settle(ground: Ground, crs: str, rng: np.random.Generator) -> Settlement:
    """Build on the land and let people move in: exactly 45,000 households and 120,000 residents."""
    style = _styles(ground, rng)
    sites = [_site(at, ground.yards[at], _STYLES[style[at]], rng) for at in np.flatnonzero(style != "empty").tolist()]
    table = pd.concat(sites, ignore_index=True)
    buildings = gpd.GeoDataFrame(table, geometry="geometry", crs=crs)
    _move_in(buildings, style[buildings["unit"].to_numpy()], rng)
    figures = buildings.groupby("unit")[FIGURES].sum().reindex(range(len(ground.shapes)), fill_value=0.0)
    buildings.index = pd.Index([f"B-{number:04d}" for number in range(1, len(buildings) + 1)], name="id", dtype="str")
    return Settlement(buildings, style, figures)


def _styles(ground: Ground, rng: np.random.Generator) -> NDArray[np.object_]:
    style = np.full(len(ground.shapes), "empty", dtype=object)
    style[ground.use == VILLAGE] = "village"
    style[np.isin(ground.use, ("学校", "机关", "商业", "医院", "市场", "工业", "仓储"))] = "public"
    for at in np.flatnonzero(ground.use == LIVING):
        central, large = ground.from_centre_m[at] < _CENTRAL_M, ground.yards[at].area > _ESTATE_M2
        odds = (0.75, 0.15, 0.1) if large else (0.1, 0.55, 0.35) if central else (0.25, 0.45, 0.3)
        style[at] = rng.choice(("new", "old", "low"), p=odds)
    return style


def _site(at: int, yard: shapely.Polygon, style: _Style, rng: np.random.Generator) -> pd.DataFrame:
    """Set buildings in rows along the yard's axis nearest to east-west, so that they face south."""
    angle = _row_angle(yard)
    level = rotate(yard, -angle, origin=yard.centroid)
    west, south, east, north = level.bounds
    xs = np.arange(west + rng.uniform(1, 5), east - style.length, style.length + style.beside)
    ys = np.arange(south + rng.uniform(1, 5), north - style.depth, style.depth + style.behind)
    x, y = (values.ravel() for values in np.meshgrid(xs, ys))
    shift = rng.uniform(-0.3, 0.3, (2, len(x))) * np.array([[style.beside], [style.behind]]) * 0.6
    boxes = shapely.box(x + shift[0], y + shift[1], x + shift[0] + style.length, y + shift[1] + style.depth)
    keep = shapely.contains(level, boxes) & (rng.random(len(boxes)) < style.built)
    kept = boxes[keep]
    turned = _turned(kept, angle, yard.centroid)
    floors = rng.choice(style.floors, len(kept)) if style.length < 20 else np.full(len(kept), rng.choice(style.floors))  # noqa: PLR2004
    return pd.DataFrame({"unit": at, "floors": floors.astype(float), "geometry": turned})


def _row_angle(yard: shapely.Polygon) -> float:
    """Give the direction, in degrees within 45 of east, of the side of the yard's rectangle nearest to east-west."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(yard))
    side = corners[1] - corners[0]
    angle = float(np.degrees(np.arctan2(side[1], side[0]))) % 90
    return angle - 90 if angle > 45 else angle  # noqa: PLR2004


def _turned(shapes: NDArray[np.object_], angle: float, origin: shapely.Point) -> NDArray[np.object_]:
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn, pivot = np.array([[cos, sin], [-sin, cos]]), np.array([origin.x, origin.y])
    return shapely.transform(shapes, lambda xy: np.round((xy - pivot) @ turn + pivot, 2))


def _move_in(buildings: gpd.GeoDataFrame, style: NDArray[np.object_], rng: np.random.Generator) -> None:
    """Spread households over floor area and residents over households, to the last one; no unit grows too large."""
    crowding = np.array([_STYLES[one].crowding for one in style])
    wish = buildings.area.to_numpy() * buildings["floors"].to_numpy() * crowding * rng.lognormal(0, 0.2, len(style))
    unit = buildings["unit"].to_numpy()
    for _ in range(6):
        wish *= _HOUSEHOLDS / wish.sum()
        total = np.bincount(unit, wish)
        wish *= np.minimum(1, _LARGEST_UNIT / np.maximum(total, 1))[unit]
    households = _shared_out(wish, _HOUSEHOLDS)
    buildings["households"] = households
    buildings["dwellings"] = households + rng.binomial(np.round(households).astype(int), 0.12)
    buildings["resident_population"] = _shared_out(households * rng.uniform(2.3, 3.0, len(style)), _RESIDENTS)


def _shared_out(wish: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    """Share a whole total out in proportion to wishes by the method of the largest remainder (Hamilton)."""
    exact: NDArray[np.float64] = wish / wish.sum() * total
    whole: NDArray[np.float64] = np.floor(exact)
    rest = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole
