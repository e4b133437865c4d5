"""Redraw a plan in places: an area, some neighbours, what is missing; shorter lines at little change; one part each."""

from boundaries.redraw.improve import improve_plan
from boundaries.redraw.local import complete_plan, redraw_area, restore_contiguity

__all__ = ["complete_plan", "improve_plan", "redraw_area", "restore_contiguity"]
