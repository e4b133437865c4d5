"""Plans that are being drawn: the rules of editing, what a stroke changes, and how two branches come together."""

from boundaries.drafts.breaches import Breach, find_breaches
from boundaries.drafts.evaluate import DraftState, Effect, evaluate, move_units
from boundaries.drafts.ground import DraftGround, build_ground
from boundaries.drafts.merging import Merge, common_base, diff_plans, merge_plans
from boundaries.drafts.standing import Line, Standing, require_editable, standing_of

__all__ = [
    "Breach",
    "DraftGround",
    "DraftState",
    "Effect",
    "Line",
    "Merge",
    "Standing",
    "build_ground",
    "common_base",
    "diff_plans",
    "evaluate",
    "find_breaches",
    "merge_plans",
    "move_units",
    "require_editable",
    "standing_of",
]
