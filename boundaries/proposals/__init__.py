"""Propose divisions of units into communities."""

from boundaries.proposals.ensemble import propose_plans

__all__ = ["propose_plans"]
