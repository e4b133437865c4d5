"""Standard profiles as data files, and their loader."""

from boundaries.standards.estimate import CommunityEstimate, communities_needed
from boundaries.standards.profile import Standard, load_standard, standards, with_overrides

__all__ = ["CommunityEstimate", "Standard", "communities_needed", "load_standard", "standards", "with_overrides"]
