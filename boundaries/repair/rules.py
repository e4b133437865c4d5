"""What repair may do, and by which rule it chooses who keeps contested ground or gets unclaimed ground."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from boundaries.errors import RepairError

__all__ = ["OnContainment", "OnDuplicate", "OnWide", "RepairRules", "Rule"]


class Rule(StrEnum):
    """Which polygon is chosen. Whatever the rule, equal choices go by longer border, then by id."""

    LONGEST_BORDER = "longest_border"
    LARGEST_AREA = "largest_area"
    SMALLEST_AREA = "smallest_area"
    FEWEST_HOUSEHOLDS = "fewest_households"
    MOST_COMPACT = "most_compact"
    PRIORITY = "priority"
    VILLAGE_OWNER = "village_owner"


class OnWide(StrEnum):
    """What becomes of wide gaps, and of enclaves: wide gaps that one polygon alone surrounds."""

    LEAVE = "leave"
    FILL = "fill"


class OnDuplicate(StrEnum):
    """What becomes of two rows on the same ground."""

    LEAVE = "leave"
    DROP_LATER = "drop_later"


class OnContainment(StrEnum):
    """What becomes of a row that lies wholly in another: cut it out of the outer one, or drop it."""

    LEAVE = "leave"
    CUT_OUT = "cut_out"
    DROP_INNER = "drop_inner"


@dataclass(frozen=True, kw_only=True)
class RepairRules:
    """How to repair a layer. Rows are never dropped and wide gaps never filled unless asked.

    Parameters
    ----------
    overlaps, gaps
        The rule for ground claimed more than once, and for ground claimed by nobody.
    wide_gaps, enclaves, duplicates, containments
        Decisions for what no rule can settle; the default leaves them, and they stay in ``Repair.remaining``.
    max_gap_width_m
        A gap is wide when a circle of more than this diameter, in metres, fits in.
    min_border_m
        Who shares less border than this with the ground, in metres, does not get it.
    priority
        Ids in the order of precedence, for ``Rule.PRIORITY``.
    follow_roads
        Cut contested and unclaimed ground along the centre lines of roads; these become the new lines.
    duplicate_share
        Share of area from which on ground counts as the same, or as inside; the audit's default.
    """

    overlaps: Rule = Rule.LONGEST_BORDER
    gaps: Rule = Rule.LONGEST_BORDER
    wide_gaps: OnWide = OnWide.LEAVE
    enclaves: OnWide = OnWide.LEAVE
    duplicates: OnDuplicate = OnDuplicate.LEAVE
    containments: OnContainment = OnContainment.LEAVE
    max_gap_width_m: float = 10.0
    min_border_m: float = 0.0
    priority: tuple[str, ...] = ()
    follow_roads: bool = False
    duplicate_share: float = 0.999

    def __post_init__(self) -> None:
        """Refuse words that are no rules, and numbers that make no sense."""
        for option, choices in _CHOICES.items():
            given = getattr(self, option)
            try:
                object.__setattr__(self, option, choices(given))
            except ValueError:
                known = [str(choice) for choice in choices]
                raise RepairError("rule-unknown", option=option, value=given, known=known) from None
        for option in ("max_gap_width_m", "min_border_m"):
            value = getattr(self, option)
            if not (isfinite(value) and value >= 0):
                raise RepairError("rule-invalid", option=option, value=value)
        if Rule.PRIORITY in {self.overlaps, self.gaps} and not self.priority:
            raise RepairError("priority-needed")

    @property
    def may_drop(self) -> bool:
        """Whether the rules ask to drop rows."""
        return self.duplicates is OnDuplicate.DROP_LATER or self.containments is OnContainment.DROP_INNER


_CHOICES: dict[str, type[StrEnum]] = {
    "overlaps": Rule,
    "gaps": Rule,
    "wide_gaps": OnWide,
    "enclaves": OnWide,
    "duplicates": OnDuplicate,
    "containments": OnContainment,
}
