"""How each kind of layer looks on a map: one table, ordered from the ground up."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gis.kinds import Kind

__all__ = ["CURRENT", "PLAN_COMMUNITIES", "PLAN_UNITS", "STYLES", "LayerStyle"]


@dataclass(frozen=True)
class LayerStyle:
    """The look of one layer; widths in CSS pixels, ``fill`` None for no fill.

    ``casing`` draws a wider line beneath. ``shown``: switched on when the map opens. ``named``: labels on the map.
    ``answers``: opens a popup on click; a layer that does not may hold tens of thousands of shapes.
    """

    stroke: str
    width: float
    fill: str | None = None
    fill_opacity: float = 0.0
    dash: str | None = None
    casing: str | None = None
    shown: bool = True
    named: bool = False
    answers: bool = True

    def as_dict(self) -> Mapping[str, Any]:
        """Give the look for the page."""
        return asdict(self)


# The order is the drawing order: what stands later lies on top.
STYLES: Mapping[Kind, LayerStyle] = {
    Kind.EXTENT: LayerStyle("#8A8578", 1.5, fill="#FBFAF6", fill_opacity=1.0, answers=False),
    Kind.UNITS: LayerStyle("#B9B4A6", 0.6, shown=False),
    Kind.COMPOUNDS: LayerStyle("#C2A878", 0.6, fill="#E9DCC3", fill_opacity=0.7, shown=False),
    Kind.BUILDINGS: LayerStyle("#B5AA98", 0.4, fill="#D5CCBC", fill_opacity=0.9, shown=False, answers=False),
    Kind.WATERWAYS: LayerStyle("#8DB9DC", 7.0, answers=False),
    Kind.ROADS: LayerStyle("#FFFFFF", 1.6, casing="#D3CCBD", answers=False),
    Kind.RAILWAYS: LayerStyle("#FFFFFF", 1.4, dash="6 6", casing="#77736B", answers=False),
    Kind.URBAN_VILLAGES: LayerStyle("#8A6D1F", 1.2, fill="#D9B64A", fill_opacity=0.38),
    Kind.GRIDS: LayerStyle("#6D7F92", 0.9, fill="#6D7F92", fill_opacity=0.02, dash="2 3", shown=False),
    Kind.COMMUNITIES: LayerStyle("#3B4252", 2.0, fill="#5B6B84", fill_opacity=0.05, named=True),
    Kind.FACILITIES: LayerStyle("#FFFFFF", 1.2, fill="#7A4FA3", fill_opacity=1.0, shown=False),
}

PLAN_COMMUNITIES = LayerStyle("#2B2F38", 2.6, fill="#FFFFFF", fill_opacity=0.62, named=True)
PLAN_UNITS = LayerStyle("#4A4A4A", 0.45, answers=False)
CURRENT = LayerStyle("#A3123A", 2.0, dash="8 6", shown=False, answers=False)
