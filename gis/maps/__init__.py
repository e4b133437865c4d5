"""Maps as single pages that open with no network: findings to step through, and plans beside today."""

from gis.maps.page import Map, Sheet, render_map, save_map
from gis.maps.sheets import findings_map, plan_map
from gis.maps.sketch import sketch_svg

__all__ = ["Map", "Sheet", "findings_map", "plan_map", "render_map", "save_map", "sketch_svg"]
