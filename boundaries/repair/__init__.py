"""Repair as proposals: who keeps contested ground and who gets unclaimed ground, with a log that replays."""

from boundaries.repair.log import CHANGE_COLUMNS, ground_moved
from boundaries.repair.rules import OnContainment, OnDuplicate, OnWide, RepairRules, Rule
from boundaries.repair.run import Repair, apply_changes, repair_layer, undo_change
from boundaries.repair.telling import RULE_LABELS

__all__ = [
    "CHANGE_COLUMNS",
    "RULE_LABELS",
    "OnContainment",
    "OnDuplicate",
    "OnWide",
    "Repair",
    "RepairRules",
    "Rule",
    "apply_changes",
    "ground_moved",
    "repair_layer",
    "undo_change",
]
