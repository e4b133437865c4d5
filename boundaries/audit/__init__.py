"""Find what is wrong with the layers; change nothing."""

from boundaries.audit.kinds import FINDING_KINDS, FindingKind, Severity
from boundaries.audit.run import audit_layers
from boundaries.audit.summary import summarise_findings
from boundaries.audit.tolerances import Tolerances

__all__ = ["FINDING_KINDS", "FindingKind", "Severity", "Tolerances", "audit_layers", "summarise_findings"]
