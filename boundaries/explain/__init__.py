"""Say what a plan moves from where to where, what each transfer buys, and what speaks against the plan most."""

from boundaries.explain.explanation import Explanation, explain_plan
from boundaries.explain.transfers import Transfer

__all__ = ["Explanation", "Transfer", "explain_plan"]
